"""Read bytes from a path: regular files only, without waiting, and never without a limit."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from seedsearch.corpus.descent import NO_FOLDER
from seedsearch.corpus.skip import Skip, TooLarge, reason_of
from seedsearch.digest import blake2b
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import DIGEST_BYTES, SourceFile, figures

MAX_BYTES = 1 << 30
"""The most bytes that are read into memory at once."""

# Opening a FIFO would wait for ever, and a link may point anywhere. Windows has neither flag.
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
"""The flags that open a file."""

NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
"""The flag that refuses a symbolic link."""


def digest_of(data: bytes) -> bytes:
    """Return the digest by which an index recognises a file's bytes."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def read_range(path: str, start: int, end: int) -> bytes:
    """Return the bytes from `start` to `end` of a regular file, fewer if it is shorter.

    Raise SourceUnreadableError, or Skip if it is no regular file.
    """
    try:
        descriptor = os.open(path, FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Skip("not a regular file")
            os.lseek(descriptor, start, os.SEEK_SET)
            # Limit the buffer to the file's size: a damaged index may ask for any range.
            return os.read(descriptor, max(min(end, status.st_size) - start, 0))
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise unreadable(error) from error


@contextmanager
def open_file(
    path: str, *, follow: bool = False, folder: int = NO_FOLDER
) -> Iterator[tuple[int, SourceFile]]:
    """Open a regular file. Yield its descriptor and the result of `stat`.

    `folder` is a descriptor of its folder. A symbolic link is refused unless `follow`. Raise SourceUnreadableError,
    or Skip if it is no regular file.
    """
    descriptor = _open(path, follow, folder)
    try:
        yield descriptor, _source(path, descriptor)
    finally:
        os.close(descriptor)


def _open(path: str, follow: bool, folder: int) -> int:
    flags = FLAGS if follow else FLAGS | NO_FOLLOW
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
    # Not by open_file: its context manager would be a tenth of the cost of a small file.
    descriptor = _open(path, follow, folder)
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
