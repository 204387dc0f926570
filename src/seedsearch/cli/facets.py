"""`seedsearch facets`: count the matches of a query by folder, type, language, year or field."""

from __future__ import annotations

import os

import click

from seedsearch.cli.count_output import write_counts
from seedsearch.cli.counting_options import Choices, counting_options
from seedsearch.cli.options import (
    debug_option,
    index_option,
    limit_option,
    open_home,
    pager_option,
    query_text,
)
from seedsearch.cli.query_command import QueryCommand
from seedsearch.render.facets import facet_lines, facet_objects, facet_records, spread_summary
from seedsearch.search.facets import facets


@click.command(
    "facets",
    cls=QueryCommand,
    short_help="Count the matching passages by folder, type, language, year or field.",
)
@click.argument("words", nargs=-1)
@click.option(
    "--by",
    "names",
    multiple=True,
    metavar="FACET",
    help="folder, type, language, year, or a field such as from. May be repeated "
    "[default: the first four, and from and author where documents have them].",
)
@limit_option(10, "values of each")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one value a line.")
@counting_options
@pager_option
@index_option
@debug_option
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
    with open_home(index_folder) as (engine, home):
        text = query_text(words)
        found = facets(engine, home, text, options, os.getcwd(), names, limit or None)
    write = facet_objects if as_json else facet_records
    return write_counts(
        found.total,
        lambda width, paint: facet_lines(found.facets, width, paint),
        write(found.facets),
        spread_summary(found.total),
        notes=found.query_notes,
        in_records=as_json,
        paged=not no_pager,
    )
