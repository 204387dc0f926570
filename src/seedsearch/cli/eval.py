"""`seedsearch eval`: how well the index answers judged queries."""

from __future__ import annotations

import os

import click

from seedsearch.cli.batch import read_batch
from seedsearch.cli.exit import DONE, say
from seedsearch.cli.options import debug_option, index_option, open_home, stdout_bytes
from seedsearch.errors import UsageError
from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean
from seedsearch.search.evaluation import (
    DEPTH,
    MEASURES,
    Figures,
    measured,
    read_judgements,
    run_queries,
)

EVAL_SCHEMA = "seedsearch.eval/1"


@click.command("eval", short_help="Measure the answers to judged queries.")
@click.option("--queries", required=True, metavar="FILE", help="Queries, as for query -f.")
@click.option(
    "--qrels", required=True, metavar="FILE", help="Judgements: query, document, grade a line."
)
@click.option("-v", "--verbose", is_flag=True, help="Each query's figures, before the means.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of columns.")
@click.option(
    "--operators", is_flag=True, help="Queries are in the query language, not just words."
)
@click.option(
    "-k",
    "--limit",
    type=click.IntRange(min=1),
    default=DEPTH,
    show_default=True,
    metavar="N",
    help="Documents of each answer that are looked at.",
)
@index_option
@debug_option
def command(
    queries: str,
    qrels: str,
    verbose: bool,
    as_json: bool,
    operators: bool,
    limit: int,
    index_folder: str | None,
) -> int:
    """Ask the index judged queries, and print how good its answers are.

    Documents are ranked as by `query --by document`, and are known by their own ids (JSON Lines
    records) or by their paths. What is printed is measure, query and value, parted by tabs, as
    trec_eval does: nDCG@10, AP, R@100, P@5 and RR (whose mean is MRR), for "all" queries their
    means. Needs `pip install 'seedsearch[eval]'`.

    \b
      seedsearch eval --queries queries.jsonl --qrels qrels.tsv
      seedsearch eval --queries topics.tsv --qrels qrels.txt -v | sort -k3n | head
      seedsearch query -f queries.jsonl --format trec > run.txt     for trec_eval
    """
    asked = read_batch(queries)
    with open(qrels, "rb") as file:
        judgements = read_judgements(file.read(), qrels)
    judged = [query for query in asked if query.id in judgements]
    if not judged:
        raise UsageError(
            f"none of the queries of {queries} is judged in {qrels}",
            "the first column of the judgements has to name them",
        )
    engine, home = open_home(index_folder)
    try:
        run = run_queries(engine, home, judged, os.getcwd(), literal=not operators, depth=limit)
    finally:
        engine.close()
    figures = measured(run, judgements)
    _write(figures, verbose=verbose, as_json=as_json)
    unjudged = len(asked) - len(judged)
    if unjudged:
        say(
            f"left out, as nobody judged them: {plural(unjudged, 'query').replace('querys', 'queries')}"
        )
    return DONE


def _write(figures: Figures, *, verbose: bool, as_json: bool) -> None:
    rows = list(figures.by_query.items()) if verbose else []
    stream = stdout_bytes()
    for query, values in [*rows, ("all", figures.means)]:
        shown = [round(value, 4) for value in values]
        if as_json:
            about = {"schema": EVAL_SCHEMA, "query": query, "queries": len(figures.by_query)}
            stream.write(json_line(about | dict(zip(MEASURES, shown, strict=True))))
            continue
        for measure, value in zip(MEASURES, shown, strict=True):
            stream.write(f"{measure}\t{clean(query)}\t{value:.4f}\n".encode())
    stream.flush()
