"""From a path to bytes: opens regular files only, never waits, never reads without a limit."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from seedsearch.corpus.descent import NO_FOLDER
from seedsearch.corpus.skip import Skip, TooLarge, reason_of
from seedsearch.digest import blake2b
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import DIGEST_BYTES, SourceFile

MAX_BYTES = 1 << 30
"""The most that is read into memory at once."""

# A FIFO would make an open wait for ever, and a link may point anywhere. Windows has neither flag.
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
"""What a file is opened with."""

NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
"""And where a symbolic link is refused."""


def digest_of(data: bytes) -> bytes:
    """What an index remembers of a file's bytes, to know them again."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def read_range(path: str, start: int, end: int) -> bytes:
    """The bytes from `start` to `end` of a regular file, fewer where it is shorter.

    Raises SourceUnreadableError, and Skip for what is no regular file.
    """
    try:
        descriptor = os.open(path, FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Skip("not a regular file")
            os.lseek(descriptor, start, os.SEEK_SET)
            # Room is made for as many bytes as are asked for: an index may say what it likes.
            return os.read(descriptor, max(min(end, status.st_size) - start, 0))
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise unreadable(error) from error


@contextmanager
def open_file(
    path: str, *, follow: bool = False, folder: int = NO_FOLDER
) -> Iterator[tuple[int, SourceFile]]:
    """A descriptor of a regular file, and what `stat` said of it.

    The file is opened from its `folder`, a descriptor. A symbolic link is refused unless `follow`.
    Raises SourceUnreadableError, and Skip for what is no regular file.
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
    # Half the price of calling SourceFile, and every file comes by.
    return tuple.__new__(
        SourceFile, (path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, "", None)
    )


def unreadable(error: OSError | ValueError) -> SourceUnreadableError:
    """What to raise where the system refuses."""
    return SourceUnreadableError(reason_of(error) if isinstance(error, OSError) else str(error))


def read_file(
    path: str, *, follow: bool = False, max_bytes: int = MAX_BYTES, folder: int = NO_FOLDER
) -> tuple[SourceFile, bytes]:
    """The bytes of a regular file, and what `stat` said of it before the first byte was read.

    The file is opened from its `folder`, a descriptor. A symbolic link is refused unless `follow`.
    Raises SourceUnreadableError, and Skip for what is no regular file or is larger than `max_bytes`.
    """
    # Not by open_file, whose context manager would be a tenth of the price of a small file.
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
    # The file is growing, or the system gives less at a time than was asked for.
    pieces, total = [data], len(data)
    while data and total <= max_bytes:
        data = os.read(descriptor, min(max_bytes + 1 - total, 1 << 24))
        pieces.append(data)
        total += len(data)
    if total > max_bytes:
        raise TooLarge(max_bytes)
    return b"".join(pieces)
