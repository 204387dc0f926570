"""Ranking quality on judged queries: nDCG@10, AP, R@100, P@5 and RR, computed by ir-measures.

A judgement says how relevant a document is to a query. It is a line `query document grade`, or TREC's `query 0 document
grade`, separated by white space. `identifiers.document_name` names the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from seedsearch.errors import SourceUnreadableError, UnsupportedError
from seedsearch.query.batch import BatchQuery
from seedsearch.query.parse import MAX_CHARACTERS, MAX_CLAUSES
from seedsearch.record import Record
from seedsearch.search import Opened
from seedsearch.search.identifiers import document_name
from seedsearch.search.searcher import SearchOptions, search

MEASURES = ("nDCG@10", "AP", "R@100", "P@5", "RR")
DEPTH = 1000
"""The default number of documents to rank for each query."""

Judgements: TypeAlias = dict[str, dict[str, int]]
"""query -> document -> grade: 1 or more if the document is relevant, else 0."""

Run: TypeAlias = dict[str, list[str]]
"""query -> the documents found, best first."""


class Figures(Record):
    """The figures of each query, and their means, in the order of MEASURES."""

    by_query: dict[str, tuple[float, ...]]
    means: tuple[float, ...]


def read_judgements(data: bytes, name: str) -> Judgements:
    """Parse judgements. `name` names the file in errors. Raises SourceUnreadableError."""
    judgements: Judgements = {}
    for number, line in enumerate(data.decode("utf-8-sig", "surrogateescape").split("\n"), 1):
        columns = line.split()
        if not columns:
            continue
        try:
            query, document, grade = columns if len(columns) == 3 else columns[::2] + columns[3:]
            judgements.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise SourceUnreadableError(
                f"{name}:{number}: not a judgement",
                "write query, document and grade, as in: 7 d12 1",
            ) from None
    if not judgements:
        raise SourceUnreadableError(f"{name}: no judgements in it")
    return judgements


def run_queries(
    index: Opened, queries: Iterable[BatchQuery], *, literal: bool = True, depth: int = DEPTH
) -> Run:
    """Return the documents found for each query, as `seedsearch query --by document` ranks them.

    With `literal`, queries are plain words, and queries that exceed the limits are shortened, because some judged sets
    use whole abstracts. Raises QuerySyntaxError, QueryTooBroadError, IndexDamagedError.
    """
    options = SearchOptions(depth, per_file=None, literal=literal, by="document")
    options = options.replace(text=False, details=False, stale=False)
    run: Run = {}
    for query in queries:
        text = within_limits(query.text) if literal else query.text
        result = search(index, text, options)
        run[query.id] = list(dict.fromkeys(map(document_name, result.hits)))
    return run


def within_limits(text: str) -> str:
    """Return the beginning of a text that fits into a query, in whole words."""
    words = " ".join(text.split()[:MAX_CLAUSES])
    if len(words) <= MAX_CHARACTERS:
        return words
    return words[:MAX_CHARACTERS].rpartition(" ")[0] or words[:MAX_CHARACTERS]


def measure(run: Run, judgements: Mapping[str, Mapping[str, int]]) -> Figures:
    """Return the figures of a run's judged queries. A query that finds nothing counts 0.

    Raises UnsupportedError if ir-measures is not installed.
    """
    try:
        import ir_measures  # an optional dependency, and half a second of start-up
    except ImportError:
        raise UnsupportedError("eval needs ir-measures", "pip install 'seedsearch[eval]'") from None
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    judged = {query: dict(grades) for query, grades in judgements.items() if query in run}
    # Ranks instead of scores, because ir-measures would reorder documents with equal scores.
    scored = {
        query: {document: -float(rank) for rank, document in enumerate(run[query])}
        for query in judged
    }
    values = {query: dict.fromkeys(measures, 0.0) for query in judged}
    for metric in ir_measures.iter_calc(measures, judged, scored):
        values[metric.query_id][metric.measure] = metric.value
    by_query = {query: tuple(map(own.__getitem__, measures)) for query, own in values.items()}
    columns = zip(*by_query.values(), strict=True)
    return Figures(by_query, tuple(sum(column) / len(by_query) for column in columns))
