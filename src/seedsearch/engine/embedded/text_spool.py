"""The texts of very many passages, for reading in any order."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from seedsearch.engine.embedded.snapshot import Snapshot


class TextSpool:
    """Reads texts once, in the order in which they are stored, and keeps them in a temporary file without a name.

    To inflate them in the order of the answer would take many times as long. If there is no room for the file, they
    are kept in memory.
    """

    def __init__(self, snapshot: Snapshot, numbers: Iterable[int]) -> None:
        self._numbers = array("I", sorted(numbers))
        self._starts = array("Q", [0])
        self._lock = Lock()
        self._file: IO[bytes] = BytesIO()
        try:
            with TemporaryFile() as file:
                self._fill(file, snapshot)
                self._file = os.fdopen(os.dup(file.fileno()), "rb")
        except OSError:
            self._fill(self._file, snapshot)

    def __del__(self) -> None:
        self._file.close()

    def _fill(self, file: IO[bytes], snapshot: Snapshot) -> None:
        del self._starts[1:]
        at = 0
        for text in texts_of(snapshot, self._numbers):
            file.write(text)
            at += len(text)
            self._starts.append(at)
        file.flush()

    def text(self, number: int) -> bytes:
        """Return the text of a passage, in UTF-8."""
        at = bisect_left(self._numbers, number)
        start, end = self._starts[at : at + 2]
        with self._lock:
            self._file.seek(start)
            return self._file.read(end - start)


def texts_of(snapshot: Snapshot, numbers: Sequence[int]) -> Iterator[bytes]:
    """Yield the texts of ascending passages, in UTF-8."""
    locate = snapshot.ranker.locate
    for segment, found in groupby(map(locate, numbers), key=lambda place: place[0]):
        yield from segment.texts(own for _, own in found)
