"""`seedsearch facets`: count the matches of a query by folder, type, language, year or field."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from seedsearch.cli.counting import Choices, counting_options, write_counts
from seedsearch.cli.options import (
    QueryCommand,
    flag,
    index_option,
    limit_option,
    open_home,
    pager_option,
    query_text,
    repeated,
)
from seedsearch.render.counts import (
    bar_lines,
    count_summary,
    facet_lines,
    facet_records,
    period_records,
)
from seedsearch.search.facets import facets, timeline

if TYPE_CHECKING:
    from seedsearch.cli.output import Output
    from seedsearch.search import Opened
    from seedsearch.search.searcher import SearchOptions


@click.command("facets", cls=QueryCommand)
@click.argument("words", nargs=-1)
@repeated(
    "--by",
    "names",
    metavar="FACET",
    help="folder, type, language, year, or a field such as from. May be repeated "
    "[default: the first four, and from and author where documents have them].",
)
@limit_option(10, "values of each")
@flag("--json", "as_json", help="JSON Lines, one value a line.")
@counting_options
@pager_option
@index_option
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
    with open_home(index_folder) as index:
        text = query_text(words)
        found = facets(index, text, options, names, limit or None)
    return write_counts(
        found.total,
        partial(facet_lines, found.facets),
        facet_records(found.facets, as_json=as_json),
        count_summary(found.total),
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
        partial(bar_lines, found.every_period),
        period_records(found, as_json=as_json),
        count_summary(found.total),
        notes=found.query_notes,
        color=output.color,
        in_records=as_json,
        paged=output.paged,
    )
