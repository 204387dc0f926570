"""Candidates: the passages that the cluster ranks highest, with what their scores need, but without their texts.

Reading a text is most of the work of a hit, on the cluster as here. So the cluster says how often each leaf occurs in a
candidate, how close neighbouring words stand there, whether it passes each filter and has each phrase, by queries with
names. Then all of a score is known, and only the best are read.

Documents add to the scores of their passages, if plain words stand side by side. Then, of more matches than candidates,
the best passages may not be among the candidates. So the cluster ranks the passages of their documents once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from seedsearch.engine.base import PerFile
from seedsearch.engine.bm25f import TITLE_WEIGHT, nearness
from seedsearch.engine.opensearch.marks import AT_MOST, CLOSENESS
from seedsearch.engine.opensearch.scoring import Found, Scorer, at_most_per_file
from seedsearch.engine.opensearch.snapshot import IN_FILES, Pair, Search, Snapshot, with_names
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
_MORE = 4  # texts more than are asked for, read at once
_DOCUMENTS = 1000  # whose passages are ranked again
_MOST_TEXTS = 2000  # that are asked for, to be read in the order of the second ranking
_DOUBT = 1.005  # the scores of the second ranking can be too low by so much, if at all
_FIELDS = ("number", "document", "length", *IN_FILES)


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
    near: Mapping[Pair, str]
    queries: Sequence[Dsl]


UNNAMED = Named({}, {}, {}, ())
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
    pairs = list(dict.fromkeys(_pairs(query)))
    near = {
        pair: add({"bool": {"filter": [{"term": {"kind": "passage"}}], "should": [asked]}})
        for pair, asked in snapshot.near(pairs, CLOSENESS, {}).items()
    }  # which match all: where a named query does not match, the cluster looks for the next match, however far
    return Named(names, tests, near, queries)


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

    def frequency(self, leaf: Leaf) -> int:
        """Return the tf of a leaf."""
        counts = self._counts
        number = round(sum([counts[name] for name in self._named.leaves[leaf] if name in counts]))
        return TITLE_WEIGHT * number if leaf.field == "title" else number

    def passes(self, test: Test) -> bool:
        """Return whether it has a phrase, or passes a filter."""
        return self._named.tests[test] in self._counts

    def closeness(self, one: Leaf, other: Leaf) -> float:
        """Return how close two words stand, or the highest closeness if the cluster was not asked."""
        name = self._named.near.get((one, other))
        if name is None:
            return 1.0
        found = self._counts.get(name)
        return 1 / round(1 / found) if found else 0.0  # one by a whole number, which is rounded


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
    has_many = scorer.has_words and scorer.most_passages > most
    while True:
        # Of many matches, only the documents are read at first.
        own = UNNAMED if has_many else named(query, scorer.leaves, snapshot)
        fields = ("document",) if has_many else _FIELDS
        total, hits = _first(plan, own, fields, most, limit, scorer, snapshot)
        if total > most and scorer.has_words and 0 < limit <= _MOST_TEXTS:
            best = _best_in_documents(query, plan, hits, scorer, snapshot, limit, per_file)
        elif has_many:
            has_many = False
            continue
        elif own is UNNAMED:
            keys = [_view(hit, own).stored.key for hit in hits]
            found = scorer.found(snapshot.at(keys, streams=True).values())
            best = at_most_per_file(found, per_file)[:limit]
        else:
            views = [_view(hit, own) for hit in hits]
            best = read_best(query, own, views, scorer, snapshot, limit, per_file, streams=streams)
        if len(best) == limit or most >= total:
            return total, 0 if most >= total else most, best
        most *= 4


def _first(
    plan: Dsl,
    own: Named,
    fields: Sequence[str],
    most: int,
    limit: int,
    scorer: Scorer,
    snapshot: Snapshot,
) -> tuple[int, list[Any]]:
    """Return the number of passages that match, and those that the cluster ranks highest. Read their documents."""
    asked = {"stored_fields": "_none_", "docvalue_fields": list(fields)}
    counting = with_names(plan, own.queries)
    total, hits = snapshot.ranked(counting, most, asked)
    if limit and len(hits) == most and hits[limit - 1]["_score"] == hits[-1]["_score"]:
        _, hits = snapshot.ranked(counting, most, asked, by_path=True)  # ties decide the answer
    beside = [Search(plan, {})] if total is None else []
    replies = scorer.read_documents([_document(hit) for hit in hits], beside)
    if total is None:
        total = int(replies[0]["hits"]["total"]["value"])
    return total, hits


def _document(hit: Mapping[str, Any]) -> str:
    return str(hit["fields"]["document"][0])


def _best_in_documents(
    query: Query,
    plan: Dsl,
    hits: Sequence[Mapping[str, Any]],
    scorer: Scorer,
    snapshot: Snapshot,
    limit: int,
    per_file: int | None,
) -> list[Found]:
    """Return the best passages of the documents of some hits.

    The cluster ranks passages alone, but documents add to their scores. So it ranks the passages of these documents
    once more, with what the documents add, and the most that the nearness of words can add. The texts of the best are
    read, until the next would not be among them, or about as many as there are hits.
    """
    documents: dict[str, float] = {}
    for hit in hits:  # the best first
        documents.setdefault(_document(hit), hit["_score"])
    around = {key: scorer.around(key) for key in documents}
    best = sorted(documents, key=lambda key: documents[key] + around[key], reverse=True)
    around = {key: around[key] for key in best[:_DOCUMENTS]}
    pairs = list(dict.fromkeys(_pairs(query)))
    lower = {
        pair: translate(scorer.lower(*pair), snapshot.term_set, scorer.boost) for pair in pairs
    }
    near = snapshot.near(pairs, AT_MOST, {pair: plan.query for pair, plan in lower.items()})
    share = nearness(len(pairs))
    again = {
        "script_score": {
            "query": {
                "bool": {
                    "must": [plan],
                    "filter": [{"terms": {"document": list(around)}}],
                    "should": [{"bool": {"must": [own], "boost": share}} for own in near.values()],
                }
            },
            "script": {
                "source": "_score + params.around[doc['document'].value]",
                "params": {"around": around},
            },
        }
    }
    found: list[Found] = []
    start, size = 0, limit + _MORE
    while start < len(hits):
        read = snapshot.page(again, start, size)
        found = sorted([*found, *scorer.found(own for own, _ in read)], key=Found.order)
        found = at_most_per_file(found, per_file)[:limit]
        if len(read) < size:
            break
        is_bound = (
            bool(near) or not pairs
        )  # else nearness may add something to the cluster's scores
        if is_bound and len(found) == limit and read[-1][1] * _DOUBT < found[-1].score:
            break
        start, size = start + size, 2 * size
    return found


def _view(hit: Mapping[str, Any], own: Named) -> CandidateView:
    number, document, length, path, place, ordinal = [hit["fields"][name][0] for name in _FIELDS]
    batch = document.partition("-")[0]  # the same for a document and its passages
    stored = Candidate(f"{batch}-{number}", path, place, ordinal, document, length)
    return CandidateView(stored, hit.get("matched_queries", {}), own)


def read_best(
    query: Query,
    own: Named,
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
    if not limit or all(pair in own.near for pair in _pairs(query)):
        best = _best(ranked, limit, per_file)
        read = snapshot.at([each.view.stored.key for each in best], streams=streams)
        return [Found(read[each.view.stored.key], -each.score) for each in best]
    found: list[Found] = []
    while ranked:
        some, ranked = ranked[: limit + _MORE], ranked[limit + _MORE :]
        read = snapshot.at([each.view.stored.key for each in some], streams=True)
        found = sorted([*found, *scorer.found(read.values())], key=Found.order)
        found = at_most_per_file(found, per_file)[:limit]
        if len(found) == limit:
            ranked = [each for each in ranked if -each.score >= found[-1].score]
    return found


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
