"""`seedsearch terms`: list the terms of the index, with counts."""

from __future__ import annotations

import click

from seedsearch.cli.counts import write_counts
from seedsearch.cli.exit import DONE, NO_HITS
from seedsearch.cli.options import debug_option, index_option, open_home
from seedsearch.render.terms import HEADINGS, term_object, term_record, term_row, terms_summary
from seedsearch.search.vocabulary import Order, list_terms


@click.command("terms", short_help="List the terms of the index, with counts.")
@click.argument("prefix", default="")
@click.option(
    "-k",
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    metavar="N",
    help="At most N terms (0: no limit).",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(["count", "word"]),
    default="count",
    show_default=True,
    help="Sort by the number of passages, or alphabetically.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one term a line.")
@index_option
@debug_option
def command(prefix: str, limit: int, order: Order, as_json: bool, index_folder: str | None) -> int:
    """List the terms that begin with PREFIX, or all terms, with the number of passages that contain each.

    Terms are words as they are indexed: in lower case and without accents. Scripts without spaces, such as
    Chinese and Japanese, give pairs of characters. Patterns work as in a query. In a pipe, each line is
    term, tab, number of passages.

    \b
      seedsearch terms troo
      seedsearch terms 'n*korea*'        terms that match a pattern
      seedsearch terms trops~            terms with a similar spelling
      seedsearch terms title:kore        terms in titles
      seedsearch terms -k0 --sort word | cut -f1
    """
    engine, _ = open_home(index_folder)
    try:
        found = list_terms(engine, prefix, limit or None, order)
    finally:
        engine.close()
    write_counts(
        found.terms,
        HEADINGS,
        term_row,
        term_object if as_json else term_record,
        terms_summary(len(found.terms), found.total),
        as_lines=as_json,
    )
    return DONE if found.total else NO_HITS
