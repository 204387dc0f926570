"""Define the data types of the core's plain twin: the table of passages, postings and matches.

*Matches* are a dict from passage to score, with ascending keys. Everything here is immutable by convention.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core


class TableSegment(NamedTuple):
    """The columns of a segment's passages."""

    base: int  # its first passage, numbered through the index
    lengths: memoryview
    titles: memoryview
    documents: memoryview
    deleted: memoryview | None


class PassageTable:
    """The columns of all passages of an index."""

    def __init__(
        self, segments: Iterable[TableSegment], passages: int, a: float, b: float, title_weight: int
    ) -> None:
        self.segments = tuple(segments)
        self.passages = passages
        self.a, self.b, self.title_weight = a, b, title_weight

    @cached_property
    def document_of(self) -> list[int]:
        """The document of each passage, numbered through the index. Documents without passages do not count."""
        found: list[int] = []
        number = -1
        for segment in self.segments:
            for _, own in groupby(segment.documents):
                number += 1
                found += [number for _ in own]
        return found

    def length(self, segment: TableSegment, doc: int) -> int:
        """Return the weighted length of a passage."""
        return segment.lengths[doc] + self.title_weight * segment.titles[doc]

    def located(self, passages: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        """Yield (passage, number of its segment, number in that segment) of ascending passages."""
        number = 0
        for passage in passages:
            while number + 1 < len(self.segments) and passage >= self.segments[number + 1].base:
                number += 1
            yield passage, number, passage - self.segments[number].base


class Postings:
    """The passages that contain a term set, with its weighted frequency in each."""

    def __init__(self, frequency_of: Mapping[int, int]) -> None:
        self.frequency_of = frequency_of

    @property
    def passages(self) -> bytes:
        return array("I", self.frequency_of).tobytes()

    @property
    def frequencies(self) -> bytes:
        return array("I", self.frequency_of.values()).tobytes()

    def __len__(self) -> int:
        return len(self.frequency_of)


class Matches:
    """Passages and their scores."""

    def __init__(self, score_of: Mapping[int, float]) -> None:
        self.score_of = score_of

    @property
    def passages(self) -> bytes:
        return array("I", self.score_of).tobytes()

    @property
    def scores(self) -> bytes:
        return array("d", self.score_of.values()).tobytes()

    @property
    def nbytes(self) -> int:
        return 100 * len(self.score_of)

    def __len__(self) -> int:
        return len(self.score_of)


def passage_table(
    segments: tuple[_core.Segment, ...], a: float, b: float, title_weight: int
) -> PassageTable:
    """Return the table of these segments. Raise ValueError if their columns differ in length."""
    made: list[TableSegment] = []
    base = 0
    for lengths, titles, documents, deleted in segments:
        columns = [memoryview(column) for column in (lengths, titles, documents)]
        flags = None if deleted is None else memoryview(deleted)
        if {*map(len, columns)} | {len(columns[0]) if flags is None else len(flags)} != {
            len(columns[0])
        }:
            raise ValueError("what stands for each passage differs in length")
        made.append(TableSegment(base, columns[0], columns[1], columns[2], flags))
        base += len(columns[0])
    return PassageTable(made, base, a, b, title_weight)
