"""`seedsearch check`: read the whole index and say what of it is damaged."""

from __future__ import annotations

import os

import click

from seedsearch.cli.exit import DONE, ERROR, say
from seedsearch.cli.options import debug_option, explicit_index, index_option, stdout_bytes
from seedsearch.engine.registry import check_index
from seedsearch.paths import find_home
from seedsearch.render.messages import error_message, plural


@click.command("check", short_help="Say whether the index is whole, and what is damaged.")
@index_option
@debug_option
def command(index_folder: str | None) -> int:
    """Read the whole index, and name every file of it that is damaged.

    A damaged index answers nothing from what is damaged. `seedsearch index --rebuild` makes it anew
    from the documents. Exit code: 0 whole, 2 damaged.

    \b
      seedsearch check && tar czf backup.tar.gz .seedsearch
    """
    home = find_home(os.getcwd(), explicit_index(index_folder))
    report = check_index(home.folder)
    for file, what in report.damages:
        say(error_message(f"the index is damaged: {file}: {what}"))
    if report.damages:
        files = len({file for file, _ in report.damages})
        say(
            error_message(
                f"{plural(files, 'file')} of the index {'is' if files == 1 else 'are'} damaged",
                "run seedsearch index --rebuild to make it anew from the documents",
            )
        )
        return ERROR
    segments, passages = plural(report.segments, "segment"), plural(report.passages, "passage")
    stdout_bytes().write(f"the index is whole: {segments}, {passages}\n".encode())
    return DONE
