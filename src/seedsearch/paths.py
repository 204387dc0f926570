"""Find the index folder, and convert between real paths and the paths that the index stores.

The *base* of an index is the parent of its folder (`.seedsearch/`). Paths below the base are stored relative to it,
so that the whole tree can be moved. Other paths are stored absolute. Stored paths use `/` as the separator on every
system.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import Final

from seedsearch.config import is_trusted, user_file
from seedsearch.errors import IndexFault, NoIndexError, UsageError
from seedsearch.folders import INDEX_FOLDER, is_address, is_below, is_own, prefix_of

_STREAM = "stdin://"  # cannot clash with a file: a normalised path has no double slash

_TAG = "CACHEDIR.TAG"
_CACHEDIR_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder holds a search index. It can be rebuilt, so backup programs may leave it out.
# For information about cache directory tags see https://bford.info/cachedir/
"""


def is_stream(stored: str) -> bool:
    """Return whether a document came from standard input, and so has no file."""
    return stored.startswith(_STREAM)


class Home:
    """An index folder, and the rules that turn paths into stored paths and back.

    An index on a cluster has an address instead of a folder. Its base is the current folder, and it stores absolute
    paths, because many machines may write to it.
    """

    def __init__(self, folder: str) -> None:
        self._is_remote = is_address(folder)
        self.folder: Final = folder if self._is_remote else os.path.abspath(folder)
        self.base: Final = os.getcwd() if self._is_remote else os.path.dirname(self.folder)
        self._prefix = prefix_of(self.base)

    def __repr__(self) -> str:
        return f"Home({self.folder!r})"

    def stored(self, absolute: str) -> str:
        """Return the stored form of an absolute path. The stored form of `base` is "."."""
        if self._is_remote:
            path = absolute
        elif absolute.startswith(self._prefix):
            path = absolute[len(self._prefix) :] or "."
        else:
            path = "." if absolute == self.base else absolute
        return path if os.sep == "/" else path.replace(os.sep, "/")

    def stored_all(self, absolute: Sequence[str]) -> list[str]:
        """Return the stored forms of many absolute paths."""
        prefix, length, base = self._prefix, len(self._prefix), self.base
        if os.sep != "/" or self._is_remote:
            return list(map(self.stored, absolute))
        return [  # no call for each path: a walk gives very many
            path[length:] or "." if path.startswith(prefix) else "." if path == base else path
            for path in absolute
        ]

    def holds(self, absolute: str) -> bool:
        """Return whether a path lies in `base`, after symbolic links are resolved."""
        return is_below(os.path.realpath(absolute), os.path.realpath(self.base))

    def mark(self) -> str:
        """Return a mark of this index folder that a copy of it does not have, or "" if unknown.

        The mark is the inode number and the change time of a file. Nobody who packs an index for another machine can
        choose them.
        """
        try:
            status = os.lstat(os.path.join(self.folder, _TAG))
        except OSError:
            return ""
        return f"{status.st_ino}-{status.st_ctime_ns}"

    def stream(self, name: str) -> str:
        """Return the stored path of the document that came from standard input under this name."""
        return _STREAM + name

    def absolute(self, stored: str) -> str:
        """Return the absolute path of a stored path. A stream's path is unchanged."""
        if stored.startswith(_STREAM):
            return stored
        if stored == ".":
            return self.base
        if os.sep == "/":  # as os.path.join, which takes longer: it is called for each hit
            return stored if stored.startswith("/") else self._prefix + stored
        return os.path.join(self.base, stored.replace("/", os.sep))

    def shown(self, stored: str, cwd: str) -> str:
        """Return a stored path as shown to the user: valid from `cwd`, which is absolute.

        The path is relative if the file lies below `cwd`, or if the file and `cwd` lie below `base`; else it is
        absolute. A stream is shown by its name.
        """
        if stored.startswith(_STREAM):
            return stored[len(_STREAM) :]
        absolute = self.absolute(stored)
        here = prefix_of(cwd)
        if absolute.startswith(here):
            return absolute[len(here) :]
        if absolute == cwd:
            return "."
        if here.startswith(self._prefix) and absolute.startswith(self._prefix):
            return os.path.relpath(absolute, cwd)
        return absolute


def find_home(cwd: str, explicit: str | None = None) -> Home:
    """Return the index to use: `explicit` if given, else the nearest one at or above `cwd` (absolute).

    `explicit` is an index folder, or a folder that holds one. The search upwards stops at the user's home directory
    and at the boundary of the file system. Raises NoIndexError. Raises IndexFault for an index that is a symbolic
    link or belongs to another user, unless `explicit` names it.
    """
    if explicit and is_address(explicit):
        return Home(explicit)
    if explicit:
        path = os.path.join(cwd, explicit)
        if inside := index_in(path, named=True):
            return Home(inside)
        if os.path.isdir(path):
            return Home(path)
        raise NoIndexError(
            f"no index at {path}",
            "check --index and SEEDSEARCH_INDEX, or create one with seedsearch index FOLDER",
        )
    for folder in _way_up(cwd):
        if found := index_in(folder):
            return Home(found)
    raise NoIndexError(
        "no index here or in any folder above", "create one with seedsearch index FOLDER"
    )


def index_in(parent: str, *, named: bool = False) -> str:
    """Return the index folder in `parent`, or "" if there is none.

    Unless `named`, raises IndexFault if the folder is a symbolic link, or belongs to another user and is not trusted.
    """
    path = os.path.join(parent, INDEX_FOLDER)
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return ""
    if stat.S_ISLNK(status.st_mode):
        raise IndexFault(
            f"{path} is a symbolic link, which may lead anywhere",
            "remove it, or name the folder that it leads to with --index",
        )
    if not stat.S_ISDIR(status.st_mode):
        return ""
    if not named and not is_own(status) and not is_trusted(parent):
        raise IndexFault(
            f"the index {path} belongs to another user",
            f"to trust it, use --index {parent}, or add the folder to trust.folders in {user_file()}",
        )
    return path


def create_home(folder: str) -> Home:
    """Create the index folder `folder` with mode 0700, unless it exists. An index on a cluster needs none.

    Raises IndexFault if the folder cannot be created.
    """
    home = Home(folder)
    if is_address(folder):  # the engine creates it
        return home
    try:
        if not os.path.isdir(home.folder):
            os.makedirs(home.base, exist_ok=True)
            os.mkdir(home.folder, 0o700)
        _write_once(os.path.join(home.folder, ".gitignore"), "*\n")
        _write_once(os.path.join(home.folder, _TAG), _CACHEDIR_TAG)
    except OSError as error:
        raise IndexFault(
            f"cannot create the index folder {home.folder}: {error.strerror}",
            "choose another with --index FOLDER",
        ) from error
    return home


def folder_to_write(named: str, cwd: str) -> str:
    """Return the index that a user named, to create or extend it: a folder, or an address on a cluster.

    Raises UsageError for a folder with other files.
    """
    if is_address(named):
        return named
    folder = os.path.abspath(os.path.join(cwd, named))
    if not os.path.isdir(folder):
        return folder
    if inside := index_in(folder, named=True):
        return inside
    if os.listdir(folder) and not is_index_folder(folder):
        raise UsageError(
            f"{named} contains other files than an index",
            f"keep the index in a folder of its own, such as {os.path.join(named, INDEX_FOLDER)}",
        )
    return folder


def is_index_folder(path: str) -> bool:
    """Return whether the folder is an index folder, by its name or by its CACHEDIR.TAG."""
    named = os.path.basename(path) == INDEX_FOLDER
    return os.path.isdir(path) and (named or os.path.isfile(os.path.join(path, _TAG)))


def _way_up(cwd: str) -> list[str]:
    """Return `cwd` and the folders above it that may hold its index, nearest first."""
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
        pass  # the search stops at a folder without access
    return folders


def _write_once(path: str, text: str) -> None:
    """Write a file unless it exists. O_EXCL also refuses to write through a planted symbolic link."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
        file.write(text)
