"""Read bytes from a path: regular files only, without waiting, and never without a limit.

A Descent opens folders step by step, each from the open folder above it, without following links. If somebody replaces
a folder by a link during a run, opening it fails. The top folder is opened by its path, because the user named it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seedsearch.core import compiled
from seedsearch.corpus.skip import Skip, TooLarge, reason_of
from seedsearch.digest import blake2b
from seedsearch.errors import SourceUnreadableError
from seedsearch.folders import is_below, prefix_of
from seedsearch.model import DIGEST_BYTES, SourceFile, figures

MAX_BYTES = 1 << 30
"""The most bytes that are read into memory at once."""

NO_FOLDER = -1
"""The descriptor on systems that cannot open files relative to a folder."""


def flags_of(*names: str) -> int:
    """Return the flags of `os.open` with these names that this system has."""
    flags = 0
    for name in names:
        flags |= getattr(os, name, 0)
    return flags


# Opening a FIFO would wait for ever, and a link may point anywhere. Windows has neither flag.
FLAGS = os.O_RDONLY | flags_of("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")
"""The flags that open a file."""

NO_FOLLOW = flags_of("O_NOFOLLOW")
"""The flag that refuses a symbolic link."""

# With O_PATH a folder on the way need not be readable.
_FOLDER_FLAGS = flags_of("O_PATH", "O_DIRECTORY", "O_NONBLOCK", "O_CLOEXEC")
_CAN_DESCEND = os.open in os.supports_dir_fd
_MOST_OPEN = 6  # folders on the way that stay open for the next call

# The core reads an ordinary file in one call, and leaves any other. On Windows it has no such function.
_read_small: Callable[..., tuple[SourceFile, bytes] | None] | None = getattr(
    compiled, "read_small", None
)


def digest_of(data: bytes) -> bytes:
    """Return the digest by which an index recognises a file's bytes."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def read_range(path: str, start: int, end: int) -> bytes:
    """Return the bytes from `start` to `end` of a regular file, fewer if it is shorter.

    Raise SourceUnreadableError, or Skip if it is no regular file.
    """
    try:
        with open_file(path, follow=True) as (descriptor, source):
            os.lseek(descriptor, start, os.SEEK_SET)
            # Limit the buffer to the file's size: a damaged index may ask for any range.
            return os.read(descriptor, max(min(end, source.size) - start, 0))
    except OSError as error:
        raise unreadable(error) from error


@contextmanager
def open_file(
    path: str, *, follow: bool = False, folder: int = NO_FOLDER
) -> Iterator[tuple[int, SourceFile]]:
    """Open a regular file. Yield its descriptor and the result of `stat`.

    `folder` is a descriptor of its folder. A symbolic link is refused unless `follow`. Raise SourceUnreadableError,
    or Skip if it is no regular file.
    """
    descriptor = _open(path, FLAGS if follow else FLAGS | NO_FOLLOW, folder)
    try:
        yield descriptor, _source(path, descriptor)
    finally:
        os.close(descriptor)


def _open(path: str, flags: int, folder: int) -> int:
    try:
        if folder == NO_FOLDER:
            return os.open(path, flags)
        return os.open(os.path.basename(path), flags, dir_fd=folder)
    except (OSError, ValueError) as error:
        raise unreadable(error) from error


def _source(path: str, descriptor: int) -> SourceFile:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise Skip("not a regular file")
    # This costs half as much as a call of SourceFile, and runs for every file.
    return tuple.__new__(SourceFile, (path, *figures(status), "", None, ()))


def unreadable(error: OSError | ValueError) -> SourceUnreadableError:
    """Return the error to raise if the system refuses a file."""
    return SourceUnreadableError(reason_of(error) if isinstance(error, OSError) else str(error))


def read_file(
    path: str, *, follow: bool = False, max_bytes: int = MAX_BYTES, folder: int = NO_FOLDER
) -> tuple[SourceFile, bytes]:
    """Return the result of `stat` before the first byte was read, and the bytes of a regular file.

    `folder` is a descriptor of its folder. A symbolic link is refused unless `follow`. Raise SourceUnreadableError,
    or Skip if it is no regular file or is larger than `max_bytes`.
    """
    flags = FLAGS if follow else FLAGS | NO_FOLLOW
    if _read_small is not None and (
        found := _read_small(folder, path, flags, max_bytes, SourceFile)
    ):
        return found
    # Not by open_file: its context manager would be a tenth of the cost of a small file.
    descriptor = _open(path, flags, folder)
    try:
        source = _source(path, descriptor)
        if source.size > max_bytes:
            raise TooLarge(max_bytes)
        return source, _read_all(descriptor, source.size, max_bytes)
    except OSError as error:
        raise unreadable(error) from error
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, size: int, max_bytes: int) -> bytes:
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    # The file is growing, or the system returns less at a time than was asked for.
    pieces, total = [data], len(data)
    while data and total <= max_bytes:
        data = os.read(descriptor, min(max_bytes + 1 - total, 1 << 24))
        pieces.append(data)
        total += len(data)
    if total > max_bytes:
        raise TooLarge(max_bytes)
    return b"".join(pieces)


class Descent:
    """Open one folder after another. Each descent starts at the lowest open folder that lies on its way."""

    def __init__(self) -> None:
        self._top = ""
        self._open: list[tuple[str, int]] = []  # the last folder and folders on the way to it

    def folder(self, top: str, path: str) -> int:
        """Return a descriptor of the folder `path`, which is `top` or below it. It is valid until the next call.

        Raise OSError if a folder cannot be opened.
        """
        if not _CAN_DESCEND:
            return NO_FOLDER
        is_open = self._open and self._top == top
        if is_open and self._open[-1][0] == path:  # as for most files
            return self._open[-1][1]
        if not is_below(path, top):
            raise OSError(errno.EXDEV, "leads out of the root")
        if is_open:
            while self._open and not is_below(path, self._open[-1][0]):
                os.close(self._open.pop()[1])
        else:
            self.close()
            self._top = top
        if not self._open:
            self._open.append((top, os.open(top, _FOLDER_FLAGS)))
        at, descriptor = self._open[-1]
        for name in filter(None, path[len(at) :].split(os.sep)):
            descriptor = os.open(name, _FOLDER_FLAGS | NO_FOLLOW, dir_fd=descriptor)
            at = prefix_of(at) + name
            self._open.append((at, descriptor))
            if len(self._open) > _MOST_OPEN:
                os.close(self._open.pop(1)[1])
        return descriptor

    def close(self) -> None:
        """Close all folders."""
        while self._open:
            os.close(self._open.pop()[1])

    def __del__(self) -> None:
        self.close()
