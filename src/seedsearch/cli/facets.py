"""`seedsearch facets`: count the matches of a query by folder, type, language, year or field."""

from __future__ import annotations

from functools import partial

import click

from seedsearch.cli import options as cli
from seedsearch.cli.counting import Choices, counting_options, write_counts
from seedsearch.cli.output import Output
from seedsearch.render import counts
from seedsearch.search import Opened
from seedsearch.search.facets import facets, timeline
from seedsearch.search.searcher import SearchOptions


@click.command("facets", cls=cli.QueryCommand)
@click.argument("words", nargs=-1)
@cli.repeated(
    "--by",
    "names",
    metavar="FACET",
    help="folder, type, language, year, or a field such as from. May be repeated "
    "[default: the first four, and from and author where documents have them].",
)
@cli.limit_option(10, "values of each")
@cli.flag("--json", "as_json", help="JSON Lines, one value a line.")
@counting_options
@cli.pager_option
@cli.index_option
def command(
    words: tuple[str, ...],
    names: tuple[str, ...],
    limit: int,
    as_json: bool,
    choices: Choices,
    no_pager: bool,
    index_folder: str | None,
) -> int:
    """Count the passages that match WORDS by folder, type, language, year and field. Without WORDS, count all passages.

    Folders are the topmost ones that differ. Values are written as a query takes them, as in type:md. In a pipe,
    each line is facet, tab, value, tab, number of passages. A line without a value counts the passages of documents
    without this facet.

    \b
      seedsearch facets troops
      seedsearch facets --by from 'date:2024'    who wrote most in 2024
      seedsearch facets --by type -k0
      seedsearch facets troops -- notes/         only below this folder
    """
    options = choices.search
    with cli.open_home(index_folder) as index:
        text = cli.query_text(words)
        found = facets(index, text, options, names, limit or None)
    return write_counts(
        found.total,
        partial(counts.facet_lines, found.facets),
        counts.facet_records(found.facets, as_json=as_json),
        counts.count_summary(found.total),
        notes=found.query_notes,
        in_records=as_json,
        paged=not no_pager,
    )


def write_timeline(index: Opened, text: str, options: SearchOptions, output: Output) -> int:
    """Count the matches of a query by date and write: `query --timeline`. Return the exit code."""
    found = timeline(index, text, options)
    as_json = output.form == "timeline-json"
    return write_counts(
        found.total,
        partial(counts.bar_lines, found.every_period),
        counts.period_records(found, as_json=as_json),
        counts.count_summary(found.total),
        notes=found.query_notes,
        color=output.color,
        in_records=as_json,
        paged=output.paged,
    )
