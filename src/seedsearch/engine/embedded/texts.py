"""Test passages by their texts: words as written, or fields of a row.

Texts are read only where a query needs the answer, and answers are remembered.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.core import matching
from seedsearch.engine.bm25f import TITLE_WEIGHT, Statistics
from seedsearch.engine.embedded.filters import Known
from seedsearch.index.dictionary import text_of
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Filter, Range, Written
from seedsearch.query.written import fits_text

if TYPE_CHECKING:
    from seedsearch.core import _core

_NO, _YES = 1, 2

_Test: TypeAlias = Callable[[Sequence[int]], Iterable[bool]]


class Texts:
    """Tests the passages of some segments by their texts."""

    def __init__(self, segments: Sequence[Segment], statistics: Statistics) -> None:
        self._segments = segments
        self._statistics = statistics
        self._firsts = [0, *accumulate(segment.passages for segment in segments)]
        passages = attrgetter("passages")
        self._known = Known[Written | Filter | Range, _Test](segments, _test, passages)

    def narrowed(
        self, matches: _core.Matches, leaf: Written | Filter | Range, *, wanted: bool = True
    ) -> _core.Matches:
        """Return the matches whose text fits the leaf, or does not, with their scores. A filter looks at rows."""
        tests, of_passages = self._known.of(leaf)
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
        of_segments = zip(self._segments, others, strict=True)
        segments = tuple([(*segment.of_passages()[:3], bytes(own)) for segment, own in of_segments])
        # In this table all other passages are deleted, so "everything" is the wanted passages.
        table = matching.passage_table(segments, *self._statistics.norm(), TITLE_WEIGHT)
        return matching.within(matches, matching.everything(table))


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
            if leaf.field != "title" and fits(text_of(text)):
                yield True
            else:
                record = segment.record(passage)
                yield record.ordinal == 0 and fits(record.document.title)

    return have_words
