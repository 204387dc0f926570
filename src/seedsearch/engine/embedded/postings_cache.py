"""What was read of the leaves and phrases of queries, kept for the next query within one allowance of memory.

An entry is found by its leaf or phrase, which is a value, never by an identity that another object may have later.
What does not fit is forgotten: the entry that was not used for longest first, in the end the one that has just grown.
"""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias, cast

from seedsearch.index.term_sets import TermSet
from seedsearch.query.ast import Exact, Leaf, Near, Phrase, Term

if TYPE_CHECKING:
    from seedsearch.core import _core

KEPT, MOST_KEPT = 64 << 20, 512 << 20
"""As many bytes are kept as the segments have, KEPT at least and MOST_KEPT at most."""

Words: TypeAlias = tuple[Term | Exact, ...]
"""What finds the matches of two words beside each other, or of the documents around one word."""

_OVERHEAD = 1_000  # bytes of an entry
_RANGE = 500  # bytes of a range of postings


class Entry:
    """A leaf: its term set, its posting lists (`parts`), its matches if they were read. A phrase, or words,
    have matches alone.

    `df` is -1 until it is known. `looked_up` counts the postings that were skipped through; who looks up a lot had
    better read the whole.
    """

    __slots__ = ("df", "key", "looked_up", "matches", "parts", "ranges", "size", "term_set", "used")

    def __init__(self, key: Hashable, term_set: TermSet) -> None:
        self.key = key
        self.term_set = term_set
        self.df = term_set.df
        self.ranges = len(term_set.ranges)  # also after they were let go of
        self.matches: _core.Matches | None = None
        self.parts: tuple[_core.Part, ...] | None = None
        self.looked_up = 0
        self.size = 0
        self.used = False  # since it was the oldest last

    def measure(self) -> int:
        """The bytes that it takes now."""
        matches = 0 if self.matches is None else self.matches.nbytes
        return _OVERHEAD + _RANGE * len(self.term_set.ranges) + matches


class PostingsCache:
    """Entries by their leaves, for an index of so many bytes. Threads may share it."""

    def __init__(self, index_bytes: int) -> None:
        self._most = min(max(KEPT, index_bytes), MOST_KEPT)
        self._entries: dict[Hashable, Entry] = {}
        self._lock = Lock()
        self.size = 0
        """Bytes, all together."""

    def entry(self, leaf: Leaf | Phrase | Near | Words) -> Entry | None:
        """What is kept of a leaf, a phrase, or words."""
        entry = self._entries.get(key_of(leaf))
        if entry is not None:
            entry.used = True
        return entry

    def keep(self, entry: Entry) -> Entry:
        """Keep a new entry, if there is room; the one that counts, for another thread may have been quicker."""
        with self._lock:
            entry = self._entries.setdefault(entry.key, entry)
        self.grown(entry)
        return entry

    def grown(self, entry: Entry) -> None:
        """Something was added to an entry: others may have to go."""
        with self._lock:
            if self._entries.get(entry.key) is not entry:
                return  # it was forgotten in the meantime
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


def key_of(leaf: Leaf | Phrase | Near | Words) -> Hashable:
    """What a leaf is found by: to hash and compare a tuple takes a third of the time that a Record takes."""
    kind = type(leaf)
    if kind is tuple:
        words = cast("Words", leaf)
        return tuple([(type(word), word.text, word.field) for word in words])
    if kind is Term or kind is Exact:
        word = cast("Term | Exact", leaf)
        return kind, word.text, word.field
    return leaf
