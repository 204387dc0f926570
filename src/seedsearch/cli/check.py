"""`seedsearch check`: verify the index."""

from __future__ import annotations

import click

from seedsearch.cli.exit import DONE, ERROR, say
from seedsearch.cli.options import Command, index_home, index_option, write_rows
from seedsearch.engine.registry import check_index
from seedsearch.render.messages import error_message, plural


@click.command("check", cls=Command)
@index_option
def command(index_folder: str | None) -> int:
    """Read every byte of the index, and name each damaged file.

    A damaged file never yields results. `seedsearch index --rebuild` builds the index again from the
    documents. Exit code: 0 whole, 2 damaged.

    \b
      seedsearch check && tar czf backup.tar.gz .seedsearch
    """
    report = check_index(index_home(index_folder).folder)
    for file, what in report.damages:
        say(error_message(f"the index is damaged: {file}: {what}"))
    if files := len({file for file, _ in report.damages}):
        what = f"{plural(files, 'file')} of the index {'is' if files == 1 else 'are'} damaged"
        hint = "run seedsearch index --rebuild to build it again from the documents"
        say(error_message(what, hint))
        return ERROR
    segments, passages = plural(report.segments, "segment"), plural(report.passages, "passage")
    write_rows([f"the index is whole: {segments}, {passages}"])
    return DONE
