"""Candidates: the passages that the cluster ranks highest, with what their scores need, but without their texts.

Reading a text is most of the work of a hit, on the cluster as here. So the cluster says how often each leaf occurs in a
candidate, whether it passes each filter and has each phrase, by queries with names. Then all of a score is known, and
only the best are read.

If plain words stand side by side, documents and nearness add to the scores of passages, and the best may not be among
the candidates. So the cluster ranks the passages of the candidates' documents once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from seedsearch.engine.base import PerFile
from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.engine.opensearch.client import chunks
from seedsearch.engine.opensearch.marks import counted
from seedsearch.engine.opensearch.scoring import MOST_WORDS, Found, Scorer, at_most_per_file
from seedsearch.engine.opensearch.snapshot import IN_FILES, Search, Snapshot
from seedsearch.engine.opensearch.translation import Dsl, translate
from seedsearch.engine.opensearch.views import Test
from seedsearch.query.ast import Filter, Leaf, Near, Phrase, Query, Range, Written, children_of
from seedsearch.record import NamedTuple

_FOR_EACH = 3  # passages that the cluster ranks, for each document that is read
_MORE = 3  # texts more than are asked for, read at once
_DOCUMENTS = 1000  # whose passages are ranked again at once
_ROUNDED = 1 + 1e-6  # the cluster rounds its scores to 24 bits
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
        if len(marks.words) > MOST_WORDS:
            return UNNAMED
        names[leaf] = [add(counted(own)) for own in marks.counts(leaf.field, MOST_WORDS)]
    tests: dict[Test, str] = {}
    for test in _tests(query):
        if test not in tests:
            tests[test] = add({"bool": {"filter": [translate(test, snapshot.term_set).query]}})
    return Named(names, tests, queries)


def _with_names(query: Dsl, named: Sequence[Dsl]) -> Dsl:
    """Return a query whose hits say which of the named queries they match, and with what scores.

    The part with the names matches nothing, so the search itself does without them.
    """
    if not named:
        return query
    never = {"bool": {"must": [{"term": {"kind": "none"}}], "should": list(named)}}
    return {"bool": {"must": [query], "should": [never]}}


def _tests(query: Query) -> Iterator[Test]:
    if isinstance(query, Phrase | Near | Filter | Range | Written):
        yield query
        return
    for child in children_of(query):
        yield from _tests(child)


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
        """Return 0: where nearness counts, texts are read."""
        return 0.0


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
    """Return the number of matches, that of the passages that the cluster chose (0 if all), and the best.

    `most` is the number of candidates: passages, or documents if documents add to the scores. The best have their
    `streams` if asked for.
    """
    own = UNNAMED if scorer.has_words else named(query, scorer.leaves, snapshot)
    if scorer.has_words:
        most *= _FOR_EACH
    while True:
        total, hits = _first(plan, own, most, limit, scorer, snapshot)
        is_all = len(hits) < most or total == most
        beside = [Search(plan, {})] if total is None else []
        if scorer.has_words:
            among = documents_of(hits, len(hits) if is_all else most // _FOR_EACH)
            replies = scorer.read_documents(among, beside)
            size = len(hits)
            best = best_in_documents(query, plan, among, size, scorer, snapshot, limit, per_file)
        else:
            replies = snapshot.ask_all(beside)
            best = _best_of_hits(hits, own, scorer, snapshot, limit, per_file, streams=streams)
        if total is None:
            total = int(replies[0]["hits"]["total"]["value"])
        if len(best) == limit or is_all:
            return total, 0 if is_all else most, best
        most *= 4


def _first(
    plan: Dsl, own: Named, most: int, limit: int, scorer: Scorer, snapshot: Snapshot
) -> tuple[int | None, list[Any]]:
    """Return the number of passages that match, if it is small, and those that the cluster ranks highest."""
    fields = ("document",) if scorer.has_words else _FIELDS  # if documents count, they come first
    asked = {"stored_fields": "_none_", "docvalue_fields": list(fields)}
    counting = _with_names(plan, own.queries)
    total, hits = snapshot.ranked(counting, most, asked, near=scorer.near)
    if limit and len(hits) == most and hits[limit - 1]["_score"] == hits[-1]["_score"]:
        above = [hit for hit in hits if hit["_score"] > hits[-1]["_score"]]
        _, hits = snapshot.ranked(counting, most, asked, by_path=True)  # ties decide the answer
        hits = [*above, *hits] if scorer.near else hits  # without nearness, they are among these
    return total, hits


def documents_of(hits: Iterable[Mapping[str, Any]], most: int) -> list[str]:
    """Return the documents of hits, at most those whose passages probably have the highest scores.

    A document adds to the scores of its passages. The more of them are hits, the more it adds.
    """
    scores: dict[str, float] = {}
    for hit in hits:
        document, score = str(hit["fields"]["document"][0]), float(hit["_score"])
        scores[document] = scores[document] + score / 2 if document in scores else score
    return sorted(scores, key=scores.__getitem__, reverse=True)[:most]


def _best_of_hits(
    hits: Sequence[Mapping[str, Any]],
    own: Named,
    scorer: Scorer,
    snapshot: Snapshot,
    limit: int,
    per_file: int | None,
    *,
    streams: bool,
) -> list[Found]:
    """Return the best of some hits, to whose scores their documents add nothing."""
    views = [_view(hit, own) for hit in hits]
    if own is not UNNAMED:
        return read_best(views, scorer, snapshot, limit, per_file, streams=streams)
    read = snapshot.at([view.stored.key for view in views], streams=True)
    return at_most_per_file(scorer.found(read.values()), per_file)[:limit]


def best_in_documents(
    query: Query,
    plan: Dsl,
    documents: Iterable[str],
    most: int,
    scorer: Scorer,
    snapshot: Snapshot,
    limit: int,
    per_file: int | None,
) -> list[Found]:
    """Return the best passages of some documents, which are read.

    The cluster ranks passages alone, but documents add to their scores. So it ranks the passages of these documents
    once more, by the formula, with what the documents add, and the most that the nearness of words can add. Texts are
    read until no other can be among the best, or `most`.
    """
    if not limit:
        return []
    is_exact = scorer.has_few
    if is_exact:
        plan = translate(query, snapshot.term_set, unit=scorer.unit).query
    around = scorer.around(documents)
    params = snapshot.params(is_exact=is_exact)
    found: list[Found] = []
    for keys in chunks(around, _DOCUMENTS):
        again = _again(plan, {key: around[key] for key in keys}, scorer)
        for read, bound in snapshot.pages(again, limit + _MORE, most, params):
            found = sorted([*found, *scorer.found(read)], key=Found.order)
            found = at_most_per_file(found, per_file)[:limit]
            if is_exact and len(found) == limit and bound * _ROUNDED < found[-1].score:
                break
    return found


def _again(plan: Dsl, around: Mapping[str, float], scorer: Scorer) -> Dsl:
    """Return the query for the passages of documents, with what these add, and with the most that nearness can add."""
    among = {"terms": {"document": list(around)}}
    return {
        "script_score": {
            "query": {"bool": {"must": [plan], "filter": [among], "should": scorer.near}},
            "script": {
                "source": "params.most * _score + params.around[doc['document'].value]",
                "params": {"around": around, "most": 1.0 if scorer.near else scorer.most_near},
            },
        }
    }


def _view(hit: Mapping[str, Any], own: Named) -> CandidateView:
    number, document, length, path, place, ordinal = [hit["fields"][name][0] for name in _FIELDS]
    batch = document.partition("-")[0]  # the same for a document and its passages
    stored = Candidate(f"{batch}-{number}", path, place, ordinal, document, length)
    return CandidateView(stored, hit.get("matched_queries", {}), own)


def read_best(
    views: Iterable[CandidateView],
    scorer: Scorer,
    snapshot: Snapshot,
    limit: int,
    per_file: int | None,
    *,
    streams: bool = False,
) -> list[Found]:
    """Read the best candidates, at most `limit`, and at most `per_file` of a file."""
    best = _best(_ranked(views, scorer), limit, per_file)
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
