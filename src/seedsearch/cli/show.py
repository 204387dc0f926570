"""`seedsearch show`: a passage in its surroundings."""

from __future__ import annotations

import os
import sys

import click

from seedsearch.cli.exit import DONE, say
from seedsearch.cli.options import (
    debug_option,
    index_option,
    is_terminal,
    open_home,
    stdout_bytes,
    stdout_encoding,
    use_color,
)
from seedsearch.model import PassageView
from seedsearch.render.messages import error_message
from seedsearch.render.passage_view import line_records, passage_record
from seedsearch.search.passage_view import show


@click.command("show", short_help="Print a passage in its surroundings.")
@click.argument("passage", metavar="PASSAGE|PATH:LINE")
@click.option(
    "-C",
    "--context",
    type=click.IntRange(0, 1000),
    default=1,
    show_default=True,
    metavar="N",
    help="Passages to print before and after it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the exact texts.")
@index_option
@debug_option
def command(passage: str, context: int, as_json: bool, index_folder: str | None) -> int:
    """Print a passage and those around it, with line numbers.

    It is named by PATH:LINE, as `query` prints it, or by its `passage` in `query --json`. The lines come
    from the file; where that has changed since it was indexed, from the index, and stderr says so.
    Through a pipe, lines of the passage are number:text and those around it number-text.

    \b
      seedsearch show notes/port.txt:12
      seedsearch show -C 3 notes/port.txt:12
      seedsearch query --json Najin | jq -r .passage | head -1 | xargs seedsearch show
    """
    engine, home = open_home(index_folder)
    try:
        view = show(engine, home, passage, os.getcwd(), context)
    finally:
        engine.close()
    _write(view, as_json=as_json)
    return DONE


def _write(view: PassageView, *, as_json: bool) -> None:
    stream = stdout_bytes()
    if as_json:
        stream.write(passage_record(view))
    elif is_terminal(sys.stdout):
        from seedsearch.render.console import (
            print_passage_view,  # Rich, only for eyes: start-up time
        )

        color = use_color("auto", sys.stdout)
        print_passage_view(view, stream, encoding=stdout_encoding(), color=color)
    else:
        stream.writelines(line_records(view))
        if view.stale:
            stream.flush()
            say(
                error_message(
                    f"{view.path} is not what was indexed; this is from the index",
                    "seedsearch index brings it up to date",
                )
            )
    stream.flush()
