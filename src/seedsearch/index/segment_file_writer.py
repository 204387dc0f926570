"""Write and sync a segment's file: columns, checksums, directory, footer (segment_file.py has the layout).

ISA-L deflates and computes checksums if it is installed, else zlib does. zlib reads both.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from seedsearch.digest import digest
from seedsearch.index.manifest import sync
from seedsearch.index.segment_file import BLOCK, FOOTER, ITEM, MAGIC

deflate: Callable[[bytes, int], bytes]
crc32: Callable[[Any, int], int]
try:
    from isal.isal_zlib import compress as deflate
    from isal.isal_zlib import crc32

    TEXT_LEVEL = 2
except ImportError:  # no wheels for this platform: zlib has the same format, but is slower
    deflate = zlib.compress
    crc32 = zlib.crc32
    TEXT_LEVEL = 1

SMALL_LEVEL = 1
"""For blocks of a few kilobytes, for which a higher level gains little."""

_LONG = 1 << 12  # bytes
_WORTH_FLUSHING = 1 << 20  # bytes: for less, a thread gains nothing


def narrowest(values: Sequence[int]) -> array[int]:
    """Return non-negative numbers in the narrowest type that holds them."""
    largest = max(values, default=0)
    return array(next(code for code in "BHIQ" if largest < 1 << (8 * ITEM[code])), values)


class SegmentFileWriter:
    """Writes one segment file. `close` makes it durable and returns its (length, digest)."""

    def __init__(self, path: str) -> None:
        self._path = path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(path, flags, 0o600), "wb", buffering=1 << 18)
        self._columns: dict[str, list[Any]] = {}
        self._crcs: list[int] = []
        self._block = crc32(b"", 0)
        self._at = self._flushed = 0
        self._flushes: list[_Flush] = []
        self._write(MAGIC)

    def column(self, name: str, code: str, data: Any) -> None:
        """Add a column: `code` is its type (B, H, I, Q unsigned; q signed), `data` a buffer of it."""
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        self._column(name, code, len(view) // ITEM[code], [view])

    def _column(self, name: str, code: str, count: int, parts: Sequence[Any]) -> None:
        self._columns[name] = [code, self._at, count]
        for part in parts:
            self._write(part)
        self._write(bytes(-self._at % 8))

    def numbers(self, name: str, values: Sequence[int]) -> None:
        """Add a column of non-negative numbers, in the narrowest type that holds them."""
        column = narrowest(values)
        self.column(name, column.typecode, column)

    def blobs(self, name: str, values: Sequence[bytes]) -> None:
        """Add byte strings as two columns: `name` has all strings end to end, `name.end` where each ends."""
        ends = list(accumulate(map(len, values)))
        at = ends[-1] if ends else 0
        # Long strings are not joined first: that would take their memory twice.
        parts = values if at > _LONG * len(values) else [b"".join(values)]
        self._column(name, "B", at, parts)
        self.numbers(f"{name}.end", ends)

    def flush_behind(self) -> None:
        """Let the system write the data so far to the disk meanwhile. `close` then waits for less."""
        self._file.flush()
        if self._at - self._flushed < _WORTH_FLUSHING or not hasattr(os, "fdatasync"):
            return
        self._flushed = self._at
        with contextlib.suppress(RuntimeError):  # no thread is available
            self._flushes.append(_Flush(self._file.fileno()))

    def close(self, facts: Mapping[str, Any]) -> tuple[int, str]:
        """Write the checksums, the directory and the footer, and wait until the disk has them.

        Return (length, digest).
        """
        import json  # start-up time: an indexing run needs it at the end

        if self._at % BLOCK:
            self._crcs.append(self._block)
        covered = self._at
        table = struct.pack(f"<{len(self._crcs)}I", *self._crcs)
        directory = json.dumps(
            {"covered": covered, "columns": self._columns, "facts": facts}, separators=(",", ":")
        ).encode()
        footer = FOOTER.pack(covered + len(table), len(directory), 0, MAGIC)
        tail = table + directory + footer
        self._file.write(tail)
        self._file.flush()
        for flush in self._flushes:
            flush.wait()
        sync(self._file.fileno())
        self._file.close()
        return covered + len(tail), digest(tail)

    def abandon(self) -> None:
        """Close and remove the file."""
        # Wait for the threads first: else they could use the descriptor after another file gets it.
        for flush in self._flushes:
            with contextlib.suppress(OSError):
                flush.wait()
        try:
            self._file.close()
        finally:  # a full disk is reported again when the rest is written
            os.unlink(self._path)

    def _write(self, data: Any) -> None:
        view = memoryview(data)
        self._file.write(view)
        while len(view):
            room = BLOCK - self._at % BLOCK
            piece = view[:room]
            self._block = crc32(piece, self._block)
            self._at += len(piece)
            if self._at % BLOCK == 0:
                self._crcs.append(self._block)
                self._block = crc32(b"", 0)
            view = view[room:]


class _Flush:
    """A thread that makes the system write a file to the disk."""

    def __init__(self, descriptor: int) -> None:
        import _thread  # not `threading`, which waits until its threads have begun: start-up time

        self._error: OSError | None = None
        self._done = _thread.allocate_lock()
        self._done.acquire()
        _thread.start_new_thread(self._run, (descriptor,))

    def _run(self, descriptor: int) -> None:
        try:
            os.fdatasync(descriptor)
        except OSError as error:
            self._error = error
        finally:
            self._done.release()

    def wait(self) -> None:
        """Wait for the thread. Raise its OSError: the system reports an error only once."""
        with self._done:
            pass
        if self._error is not None:
            raise self._error
