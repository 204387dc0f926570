"""How well an index answers judged queries: nDCG@10, AP, R@100, P@5, RR, by ir-measures.

Judgements say which documents answer a query, and how well: `query document grade` or TREC's `query 0 document
grade`, one a line, parted by white space. A document is known by its own id, or else by its path
(`identifiers.document_name`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from seedsearch.engine.base import Engine
from seedsearch.errors import SourceUnreadableError, UnsupportedError
from seedsearch.paths import Home
from seedsearch.query.batch import BatchQuery
from seedsearch.query.parse import MAX_CHARACTERS, MAX_CLAUSES
from seedsearch.record import Record
from seedsearch.search.identifiers import document_name
from seedsearch.search.searcher import SearchOptions, search

MEASURES = ("nDCG@10", "AP", "R@100", "P@5", "RR")
DEPTH = 1000
"""So many documents of each answer are looked at."""

Judgements: TypeAlias = dict[str, dict[str, int]]
"""By query and document, the grade: 1 or more where the document answers, else 0."""

Run: TypeAlias = dict[str, list[str]]
"""The documents that answer each query, best first."""


class Figures(Record):
    """What was measured: each query's figures and their means, in the order of MEASURES."""

    by_query: dict[str, tuple[float, ...]]
    means: tuple[float, ...]


def read_judgements(data: bytes, name: str) -> Judgements:
    """Judgements by query. Raises SourceUnreadableError."""
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
    engine: Engine,
    home: Home,
    queries: Iterable[BatchQuery],
    cwd: str,
    *,
    literal: bool = True,
    depth: int = DEPTH,
) -> Run:
    """The documents that answer each query, with the defaults of `seedsearch query --by document`.

    Queries are words unless not `literal`; longer ones than the caps allow are cut, for abstracts serve as queries too.
    Raises QuerySyntaxError, QueryTooBroadError, IndexDamagedError.
    """
    options = SearchOptions(
        limit=depth, per_file=None, literal=literal, text=False, details=False, stale=False,
        by="document",
    )  # fmt: skip
    run: Run = {}
    for query in queries:
        text = within_caps(query.text) if literal else query.text
        result = search(engine, home, text, options, cwd)
        run[query.id] = list(dict.fromkeys(map(document_name, result.hits)))
    return run


def within_caps(text: str) -> str:
    """As many whole words of a text as a query may have."""
    words = " ".join(text.split()[:MAX_CLAUSES])
    if len(words) <= MAX_CHARACTERS:
        return words
    return words[:MAX_CHARACTERS].rpartition(" ")[0] or words[:MAX_CHARACTERS]


def measured(run: Run, judgements: Mapping[str, Mapping[str, int]]) -> Figures:
    """The figures of the judged queries of a run; one that finds nothing counts 0.

    Raises UnsupportedError without ir-measures.
    """
    try:
        import ir_measures  # half a second, and an extra
    except ImportError:
        raise UnsupportedError("eval needs ir-measures", "pip install 'seedsearch[eval]'") from None
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    judged = {query: dict(grades) for query, grades in judgements.items() if query in run}
    # The order is ours: equal scores would be put into another one.
    scored = {
        query: {document: -float(rank) for rank, document in enumerate(run[query])}
        for query in judged
    }
    values = {query: dict.fromkeys(measures, 0.0) for query in judged}
    for metric in ir_measures.iter_calc(measures, judged, scored):
        values[metric.query_id][metric.measure] = metric.value
    by_query = {
        query: tuple(of_query[measure] for measure in measures)
        for query, of_query in values.items()
    }
    columns = zip(*by_query.values(), strict=True)
    return Figures(by_query, tuple(sum(column) / len(by_query) for column in columns))
