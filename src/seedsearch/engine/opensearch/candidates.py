"""Candidates: the passages that the cluster ranks highest, with what their scores need, but without their texts.

Reading a text is most of the work of a hit, on the cluster as here. So the cluster says how often each leaf occurs in a
candidate, by queries with names, and whether a candidate passes each filter and has each phrase. Then all of a score
is known but how near words stand to each other: the score is at most the one with all of them side by side. Candidates
are read in the order of these bounds, until no other can be among the best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.engine.opensearch.scoring import Found, Scorer, at_most_per_file
from seedsearch.engine.opensearch.snapshot import IN_FILES, Snapshot
from seedsearch.engine.opensearch.translation import Dsl, translate
from seedsearch.engine.opensearch.views import Test
from seedsearch.query.ast import Filter, Leaf, Near, Phrase, Query, Range, Written, children_of
from seedsearch.record import NamedTuple

_MOST_WORDS = 64  # that a leaf stands for, to be counted in each candidate
_DOCUMENTS = 50  # whose other passages become candidates
_READ_FIRST = 5  # candidates, beside as many as are asked for
_FIELDS = ("batch", "number", "document", "length", *IN_FILES)


class Candidate(NamedTuple):
    """A candidate: the key of its document on the cluster, and what its score needs."""

    key: str
    path: bytes
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


class CandidateView:
    """A candidate for `Scorer.score`: as if its words stood side by side."""

    def __init__(self, stored: Candidate, counts: Mapping[str, float], own: Named) -> None:
        self.stored = stored
        self._counts = counts
        self._named = own

    def frequency(self, leaf: Leaf) -> int:
        """Return the tf of a leaf."""
        counts = self._counts
        number = round(sum([counts[name] for name in self._named.leaves[leaf] if name in counts]))
        return TITLE_WEIGHT * number if leaf.field == "title" else number

    def passes(self, test: Test) -> bool:
        """Return whether it has a phrase, or passes a filter."""
        return self._named.tests[test] in self._counts

    def closeness(self, one: Leaf, other: Leaf) -> float:
        """Return the highest closeness that two words can have."""
        return 1.0


def best_candidates(
    query: Query,
    plan: Dsl,
    scorer: Scorer,
    snapshot: Snapshot,
    *,
    most: int,
    limit: int,
    per_file: int | None,
) -> tuple[int, int, list[Found]]:
    """Return the number of matches, that of candidates (0 if all are), and the best of them."""
    own = named(query, scorer.leaves, snapshot)
    while True:
        total, views = candidates(plan, own, most, scorer, snapshot)
        if own is UNNAMED:
            found = scorer.found(snapshot.at(view.stored.key for view in views))
            best = at_most_per_file(found, per_file)[:limit]
        else:
            best = read_best(views, scorer, snapshot, limit, per_file)
        if len(best) == limit or most >= total:
            return total, 0 if most >= total else most, best
        most *= 4


def candidates(
    query: Dsl, own: Named, most: int, scorer: Scorer, snapshot: Snapshot
) -> tuple[int, list[CandidateView]]:
    """Return the number of passages that match, and the candidates.

    These are the passages that the cluster ranks highest, and as many others of the documents that add most to
    the scores of their passages: the cluster ranks passages alone.
    """
    asked: dict[str, Any] = {"stored_fields": "_none_", "docvalue_fields": list(_FIELDS)}
    total, hits = snapshot.ranked(_with_names(query, own), most, asked)
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
        among = {"bool": {"must": [_with_names(query, own)], **others}}
        _, more = snapshot.ranked(among, most, {**asked, "track_total_hits": False})
        views += [_view(hit, own) for hit in more]
    return total, views


def _with_names(query: Dsl, own: Named) -> Dsl:
    """Return a query that counts and tests what has names, but only in the passages that it returns.

    No passage has the part with the names, so it costs the search nothing.
    """
    if not own.queries:
        return query
    never = {"bool": {"must": [{"term": {"kind": "none"}}], "should": list(own.queries)}}
    return {"bool": {"must": [query], "should": [never]}}


def _view(hit: Mapping[str, Any], own: Named) -> CandidateView:
    batch, number, document, length, path, place, ordinal = (
        hit["fields"][name][0] for name in _FIELDS
    )
    stored = Candidate(
        f"{batch}-{number}", path.encode("latin-1"), place, ordinal, document, length
    )
    return CandidateView(stored, hit.get("matched_queries", {}), own)


def read_best(
    views: Sequence[CandidateView],
    scorer: Scorer,
    snapshot: Snapshot,
    limit: int,
    per_file: int | None,
) -> list[Found]:
    """Read candidates until the best `limit` are known, at most `per_file` of a file."""
    bounds = sorted(
        (-round(score, 9), own.path, own.place, own.ordinal, own.key)
        for view in views
        if (score := scorer.score_of(view)) is not None
        for own in (view.stored,)
    )
    found: list[Found] = []
    best: list[Found] = []
    size = limit + (_READ_FIRST if scorer.has_words else 0)  # else the bounds are the scores
    while limit and bounds and size:
        found += scorer.found(snapshot.at(bound[4] for bound in bounds[:size]))
        best = at_most_per_file(sorted(found, key=Found.order), per_file)[:limit]
        bounds = bounds[size:]
        is_full = len(best) == limit
        size = sum(bound[:4] < best[-1].order() for bound in bounds) if is_full else 2 * size
    return best
