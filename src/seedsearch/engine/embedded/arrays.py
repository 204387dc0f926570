"""Execution with NumPy arrays, over all segments at once: for queries that touch many postings.

Passages are numbered through all segments. What was read of a word's postings is kept, so that the next query with
this word finds it ready: up to as many bytes as the index has, KEPT at least and MOST_KEPT at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt

from seedsearch.engine.base import TITLE_WEIGHT
from seedsearch.engine.embedded.execute import (
    TIED,
    Best,
    Execution,
    Ranked,
    Statistics,
)
from seedsearch.engine.embedded.filters import IN, OUT, Fittings
from seedsearch.engine.embedded.lookup import Lookup
from seedsearch.engine.embedded.nearness import near_each_other
from seedsearch.engine.embedded.shelf import Shelf
from seedsearch.engine.embedded.units import Source, Unit, Units
from seedsearch.engine.embedded.words import (
    Floats,
    Ints,
    Kept,
    Keys,
    Scored,
    Word,
    are_in,
    consecutive,
    distinct,
    floor_of,
    held_in,
    joined_keys,
    not_below,
    slots,
    where,
)
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Exact, Filter, Leaf, Range, Term

_SAMPLED = 32  # one score of so many is looked at first


_TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32, "Q": np.uint64}


class ArrayExecution(Execution[Scored]):
    """Scores are a pair of arrays."""

    def __init__(self, segments: Sequence[Segment], units: Units, statistics: Statistics) -> None:
        super().__init__(units, statistics)
        self._segments = segments
        self._bases = np.cumsum([0, *(segment.passages for segment in segments)])
        self._base_list: list[int] = self._bases.tolist()
        self._passages: int = self._base_list[-1]
        self._lookup = Lookup(self._passages)
        self._slots = slots()
        self._norm = self._make_norm()
        self._deleted = self._make_deleted()
        self._fittings = [Fittings(segment) for segment in segments]
        self._shelf = Shelf(Kept, segments)

    def _make_norm(self) -> Floats:
        """What is added to tf in the denominator, for each passage."""
        a, b = self.statistics.norm()
        length, title = self._column("passage.length"), self._column("passage.title")
        return a + b * (length + TITLE_WEIGHT * title.astype(np.float64))

    def _make_deleted(self) -> npt.NDArray[np.bool_] | None:
        if all(segment.deleted is None for segment in self._segments):
            return None
        flags = [segment.deleted or bytes(segment.passages) for segment in self._segments]
        return np.frombuffer(b"".join(flags), np.bool_)

    def _column(self, name: str) -> Ints:
        columns = (segment.file.column(name) for segment in self._segments)
        parts = [np.frombuffer(column.whole(), _TYPES[column.code]) for column in columns]
        return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, np.int64)

    def sources(self, unit: Unit) -> tuple[Source, ...]:
        return unit.all_sources

    # ---------------------------------------------------------------------- words

    def _words(self, kept: Kept) -> tuple[Word | None, Word | None]:
        """The words of the body and of the title of a simple unit."""
        if kept.words is None:
            fields = ([s for s in kept.sources if s.title is title] for title in (False, True))
            body, title = (Word(self._segments, self._bases, f) if f else None for f in fields)
            kept.words = body, title
            self._shelf.grown(kept)
        return kept.words

    # ---------------------------------------------------------------------- scores

    def nothing(self) -> Scored:
        return _unscored(np.empty(0, np.int64))

    def everything(self) -> Scored:
        return _unscored(np.arange(self._passages))

    def filtered(self, leaf: Filter | Range) -> Scored:
        found = [np.empty(0, np.int64)]
        for number, base in enumerate(self._base_list[:-1]):
            fitting = self._fittings[number].of(leaf)
            known = np.frombuffer(fitting.look_at(range(fitting.count)), np.uint8)
            found.append(where(known[self._documents(number)] == IN) + base)
        return _unscored(np.concatenate(found))

    def narrowed(self, scores: Scored, leaf: Filter | Range, *, inside: bool) -> Scored:
        wanted = IN if inside else OUT
        ends = np.searchsorted(scores.docs, self._bases).tolist()
        kept = [np.empty(0, np.int64)]
        for number, base in enumerate(self._base_list[:-1]):
            first, last = ends[number], ends[number + 1]
            if first < last:
                documents = self._documents(number)[scores.docs[first:last] - base]
                # Passages ascend, and so do their documents: each is looked at once.
                named = distinct(documents).tolist()
                known = np.frombuffer(self._fittings[number].of(leaf).look_at(named), np.uint8)
                kept.append(where(known[documents] == wanted) + first)
        at = np.concatenate(kept)
        return Scored(scores.docs[at], scores.scores[at], scores.positive)

    def _documents(self, number: int) -> Ints:
        """The document of each passage of a segment."""
        column = self._segments[number].file.column("passage.document")
        return np.frombuffer(column.whole(), _TYPES[column.code]).astype(np.int64)

    def weighted(self, sources: tuple[Source, ...], weight: float) -> Scored:
        return self._scored(self._shelf.unit(sources), weight)

    def _scored(self, kept: Kept, weight: float) -> Scored:
        if kept.scored is None:
            docs, tf = self._frequencies(kept)
            kept.scored = self.live(Scored(docs, self._scores(docs, tf, weight), positive=True))
            kept.frequencies, kept.weight = None, weight
            self._shelf.grown(kept)
        return kept.scored

    def _scores(self, docs: Ints, tf: Ints, weight: float) -> Floats:
        below = self._norm.take(docs)
        below += tf
        scores = np.multiply(tf, weight, dtype=np.float64)
        scores /= below
        return scores

    def count(self, sources: tuple[Source, ...]) -> int:
        return len(self._frequencies(self._shelf.unit(sources))[0])

    def _frequencies(self, kept: Kept) -> tuple[Ints, Ints]:
        """The passages of a unit, ascending, and its weighted frequency in each."""
        if kept.frequencies is None:
            parts = {(s.segment, s.title, s.language) for s in kept.sources}
            simple = len(parts) == len(kept.sources)
            make = self._simple_frequencies if simple else self._dense_frequencies
            kept.frequencies = make(kept)
            self._shelf.grown(kept)
        return kept.frequencies

    def _simple_frequencies(self, kept: Kept) -> tuple[Ints, Ints]:
        body, title = self._words(kept)
        if title is None:
            assert body is not None  # there are sources
            return held_in(body)
        title_docs, title_tf = held_in(title)
        title_tf = TITLE_WEIGHT * title_tf.astype(np.int64)
        if body is None:
            return title_docs, title_tf
        docs, tf = held_in(body)
        at = np.searchsorted(docs, title_docs)
        there = docs[np.minimum(at, len(docs) - 1)] == title_docs if len(docs) else at < 0
        tf = tf.astype(np.int64)
        tf[at[there]] += title_tf[there]
        if there.all():
            return docs, tf
        new = ~there
        return np.insert(docs, at[new], title_docs[new]), np.insert(tf, at[new], title_tf[new])

    def _dense_frequencies(self, kept: Kept) -> tuple[Ints, Ints]:
        total = np.zeros(self._passages, np.int64)
        for source in kept.sources:
            word = Word(self._segments, self._bases, (source,))
            total[word.docs] += (TITLE_WEIGHT if source.title else 1) * word.counts.astype(np.int64)
        docs = _numbers(total)
        return docs, total[docs]

    def unit_scores(self, leaf: Leaf) -> Scored:
        kept = self._kept(leaf)
        return self.nothing() if kept is None else self._scored(kept, kept.weight)

    def _kept(self, leaf: Leaf) -> Kept | None:
        """The unit of a leaf with its scores; None where nothing has it."""
        kept = self._shelf.of_leaf(leaf)
        if kept is None:
            sources, weight = self.ready(leaf)
            if not sources:
                return None
            kept = self._shelf.unit(sources)
            self._scored(kept, weight)
            self._shelf.name(kept, leaf)
        return kept

    def all_units(self, leaves: Sequence[Term | Exact]) -> Scored:
        return self.all_of([self.unit_scores(leaf) for leaf in leaves])

    # ---------------------------------------------------------------------- positions

    def together(self, leaves: Sequence[Term | Exact], slop: int | None) -> Scored:
        units = [kept for leaf in leaves if (kept := self._kept(leaf)) is not None]
        if len(units) < len(leaves):
            return self.nothing()
        if slop is None:
            docs = consecutive([self._keys(kept) for kept in units], self._slots, self._passages)
        else:
            docs = self._near(units, slop)
        if self._deleted is not None:  # what is kept of scores is live
            docs = docs[where(~self._deleted.take(docs))]
        if not len(docs):
            return self.nothing()
        scored = [self._scored(kept, kept.weight) for kept in units]
        scores = [word.scores.take(word.docs.searchsorted(docs)) for word in scored]
        return Scored(docs, cast(Floats, sum(scores)), positive=True)

    def _keys(self, kept: Kept) -> Keys:
        """Every occurrence of a unit: see `joined_keys`."""
        if kept.keys is None:
            kept.keys = joined_keys(*self._words(kept), self._passages)
            self._shelf.grown(kept)
        return kept.keys

    def _near(self, units: Sequence[Kept], slop: int) -> Ints:
        """The passages in whose body or title the units stand near each other."""
        by_field = zip(*[self._words(kept) for kept in units], strict=True)
        found = [
            self._near_in(cast("tuple[Word, ...]", words), slop)
            for words in by_field
            if None not in words
        ]
        for kept in units:
            self._shelf.grown(kept)
        return distinct(np.sort(np.concatenate(found))) if found else np.empty(0, np.int64)

    def _near_in(self, words: Sequence[Word], slop: int) -> Ints:
        """The passages in which the words stand near each other."""
        by_size = sorted(words, key=lambda word: len(word.docs))
        wanted = by_size[0].docs
        for word in by_size[1:]:
            wanted = wanted[where(are_in(wanted, word.docs, self._passages))]
        if not len(wanted):
            return wanted
        return wanted[near_each_other([word.places(wanted) for word in words], slop)]

    # ---------------------------------------------------------------------- combinations

    def all_of(self, parts: Sequence[Scored]) -> Scored:
        if len(parts) == 1:
            return parts[0]
        if len(parts) > 2 or len(parts[0].docs) > len(parts[1].docs):
            parts = sorted(parts, key=_count)
        docs, scores, positive = parts[0]
        for part in parts[1:]:
            if not len(docs):
                break
            kept, at = self._lookup.shared(part.docs, docs)
            docs, scores = docs[kept], scores[kept] + part.scores[at]
            positive = positive or part.positive
        return Scored(docs, scores, positive)

    def any_of(self, parts: Sequence[Scored]) -> Scored:
        parts = [part for part in parts if len(part.docs)]
        if len(parts) < 2:
            return parts[0] if parts else self.nothing()
        positive = all(part.positive for part in parts)
        if sum(len(part.docs) for part in parts) * 16 < self._passages:
            return _merged(parts, positive)
        total = np.zeros(self._passages)
        total[parts[0].docs] = parts[0].scores  # to add to zeros would read them first
        for docs, scores, _ in parts[1:]:
            total[docs] += scores
        held = total
        if not positive:
            held = np.zeros(self._passages)
            for part in parts:
                held[part.docs] = 1
        docs = _numbers(held)
        return Scored(docs, total.take(docs), positive)

    def highest_of(self, parts: Sequence[Scored]) -> Scored:
        parts = [part for part in parts if len(part.docs)]
        if len(parts) < 2:
            return parts[0] if parts else self.nothing()
        docs: Ints = np.unique(np.concatenate([part.docs for part in parts]))
        highest = np.full(len(docs), -np.inf)
        for part in parts:
            at = np.searchsorted(docs, part.docs)
            highest[at] = np.maximum(highest[at], part.scores)
        return Scored(docs, highest, all(part.positive for part in parts))

    def without(self, scores: Scored, unwanted: Scored) -> Scored:
        kept = where(~are_in(scores.docs, unwanted.docs, self._passages))
        return Scored(scores.docs[kept], scores.scores[kept], scores.positive)

    def maybe(self, required: Scored, optional: Scored) -> Scored:
        docs, scores, positive = required
        if not len(optional.docs):
            return required
        added = self._lookup.values_at(optional.docs, optional.scores, docs)
        return Scored(docs, scores + added, positive)

    def scaled(self, scores: Scored, factor: float) -> Scored:
        return Scored(scores.docs, scores.scores * factor, positive=False)

    def live(self, scores: Scored) -> Scored:
        if self._deleted is None:
            return scores
        kept = where(~self._deleted.take(scores.docs))
        return Scored(scores.docs[kept], scores.scores[kept], scores.positive)

    def size(self, scores: Scored) -> int:
        return len(scores.docs)

    def best(self, scores: Scored, most: int | None) -> Best:
        docs, values, _ = scores
        cut: Ints = docs[:0]
        if most is not None and most < len(docs):
            if most < 1:
                return Best([])
            # The best of a sample are no better than the best of all: what is below them can go at once.
            if len(values) > _SAMPLED * max(most, _SAMPLED):
                floor = floor_of(values[::_SAMPLED], most)
                docs, values = not_below(floor, docs, values)
            docs, values = not_below(floor_of(values, most), docs, values)
            if len(docs) > most + TIED:
                docs, values, cut = self._cut(docs, values, most)
        new = tuple.__new__  # a third of the price of calling Ranked
        ranked = [
            new(Ranked, (round(score, 9), doc, 1))
            for doc, score in zip(docs.tolist(), values.tolist(), strict=True)
        ]
        return Best(ranked, frozenset(cut.tolist()))

    def _cut(self, docs: Ints, values: Floats, most: int) -> tuple[Ints, Floats, Ints]:
        """Without the passages that tie with the least and come after `most` such in their segment; the last ones left.

        What differs by less than rounding can see is left as it is.
        """
        least = values.min()
        tied = values == least
        if np.any(~tied & (values < least + 3e-9)):
            return docs, values, docs[:0]
        at = where(tied)
        ends = np.searchsorted(docs[at], self._bases).tolist()
        kept = [at[a : min(a + most, b)] for a, b in pairwise(ends)]
        cut = [own[-1] for own, (a, b) in zip(kept, pairwise(ends), strict=True) if b - a > most]
        chosen = np.sort(np.concatenate([where(~tied), *kept]))
        return docs[chosen], values[chosen], docs[np.array(cut, np.int64)]

    def found(self, scores: Scored) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        ends = np.searchsorted(scores.docs, self._bases).tolist()
        for number, (a, b) in enumerate(pairwise(ends)):
            passages = scores.docs[a:b] - self._base_list[number]
            yield number, passages.tolist(), scores.scores[a:b].tolist()


def _unscored(docs: Ints) -> Scored:
    return Scored(docs, np.zeros(len(docs)), positive=False)


def _count(scores: Scored) -> int:
    return len(scores.docs)


def _numbers(held: Ints) -> Ints:
    """The passages for which `held` is not zero."""
    return where(held != 0)  # quick for truth values alone


def _merged(parts: Sequence[Scored], positive: bool) -> Scored:
    """any_of for few passages."""
    docs = np.concatenate([part.docs for part in parts])
    order = np.argsort(docs, kind="stable")
    docs = docs[order]
    starts = where(np.diff(docs, prepend=-1))
    scores = np.concatenate([part.scores for part in parts])[order]
    return Scored(docs[starts], np.add.reduceat(scores, starts), positive)
