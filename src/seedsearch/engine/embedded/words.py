"""The postings of words as NumPy arrays: passages, frequencies, occurrences.

Passages are numbered through all segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seedsearch.engine.embedded.execute import TINY
from seedsearch.engine.embedded.shelf import Item
from seedsearch.engine.embedded.units import Source
from seedsearch.index.segment import Segment
from seedsearch.record import NamedTuple

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]

_FEW_KEYS = 1000
_OVERHEAD = 1_000  # bytes of a unit beside its arrays
_SLOT_BITS = 18
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Zeros:
    """Arrays of zeros, lent to who needs one for a moment and gives it back all zero.

    To clear what was set is quicker than a new array, whose memory the system would hand out page by page. Two
    threads never have the same.
    """

    def __init__(self, size: int, kind: npt.DTypeLike) -> None:
        self._size = size
        self._kind = kind
        self._free: list[Ints] = []

    def take(self) -> Ints:
        """An array that is the caller's until it is given back."""
        return self._free.pop() if self._free else np.zeros(self._size, self._kind)

    def give(self, array: Ints) -> None:
        """Give an array back."""
        self._free.append(array)


class Scored(NamedTuple):
    """Passages (ascending) and their scores; whether no score is zero. A single word's are live."""

    docs: Ints
    scores: Floats
    positive: bool


def numbers(values: Sequence[int]) -> Ints:
    """What was read of a posting list, as an array."""
    return (
        np.frombuffer(values, np.uint32)
        if isinstance(values, memoryview)
        else np.array(values, np.uint32)
    )


class Word:
    """The postings of a unit's part in one field: at most one group in each segment and language.

    `docs` are the passages that hold the groups, ascending, `counts` how often each holds the unit's members, which
    may be never.
    """

    def __init__(self, segments: Sequence[Segment], bases: Ints, sources: Sequence[Source]) -> None:
        self._segments = segments
        self._bases = bases
        self._sources = sources
        docs = []
        frequencies = []
        for source in sources:
            decoded = segments[source.segment].postings(source.group, positions=False)
            passages = numbers(decoded.passages)
            docs.append(np.add(passages, bases[source.segment], dtype=np.int64))
            frequencies.append(numbers(decoded.frequencies))
        self.docs: Ints = np.concatenate(docs)
        self._tf: Ints = np.concatenate(frequencies)
        self._ends: Ints | None = None
        self._places: Ints | None = None
        self._chosen: Ints | None = None
        several = len({source.segment for source in sources}) < len(sources)
        self._order = self._by_passage() if several else None
        self.all_members = all(source.members is None for source in sources)
        self.counts = self._tf if self.all_members else self._count_members()

    def _by_passage(self) -> Ints:
        """Put the postings of a segment's groups, which share no passage, in order; how occurrences come then."""
        ends, order = self._read_ends(), np.argsort(self.docs, kind="stable")
        self.docs, self._tf, self._ends = self.docs[order], self._tf[order], None
        return _runs(ends[order], self._tf.astype(np.int64))

    def _of_occurrences(self, parts: list[Ints]) -> Ints:
        """What each group says of its occurrences, in the order of the postings."""
        together = np.concatenate(parts)
        return together if self._order is None else together[self._order]

    def _read_ends(self) -> Ints:
        if self._ends is None:
            self._ends = np.cumsum(self._tf, dtype=np.int64)
            # Before arrays are made as long as these numbers say.
            if self._ends[-1] != sum(source.group.cf for source in self._sources):
                raise ValueError("occurrences are not as many as they should be")
        return self._ends

    def _count_members(self) -> Ints:
        ends = self._read_ends()
        parts = []
        for segment_number, group, _, members, _ in self._sources:
            if members is None:
                parts.append(np.ones(group.cf, np.bool_))
                continue
            decoded = self._segments[segment_number].postings(group, positions=False)
            own = numbers(decoded.members)
            parts.append(own == members[0] if len(members) == 1 else np.isin(own, members))
        self._chosen = self._of_occurrences(parts)
        running = np.cumsum(self._chosen, dtype=np.int64)
        return np.diff(running[ends - 1], prepend=0)

    def keys(self) -> Keys:
        """Every occurrence of the unit's members as passage << 32 | position, ascending. Not kept."""
        keys = np.repeat(self.docs.astype(np.uint64) << np.uint64(32), self._tf)
        self._read_ends()
        keys |= self._read_places().astype(np.uint64)
        self._places, self._ends = None, None
        if self._chosen is not None:
            keys = keys[self._chosen]
        if any(_is_mixed(source) for source in self._sources):
            keys.sort()  # each member's positions ascend by themselves
        return keys

    def places(self, wanted: Ints) -> tuple[Ints, Ints]:
        """Occurrences in the wanted passages, which all hold the groups: index into `wanted`, and position.

        Both ascend, unless several members are chosen.
        """
        ends = self._read_ends()
        at = where(are_in(self.docs, wanted, int(self._bases[-1])))
        sizes = self._tf[at].astype(np.int64)
        index = _runs(ends[at], sizes)
        which = np.repeat(np.arange(len(wanted)), sizes)
        if self._chosen is not None:
            kept = where(self._chosen[index])
            which, index = which[kept], index[kept]
        return which, self._read_places()[index].astype(np.int64)

    def _read_places(self) -> Ints:
        if self._places is None:
            parts = []
            for source in self._sources:
                decoded = self._segments[source.segment].postings(source.group)
                parts.append(numbers(decoded.positions))
            self._places = self._of_occurrences(parts)
        return self._places

    def arrays(self) -> Iterator[Ints]:
        """What it holds in memory."""
        held = self.docs, self._tf, self.counts, self._ends, self._places, self._chosen
        for array in (*held, self._order):
            if array is not None:
                yield array


class Kept(Item):
    """What was read of one unit, as far as queries have needed it."""

    __slots__ = ("frequencies", "keys", "scored", "weight", "words")

    def __init__(self, sources: tuple[Source, ...]) -> None:
        super().__init__(sources)
        self.words: tuple[Word | None, Word | None] | None = None
        self.keys: Keys | None = None
        self.frequencies: tuple[Ints, Ints] | None = None
        self.scored: Scored | None = None
        self.weight = 0.0

    def _arrays(self) -> Iterator[Ints]:
        for word in self.words or ():
            if word is not None:
                yield from word.arrays()
        yield from self.frequencies or ()
        if self.keys is not None:
            yield self.keys
        if self.scored is not None:
            yield from (self.scored.docs, self.scored.scores)

    def measure(self) -> int:
        """See Item; many of its arrays are one and the same."""
        return _OVERHEAD + sum({id(array): array.nbytes for array in self._arrays()}.values())


def _runs(ends: Ints, sizes: Ints) -> Ints:
    """Runs of `sizes` numbers, each ending before one of `ends`: the indices of the occurrences of some postings."""
    index: Ints = np.repeat(ends - np.cumsum(sizes), sizes)
    index += np.arange(len(index))
    return index


def _is_mixed(source: Source) -> bool:
    """Whether several members of the group are meant."""
    return len(source.group.members if source.members is None else source.members) > 1


def held_in(word: Word) -> tuple[Ints, Ints]:
    """The passages that a word really stands in, and how often."""
    if word.all_members:
        return word.docs, word.counts
    kept = where(word.counts)
    return word.docs[kept], word.counts[kept]


def slots() -> Zeros:
    """What `consecutive` works with."""
    return Zeros(1 << _SLOT_BITS, np.bool_)


def joined_keys(body: Word | None, title: Word | None, passages: int) -> Keys:
    """Every occurrence of a unit, in a title as if this were the passage so many further on: see `consecutive`."""
    if title is None:
        return np.empty(0, np.uint64) if body is None else body.keys()
    in_titles = title.keys()
    in_titles += np.uint64(passages << 32)
    return in_titles if body is None else np.concatenate((body.keys(), in_titles))


def consecutive(all_keys: Sequence[Keys], slots: Zeros, passages: int) -> Ints:
    """The passages, of so many, in whose body or title words stand one right after the other, given their keys."""
    first, *others = sorted(range(len(all_keys)), key=list(map(len, all_keys)).__getitem__)
    found = all_keys[first]
    for i in others:
        # A place before the first of its passage wraps around, and is found nowhere.
        step = np.uint64((i - first) % (1 << 64))
        found = found[_among(found + step, all_keys[i], slots)]
    docs = (found >> np.uint64(32)).view(np.int64)
    in_bodies = int(docs.searchsorted(passages))
    if in_bodies < len(docs):
        docs[in_bodies:] -= passages
        if in_bodies:
            docs.sort()
    return distinct(docs)


def _among(keys: Keys, others: Keys, slots: Zeros) -> Ints:
    """Which of `keys` are among `others`; both ascend."""
    if not len(keys) or not len(others):
        return np.empty(0, np.int64)
    if len(keys) <= _FEW_KEYS or len(keys) * 6 < len(others):
        return where(others.take(others.searchsorted(keys), mode="clip") == keys)
    # Most of those that are not there are told by a table of hashes, no larger than it need be: what is not in the
    # processor's memory takes long to come.
    shift = np.uint64(64 - min(_SLOT_BITS, len(others).bit_length() + 3))
    marked, places = slots.take(), _slots(others, shift)
    marked[places] = True
    maybe = where(marked.take(_slots(keys, shift)))
    marked[places] = False
    slots.give(marked)
    wanted = keys[maybe]
    return maybe[where(others.take(others.searchsorted(wanted), mode="clip") == wanted)]


def _slots(keys: Keys, shift: np.uint64) -> Ints:
    mixed = keys * _MIX
    mixed >>= shift
    return mixed.view(np.int64)


def distinct(docs: Ints) -> Ints:
    """The distinct values of an ascending array."""
    if len(docs) < 2:
        return docs
    new = np.empty(len(docs), np.bool_)
    new[0] = True
    np.not_equal(docs[1:], docs[:-1], out=new[1:])
    return docs[where(new)]


def where(flags: Ints) -> Ints:
    """Where an array is not zero: numpy.flatnonzero without what surrounds it."""
    return flags.nonzero()[0]


def floor_of(values: Floats, most: int) -> float:
    """The least score that can rank among the `most` best."""
    at = len(values) - most
    return float(np.partition(values, at)[at]) - TINY


def not_below(floor: float, docs: Ints, values: Floats) -> tuple[Ints, Floats]:
    """The passages, and their scores, that are not below a floor."""
    kept = where(values >= floor)
    return docs[kept], values[kept]


def are_in(docs: Ints, others: Ints, passages: int) -> npt.NDArray[np.bool_]:
    """Which of `docs` are among `others`; both ascend, of so many passages in all."""
    if not len(others):
        return np.zeros(len(docs), np.bool_)
    if (len(docs) + len(others)) * 32 < passages:
        at = np.minimum(np.searchsorted(others, docs), len(others) - 1)
        return np.equal(others[at], docs)
    held = np.zeros(passages, np.bool_)
    held[others] = True
    return held.take(docs)
