"""`seedsearch eval`: measure ranking quality with judged queries."""

from __future__ import annotations

import click

from seedsearch.cli import options as cli
from seedsearch.cli.exit import say
from seedsearch.errors import UsageError
from seedsearch.query.batch import read_batch
from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean
from seedsearch.search.evaluation import (
    DEPTH,
    MEASURES,
    Figures,
    measure,
    read_judgements,
    run_queries,
)

EVAL_SCHEMA = "seedsearch.eval/1"


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
