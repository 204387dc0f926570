"""What was read of words, kept from query to query: up to a number of bytes, what has not been used first forgotten."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, cast

from seedsearch.engine.whoosh.units import Source
from seedsearch.engine.whoosh.words import Ints, Keys, Scored, Word
from seedsearch.query.ast import Exact, Leaf, Term

if TYPE_CHECKING:
    from seedsearch.engine.whoosh import _best

_OVERHEAD = 4_000  # bytes of a unit beside its arrays: the lists of its best passages, above all


class Kept:
    """What was read of one unit, as far as queries have needed it. `size` is in bytes, as far as the shelf knows."""

    __slots__ = (
        "frequencies",
        "keys",
        "name",
        "quick_keys",
        "quick_word",
        "scored",
        "size",
        "sources",
        "used",
        "weight",
        "words",
    )

    def __init__(self, sources: tuple[Source, ...]) -> None:
        self.sources = sources
        self.words: tuple[Word | None, Word | None] | None = None
        self.keys: Keys | None = None
        self.frequencies: tuple[Ints, Ints] | None = None
        self.scored: Scored | None = None
        self.quick_word: _best.Word | None = None  # in place of `scored`
        self.quick_keys: _best.Keys | None = None  # in place of `keys`
        self.weight = 0.0
        self.name: Hashable = None  # of the leaf that asked for it
        self.size = 0
        self.used = False  # since it was the oldest last

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
        """The bytes that it takes now; many of its arrays are one and the same."""
        arrays = sum({id(array): array.nbytes for array in self._arrays()}.values())
        quick = sum(own.nbytes for own in (self.quick_word, self.quick_keys) if own is not None)
        return _OVERHEAD + arrays + quick


class Shelf:
    """The units that were read, by their sources, and by their leaves."""

    def __init__(self, most: int) -> None:
        self._most = most
        # By identity: sources are made once and live as long as their Kept.
        self._units: dict[int, Kept] = {}
        self._leaves: dict[Hashable, Kept] = {}
        self._lock = Lock()
        self.size = 0
        """Bytes, all together."""

    def unit(self, sources: tuple[Source, ...]) -> Kept:
        """What is kept of a unit, to be added to; tell `grown` then."""
        kept = self._units.get(id(sources))
        if kept is None:
            kept = self._units[id(sources)] = Kept(sources)
        return kept

    def of_leaf(self, leaf: Leaf) -> Kept | None:
        """What is kept of the unit of a leaf."""
        kept = self._leaves.get(_name_of(leaf))
        if kept is not None:
            kept.used = True
        return kept

    def name(self, kept: Kept, leaf: Leaf) -> None:
        """Find a unit by its leaf from now on, as long as it is kept."""
        with self._lock:
            if self._units.get(id(kept.sources)) is kept:
                kept.name = _name_of(leaf)
                self._leaves[kept.name] = kept

    def grown(self, kept: Kept) -> None:
        """A unit was added to: others are forgotten where all together are too many bytes, in the end itself.

        It is the oldest that goes, but for one that was used since: that gets a second chance.
        """
        with self._lock:
            if self._units.get(id(kept.sources)) is not kept:
                return  # it was forgotten while it was being read
            size = kept.measure()
            self.size += size - kept.size
            kept.size = size
            while self.size > self._most:
                oldest = self._units.pop(next(iter(self._units)))
                if oldest.used:
                    oldest.used = False
                    self._units[id(oldest.sources)] = oldest
                    continue
                self.size -= oldest.size
                self._leaves.pop(oldest.name, None)


def _name_of(leaf: Leaf) -> Hashable:
    """What a leaf is found by: to hash and compare a tuple takes a third of the time that a Record takes."""
    kind = type(leaf)
    if kind is Term or kind is Exact:
        word = cast("Term | Exact", leaf)
        return kind, word.text, word.field
    return leaf
