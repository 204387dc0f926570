"""What several commands share: options, streams, colours, the index to open."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, TypeVar

import click

from seedsearch.errors import SeedsearchError

if TYPE_CHECKING:
    from seedsearch.engine.base import Engine
    from seedsearch.paths import Home

_Function = TypeVar("_Function", bound=Callable[..., Any])


def index_option(function: _Function) -> _Function:
    """`--index FOLDER`."""
    return click.option(
        "--index",
        "index_folder",
        metavar="FOLDER",
        help="The index's folder [default: SEEDSEARCH_INDEX, else the nearest .seedsearch/].",
    )(function)


def debug_option(function: _Function) -> _Function:
    """`--debug`, which `exit.guarded` looks for itself."""
    return click.option(
        "--debug", is_flag=True, expose_value=False, help="Show a traceback for any error."
    )(function)


_FILE_OPTIONS = (
    click.option("--hidden/--no-hidden", default=None, help="Read hidden files and folders too."),
    click.option(
        "--ignore/--no-ignore",
        default=None,
        help="Obey .gitignore, .ignore and .seedsearchignore files [default], or do not.",
    ),
    click.option(
        "--follow/--no-follow",
        default=None,
        help="Follow symbolic links that stay inside the root.",
    ),
    click.option(
        "-g",
        "--glob",
        "globs",
        multiple=True,
        metavar="GLOB",
        help="Only files that fit; !GLOB leaves out. As in a .gitignore; may be repeated.",
    ),
    click.option(
        "-t",
        "--type",
        "types",
        multiple=True,
        metavar="TYPE",
        help="Only files of this type (md, pdf, …); may be repeated.",
    ),
    click.option(
        "--max-size", metavar="SIZE", help="Leave out larger files, as in 500K, 20M, 1G; 0: none."
    ),
)


def file_options(function: _Function) -> _Function:
    """The options that choose files: `file_selection.selection` makes a Selection of them."""
    for option in reversed(_FILE_OPTIONS):
        function = option(function)
    return function


def explicit_index(index_folder: str | None) -> str | None:
    """The index that the user named, by option or environment, if any."""
    return index_folder or os.environ.get("SEEDSEARCH_INDEX") or None


def index_home(index_folder: str | None) -> Home:
    """The home of the index that the user means. Raises NoIndexError."""
    from seedsearch.paths import find_home

    return find_home(os.getcwd(), explicit_index(index_folder))


def open_home(index_folder: str | None) -> tuple[Engine, Home]:
    """The engine over the index that the user means, and its home. Raises IndexFault."""
    from seedsearch.engine.registry import open_engine

    home = index_home(index_folder)
    return open_engine(home.folder), home


def stdout_bytes() -> BinaryIO:
    """Standard output as bytes. Raises SeedsearchError when it was closed from the start."""
    if sys.stdout is None:
        raise SeedsearchError("standard output is closed", "open it, or send it to /dev/null")
    return sys.stdout.buffer


def stdout_encoding() -> str:
    """The encoding of the terminal that standard output is."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at the stream."""
    return stream is not None and stream.isatty()


def use_color(when: str, stream: TextIO | None) -> bool:
    """Whether `--color=when` means colours on this stream (NO_COLOR and TERM=dumb say no to auto)."""
    if when != "auto":
        return when == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "") == "dumb"
    return is_terminal(stream) and not plain
