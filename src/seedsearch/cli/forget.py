"""`seedsearch forget`: remove files and folders from the index. The files themselves stay."""

from __future__ import annotations

import sys

import click

from seedsearch.cli.exit import DONE, ERROR, say, say_done
from seedsearch.cli.options import Command, flag, index_option, is_terminal, open_home, write_lines
from seedsearch.errors import SourceNotFoundError
from seedsearch.indexing import files_below, forget, indexed_path
from seedsearch.render.messages import error_text, plural
from seedsearch.render.sanitize import clean


@click.command("forget", cls=Command)
@click.argument("paths", nargs=-1, required=True)
@flag("-n", "--dry-run", help="Print the files to remove, and remove nothing.")
@flag("-y", "--yes", help="Remove everything without asking.")
@index_option
def command(paths: tuple[str, ...], dry_run: bool, yes: bool, index_folder: str | None) -> int:
    """Remove PATHS, and everything below them, from the index. The files themselves stay.

    The next `seedsearch index` does not read a forgotten root again. On a terminal, `forget` asks before it removes
    the last root.

    \b
      seedsearch forget articles/drafts
      seedsearch forget report.txt         added by `index --stdin --name`
    """
    code = DONE
    with open_home(index_folder) as (engine, home, cwd):
        for path in paths:
            try:
                absolute = indexed_path(engine, home, path, cwd)
                gone, left = files_below(engine, home, absolute)
                if dry_run:
                    write_lines(clean(home.shown(path, cwd)) for path in sorted(gone))
                    say_done(f"{plural(len(gone), 'file')} would be removed")
                elif left or yes or _is_confirmed(len(gone)):
                    say_done(f"{plural(forget(engine, home, absolute), 'file')} forgotten")
                else:
                    say("nothing forgotten")
            except SourceNotFoundError as error:
                say(error_text(error))
                code = ERROR
    return code


def _is_confirmed(files: int) -> bool:
    """Ask whether to remove everything. Without a terminal, return True."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return True
    return click.confirm(
        f"this removes all {plural(files, 'file')} from the index; continue?", err=True
    )
