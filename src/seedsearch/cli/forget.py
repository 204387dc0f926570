"""`seedsearch forget`: take files and folders out of the index; the files themselves stay."""

from __future__ import annotations

import os

import click

from seedsearch.cli.exit import DONE, ERROR, say
from seedsearch.cli.options import debug_option, index_option, open_home
from seedsearch.errors import SourceNotFoundError
from seedsearch.indexing import forget
from seedsearch.render.messages import error_text, plural


@click.command("forget", short_help="Take a file or folder out of the index.")
@click.argument("paths", nargs=-1, required=True)
@index_option
@debug_option
def command(paths: tuple[str, ...], index_folder: str | None) -> int:
    """Take PATHS, with everything below them, out of the index. The files themselves stay.

    A root that is forgotten is not read again by the next `index`.

    \b
      seedsearch forget articles/drafts
    """
    engine, home = open_home(index_folder)
    cwd = os.getcwd()
    code = DONE
    try:
        for path in paths:
            try:
                gone = forget(engine, home, os.path.normpath(os.path.join(cwd, path)))
            except SourceNotFoundError as error:
                say(error_text(error))
                code = ERROR
            else:
                say(f"{plural(gone, 'file')} forgotten")
    finally:
        engine.close()
    return code
