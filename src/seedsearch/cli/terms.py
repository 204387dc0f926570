"""`seedsearch terms`: list the terms of the index, with counts."""

from __future__ import annotations

from functools import partial

import click

from seedsearch.cli.counting import write_counts
from seedsearch.cli.options import Command, flag, index_option, limit_option, open_home
from seedsearch.render.counts import count_object, count_record, table_lines
from seedsearch.render.messages import plural
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
    with open_home(index_folder) as index:
        terms, total = list_terms(index.engine, prefix, limit or None, order)
    return write_counts(
        total,
        partial(table_lines, ("term", "passages", "occurrences"), terms),
        (count_object("term", t._asdict()) if as_json else count_record(t[:2]) for t in terms),
        f"{len(terms):,} of {plural(total, 'term')}" if total else "no such term",
        in_records=as_json,
    )
