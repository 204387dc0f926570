"""What was read of words, kept from query to query: up to a number of bytes, what has not been used first forgotten."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Generic, TypeVar, cast

from seedsearch.engine.embedded.units import Source
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Exact, Leaf, Term

KEPT, MOST_KEPT = 64 << 20, 512 << 20
"""As many bytes are kept on a shelf as the segments have, KEPT at least and MOST_KEPT at most."""


class Item(ABC):
    """What was read of one unit. `size` is in bytes, as far as the shelf knows."""

    __slots__ = ("name", "size", "sources", "used")

    def __init__(self, sources: tuple[Source, ...]) -> None:
        self.sources = sources
        self.name: Hashable = None  # of the leaf that asked for it
        self.size = 0
        self.used = False  # since it was the oldest last

    @abstractmethod
    def measure(self) -> int:
        """The bytes that it takes now."""


AnyItem = TypeVar("AnyItem", bound=Item)


class Shelf(Generic[AnyItem]):
    """The units that were read, by their sources, and by their leaves."""

    def __init__(
        self, make: Callable[[tuple[Source, ...]], AnyItem], segments: Iterable[Segment]
    ) -> None:
        self._make = make
        size = sum(len(segment.file.raw) for segment in segments)
        self._most = min(max(KEPT, size), MOST_KEPT)
        # By identity: sources are made once and live as long as what is kept of them.
        self._units: dict[int, AnyItem] = {}
        self._leaves: dict[Hashable, AnyItem] = {}
        self._lock = Lock()
        self.size = 0
        """Bytes, all together."""

    def unit(self, sources: tuple[Source, ...]) -> AnyItem:
        """What is kept of a unit, to be added to; tell `grown` then."""
        kept = self._units.get(id(sources))
        if kept is None:
            with self._lock:  # who looks for the oldest goes over all of them
                kept = self._units.setdefault(id(sources), self._make(sources))
        return kept

    def of_leaf(self, leaf: Leaf) -> AnyItem | None:
        """What is kept of the unit of a leaf."""
        kept = self._leaves.get(_name_of(leaf))
        if kept is not None:
            kept.used = True
        return kept

    def name(self, kept: AnyItem, leaf: Leaf) -> None:
        """Find a unit by its leaf from now on, as long as it is kept."""
        with self._lock:
            if self._units.get(id(kept.sources)) is kept:
                kept.name = _name_of(leaf)
                self._leaves[kept.name] = kept

    def grown(self, kept: AnyItem) -> None:
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
