"""Keeps very many byte strings in a temporary file without a name, for reading in any order."""

from __future__ import annotations

from array import array
from io import BytesIO
from shutil import copyfileobj
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

_PART = 1 << 20  # bytes that are written at once


class Spool:
    """Byte strings by their numbers, in the order in which they were added. Threads may share it for reading.

    If there is no room for the file, they are kept in memory.
    """

    def __init__(self) -> None:
        self._starts = array("Q", [0])
        self._waiting: list[bytes] = []
        self._written = 0
        self._file: IO[bytes] | None = None  # made when the first part is full
        self._lock = Lock()

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def add(self, item: bytes) -> None:
        """Add a byte string."""
        self._waiting.append(item)
        self._starts.append(self._starts[-1] + len(item))
        if self._starts[-1] - self._written >= _PART:
            self._write()

    def _write(self) -> None:
        part = b"".join(self._waiting)
        try:
            if self._file is None:
                self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `__del__`
            self._file.seek(self._written)
            left = memoryview(part)
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            self._file = self._in_memory()
            self._file.write(part)
        self._written += len(part)
        self._waiting.clear()

    def _in_memory(self) -> BytesIO:
        """Return what was written, in memory."""
        kept = BytesIO()
        if self._file is not None:
            self._file.seek(0)
            copyfileobj(self._file, kept)
            self._file.close()
            kept.truncate(self._written)  # without what was written of the next part
        kept.seek(self._written)
        return kept

    def read(self, number: int) -> bytes:
        """Return a byte string."""
        waiting = number - (len(self) - len(self._waiting))
        if self._file is None or waiting >= 0:
            return self._waiting[waiting]
        start, end = self._starts[number : number + 2]
        with self._lock:
            self._file.seek(start)
            return self._file.read(end - start)
