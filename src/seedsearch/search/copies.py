"""Copies: passages with the same text in different places. They are shown once.

Two passages are copies if their words are the same, ignoring case and white space. They are also copies if both have
at least twenty words, and share at least half of their distinct words and four fifths of their runs of four words.
(Shares are of the larger number. Runs are the shingles of Broder, On the resemblance and containment of documents,
1997.) In a script without spaces, characters take the place of words. So an agency story is one passage, even if
newspapers have edited it, and short table rows that differ are not copies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from seedsearch.core import compiled
from seedsearch.model import ScoredPassage
from seedsearch.record import NamedTuple

_MIN_WORDS = 20
_RUN = 4
_COMMON_RUNS = 0.8
_COMMON_WORDS = 0.5
_SEED = hash(__name__) & (1 << 64) - 1  # another one in each process
_LONG_WORD = 14  # characters: a longer mean length means a script without spaces

_T = TypeVar("_T")


class Kept(NamedTuple):
    """A passage to show, and its copies, best first."""

    scored: ScoredPassage
    copies: list[ScoredPassage]


class _Sketch(NamedTuple):
    """The words of a text, the distinct ones, and the distinct runs of words."""

    words: tuple[str, ...]
    distinct: frozenset[str]
    runs: frozenset[tuple[str, ...]]


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
    numbers = []
    for words in map(_words, texts):
        runs = frozenset(zip(*(words[n:] for n in range(_RUN)), strict=False))
        sketch = _Sketch(words, frozenset(words), runs)
        number = next((n for n, other in enumerate(sketches) if _is_copy(sketch, other)), -1)
        if number < 0 and len(sketches) < limit:
            number = len(sketches)
            sketches.append(sketch)
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


def _is_copy(one: _Sketch, other: _Sketch) -> bool:
    sizes = len(one.words), len(other.words)
    if min(sizes) < _MIN_WORDS:
        return one.words == other.words
    return (
        min(sizes) >= _COMMON_RUNS * max(sizes)
        and _overlap(one.distinct, other.distinct, _COMMON_WORDS)
        and _overlap(one.runs, other.runs, _COMMON_RUNS)
    )


def _overlap(one: frozenset[_T], other: frozenset[_T], share: float) -> bool:
    """Return whether two sets have such a share of the larger one in common."""
    return len(one & other) >= share * max(len(one), len(other))
