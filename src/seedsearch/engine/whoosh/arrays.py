"""Execution with NumPy arrays: for queries that touch many postings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seedsearch.engine.base import TITLE_WEIGHT
from seedsearch.engine.whoosh.execute import Execution, Ranked, near, title_weight
from seedsearch.engine.whoosh.segment import Small
from seedsearch.engine.whoosh.units import Source

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

_TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32, "Q": np.uint64}


class Scored(NamedTuple):
    """Passages, ascending, and their scores."""

    docs: Ints
    scores: Floats


def small(column: Small, start: int, end: int) -> Ints:
    """The values of a small column."""
    low, over, high = column.parts(start, end)
    values = np.frombuffer(low, np.uint8)
    if len(over):
        values = values.astype(np.int64)
        at = np.frombuffer(over, np.uint32).astype(np.int64) - start
        values[at] += np.frombuffer(high, np.uint32).astype(np.int64) << 8
    return values


class ArrayExecution(Execution[Scored]):
    """Scores are a pair of arrays."""

    _norm: Floats | None = None

    def norm(self) -> Floats:
        """What is added to tf in the denominator, for each passage."""
        if self._norm is None:
            a, b = self.statistics.norm()
            length, title = self._column("passage.length"), self._column("passage.title")
            self._norm = a + b * (length + TITLE_WEIGHT * title.astype(np.float64))
        return self._norm

    def _column(self, name: str) -> Ints:
        column = self.segment.file.column(name)
        return np.frombuffer(column.whole(), _TYPES[column.code])

    def nothing(self) -> Scored:
        return Scored(np.empty(0, np.int64), np.empty(0, np.float64))

    def everything(self) -> Scored:
        return _unscored(np.arange(self.segment.passages))

    def of_documents(self, documents: Sequence[int]) -> Scored:
        wanted = np.zeros(self.segment.file.column("document.file").length, np.bool_)
        wanted[np.asarray(documents, np.int64)] = True
        return _unscored(np.flatnonzero(wanted[self._column("passage.document")]))

    def weighted(self, sources: Sequence[Source], weight: float) -> Scored:
        docs, tf = self._frequencies(sources)
        scores = np.multiply(tf, weight, dtype=np.float64)
        scores /= self.norm()[docs] + tf
        return Scored(docs, scores)

    def count(self, sources: Sequence[Source]) -> int:
        return len(self._frequencies(sources)[0])

    def _frequencies(self, sources: Sequence[Source]) -> tuple[Ints, Ints]:
        if len(sources) == 1 and not sources[0].title:
            return self._postings(sources[0])
        if len(sources) == 2 and not sources[0].title and sources[1].title:
            return self._with_title(*self._postings(sources[0]), *self._postings(sources[1]))
        total = np.zeros(self.segment.passages, np.int64)
        for source in sources:
            docs, tf = self._postings(source)
            total[docs] += title_weight(source) * tf.astype(np.int64)
        docs = np.flatnonzero(total)
        return docs, total[docs]

    def _with_title(
        self, docs: Ints, tf: Ints, title_docs: Ints, title_tf: Ints
    ) -> tuple[Ints, Ints]:
        """Body postings with the few title postings worked in."""
        at = np.searchsorted(docs, title_docs)
        there = docs[np.minimum(at, len(docs) - 1)] == title_docs
        tf = tf.astype(np.int64)
        added = TITLE_WEIGHT * title_tf.astype(np.int64)
        tf[at[there]] += added[there]
        if there.all():
            return docs, tf
        new = ~there
        return np.insert(docs, at[new], title_docs[new]), np.insert(tf, at[new], added[new])

    def _postings(self, source: Source) -> tuple[Ints, Ints]:
        """Passages and occurrences of a source."""
        segment, group = self.segment, source.group
        start, end = group.postings, group.postings + group.df
        docs = np.frombuffer(segment.docs.slice(start, end), np.uint16)
        tf = small(segment.tfs, start, end)
        if source.members is None:
            return docs, tf
        chosen = self._chosen(source)
        self._agree(int(tf.sum(dtype=np.int64)), source)
        posting = np.repeat(np.arange(group.df), tf)[chosen]
        counts = np.bincount(posting, minlength=group.df)
        kept = np.flatnonzero(counts)
        return docs[kept], counts[kept]

    def _agree(self, occurrences: int, source: Source) -> None:
        """Before arrays are made as long as the postings' counts say."""
        if occurrences != source.group.cf:
            raise self.segment.file.damaged("its occurrences are not as many as they should be")

    def _chosen(self, source: Source) -> npt.NDArray[np.bool_]:
        """Which occurrences of the group are of the source's members."""
        group = source.group
        members = small(self.segment.members, group.member_at, group.member_at + group.cf)
        wanted = source.members or ()
        if len(wanted) == 1:
            return members == wanted[0]  # type: ignore[no-any-return]
        return np.isin(members, wanted)

    # ---------------------------------------------------------------------- positions

    def standing_together(self, sources: Sequence[Sequence[Source]], slop: int | None) -> Scored:
        wanted = self._holding_all(sources)
        if not len(wanted):
            return self.nothing()
        if slop is None:
            return _unscored(self._consecutive(sources, wanted))
        held = [self._places(of_word, wanted) for of_word in sources]
        bounds = [np.searchsorted(doc, np.arange(len(wanted) + 1)) for doc, _ in held]
        matched = [
            i
            for i in range(len(wanted))
            if near(
                [
                    place[bound[i] : bound[i + 1]].tolist()
                    for (_, place), bound in zip(held, bounds, strict=True)
                ],
                slop,
            )
        ]
        return _unscored(wanted[matched])

    def _holding_all(self, sources: Sequence[Sequence[Source]]) -> Ints:
        """The passages that hold a group of each word, members left aside; ascending."""
        lists = [self._group_docs(of_word) for of_word in sources]
        lists.sort(key=len)
        wanted = lists[0]
        for docs in lists[1:]:
            if not len(wanted):
                break
            wanted = wanted[_inside(wanted, docs, self.segment.passages)]
        return wanted.astype(np.int64)

    def _group_docs(self, sources: Sequence[Source]) -> Ints:
        slices = [
            np.frombuffer(
                self.segment.docs.slice(s.group.postings, s.group.postings + s.group.df), np.uint16
            )
            for s in sources
        ]
        return slices[0] if len(slices) == 1 else np.unique(np.concatenate(slices))

    def _places(self, sources: Sequence[Source], wanted: Ints) -> tuple[Ints, Ints]:
        """Occurrences of a word in the wanted passages: index into `wanted`, and position."""
        parts = [self._source_places(source, wanted) for source in sources]
        if len(parts) == 1:
            return parts[0]
        which = np.concatenate([part[0] for part in parts])
        place = np.concatenate([part[1] for part in parts])
        order = np.argsort(which, kind="stable")
        return which[order], place[order]

    def _source_places(self, source: Source, wanted: Ints) -> tuple[Ints, Ints]:
        segment, group = self.segment, source.group
        start, end = group.postings, group.postings + group.df
        docs = np.frombuffer(segment.docs.slice(start, end), np.uint16)
        ends = np.cumsum(small(segment.tfs, start, end), dtype=np.int64)
        self._agree(int(ends[-1]), source)
        at = np.minimum(np.searchsorted(docs, wanted), len(docs) - 1)
        which = np.flatnonzero(docs[at] == wanted)
        at = at[which]
        first = np.where(at, ends[at - 1], 0)
        sizes = ends[at] - first
        # The indices of all their occurrences: runs of `sizes` numbers, each beginning at `first`.
        index = np.repeat(first - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
        index += np.arange(len(index))
        which = np.repeat(which, sizes)
        place = small(segment.positions, group.occurrences, group.occurrences + group.cf)[index]
        if source.members is not None:
            kept = self._chosen(source)[index]
            which, place = which[kept], place[kept]
        return which, place.astype(np.int64)

    def _consecutive(self, sources: Sequence[Sequence[Source]], wanted: Ints) -> Ints:
        keys: Ints | None = None
        for i, of_word in enumerate(sources):
            which, place = self._places(of_word, wanted)
            # A run has the same key for each of its words; the shift keeps positions above zero.
            own = (which << 32) + (place + len(sources) - i)
            keys = own if keys is None else np.intersect1d(keys, own)
        assert keys is not None  # a phrase has words
        return wanted[np.unique(keys >> 32)]

    # ---------------------------------------------------------------------- combinations

    def all_of(self, parts: Sequence[Scored]) -> Scored:
        parts = sorted(parts, key=lambda part: len(part.docs))
        docs, scores = parts[0]
        for part in parts[1:]:
            if not len(docs):
                break
            at = np.minimum(np.searchsorted(part.docs, docs), max(len(part.docs) - 1, 0))
            kept = part.docs[at] == docs
            docs, scores = docs[kept], scores[kept] + part.scores[at[kept]]
        return Scored(docs, scores)

    def any_of(self, parts: Sequence[Scored]) -> Scored:
        parts = [part for part in parts if len(part.docs)]
        if len(parts) < 2:
            return parts[0] if parts else self.nothing()
        total = np.zeros(self.segment.passages)
        held = np.zeros(self.segment.passages, np.bool_)
        for docs, scores in parts:
            total[docs] += scores
            held[docs] = True
        docs = np.flatnonzero(held)
        return Scored(docs, total[docs])

    def without(self, scores: Scored, unwanted: Scored) -> Scored:
        kept = ~_inside(scores.docs, unwanted.docs, self.segment.passages)
        return Scored(scores.docs[kept], scores.scores[kept])

    def maybe(self, required: Scored, optional: Scored) -> Scored:
        added = np.zeros(self.segment.passages)
        added[optional.docs] = optional.scores
        return Scored(required.docs, required.scores + added[required.docs])

    def scaled(self, scores: Scored, factor: float) -> Scored:
        return Scored(scores.docs, scores.scores * factor)

    def live(self, scores: Scored) -> Scored:
        deleted = self.segment.deleted
        if deleted is None:
            return scores
        kept = np.frombuffer(deleted, np.uint8)[scores.docs] == 0
        return Scored(scores.docs[kept], scores.scores[kept])

    def size(self, scores: Scored) -> int:
        return len(scores.docs)

    def best(self, scores: Scored, most: int | None) -> list[Ranked]:
        docs, values = scores
        if most is not None and most < len(docs):
            if most < 1:
                return []
            # Rounding moves a score by less than 1e-9: all that can rank among the best are kept.
            floor = np.partition(values, len(values) - most)[len(values) - most] - 1e-9
            kept = np.flatnonzero(values >= floor)
            docs, values = docs[kept], values[kept]
        ranked = [
            Ranked(round(score, 9), score, doc)
            for doc, score in zip(docs.tolist(), values.tolist(), strict=True)
        ]
        ranked.sort(key=lambda r: (-r.rounded, r.passage))
        return ranked[:most]


def _unscored(docs: Ints) -> Scored:
    return Scored(docs, np.zeros(len(docs)))


def _inside(docs: Ints, others: Ints, passages: int) -> npt.NDArray[np.bool_]:
    """Which of `docs` are among `others`."""
    if len(docs) * 16 < len(others):
        at = np.minimum(np.searchsorted(others, docs), len(others) - 1)
        return others[at] == docs  # type: ignore[no-any-return]
    held = np.zeros(passages, np.bool_)
    held[others] = True
    return held[docs]
