"""Execution with NumPy arrays: for queries that touch many postings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seedsearch.engine.base import TITLE_WEIGHT
from seedsearch.engine.whoosh.execute import Execution, Ranked, Ready, near, title_weight
from seedsearch.engine.whoosh.segment import Small
from seedsearch.engine.whoosh.units import Source

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

_TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32, "Q": np.uint64}


class Scored(NamedTuple):
    """Passages (uint16, ascending) and their scores; whether no score is zero."""

    docs: Ints
    scores: Floats
    positive: bool


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
        return _unscored(np.empty(0, np.uint16))

    def everything(self) -> Scored:
        return _unscored(np.arange(self.segment.passages).astype(np.uint16))

    def of_documents(self, documents: Sequence[int]) -> Scored:
        wanted = np.zeros(self.segment.file.column("document.file").length, np.bool_)
        wanted[np.asarray(documents, np.int64)] = True
        return _unscored(_numbers(wanted[self._column("passage.document")]))

    def weighted(self, sources: Sequence[Source], weight: float) -> Scored:
        docs, tf = self._frequencies(sources)
        return Scored(docs, self._scores(docs, tf, weight), positive=True)

    def _scores(self, docs: Ints, tf: Ints, weight: float) -> Floats:
        below = self.norm().take(docs)
        below += tf
        scores = np.multiply(tf, weight, dtype=np.float64)
        scores /= below
        return scores

    def all_units(self, units: Sequence[Ready]) -> Scored:
        docs = self._holding_all([sources for sources, _ in units])
        for sources, _ in units:
            if any(source.members is not None for source in sources):
                docs = docs[self._frequencies_at(sources, docs) > 0]
        return self.added(_unscored(docs), units)

    def added(self, scores: Scored, units: Sequence[Ready]) -> Scored:
        docs, total, _ = scores
        for sources, weight in units:
            total = total + self._scores(docs, self._frequencies_at(sources, docs), weight)
        return Scored(docs, total, positive=bool(units))

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
        docs = _numbers(total)
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

    def _frequencies_at(self, sources: Sequence[Source], docs: Ints) -> Ints:
        """The weighted frequency of a unit in each of some passages; 0 where it is not."""
        total = np.zeros(len(docs), np.int64)
        for source in sources:
            if source.members is None:
                held, start = self._group_docs_of(source), source.group.postings
                at = np.minimum(np.searchsorted(held, docs), len(held) - 1)
                there = np.flatnonzero(held[at] == docs)
                tf = small(self.segment.tfs, start, start + source.group.df)[at[there]]
                total[there] += title_weight(source) * tf.astype(np.int64)
            else:
                which, _ = self._source_places(source, docs)
                total += title_weight(source) * np.bincount(which, minlength=len(docs))
        return total

    def _postings(self, source: Source) -> tuple[Ints, Ints]:
        """Passages and occurrences of a source."""
        segment, group = self.segment, source.group
        start, end = group.postings, group.postings + group.df
        docs = np.frombuffer(segment.docs.slice(start, end), np.uint16)
        tf = small(segment.tfs, start, end)
        if source.members is None:
            return docs, tf
        chosen = self._chosen(source, None)
        self._agree(int(tf.sum(dtype=np.int64)), source)
        posting = np.repeat(np.arange(group.df), tf)[chosen]
        counts = np.bincount(posting, minlength=group.df)
        kept = np.flatnonzero(counts)
        return docs[kept], counts[kept]

    def _agree(self, occurrences: int, source: Source) -> None:
        """Before arrays are made as long as the postings' counts say."""
        if occurrences != source.group.cf:
            raise self.segment.file.damaged("its occurrences are not as many as they should be")

    def _chosen(self, source: Source, index: Ints | None) -> npt.NDArray[np.bool_]:
        """Which occurrences of the group are of the source's members: of those at `index`, or of all."""
        group = source.group
        members = small(self.segment.members, group.member_at, group.member_at + group.cf)
        if index is not None:
            members = members[index]
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
        return _unscored(wanted[np.array(matched, np.int64)])

    def _holding_all(self, sources: Sequence[Sequence[Source]]) -> Ints:
        """The passages that hold a group of each word, members left aside; ascending."""
        lists = sorted((self._group_docs(of_word) for of_word in sources), key=len)
        wanted = lists[0]
        for docs in lists[1:]:
            if not len(wanted):
                break
            wanted = wanted[_inside(wanted, docs, self.segment.passages)]
        return wanted

    def _group_docs(self, sources: Sequence[Source]) -> Ints:
        lists = [self._group_docs_of(source) for source in sources]
        if len(lists) == 1:
            return lists[0]
        held = np.zeros(self.segment.passages, np.bool_)
        for docs in lists:
            held[docs] = True
        return _numbers(held)

    def _group_docs_of(self, source: Source) -> Ints:
        start = source.group.postings
        return np.frombuffer(self.segment.docs.slice(start, start + source.group.df), np.uint16)

    def _places(self, sources: Sequence[Source], wanted: Ints) -> tuple[Ints, Ints]:
        """Occurrences of a word in the wanted passages: index into `wanted`, and position.

        Both ascend together, but for several members or sources.
        """
        parts = [self._source_places(source, wanted) for source in sources]
        if len(parts) == 1:
            return parts[0]
        which = np.concatenate([part[0] for part in parts])
        place = np.concatenate([part[1] for part in parts])
        order = np.argsort(which, kind="stable")
        return which[order], place[order]

    def _source_places(self, source: Source, wanted: Ints) -> tuple[Ints, Ints]:
        segment, group = self.segment, source.group
        docs = self._group_docs_of(source)
        tf = small(segment.tfs, group.postings, group.postings + group.df)
        ends = np.cumsum(tf, dtype=np.int32)
        at = np.minimum(np.searchsorted(docs, wanted), len(docs) - 1)
        which = np.flatnonzero(docs[at] == wanted)
        at = at[which]
        sizes = tf[at].astype(np.int32)
        first = ends[at] - sizes
        # The indices of all their occurrences: runs of `sizes` numbers, each beginning at `first`.
        before = np.cumsum(sizes, dtype=np.int32) - sizes
        index = np.repeat(first - before, sizes)
        index += np.arange(len(index), dtype=np.int32)
        which = np.repeat(which, sizes)
        start = group.occurrences
        place = small(segment.positions, start, start + group.cf)[index]
        if source.members is not None:
            kept = self._chosen(source, index)
            which, place = which[kept], place[kept]
        return which, place.astype(np.int64)

    def _consecutive(self, sources: Sequence[Sequence[Source]], wanted: Ints) -> Ints:
        keys: Ints | None = None
        for i, of_word in enumerate(sources):
            which, place = self._places(of_word, wanted)
            # A run has the same key for each of its words; the shift keeps positions above zero.
            own = (which << 32) + (place + len(sources) - i)
            if len(of_word) > 1 or len(of_word[0].members or ()) > 1:
                own.sort()
            keys = own if keys is None else _common(keys, own)
        assert keys is not None  # a phrase has words
        which = keys >> 32
        found: Ints = wanted[which[np.flatnonzero(np.diff(which, prepend=-1))]]
        return found

    # ---------------------------------------------------------------------- combinations

    def all_of(self, parts: Sequence[Scored]) -> Scored:
        parts = sorted(parts, key=lambda part: len(part.docs))
        docs, scores, positive = parts[0]
        for part in parts[1:]:
            if not len(docs):
                break
            at = np.minimum(np.searchsorted(part.docs, docs), len(part.docs) - 1)
            kept = np.flatnonzero(part.docs[at] == docs)
            docs, scores = docs[kept], scores[kept] + part.scores[at[kept]]
            positive = positive or part.positive
        return Scored(docs, scores, positive)

    def any_of(self, parts: Sequence[Scored]) -> Scored:
        parts = [part for part in parts if len(part.docs)]
        if len(parts) < 2:
            return parts[0] if parts else self.nothing()
        total = np.zeros(self.segment.passages)
        for docs, scores, _ in parts:
            total[docs] += scores
        if all(part.positive for part in parts):
            docs = _numbers(total)
            return Scored(docs, total.take(docs), positive=True)
        held = np.zeros(self.segment.passages, np.bool_)
        for part in parts:
            held[part.docs] = True
        docs = _numbers(held)
        return Scored(docs, total.take(docs), positive=False)

    def without(self, scores: Scored, unwanted: Scored) -> Scored:
        kept = np.flatnonzero(~_inside(scores.docs, unwanted.docs, self.segment.passages))
        return Scored(scores.docs[kept], scores.scores[kept], scores.positive)

    def maybe(self, required: Scored, optional: Scored) -> Scored:
        added = np.zeros(self.segment.passages)
        added[optional.docs] = optional.scores
        scores = required.scores + added.take(required.docs)
        return Scored(required.docs, scores, required.positive)

    def scaled(self, scores: Scored, factor: float) -> Scored:
        return Scored(scores.docs, scores.scores * factor, positive=False)

    def live(self, scores: Scored) -> Scored:
        deleted = self.segment.deleted
        if deleted is None:
            return scores
        kept = np.flatnonzero(np.frombuffer(deleted, np.uint8).take(scores.docs) == 0)
        return Scored(scores.docs[kept], scores.scores[kept], scores.positive)

    def size(self, scores: Scored) -> int:
        return len(scores.docs)

    def best(self, scores: Scored, most: int | None) -> list[Ranked]:
        docs, values, _ = scores
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
    return Scored(docs, np.zeros(len(docs)), positive=False)


def _numbers(held: Ints) -> Ints:
    """The passages for which `held` is not zero."""
    return np.flatnonzero(held != 0).astype(np.uint16)  # quick for truth values alone


def _common(a: Ints, b: Ints) -> Ints:
    """The values that two ascending arrays share. Repeated ones stay repeated."""
    if len(a) > len(b):
        a, b = b, a
    if not len(a):
        return a
    held: Ints = a[b[np.minimum(np.searchsorted(b, a), len(b) - 1)] == a]
    return held


def _inside(docs: Ints, others: Ints, passages: int) -> npt.NDArray[np.bool_]:
    """Which of `docs` are among `others`."""
    if len(docs) * 16 < len(others):
        at = np.minimum(np.searchsorted(others, docs), len(others) - 1)
        return others[at] == docs  # type: ignore[no-any-return]
    held = np.zeros(passages, np.bool_)
    held[others] = True
    return held[docs]
