"""`seedsearch terms`: list the terms of the index, with counts."""

from __future__ import annotations

import sys

import click

from seedsearch.cli.exit import DONE, NO_HITS, say
from seedsearch.cli.options import (
    Command,
    debug_option,
    index_option,
    is_terminal,
    open_home,
    stdout_bytes,
    stdout_encoding,
    use_color,
)
from seedsearch.render.terms import HEADINGS, term_object, term_record, term_row, terms_summary
from seedsearch.search.vocabulary import Order, TermList, list_terms


@click.command("terms", cls=Command, short_help="List the terms of the index, with counts.")
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
    _write(found, as_json=as_json)
    return DONE if found.total else NO_HITS


def _write(found: TermList, *, as_json: bool) -> None:
    stream = stdout_bytes()
    terminal = is_terminal(sys.stdout) and not as_json
    if terminal and found.terms:
        from seedsearch.render.console import print_table  # start-up time: imports Rich

        color = use_color("auto", sys.stdout)
        rows = [term_row(term) for term in found.terms]
        print_table(HEADINGS, rows, stream, encoding=stdout_encoding(), color=color)
    elif not terminal:
        stream.writelines(map(term_object if as_json else term_record, found.terms))
    stream.flush()
    if is_terminal(sys.stderr):
        gap = "\n" if terminal and found.terms else ""
        say(gap + terms_summary(len(found.terms), found.total))
