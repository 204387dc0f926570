"""Where the leaves of a query stand in a passage, by the streams that the cluster has of it."""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import cache
from typing import TypeAlias

from seedsearch.analysis.compounds import COMPOUNDING
from seedsearch.core.plain_matching import closeness, consecutive, within_slop
from seedsearch.engine.bm25f import REACH, TITLE_WEIGHT
from seedsearch.engine.opensearch.mapping import Stored
from seedsearch.engine.opensearch.marks import TermSet
from seedsearch.engine.opensearch.streams import JOINT, clean_mark
from seedsearch.query.ast import Filter, Leaf, Near, Phrase, Range, Written, words_of
from seedsearch.query.match import fits_document
from seedsearch.query.written import fits_text
from seedsearch.record import NamedTuple, Protocol

Test: TypeAlias = Phrase | Near | Filter | Range | Written
"""A node that a passage passes or not."""


class Sought(NamedTuple):
    """What a leaf stands for, as it is in streams: see TermSet."""

    words: Set[str]
    marks: Set[str]
    twice: Set[str]


def sought(term_set: TermSet) -> Sought:
    """Return a term set as it is in streams."""
    return Sought(
        *(
            frozenset(map(clean_mark, each))
            for each in (term_set.words, term_set.marks, term_set.twice)
        )
    )


class Tests:
    """What a query looks for in passages, made once for all of them."""

    def __init__(self, term_set: Callable[[Leaf], TermSet]) -> None:
        self.sought = cache(lambda leaf: sought(term_set(leaf)))
        self.fits_text = cache(fits_text)
        self.fits_document = cache(fits_document)


class Scored(Protocol):
    """A passage as its score needs it."""

    @property
    def stored(self) -> HasLength:
        """The passage."""

    def frequency(self, leaf: Leaf) -> int:
        """Return the tf of a leaf."""

    def passes(self, test: Test) -> bool:
        """Return whether it has a phrase, or passes a filter."""

    def closeness(self, one: Leaf, other: Leaf) -> float:
        """Return how close two words stand: see engine.bm25f."""


class HasLength(Protocol):
    """A passage with its length, and the key of its document."""

    @property
    def length(self) -> int:
        """The length."""

    @property
    def document(self) -> str:
        """The key."""


class _Standing(NamedTuple):
    """The tf of a leaf in a passage, and its positions in text and title."""

    tf: int
    body: list[int]
    title: list[int]


class View:
    """A passage, and where the leaves of the query stand in it."""

    def __init__(self, stored: Stored, tests: Tests) -> None:
        self.stored = stored
        self._tests = tests
        self._entries: dict[str, list[str]] = {}
        self._leaves: dict[Leaf, _Standing] = {}

    def _texts(self, field: str) -> list[str]:
        """Return the texts of a field; the title only of a document's first passage."""
        passage = self.stored.passage
        title = [passage.document.title] if passage.ordinal == 0 else []
        return title if field == "title" else [passage.text, *title]

    def frequency(self, leaf: Leaf) -> int:
        """Return the tf of a leaf."""
        return self._of(leaf).tf

    def passes(self, test: Test) -> bool:
        """Return whether it has a phrase, or passes a filter."""
        match test:
            case Phrase() | Near():
                return self._stand_together(test)
            case Written():
                return any(map(self._tests.fits_text(test), self._texts(test.field)))
            case Filter() | Range():
                document = self.stored.passage.document.replace(fields=self.stored.fields)
                return self._tests.fits_document(test)(document)

    def _stand_together(self, query: Phrase | Near) -> bool:
        leaves = words_of(query)
        fields = [
            [self._places_of(leaf, in_title) for leaf in leaves]
            for in_title in _fields(query.field)
        ]
        if isinstance(query, Phrase):
            return any(map(consecutive, fields))
        return any(within_slop(places, query.slop) for places in fields)

    def closeness(self, one: Leaf, other: Leaf) -> float:
        """Return how close two words stand, in the text or in the title."""
        return max(
            closeness(self._places_of(one, in_title), self._places_of(other, in_title), REACH)
            for in_title in _fields("title" if "title" in (one.field, other.field) else "")
        )

    def _places_of(self, leaf: Leaf, in_title: bool) -> list[int]:
        """Return the positions of a leaf in the text, or in the title."""
        standing = self._of(leaf)
        return standing.title if in_title else standing.body

    def _of(self, leaf: Leaf) -> _Standing:
        known = self._leaves.get(leaf)
        if known is None:
            known = self._leaves[leaf] = self._looked_up(leaf)
        return known

    def _looked_up(self, leaf: Leaf) -> _Standing:
        own, streams = self._tests.sought(leaf), self.stored.streams
        body, in_body = self._among(own, streams.words, streams.marks)
        title, in_title = self._among(own, streams.title_words, streams.title_marks)
        return _Standing(
            TITLE_WEIGHT * in_title + (0 if leaf.field == "title" else in_body), body, title
        )

    def _among(self, own: Sought, words: str, marks: str) -> tuple[list[int], int]:
        """Return the positions of a leaf in streams, and the number of its occurrences."""
        by_mark, number = self._places(marks, own.marks, own.twice)
        if not own.words or (own.marks and self.stored.language not in COMPOUNDING):
            return by_mark, number
        by_word, more = self._places(words, own.words, frozenset())
        return sorted({*by_mark, *by_word}), number + more

    def _places(self, stream: str, wanted: Set[str], twice: Set[str]) -> tuple[list[int], int]:
        if not any(mark in stream for mark in wanted):
            return [], 0
        entries = self._entries.get(stream)
        if entries is None:
            entries = self._entries[stream] = stream.split(" ")
        if JOINT not in stream:
            found = [at for at, entry in enumerate(entries) if entry in wanted]
            return found, len(found)
        places, number = [], 0
        for at, entry in enumerate(entries):
            if entry in wanted:
                here = 1
            elif JOINT in entry:
                each = entry.split(JOINT)
                here = sum([one in wanted for one in each])
                number -= sum([one in twice for one in each]) if here else 0
            else:
                continue
            if here:
                places.append(at)
                number += here
        return places, number


def _fields(field: str) -> tuple[bool, ...]:
    """Return the places where words of a field stand: whether in the title."""
    return (True,) if field == "title" else (False, True)
