"""Copies: passages with the same text in different places. They are shown once.

Two passages are copies if their words are the same, ignoring case and white space. They are also copies if both have
at least twenty words, and share at least half of their distinct words and four fifths of their runs of four words.
(Shares are of the larger number. Runs are the shingles of Broder, On the resemblance and containment of documents,
1997.) In a script without spaces, characters take the place of words. So an agency story is one passage, even if
newspapers have edited it, and short table rows that differ are not copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedsearch.core import compiled
from seedsearch.model import ScoredPassage
from seedsearch.record import NamedTuple

_MIN_WORDS = 20
_RUN = 4
_COMMON_RUNS = 0.8
_COMMON_WORDS = 0.5
_SEED = hash(__name__) & (1 << 64) - 1  # another one in each process
_LONG_WORD = 14  # characters: a longer mean length means a script without spaces


class Kept(NamedTuple):
    """A passage to show, and its copies, best first."""

    scored: ScoredPassage
    copies: list[ScoredPassage]


def without_copies(ranked: Iterable[ScoredPassage], limit: int) -> list[Kept]:
    """Return the best `limit` passages that are not copies of a better one, with their copies in `ranked`."""
    found = tuple(ranked)
    texts = [scored.passage.text for scored in found]
    numbers = _by_core(texts, limit) if compiled is not None else _copied(texts, limit)
    kept: list[Kept] = []
    for scored, number in zip(found, numbers, strict=True):
        if number == len(kept):
            kept.append(Kept(scored, []))
        elif number >= 0:
            kept[number].copies.append(scored)
    return kept


def _copied(texts: Iterable[str], limit: int) -> list[int]:
    """For each text the number of the one that it is a copy of: see `_core.copies`."""
    sketches: list[_Sketch] = []
    same: dict[tuple[str, ...], int] = {}
    numbers = []
    for text in texts:
        words = _words(text)
        number = same.get(words, -1)
        if number < 0:
            sketch = _Sketch(words)
            number = sketch.near_one_of(sketches)
        if number < 0 and len(sketches) < limit:
            number = len(sketches)
            sketches.append(sketch)
        if number >= 0:
            same.setdefault(words, number)
        numbers.append(number)
    return numbers


def _by_core(texts: Iterable[str], limit: int) -> list[int]:
    return compiled.copies(tuple(map(_spaced, texts)), limit, _SEED)


def _spaced(text: str) -> bytes:
    """A text whose words the core separates and folds as `_words` does."""
    if text.isascii():
        return text.encode()
    return " ".join(_words(text)).encode("utf-8", "surrogatepass")


def _words(text: str) -> tuple[str, ...]:
    words = text.casefold().split()
    if len(words) * _LONG_WORD < len(text) and not text.isascii():
        return tuple("".join(words))
    return tuple(words)


class _Sketch:
    """The words of a passage, for comparison. Runs are computed on demand, because few passages need them."""

    __slots__ = ("_distinct", "_made", "_words")

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self._distinct = frozenset(words)
        self._made: frozenset[tuple[str, ...]] | None = None

    def near_one_of(self, others: Sequence[_Sketch]) -> int:
        """Return the index of the first sketch of which this is a copy; -1 if there is none."""
        size = len(self._words)
        least = max(_COMMON_RUNS * size, _MIN_WORDS)
        if size >= _MIN_WORDS:
            for number, other in enumerate(others):
                theirs = len(other._words)
                if least <= theirs and _COMMON_RUNS * theirs <= size and self._is_near(other):
                    return number
        return -1

    def _is_near(self, other: _Sketch) -> bool:
        """Return whether two sketches of similar length have enough words and runs in common."""
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
