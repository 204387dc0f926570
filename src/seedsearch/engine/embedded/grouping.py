"""Groups of passages: the documents, or the files, of the passages in an answer.

A large file has several parts, in one or more segments, and so does a document at a cut between them. Such parts are
one group. If passages in several parts have equal scores, the first one in the file comes first. The places of all
other groups identify them.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from seedsearch.core import matching
from seedsearch.engine.base import Grouping
from seedsearch.index.segment import Segment

if TYPE_CHECKING:
    from seedsearch.core import _core


class Groups:
    """The documents or files of an index: the group of each document of each segment."""

    def __init__(
        self, segments: Sequence[Segment], table: _core.PassageTable, by: Grouping
    ) -> None:
        self._table = table
        files = [segment.file.column("document.file").whole() for segment in segments]
        bases = [0, *accumulate(map(len, files))]
        self._orders = tuple(
            array("I", range(base, base + len(own)))
            for base, own in zip(bases, files, strict=False)
        )
        if by == "document":
            self._count = bases[-1]
            self._numbers = tuple(array("I", order) for order in self._orders)
        else:
            counts = [0, *accumulate(segment.file_count() for segment in segments)]
            self._count = counts[-1]
            self._numbers = tuple(
                array("I", [base + number for number in own])
                for base, own in zip(counts, files, strict=False)
            )
        for path, place in {name for segment in segments for name in _going_on(segment, by)}:
            self._join(list(parts_at(segments, path, place)))

    def _join(self, rows: list[tuple[tuple[int, int], int, int]]) -> None:
        """Make rows, (place in the file, segment, document), one group, in which places break ties."""
        if not rows:
            return
        numbers = {self._numbers[segment][document] for _, segment, document in rows}
        orders = sorted(self._orders[segment][document] for _, segment, document in rows)
        for order, (_, segment, document) in zip(orders, sorted(rows), strict=True):
            self._numbers[segment][document] = min(numbers)
            self._orders[segment][document] = order

    def of(self, matches: _core.Matches) -> tuple[_core.Matches, memoryview]:
        """Return the best passage of each group with its score, and the number of its matching passages."""
        best, counts = matching.grouped(
            self._table, matches, self._numbers, self._orders, self._count
        )
        return best, memoryview(counts).cast("I")


def _going_on(segment: Segment, by: Grouping) -> Iterator[tuple[bytes, int]]:
    """Yield path, and place in the file (-1: the file itself), of what began in another segment."""
    before = -1
    columns = segment.file.whole("document", "file place ordinal")
    for of_file, place, ordinal in zip(*columns, strict=True):
        if ordinal or (by == "file" and place and of_file != before):
            path = os.fsencode(segment.file_path(of_file))
            yield path, (place if by == "document" else -1)
        before = of_file


def parts_at(
    segments: Sequence[Segment], path: bytes, place: int
) -> Iterator[tuple[tuple[int, int], int, int]]:
    """Yield (place, ordinal), segment and document at a path, and at a place in its file (-1: any place)."""
    for number, segment in enumerate(segments):
        places, ordinals = segment.file.whole("document", "place ordinal")
        for file in segment.live_files_at(path):
            for document in segment.documents_of_file(file):
                if place in (-1, places[document]):
                    yield (places[document], ordinals[document]), number, document
