"""Test passages by their texts: words as written, or fields of a row.

Texts are read only where a query needs the answer, and answers are remembered.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.core import matching
from seedsearch.engine.bm25f import TITLE_WEIGHT, Statistics
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Filter, Range, Written
from seedsearch.query.written import fits_text
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core

_NO, _YES = 1, 2
_KEPT = 64  # remembered leaves

_Test: TypeAlias = Callable[[Sequence[int]], Iterable[bool]]


class _Known(NamedTuple):
    """The known answers of a leaf, by segment: a test, and a byte for each passage: _NO, _YES, or 0 if untested."""

    tests: tuple[_Test, ...]
    of_passages: tuple[bytearray, ...]


class Texts:
    """Tests the passages of some segments by their texts."""

    def __init__(self, segments: Sequence[Segment], statistics: Statistics) -> None:
        self._segments = segments
        self._statistics = statistics
        self._firsts = [0, *accumulate(segment.passages for segment in segments)]
        self._known: dict[Written | Filter | Range, _Known] = {}

    def narrowed(
        self, matches: _core.Matches, leaf: Written | Filter | Range, *, wanted: bool = True
    ) -> _core.Matches:
        """Return the matches whose text fits the leaf, or does not, with their scores. A filter looks at rows."""
        tests, of_passages = self._of(leaf)
        others = [bytearray(b"\1") * segment.passages for segment in self._segments]
        passages = memoryview(matches.passages).cast("I")
        for number, (first, end) in enumerate(pairwise(self._firsts)):
            own = passages[bisect_left(passages, first) : bisect_left(passages, end)]
            known = of_passages[number]
            asked = [passage - first for passage in own]
            unknown = [at for at in asked if not known[at]]
            for at, fits in zip(unknown, tests[number](unknown), strict=True):
                known[at] = _YES if fits else _NO
            for at in asked:
                if (known[at] == _YES) is wanted:
                    others[number][at] = 0
        segments = tuple(
            [
                (*segment.of_passages()[:3], bytes(own))
                for segment, own in zip(self._segments, others, strict=True)
            ]
        )
        # In this table all other passages are deleted, so "everything" is the wanted passages.
        table = matching.passage_table(segments, *self._statistics.norm(), TITLE_WEIGHT)
        return matching.within(matches, matching.everything(table))

    def _of(self, leaf: Written | Filter | Range) -> _Known:
        known = self._known.get(leaf)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[leaf] = _Known(
                tuple([_test(leaf, segment) for segment in self._segments]),
                tuple([bytearray(segment.passages) for segment in self._segments]),
            )
        return known


def _test(leaf: Written | Filter | Range, segment: Segment) -> _Test:
    """Return the test of some passages, by their numbers in the segment, ascending."""
    if not isinstance(leaf, Written):
        from seedsearch.engine.embedded.rows import (
            row_test,
        )  # few queries ask for rows: start-up time

        return row_test(leaf, segment)
    fits = fits_text(leaf)

    def have_words(passages: Sequence[int]) -> Iterator[bool]:
        for passage, text in zip(passages, segment.texts(passages), strict=True):
            if leaf.field != "title" and fits(text.decode("utf-8", "surrogatepass")):
                yield True
            else:
                record = segment.record(passage)
                yield record.ordinal == 0 and fits(record.document.title)

    return have_words
