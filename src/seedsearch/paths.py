"""Where an index lives, and what the paths in it mean.

An index folder (`.seedsearch/`) stands beside or above what it indexes. Paths below its parent are
kept relative to it, so that the whole tree can be moved; other paths are kept absolute. Kept paths
are `/` separated on every system.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from seedsearch.errors import IndexFault, NoIndexError

INDEX_FOLDER: Final = ".seedsearch"
"""The name of an index folder, wherever nobody named another."""

_STREAM = "stdin://"  # no normalised path holds two slashes inside

_CACHEDIR_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder holds a search index that can be made again: backup programs may leave it out.
# For information about cache directory tags see https://bford.info/cachedir/
"""


class Home:
    """An index folder and the paths that its index keeps."""

    def __init__(self, folder: str) -> None:
        self.folder: Final = os.path.abspath(folder)
        self.base: Final = os.path.dirname(self.folder)
        self._prefix = self.base if self.base.endswith(os.sep) else self.base + os.sep

    def __repr__(self) -> str:
        return f"Home({self.folder!r})"

    def stored(self, absolute: str) -> str:
        """The path as the index keeps it: relative to `base` when below it ("." for `base`)."""
        if absolute.startswith(self._prefix):
            kept = absolute[len(self._prefix) :] or "."
        else:
            kept = "." if absolute == self.base else absolute
        return kept if os.sep == "/" else kept.replace(os.sep, "/")

    def stored_all(self, absolute: Sequence[str]) -> list[str]:
        """`stored` of many paths."""
        prefix, cut, base = self._prefix, len(self._prefix), self.base
        if os.sep != "/":
            return list(map(self.stored, absolute))
        return [
            path[cut:] or "." if path.startswith(prefix) else "." if path == base else path
            for path in absolute
        ]

    def stream(self, name: str) -> str:
        """The path under which the index keeps a document that never was a file."""
        return _STREAM + name

    def is_stream(self, stored: str) -> bool:
        """Whether this path stands for no file."""
        return stored.startswith(_STREAM)

    def absolute(self, stored: str) -> str:
        """The absolute path of a path that the index keeps; what is no file keeps the path it has."""
        if stored.startswith(_STREAM):
            return stored
        native = stored if os.sep == "/" else stored.replace("/", os.sep)
        return self.base if native == "." else os.path.join(self.base, native)

    def shown(self, stored: str, cwd: str) -> str:
        """The path as it opens from `cwd` (absolute), as short as it can honestly be.

        Below `cwd`, or below `base` while `cwd` is too, it is relative; else it is absolute. What is no
        file is shown by its name.
        """
        if stored.startswith(_STREAM):
            return stored[len(_STREAM) :]
        absolute = self.absolute(stored)
        here = cwd if cwd.endswith(os.sep) else cwd + os.sep
        if absolute.startswith(here):
            return absolute[len(here) :]
        if absolute == cwd:
            return "."
        if here.startswith(self._prefix) and absolute.startswith(self._prefix):
            return os.path.relpath(absolute, cwd)
        return absolute


def find_home(cwd: str, explicit: str | None = None) -> Home:
    """The index to use: `explicit` if given, else the nearest at or above `cwd` (absolute).

    `explicit` is an index folder, or a folder that holds one. The way up ends at the user's home
    folder and at the edge of a file system. Raises NoIndexError.
    """
    if explicit:
        return _explicit_home(os.path.join(cwd, explicit))
    for folder in _way_up(cwd):
        candidate = os.path.join(folder, INDEX_FOLDER)
        if os.path.isdir(candidate):
            return Home(candidate)
    raise NoIndexError(
        "no index here or in a folder above", "make one with: seedsearch index FOLDER"
    )


def create_home(folder: str) -> Home:
    """The index folder `folder`, made for its owner alone if it is not there yet.

    Raises IndexFault when it cannot be made.
    """
    home = Home(folder)
    try:
        if not os.path.isdir(home.folder):
            os.makedirs(home.base, exist_ok=True)
            os.mkdir(home.folder, 0o700)
        _write_once(os.path.join(home.folder, ".gitignore"), "*\n")
        _write_once(os.path.join(home.folder, "CACHEDIR.TAG"), _CACHEDIR_TAG)
    except OSError as error:
        raise IndexFault(
            f"cannot make the index folder {home.folder}: {error.strerror}",
            "choose another with --index FOLDER",
        ) from error
    return home


def is_index_folder(path: str) -> bool:
    """Whether `create_home` made this folder, or could have."""
    named = os.path.basename(path) == INDEX_FOLDER
    return os.path.isdir(path) and (named or os.path.isfile(os.path.join(path, "CACHEDIR.TAG")))


def _explicit_home(path: str) -> Home:
    inside = os.path.join(path, INDEX_FOLDER)
    if os.path.isdir(inside):
        return Home(inside)
    if os.path.isdir(path):
        return Home(path)
    raise NoIndexError(
        f"no index at {path}", "check --index and SEEDSEARCH_INDEX, or make one: seedsearch index"
    )


def _way_up(cwd: str) -> list[str]:
    """`cwd` and the folders above it that may hold its index, nearest first."""
    folders = [os.path.abspath(cwd)]
    top = os.path.abspath(os.path.expanduser("~"))
    try:
        device = os.stat(folders[0]).st_dev
        while folders[-1] != top:
            above = os.path.dirname(folders[-1])
            if above == folders[-1] or os.stat(above).st_dev != device:
                break
            folders.append(above)
    except OSError:
        pass  # A folder that cannot be looked at ends the way.
    return folders


def _write_once(path: str, text: str) -> None:
    """Write a file unless there is one; never through a link that somebody left there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
        file.write(text)
