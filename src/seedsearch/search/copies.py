"""Copies: passages that say the same in other places, shown once.

Two passages are copies of each other where their words are the same but for case and white space; or where they
have twenty words or more, and at least half of their distinct words and four fifths of their runs of four words are
common to both (of the larger number; runs of words as in Broder, On the resemblance and containment of documents,
1997). In a script without spaces, characters are what words are elsewhere. So a wire story is one, whatever each
paper changed in it, and short rows of a table that differ are several.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedsearch.model import ScoredPassage
from seedsearch.record import NamedTuple

_FEWEST = 20
_RUN = 4
_COMMON_RUNS = 0.8
_COMMON_WORDS = 0.5
_LONG_WORD = 14  # characters: where words are longer than this on average, they are none


class Kept(NamedTuple):
    """A passage that is shown, and those that are copies of it, best first."""

    scored: ScoredPassage
    copies: list[ScoredPassage]


def without_copies(ranked: Iterable[ScoredPassage], limit: int) -> list[Kept]:
    """The best `limit` passages that are no copies of a better one, each with its copies among `ranked`."""
    kept: list[Kept] = []
    sketches: list[_Sketch] = []
    same: dict[tuple[str, ...], int] = {}
    for scored in ranked:
        words = _words(scored.passage.text)
        number = same.get(words, -1)
        if number < 0:
            sketch = _Sketch(words)
            number = sketch.near_one_of(sketches)
        if number >= 0:
            kept[number].copies.append(scored)
        elif len(kept) < limit:
            number = len(kept)
            kept.append(Kept(scored, []))
            sketches.append(sketch)
        if number >= 0:
            same.setdefault(words, number)
    return kept


def _words(text: str) -> tuple[str, ...]:
    words = text.casefold().split()
    if len(words) * _LONG_WORD < len(text) and not text.isascii():
        return tuple("".join(words))
    return tuple(words)


class _Sketch:
    """What of a passage is compared; runs of words are made for those few that may be copies."""

    __slots__ = ("_distinct", "_made", "_words")

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self._distinct = frozenset(words)
        self._made: frozenset[tuple[str, ...]] | None = None

    def near_one_of(self, others: Sequence[_Sketch]) -> int:
        """The first of some others of which this is a copy, be they not quite the same; -1 where there is none."""
        size = len(self._words)
        least = max(_COMMON_RUNS * size, _FEWEST)
        if size >= _FEWEST:
            for number, other in enumerate(others):
                theirs = len(other._words)
                if least <= theirs and _COMMON_RUNS * theirs <= size and self._is_near(other):
                    return number
        return -1

    def _is_near(self, other: _Sketch) -> bool:
        """Whether the two, which are about as long, have enough in common."""
        most = max(len(self._distinct), len(other._distinct))
        if len(self._distinct & other._distinct) < _COMMON_WORDS * most:
            return False
        ours, theirs = self._runs(), other._runs()
        return len(ours & theirs) >= _COMMON_RUNS * max(len(ours), len(theirs))

    def _runs(self) -> frozenset[tuple[str, ...]]:
        if self._made is None:
            words = self._words
            self._made = frozenset(zip(*(words[n:] for n in range(_RUN)), strict=False))
        return self._made
