"""The best passages for any of several words, without putting all that they hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from seedsearch.engine.whoosh.execute import TINY, Best, Execution, Found, FoundScores, Ranked
from seedsearch.engine.whoosh.words import (
    Floats,
    Ints,
    Scored,
    Zeros,
    best_of_peak,
    distinct,
    floor_of,
    not_below,
    where,
)

_LOOKED_UP = 2048  # so many passages are looked up in other words' lists, one by one


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

    def added(self, words: Sequence[Scored], floor: float) -> tuple[Scored, int]:
        """What the words' scores add up to, where it is `floor` (above 0) at least; and how many passages any holds."""
        total = self._floats.take()
        total[words[0].docs] = words[0].scores  # to add to zeros would read them first
        for word in words[1:]:
            np.add.at(total, word.docs, word.scores)
        docs = where(total >= floor)
        found = Scored(docs, total.take(docs), positive=True)
        count = int(np.count_nonzero(total > 0))  # quick for truth values alone
        total.fill(0)
        self._floats.give(total)
        return found, count

    def count(self, lists: Sequence[Ints]) -> int:
        """How many passages there are in the lists together."""
        marks = self._marks.take()
        for docs in lists:
            marks[docs] = True
        count = int(np.count_nonzero(marks))
        for docs in lists:
            marks[docs] = False
        self._marks.give(marks)
        return count


class AnyWord:
    """Found: what any of several words hold, which is put together only where the best cannot be found without.

    A passage is among the best only if its words can add up to the score of the last of these; that is at least what
    the best passages of a single word have (Turtle & Flood, Query evaluation: strategies and optimizations, 1995).
    """

    def __init__(
        self,
        words: list[Scored],
        lookup: Lookup,
        execution: Execution[Scored],
    ) -> None:
        self._words = words
        self._lookup = lookup
        self._execution = execution
        self._overlap = _overlap(words[0], words[1], self._lookup) if len(words) == 2 else None
        self._size = -1

    @property
    def size(self) -> int:
        """See Found."""
        if self._size < 0:
            self._size = self._count()
        return self._size

    def _count(self) -> int:
        if self._overlap is not None:
            return sum(len(word.docs) for word in self._words) - len(self._overlap.docs)
        return self._lookup.count([word.docs for word in self._words])

    def all(self) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        """See Found."""
        return self._together().all()

    def _together(self) -> Found:
        return FoundScores(self._execution, self._execution.any_of(self._words))

    def best(self, most: int | None) -> Best:
        """See Found."""
        found = None
        if most is not None and 0 < most < max(len(word.docs) for word in self._words):
            found = self._of_two(most) if self._overlap is not None else self._of_many(most)
        if found is None:
            return self._of_all(most)
        return Best([Ranked(round(score, 9), doc) for score, doc in found])

    def _of_all(self, most: int | None) -> Best:
        """The best of all that any word holds. It is known then how many these are."""
        floor = self._floor(most) - TINY if most is not None and most > 0 else 0.0
        if floor > 0:
            likely, self._size = self._lookup.added(self._words, floor)
            return FoundScores(self._execution, likely).best(most)
        together = self._together()
        self._size = together.size
        return together.best(most)

    def _floor(self, most: int) -> float:
        """What the best passages of one word have at least."""
        lasts = [
            w.peak.scores[most - 1] for w in self._words if w.peak and len(w.peak.scores) >= most
        ]
        return max(lasts, default=0.0) - TINY

    def _of_two(self, most: int) -> list[tuple[float, int]] | None:
        """The best of what both words hold, and of what one holds."""
        overlap, floor = self._overlap, self._floor(most)
        assert overlap is not None  # there are two words
        docs, scores = overlap.docs, overlap.scores
        if len(scores) > most:
            floor = max(floor, floor_of(scores, most))
        docs, scores = not_below(floor, docs, scores)
        found = list(zip(scores.tolist(), docs.tolist(), strict=True))
        for word in self._words:
            alone = best_of_peak(word.peak, floor) if word.peak else None
            if alone is None:
                return None
            if alone:
                own = np.array([doc for _, doc in alone])
                shared = self._lookup.values_at(overlap.docs, overlap.scores, own).tolist()
                found += [best for best, both in zip(alone, shared, strict=True) if not both]
        return found

    def _of_many(self, most: int) -> list[tuple[float, int]] | None:
        """The passages that can be among the best, looked up in every word; None where these are too many."""
        floor = self._floor(most) - TINY
        if floor <= 0 or any(word.peak is None for word in self._words):
            return None
        tops = [word.peak.scores[0] for word in self._words if word.peak]
        by_top = sorted(range(len(tops)), key=tops.__getitem__)
        reach, chosen, room = 0.0, [], _LOOKED_UP
        for i in by_top:
            reach += tops[i]
            if reach < floor:
                continue  # the words up to this one are not enough by themselves
            docs, scores, _, _ = self._words[i]
            least = floor - (sum(tops) - tops[i])
            if least > 0:
                docs = docs[where(scores >= least)]
            room -= len(docs)
            if room < 0:
                return None
            chosen.append(docs)
        docs = distinct(np.sort(np.concatenate(chosen))) if len(chosen) > 1 else chosen[0]
        total = np.zeros(len(docs))
        for word in self._words:
            total += self._lookup.values_at(word.docs, word.scores, docs)
        if len(total) > most:
            docs, total = not_below(floor_of(total, most), docs, total)
        return list(zip(total.tolist(), docs.tolist(), strict=True))


def _overlap(a: Scored, b: Scored, lookup: Lookup) -> Scored:
    """The passages that both hold, with the sum of their scores."""
    few, many = (a, b) if len(a.docs) <= len(b.docs) else (b, a)
    others = lookup.values_at(many.docs, many.scores, few.docs)
    both = where(others != 0)
    return Scored(few.docs[both], few.scores[both] + others[both], positive=True)
