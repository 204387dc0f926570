"""Search without an index: index standard input or a folder for one search, then delete the index."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

import click

from seedsearch.cli.exit import ERROR, say
from seedsearch.config import Config
from seedsearch.corpus.read import MAX_BYTES
from seedsearch.corpus.selection import Root, Selection
from seedsearch.corpus.walk import walk
from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine
from seedsearch.errors import SeedsearchError, SourceNotFoundError, SourceUnreadableError
from seedsearch.folders import INDEX_FOLDER
from seedsearch.indexing import collect_seldom, configured_options, update_index
from seedsearch.indexing.stream import add_stream
from seedsearch.paths import Home
from seedsearch.render.messages import error_message, plural, size
from seedsearch.search import Opened
from seedsearch.signals import held_back, stopping

_LARGE = 20_000_000  # bytes; above this, a message recommends a permanent index


@contextmanager
def engine_over_stdin(name: str, cwd: str, config: Config) -> Iterator[Opened]:
    """Yield an index of standard input. Raises SourceUnreadableError if it is no text."""
    data = read_stdin()
    home = _home(cwd)
    with _engine() as (engine, is_read):
        add_stream(engine, home, name, data, configured_options(config))
        is_read()
        yield Opened(engine, home, cwd)


@contextmanager
def engine_over_folders(
    folders: Sequence[str], cwd: str, config: Config, chosen: Selection | None = None
) -> Iterator[Opened]:
    """Yield an index of the chosen files of some folders. Raises SourceNotFoundError.

    The command ends with an error after its answer if a file that the user named could not be read.
    """
    collect_seldom()  # `cli.script` switched the garbage collector off, for short commands
    roots = tuple(os.path.normpath(os.path.join(cwd, folder)) for folder in folders)
    for folder, root in zip(folders, roots, strict=True):
        if not os.path.exists(root):
            raise SourceNotFoundError(f"no such file or folder: {folder}")
    walked = [Root(root, chosen or Selection()) for root in roots]
    files = list(walk(walked, lambda *_: None, patterns=config.ignore))
    total = sum(file.size for file in files)
    if total >= _LARGE:
        hint = f"seedsearch index {shlex.join(folders)} once, and the next query is quick"
        say(error_message(f"reading {plural(len(files), 'file')}, {size(total)}", hint))
    options = configured_options(config).replace(add_roots=roots, selection=chosen)
    home = _home(cwd)
    with _engine() as (engine, is_read):
        report = update_index(engine, home, options)
        is_read()
        for path, reason in report.unreadable:
            say(error_message(f"{home.shown(home.stored(path), cwd)}: {reason}"))
        yield Opened(engine, home, cwd)
        if any(path in roots for path, _ in report.unreadable):
            raise click.exceptions.Exit(ERROR)


def read_stdin() -> bytes:
    """Return all bytes of standard input. Raises SourceUnreadableError for too many, SeedsearchError if closed."""
    if sys.stdin is None:
        raise SeedsearchError("standard input is closed", "pipe something into it")
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceUnreadableError(f"standard input is larger than {MAX_BYTES:,} bytes")
    return data


def _home(cwd: str) -> Home:
    """Return a home with paths relative to `cwd`. Its folder is never created."""
    return Home(os.path.join(cwd, INDEX_FOLDER))


@contextmanager
def _engine() -> Iterator[tuple[Engine, Callable[[], None]]]:
    """Yield an engine over an index in a private folder, and a function to call once everything is read.

    The function deletes the folder. The open files then have no names, so that not even SIGKILL leaves them behind
    (except on Windows, where open files keep their names). Before that call, only SIGKILL leaves them behind.
    """
    folder = ""

    def remove() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    with stopping():
        try:
            with held_back():
                folder = tempfile.mkdtemp(prefix="seedsearch-")
            with closing(open_engine(folder, create=True)) as engine:
                yield engine, remove
        finally:
            with held_back():
                remove()
