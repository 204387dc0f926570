"""All matches of a query in their order: if all are asked for, or if the cluster cannot choose the best.

They are read once, because each needs its streams for its score. What an answer needs of them waits in a temporary
file, so that memory holds only their order.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from seedsearch.engine.base import LAZY, Grouping, PerFile, Ranking
from seedsearch.engine.opensearch.mapping import Stored, StoredStreams, stored_in, stored_path
from seedsearch.engine.opensearch.scoring import Scorer
from seedsearch.engine.opensearch.snapshot import Snapshot
from seedsearch.engine.opensearch.translation import Plan
from seedsearch.lazy import Lazy
from seedsearch.model import ScoredPassage
from seedsearch.record import NamedTuple
from seedsearch.spool import Spool


class _Match(NamedTuple):
    """A match: its score below zero and its place (`stored_path`), so that the order of the tuples is that of
    answers; and its number in the file."""

    score: float
    path: str
    place: int
    ordinal: int
    number: int


def matching(scorer: Scorer, snapshot: Snapshot, plan: Plan) -> Iterator[Stored]:
    """Yield the passages that match, in no order."""
    for page in snapshot.pages_of_all(plan.query):
        yield from (found.stored for found in scorer.found(stored for _, stored in page))


def rank_all(
    snapshot: Snapshot,
    plan: Plan,
    scorer: Scorer,
    limit: int | None,
    per_file: int | None,
    by: Grouping,
    *,
    text: bool,
    explain: bool,
) -> Ranking:
    """Return the best of all matches: see `Engine.search`. If all are asked for, very many are lazy."""
    spool = Spool()
    found: list[_Match] = []
    for page in snapshot.pages_of_all(plan.query):
        records = {id(stored): record for record, stored in page}
        for stored, score in scorer.found(stored for _, stored in page):
            passage = stored.passage
            path = stored_path(passage.document.path)
            found.append(_Match(-score, path, stored.place, passage.ordinal, len(spool)))
            kept = stored.streams if explain else ()
            spool.add("\n".join((records[id(stored)], *kept)).encode())
    found.sort()
    counts: Counter[object] = Counter()
    if by != "passage":
        counts.update(_group(match, by) for match in found)
        firsts: dict[object, _Match] = {}
        for match in found:
            firsts.setdefault(_group(match, by), match)
        found = list(firsts.values())
    files = PerFile(per_file)
    best = [match for match in found if files.admits(match.path)][:limit]

    def passages(places: Sequence[int]) -> Iterator[ScoredPassage]:
        for match in map(best.__getitem__, places):
            stored = _read(spool, match.number)
            passage = stored.passage if text else stored.passage.replace(text="")
            explanation = scorer.explanation(stored) if explain else None
            number = counts[_group(match, by)] if counts else 1
            yield ScoredPassage(passage, -match.score, explanation, number)

    def paths(places: Sequence[int]) -> Iterator[str]:
        return (os.fsdecode(best[place].path.encode("latin-1")) for place in places)

    def texts(places: Sequence[int]) -> Iterator[bytes]:
        for place in places:
            own = _read(spool, best[place].number).passage.text
            yield own.encode("utf-8", "surrogatepass")

    places = range(len(best))
    if limit is not None or len(best) <= LAZY:
        return Ranking(len(found), tuple(passages(places)))
    return Ranking(len(found), Lazy(places, passages), 0, Lazy(places, paths), Lazy(places, texts))


def _group(match: _Match, by: Grouping) -> tuple[str, int]:
    return match.path, match.place if by == "document" else 0


def _read(spool: Spool, number: int) -> Stored:
    record, *streams = spool.read(number).decode().split("\n")
    return stored_in(record, {})._replace(streams=StoredStreams(*streams))
