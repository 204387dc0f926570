"""Candidates: the passages that the cluster ranks highest, with what their scores need, but without their texts.

Reading a text is most of the work of a hit, on the cluster as here. So the cluster says how often each leaf occurs in a
candidate, by queries with names, and whether a candidate passes each filter and has each phrase. Then all of a score
is known but how near words stand to each other: the score is at least the one without, and at most the one with all
of them side by side. Only candidates that can be among the best are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.engine.opensearch.scoring import Scorer
from seedsearch.engine.opensearch.snapshot import IN_FILES, Snapshot
from seedsearch.engine.opensearch.translation import Dsl, translate
from seedsearch.engine.opensearch.views import Test
from seedsearch.query.ast import Filter, Leaf, Near, Phrase, Query, Range, Written, children_of
from seedsearch.record import NamedTuple

_MOST_WORDS = 64  # that a leaf stands for, to be counted in each candidate
_DOCUMENTS = 50  # whose passages all become candidates
_FIELDS = ("batch", "number", "document", "length")


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
    """A candidate for `Scorer.score`. With `beside`, words count as if they stood side by side, else as far apart."""

    def __init__(self, stored: Candidate, counts: Mapping[str, float], own: Named) -> None:
        self.stored = stored
        self.beside = False
        self._counts = counts
        self._named = own

    def frequency(self, leaf: Leaf) -> int:
        """Return the tf of a leaf."""
        number = round(sum(self._counts.get(name, 0.0) for name in self._named.leaves[leaf]))
        return TITLE_WEIGHT * number if leaf.field == "title" else number

    def passes(self, test: Test) -> bool:
        """Return whether it has a phrase, or passes a filter."""
        return self._named.tests[test] in self._counts

    def closeness(self, one: Leaf, other: Leaf) -> float:
        """Return the highest or the lowest closeness that two words can have."""
        return 1.0 if self.beside else 0.0


def candidates(
    query: Dsl, own: Named, most: int, scorer: Scorer, snapshot: Snapshot
) -> tuple[int, list[CandidateView]]:
    """Return the number of passages that match, and the candidates.

    These are the passages that the cluster ranks highest, and the others of the documents that add most to the scores
    of their passages: the cluster ranks passages alone.
    """
    asked: dict[str, Any] = {
        "sort": ["_score", *IN_FILES],
        "stored_fields": "_none_",
        "docvalue_fields": list(_FIELDS),
    }
    if own.queries:
        asked["post_filter"] = {"bool": {"should": [{"match_all": {}}, *own.queries]}}
    total, hits = snapshot.ranked(query, most, asked)
    views = {view.stored.key: view for view in (_view(hit, own) for hit in hits)}
    scorer.read_documents(view.stored.document for view in views.values())
    weights = {view.stored.document: scorer.around(view.stored.document) for view in views.values()}
    best = sorted(filter(weights.get, weights), key=weights.__getitem__)[-_DOCUMENTS:]
    if best and total > len(views):
        among = {"bool": {"must": [query], "filter": [{"terms": {"document": best}}]}}
        _, more = snapshot.ranked(among, most, asked)
        views |= {view.stored.key: view for view in (_view(hit, own) for hit in more)}
    return total, list(views.values())


def _view(hit: Mapping[str, Any], own: Named) -> CandidateView:
    batch, number, document, length = (hit["fields"][name][0] for name in _FIELDS)
    _, path, place, ordinal = hit["sort"]
    stored = Candidate(
        f"{batch}-{number}", path.encode("latin-1"), place, ordinal, document, length
    )
    return CandidateView(stored, hit.get("matched_queries", {}), own)


def promising(
    views: Sequence[CandidateView], scorer: Scorer, limit: int, per_file: int | None
) -> list[str]:
    """Return the keys of the candidates that can be among the best `limit`, at most `per_file` of a file."""
    least = _scores(views, scorer, beside=False)
    most = _scores(views, scorer, beside=True)
    bar = _lowest(views, least, limit, per_file)
    return [view.stored.key for view, score in zip(views, most, strict=True) if score >= bar]


def _scores(views: Sequence[CandidateView], scorer: Scorer, *, beside: bool) -> list[float]:
    """Return the scores of candidates, rounded; those that do not match get -1."""
    found = []
    for view in views:
        view.beside = beside
        score = scorer.score_of(view)
        found.append(-1.0 if score is None else round(score, 9))
    return found


def _lowest(
    views: Sequence[CandidateView], scores: Sequence[float], limit: int, per_file: int | None
) -> float:
    """Return the lowest score of the best `limit`."""
    taken: dict[bytes, int] = {}
    kept: list[float] = []
    for score, path in sorted(
        ((score, view.stored.path) for view, score in zip(views, scores, strict=True)), reverse=True
    ):
        taken[path] = taken.get(path, 0) + 1
        if per_file is None or taken[path] <= per_file:
            kept.append(score)
    return kept[limit - 1] if 0 < limit <= len(kept) else 0.0
