"""Finding the values of some passages in lists of passages."""

from __future__ import annotations

import numpy as np

from seedsearch.engine.embedded.words import Floats, Ints, Zeros, where


class Lookup:
    """Finds values by passage: in lists of passages, or by laying them out over all passages."""

    def __init__(self, passages: int) -> None:
        self._floats = Zeros(passages, np.float64)
        self._marks = Zeros(passages, np.bool_)

    def values_at(self, held: Ints, values: Ints, docs: Ints) -> Floats:
        """The value of each of `docs`, 0 where `held` does not hold it. Both lists ascend; no value is 0."""
        if len(docs) * 8 < len(held):
            at = held.searchsorted(docs)
            found = values.take(at, mode="clip").astype(np.float64)
            found *= held.take(at, mode="clip") == docs
            return found
        laid_out = self._floats.take()
        laid_out[held] = values
        found = laid_out.take(docs)
        laid_out[held] = 0
        self._floats.give(laid_out)
        return found

    def shared(self, held: Ints, docs: Ints) -> tuple[Ints, Ints]:
        """Which of `docs` are held, and where in `held` these stand. Both lists ascend."""
        if len(docs) * 8 < len(held):
            at = held.searchsorted(docs)
            kept = where(held.take(at, mode="clip") == docs)
            return kept, at[kept]
        # A byte for each passage: what is not in the processor's memory takes long to come.
        marks = self._marks.take()
        marks[held] = True
        kept = where(marks.take(docs))
        marks[held] = False
        self._marks.give(marks)
        return kept, held.searchsorted(docs[kept])
