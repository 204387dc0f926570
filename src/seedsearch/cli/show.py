"""`seedsearch show`: print a passage with the passages around it."""

from __future__ import annotations

import sys

import click

from seedsearch.cli import options as cli
from seedsearch.cli.exit import say
from seedsearch.cli.last_answer import chosen
from seedsearch.cli.terminal import write_layout
from seedsearch.config import load_config
from seedsearch.render.cells import terminal_width
from seedsearch.render.messages import error_message
from seedsearch.render.paint import Paint
from seedsearch.render.passage_view import line_records, passage_record, view_lines
from seedsearch.render.sanitize import clean
from seedsearch.search.passage_view import show


@click.command("show", cls=cli.Command)
@click.argument("passage", metavar="N|PLACE")
@cli.number(
    "-C",
    "--context",
    most=1000,
    default=1,
    show_default=True,
    help="Number of passages to print before and after it.",
)
@click.option(
    "--query", "words", metavar="WORDS", default="", help="Highlight what this query matches."
)
@cli.flag("--json", "as_json", help="One JSON object, with the exact text.")
@cli.color_option
@cli.pager_option
@cli.index_option
def command(
    passage: str,
    context: int,
    words: str,
    as_json: bool,
    color: str | None,
    no_pager: bool,
    index_folder: str | None,
) -> None:
    """Print a passage and the passages around it, with line numbers.

    N is the rank of a hit in the last answer on a terminal. PLACE is a passage, by FILE:LINE as `query` prints it
    (papers.zip›b.txt:3, report.pdf#p=3), or by the value of `passage` in `query --json`.
    The lines come from the file. If the file has changed since it was indexed, they come from the index, and
    a message on stderr says so. In a pipe, lines of the passage are number:text, lines around it number-text.

    \b
      seedsearch show 3
      seedsearch show notes/port.txt:12
      seedsearch show -C 3 notes/port.txt:12
      seedsearch query --json -k1 Najin | jq -r .passage | xargs seedsearch show
    """
    with cli.open_home(index_folder) as index:
        wanted = chosen(index.home, passage)
        words = words or wanted.query
        view = show(index, wanted.place, context, words, printed=clean)
    color = color or load_config(index.home.base).color or "auto"
    paint = Paint(cli.paint_level(color, sys.stdout))
    if as_json:
        cli.write_records([passage_record(view)])
    elif cli.is_terminal(sys.stdout):
        write_layout(view_lines(view, terminal_width(), paint), paged=not no_pager)
    else:
        cli.write_records(line_records(view, paint))
        if view.stale:
            what = "has changed since it was indexed; these lines come from the index"
            say(error_message(f"{view.path} {what}", "run seedsearch index to update it"))
