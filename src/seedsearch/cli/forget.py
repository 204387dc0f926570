"""`seedsearch forget`: take files and folders out of the index; the files themselves stay."""

from __future__ import annotations

import os

import click

from seedsearch.cli.exit import DONE, ERROR, say
from seedsearch.cli.options import debug_option, index_option, open_home
from seedsearch.engine.base import Engine
from seedsearch.errors import SourceNotFoundError
from seedsearch.indexing import forget
from seedsearch.paths import Home
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
      seedsearch forget report.txt         what `index --stdin --name report.txt` brought
    """
    engine, home = open_home(index_folder)
    cwd = os.getcwd()
    code = DONE
    try:
        for path in paths:
            try:
                gone = forget(engine, home, _meant(engine, home, path, cwd))
            except SourceNotFoundError as error:
                say(error_text(error))
                code = ERROR
            else:
                say(f"{plural(gone, 'file')} forgotten")
    finally:
        engine.close()
    return code


def _meant(engine: Engine, home: Home, path: str, cwd: str) -> str:
    """The absolute path of a file or folder; or the document from a pipe that has this name."""
    absolute = os.path.normpath(os.path.join(cwd, path))
    piped = home.stream(path)
    if engine.state(piped) is not None and engine.state(home.stored(absolute)) is None:
        return piped
    return absolute
