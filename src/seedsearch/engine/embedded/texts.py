"""Which passages have words as they are written: read, when they are asked for, and remembered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from seedsearch.core import matching
from seedsearch.engine.bm25f import TITLE_WEIGHT, Statistics
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Written
from seedsearch.query.written import fits_text

if TYPE_CHECKING:
    from seedsearch.core import _core

_KEPT = 1 << 20  # answers that are remembered


class Texts:
    """The texts of some segments."""

    def __init__(self, segments: Sequence[Segment], statistics: Statistics) -> None:
        self._segments = segments
        self._statistics = statistics
        self._firsts = [0, *accumulate(segment.passages for segment in segments)]
        self._known: dict[tuple[Written, int], bool] = {}

    def narrowed(self, matches: _core.Matches, leaf: Written) -> _core.Matches:
        """Those of the passages that have the words; what they score stays."""
        fits = fits_text(leaf)
        others = [bytearray(b"\1") * segment.passages for segment in self._segments]
        for passage in memoryview(matches.passages).cast("I"):
            number = bisect_right(self._firsts, passage) - 1
            at = passage - self._firsts[number]
            if self._has(leaf, passage, self._segments[number], at, fits):
                others[number][at] = 0
        segments = tuple(
            [
                (*segment.of_passages()[:3], bytes(own))
                for segment, own in zip(self._segments, others, strict=True)
            ]
        )
        # A table in which all others are deleted: everything in it are those that were wanted.
        table = matching.passage_table(segments, *self._statistics.norm(), TITLE_WEIGHT)
        return matching.within(matches, matching.everything(table))

    def _has(
        self, leaf: Written, passage: int, segment: Segment, at: int, fits: Callable[[str], bool]
    ) -> bool:
        known = self._known.get((leaf, passage))
        if known is None:
            known = leaf.field != "title" and fits(
                segment.text(at).decode("utf-8", "surrogatepass")
            )
            if not known:
                record = segment.record(at)
                known = record.ordinal == 0 and fits(record.document.title)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[leaf, passage] = known
        return known
