"""`seedsearch terms`: list the terms of the index, with counts."""

from __future__ import annotations

import click

from seedsearch.cli.counting import table_of, write_counts
from seedsearch.cli.options import Command, flag, index_option, limit_option, open_home
from seedsearch.render.terms import HEADINGS, term_object, term_record, term_row, terms_summary
from seedsearch.search.vocabulary import Order, list_terms


@click.command("terms", cls=Command)
@click.argument("prefix", default="")
@limit_option(100, "terms")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["count", "word"]),
    default="count",
    show_default=True,
    help="Sort by the number of passages, or alphabetically.",
)
@flag("--json", "as_json", help="JSON Lines, one term a line.")
@index_option
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
    with open_home(index_folder) as (engine, _):
        found = list_terms(engine, prefix, limit or None, order)
    return write_counts(
        found.total,
        table_of(found.terms, HEADINGS, term_row),
        map(term_object if as_json else term_record, found.terms),
        terms_summary(len(found.terms), found.total),
        in_records=as_json,
    )
