"""The postings cache: matches of leaves and phrases for later queries, within one allowance of memory.

The key of an entry is its leaf or phrase, a value. (The identity of an object may later belong to another.) If memory
runs out, the least recently used entries go first, and an entry that has just grown goes last.
"""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import TYPE_CHECKING, cast

from seedsearch.index.term_sets import TermSet
from seedsearch.query.ast import Exact, Leaf, Near, Neighbours, Phrase, Term

if TYPE_CHECKING:
    from seedsearch.core import _core

KEPT, MOST_KEPT = 64 << 20, 512 << 20
"""The cache keeps as many bytes as the segments have, at least KEPT and at most MOST_KEPT."""

_OVERHEAD = 1_000  # bytes of an entry
_RANGE = 500  # bytes of a range of postings


class Entry:
    """A leaf: its term set, its posting lists (`parts`), and if they were read, its matches and the documents `around`.

    A phrase, or two words near each other, have only matches. `df` is -1 until it is known. `looked_up` is the cost of
    look-ups so far; when it is high, reading the whole list is cheaper.
    """

    __slots__ = (
        "around",
        "df",
        "key",
        "looked_up",
        "matches",
        "parts",
        "ranges",
        "size",
        "term_set",
        "used",
    )

    def __init__(self, key: Hashable, term_set: TermSet) -> None:
        self.key = key
        self.term_set = term_set
        self.df = term_set.df
        self.ranges = len(term_set.ranges)  # also after they were let go of
        self.matches: _core.Matches | None = None
        self.around: _core.Matches | None = None
        self.parts: tuple[_core.Part, ...] | None = None
        self.looked_up = 0
        self.size = 0
        self.used = False  # since it was last the oldest

    def measure(self) -> int:
        """Return its current size in bytes."""
        matches = sum(own.nbytes for own in (self.matches, self.around) if own is not None)
        lists = _RANGE * (len(self.term_set.ranges) + len(self.term_set.parts))
        return _OVERHEAD + lists + matches


class PostingsCache:
    """Entries by their leaves, for an index of `index_bytes`. Threads may share it."""

    def __init__(self, index_bytes: int) -> None:
        self._most = min(max(KEPT, index_bytes), MOST_KEPT)
        self._entries: dict[Hashable, Entry] = {}
        self._lock = Lock()
        self.size = 0
        """Bytes, all together."""

    def entry(self, leaf: Leaf | Phrase | Near | Neighbours) -> Entry | None:
        """Return the entry of a leaf, a phrase, or words, or None."""
        entry = self._entries.get(key_of(leaf))
        if entry is not None:
            entry.used = True
        return entry

    def keep(self, entry: Entry) -> Entry:
        """Add a new entry, if there is room.

        Return the entry to use, since another thread may have added one first.
        """
        with self._lock:
            entry = self._entries.setdefault(entry.key, entry)
        self.grown(entry)
        return entry

    def grown(self, entry: Entry) -> None:
        """Account for the growth of an entry, and drop others if necessary."""
        with self._lock:
            if self._entries.get(entry.key) is not entry:
                return  # it was dropped in the meantime
            size = entry.measure()
            self.size += size - entry.size
            entry.size = size
            while self.size > self._most:
                oldest = self._entries.pop(next(iter(self._entries)))
                if oldest.used:  # a second chance
                    oldest.used = False
                    self._entries[oldest.key] = oldest
                    continue
                self.size -= oldest.size
                oldest.size = 0


def key_of(leaf: Leaf | Phrase | Near | Neighbours) -> Hashable:
    """Return the key of a leaf: hashing and comparing a tuple takes a third of the time of a Record."""
    kind = type(leaf)
    if kind is tuple:
        words = cast("Neighbours", leaf)
        return tuple([(type(word), word.text, word.field) for word in words])
    if kind is Term or kind is Exact:
        word = cast("Term | Exact", leaf)
        return kind, word.text, word.field
    return leaf
