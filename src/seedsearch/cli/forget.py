"""`seedsearch forget`: remove files and folders from the index. The files themselves stay."""

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


@click.command("forget", short_help="Remove a file or folder from the index.")
@click.argument("paths", nargs=-1, required=True)
@index_option
@debug_option
def command(paths: tuple[str, ...], index_folder: str | None) -> int:
    """Remove PATHS, and everything below them, from the index. The files themselves stay.

    The next `seedsearch index` does not read a forgotten root again.

    \b
      seedsearch forget articles/drafts
      seedsearch forget report.txt         added by `index --stdin --name report.txt`
    """
    engine, home = open_home(index_folder)
    cwd = os.getcwd()
    code = DONE
    try:
        for path in paths:
            try:
                removed = forget(engine, home, _resolve(engine, home, path, cwd))
            except SourceNotFoundError as error:
                say(error_text(error))
                code = ERROR
            else:
                say(f"{plural(removed, 'file')} forgotten")
    finally:
        engine.close()
    return code


def _resolve(engine: Engine, home: Home, path: str, cwd: str) -> str:
    """Return the absolute path of a file or folder, or the path of the stream with this name."""
    absolute = os.path.normpath(os.path.join(cwd, path))
    stream = home.stream(path)
    if engine.state(stream) is not None and engine.state(home.stored(absolute)) is None:
        return stream
    return absolute
