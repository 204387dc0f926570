"""The texts of very many passages, for reading in any order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from seedsearch.engine.embedded.snapshot import Snapshot
from seedsearch.spool import Spool


class TextSpool:
    """Reads texts once, in the order in which they are stored, and keeps them in a temporary file.

    To inflate them in the order of the answer would take many times as long.
    """

    def __init__(self, snapshot: Snapshot, numbers: Iterable[int]) -> None:
        self._numbers = array("I", sorted(numbers))
        self._spool = Spool()
        for text in texts_of(snapshot, self._numbers):
            self._spool.add(text)

    def text(self, number: int) -> bytes:
        """Return the text of a passage, in UTF-8."""
        return self._spool.read(bisect_left(self._numbers, number))


def texts_of(snapshot: Snapshot, numbers: Sequence[int]) -> Iterator[bytes]:
    """Yield the texts of ascending passages, in UTF-8."""
    locate = snapshot.ranker.locate
    for segment, found in groupby(map(locate, numbers), key=lambda place: place[0]):
        yield from segment.texts(own for _, own in found)
