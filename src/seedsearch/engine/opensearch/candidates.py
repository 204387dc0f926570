"""Candidates: the passages that the cluster ranks highest, with what their scores need, but without their texts.

Reading a text is most of the work of a hit, on the cluster as here. So the cluster says how often each leaf occurs in a
candidate, by queries with names, and whether a candidate passes each filter and has each phrase. Then all of a score
is known but how close neighbouring words stand to each other. The cluster says that too, of those candidates that would
be among the best if they stood side by side. Only the best are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from seedsearch.engine.base import PerFile
from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.engine.opensearch.scoring import Found, Scorer, at_most_per_file
from seedsearch.engine.opensearch.snapshot import IN_FILES, Pair, Snapshot, with_names
from seedsearch.engine.opensearch.translation import Dsl, translate
from seedsearch.engine.opensearch.views import Test
from seedsearch.query.ast import (
    And,
    Filter,
    Leaf,
    Near,
    Or,
    Phrase,
    Query,
    Range,
    Written,
    children_of,
    neighbours,
)
from seedsearch.record import NamedTuple

_MOST_WORDS = 64  # that a leaf stands for, to be counted in each candidate
_MEASURED = 3  # times as many as are asked for, to see what score it takes to be among them
_FEW = (
    10  # texts more than are asked for: it is faster to read them than to ask how close words stand
)
_DOCUMENTS = 50  # whose other passages become candidates
_FIELDS = ("batch", "number", "document", "length", *IN_FILES)


class Candidate(NamedTuple):
    """A candidate: the key of its document on the cluster, its place (`stored_path`), and what its score needs."""

    key: str
    path: str
    place: int
    ordinal: int
    document: str
    length: int


class Named(NamedTuple):
    """The leaves and tests of a query, with the queries by which the cluster counts and tests them."""

    leaves: Mapping[Leaf, Sequence[str]]
    tests: Mapping[Test, str]
    queries: Sequence[Dsl]


UNNAMED = Named({}, {}, ())
"""What cannot be counted without the texts."""


def named(query: Query, leaves: Iterable[Leaf], snapshot: Snapshot) -> Named:
    """Return the names of a query's parts, or UNNAMED if a leaf stands for very many words."""
    queries: list[Dsl] = []

    def add(asked: Dsl) -> str:
        ((kind, inside),) = asked.items()
        queries.append({kind: {**inside, "_name": (name := str(len(queries)))}})
        return name

    names: dict[Leaf, list[str]] = {}
    for leaf in leaves:
        marks = snapshot.term_set(leaf)
        if len(marks.words) > _MOST_WORDS:
            return UNNAMED
        counting = marks._replace(frequency=0).counting(leaf.field, _MOST_WORDS)
        names[leaf] = [add(asked) for asked in counting]
    tests: dict[Test, str] = {}
    for test in _tests(query):
        if test not in tests:
            tests[test] = add({"bool": {"filter": [translate(test, snapshot.term_set).query]}})
    return Named(names, tests, queries)


def _tests(query: Query) -> Iterator[Test]:
    if isinstance(query, Phrase | Near | Filter | Range | Written):
        yield query
        return
    for child in children_of(query):
        yield from _tests(child)


def _pairs(query: Query) -> Iterator[Pair]:
    if isinstance(query, And | Or):
        yield from neighbours(query)
    for child in children_of(query):
        yield from _pairs(child)


class CandidateView:
    """A candidate for `Scorer.score`."""

    def __init__(self, stored: Candidate, counts: Mapping[str, float], own: Named) -> None:
        self.stored = stored
        self._counts = counts
        self._named = own
        self.close: Mapping[Pair, float] | None = None

    def frequency(self, leaf: Leaf) -> int:
        """Return the tf of a leaf."""
        counts = self._counts
        number = round(sum([counts[name] for name in self._named.leaves[leaf] if name in counts]))
        return TITLE_WEIGHT * number if leaf.field == "title" else number

    def passes(self, test: Test) -> bool:
        """Return whether it has a phrase, or passes a filter."""
        return self._named.tests[test] in self._counts

    def closeness(self, one: Leaf, other: Leaf) -> float:
        """Return how close two words stand; until it is known, the highest closeness."""
        return 1.0 if self.close is None else self.close.get((one, other), 0.0)


def best_candidates(
    query: Query,
    plan: Dsl,
    scorer: Scorer,
    snapshot: Snapshot,
    *,
    most: int,
    limit: int,
    per_file: int | None,
    streams: bool,
) -> tuple[int, int, list[Found]]:
    """Return the number of matches, that of candidates (0 if all are), and the best of them.

    They have their `streams` if asked for.
    """
    own = named(query, scorer.leaves, snapshot)
    while True:
        total, views = candidates(plan, own, most, limit, scorer, snapshot)
        if own is UNNAMED:
            keys = [view.stored.key for view in views]
            found = scorer.found(snapshot.at(keys, streams=True).values())
            best = at_most_per_file(found, per_file)[:limit]
        else:
            best = read_best(query, views, scorer, snapshot, limit, per_file, streams=streams)
        if len(best) == limit or most >= total:
            return total, 0 if most >= total else most, best
        most *= 4


def candidates(
    query: Dsl, own: Named, most: int, limit: int, scorer: Scorer, snapshot: Snapshot
) -> tuple[int, list[CandidateView]]:
    """Return the number of passages that match, and the candidates.

    These are the passages that the cluster ranks highest, and as many others of the documents that add most to
    the scores of their passages: the cluster ranks passages alone.
    """
    asked: dict[str, Any] = {"stored_fields": "_none_", "docvalue_fields": list(_FIELDS)}
    counting = with_names(query, own.queries)
    total, hits = snapshot.ranked(counting, most, asked)
    if limit and len(hits) == most and hits[limit - 1]["_score"] == hits[-1]["_score"]:
        _, hits = snapshot.ranked(counting, most, asked, by_path=True)  # ties decide the answer
    if total is None:
        total = int(snapshot.ask(query)["hits"]["total"]["value"])
    views = [_view(hit, own) for hit in hits]
    documents = {view.stored.document for view in views}
    scorer.read_documents(documents)
    if total > len(views) and scorer.has_words:
        best = sorted(documents, key=scorer.around)[-_DOCUMENTS:]
        known = [view.stored.key for view in views if view.stored.document in best]
        others = {
            "filter": [{"terms": {"document": best}}],
            "must_not": [{"ids": {"values": known}}],
        }
        among = {"bool": {"must": [counting], **others}}
        _, more = snapshot.ranked(among, most, {**asked, "track_total_hits": False})
        views += [_view(hit, own) for hit in more]
    return total, views


def _view(hit: Mapping[str, Any], own: Named) -> CandidateView:
    batch, number, document, length, path, place, ordinal = (
        hit["fields"][name][0] for name in _FIELDS
    )
    stored = Candidate(f"{batch}-{number}", path, place, ordinal, document, length)
    return CandidateView(stored, hit.get("matched_queries", {}), own)


def read_best(
    query: Query,
    views: Iterable[CandidateView],
    scorer: Scorer,
    snapshot: Snapshot,
    limit: int,
    per_file: int | None,
    *,
    streams: bool = False,
) -> list[Found]:
    """Read the best candidates, at most `limit`, and at most `per_file` of a file."""
    ranked = _ranked(views, scorer)
    pairs = list(dict.fromkeys(_pairs(query)))
    if pairs and limit:
        ranked = _among_best(ranked, scorer, limit, per_file)
        keys = [each.view.stored.key for each in ranked]
        if len(ranked) <= limit + _FEW or not snapshot.can_measure(pairs):
            read = snapshot.at(keys, streams=True)
            return at_most_per_file(scorer.found(read.values()), per_file)[:limit]
        _measure([each.view for each in ranked], pairs, snapshot)
        ranked = _ranked((each.view for each in ranked), scorer)
    best = _best(ranked, limit, per_file)
    read = snapshot.at([each.view.stored.key for each in best], streams=streams)
    return [Found(read[each.view.stored.key], -each.score) for each in best]


class _Scored(NamedTuple):
    """A candidate with its score, below zero, so that the order of the tuples is that of answers."""

    score: float
    path: str
    place: int
    ordinal: int
    view: CandidateView


def _ranked(views: Iterable[CandidateView], scorer: Scorer) -> list[_Scored]:
    """Return the candidates that match, in the order of answers."""
    scores = [(view, scorer.score_of(view)) for view in views]
    return sorted(
        _Scored(-round(score, 9), *view.stored[1:4], view)
        for view, score in scores
        if score is not None
    )


def _best(ranked: Iterable[_Scored], limit: int, per_file: int | None) -> list[_Scored]:
    """Return the best candidates, at most `limit`, and at most `per_file` of a file."""
    files = PerFile(per_file)
    return [each for each in ranked if files.admits(each.path)][:limit]


def _among_best(
    ranked: Sequence[_Scored], scorer: Scorer, limit: int, per_file: int | None
) -> list[_Scored]:
    """Return those that can be among the best. They are ranked as if all their words stood side by side.

    The others have less than the best have if none of their words are near each other.
    """
    first = [each.view for each in ranked[: _MEASURED * limit]]
    for view in first:
        view.close = {}
    least = _best(_ranked(first, scorer), limit, per_file)
    worst = least[-1].score if len(least) == limit else 0.0
    return [each for each in ranked if each.score <= worst]


def _measure(views: Sequence[CandidateView], pairs: Sequence[Pair], snapshot: Snapshot) -> None:
    """Let the cluster say how close the words of pairs stand in candidates."""
    asked: dict[str, CandidateView] = {}
    for view in views:
        view.close = {}
        if any(view.frequency(one) and view.frequency(other) for one, other in pairs):
            asked[view.stored.key] = view
    for key, close in snapshot.closeness(list(asked), pairs):
        asked[key].close = close
