"""`seedsearch eval`: measure ranking quality with judged queries: nDCG@10, AP, R@100, P@5 and RR, by ir-measures.

A judgement says how relevant a document is to a query. It is a line `query document grade`, or TREC's `query 0 document
grade`, separated by white space. `identifiers.document_name` names the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import click

from seedsearch.cli import options as cli
from seedsearch.cli.exit import say
from seedsearch.errors import SourceUnreadableError, UnsupportedError, UsageError
from seedsearch.query.batch import BatchQuery, read_batch
from seedsearch.query.parse import MAX_CHARACTERS, MAX_CLAUSES
from seedsearch.record import Record
from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean
from seedsearch.search import Opened
from seedsearch.search.identifiers import document_name
from seedsearch.search.searcher import SearchOptions, search

EVAL_SCHEMA = "seedsearch.eval/1"
MEASURES = ("nDCG@10", "AP", "R@100", "P@5", "RR")
DEPTH = 1000
"""The default number of documents to rank for each query."""


@click.command("eval", cls=cli.Command)
@click.option("--queries", required=True, metavar="FILE", help="Queries, as for query -f.")
@click.option(
    "--qrels",
    required=True,
    metavar="FILE",
    help="Judgements: a query, a document and a grade on each line.",
)
@cli.flag("-v", "--verbose", help="Print the figures of each query too.")
@cli.flag("--json", "as_json", help="JSON Lines, one query a line.")
@cli.flag("--operators", help="Read the queries as query language, not as plain words.")
@cli.number(
    "-k",
    "--limit",
    least=1,
    default=DEPTH,
    show_default=True,
    help="Number of documents to rank for each query.",
)
@cli.index_option
def command(
    queries: str,
    qrels: str,
    verbose: bool,
    as_json: bool,
    operators: bool,
    limit: int,
    index_folder: str | None,
) -> None:
    """Run judged queries and print how good the results are.

    Documents are ranked as by `query --by document`. Judgements name a document by its own id (in JSON
    Lines files) or by its path. The output is measure, query and value, separated by tabs, as in
    trec_eval. The measures are nDCG@10, AP, R@100, P@5 and RR. The values of the query "all"
    are means; the mean of RR is MRR. Needs `pip install 'seedsearch[eval]'`.

    \b
      seedsearch eval --queries queries.jsonl --qrels qrels.tsv
      seedsearch eval --queries topics.tsv --qrels qrels.txt -v | sort -k3n | head
      seedsearch query -f queries.jsonl --format trec > run.txt     for trec_eval
    """
    batch = read_batch(queries)
    with open(qrels, "rb") as file:
        judgements = read_judgements(file.read(), qrels)
    judged = [query for query in batch if query.id in judgements]
    if not judged:
        raise UsageError(
            f"{qrels} has no judgements for the queries of {queries}",
            "the first column of the judgements must be the id of a query",
        )
    with cli.open_home(index_folder) as index:
        run = run_queries(index, judged, literal=not operators, depth=limit)
    _write(measure(run, judgements), verbose=verbose, as_json=as_json)
    if unjudged := len(batch) - len(judged):
        say(f"skipped {plural(unjudged, 'query', 'queries')} without judgements")


def _write(figures: Figures, *, verbose: bool, as_json: bool) -> None:
    rows = [*(figures.by_query.items() if verbose else ()), ("all", figures.means)]
    for query, values in rows:
        of_query = dict(zip(MEASURES, (round(value, 4) for value in values), strict=True))
        if as_json:
            about = {"schema": EVAL_SCHEMA, "query": query, "queries": len(figures.by_query)}
            cli.write_records([json_line(about | of_query)])
        else:
            cli.write_lines(
                f"{name}\t{clean(query)}\t{value:.4f}" for name, value in of_query.items()
            )


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
