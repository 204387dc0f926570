"""Copies: passages with the same text in different places. They are shown once.

Two passages are copies if their words are the same, ignoring case and white space. They are also copies if both have
at least twenty words, and share at least half of their distinct words and four fifths of their runs of four words.
(Shares are of the larger number. Runs are the shingles of Broder, On the resemblance and containment of documents,
1997.) In a script without spaces, characters take the place of words. So an agency story is one passage, even if
newspapers have edited it, and short table rows that differ are not copies. Texts are not copies if each has a number
that the other lacks: a contract for 5,000 and one for 9,000 are two. Near copies have similar scores, so each text is
compared with only the 64 before it.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

from seedsearch.core import compiled
from seedsearch.engine.base import PerFile, Ranking
from seedsearch.model import ScoredPassage
from seedsearch.record import NamedTuple

_MIN_WORDS = 20
_WINDOW = 64
_RUN = 4
_COMMON_RUNS = 0.8
_COMMON_WORDS = 0.5
_SEED = hash(__name__) & (1 << 64) - 1  # differs in each process
_LONG_WORD = 14  # characters: a longer mean length means a script without spaces

_DIGITS = frozenset("0123456789")

_T = TypeVar("_T")
_new = tuple.__new__  # quicker than to call a class of named tuples


class PassageWithCopies(NamedTuple):
    """A passage to show, and its copies, best first."""

    scored: ScoredPassage
    copies: list[ScoredPassage]


class _Sketch(NamedTuple):
    """The number of words of a text, its distinct words, its distinct runs, and the digits of words with digits."""

    size: int
    distinct: frozenset[str]
    runs: frozenset[tuple[str, ...]]
    numbers: frozenset[str]


_NO_SKETCH = _Sketch(0, frozenset(), frozenset(), frozenset())


def without_copies(
    ranked: Iterable[ScoredPassage], limit: int | None, *, near: bool = True
) -> list[PassageWithCopies]:
    """Return the best `limit` passages that are not copies of a better one, with their copies in `ranked`.

    Without `near`, only passages of the same words are copies.
    """
    found = tuple(ranked)
    most = len(found) if limit is None else min(limit, len(found))
    kept: list[PassageWithCopies] = []
    texts = (scored.passage.text.encode("utf-8", "surrogatepass") for scored in found)
    for scored, number in zip(found, _numbers(texts, most, near), strict=True):
        if number == len(kept):
            kept.append(_new(PassageWithCopies, (scored, [])))
        elif number >= 0:
            kept[number].copies.append(scored)
    return kept


def places_apart(ranking: Ranking, *, near: bool) -> tuple[Sequence[int], dict[int, list[int]]]:
    """Return the places of the passages that are not copies of a better one, and by their number those of their copies.

    It does what `without_copies` does, for passages that are too many to be kept.
    """
    kept, copies = array("I"), dict[int, list[int]]()
    for place, number in enumerate(_numbers(ranking.texts, len(ranking.texts), near)):
        if number == len(kept):
            kept.append(place)
        else:
            copies.setdefault(number, []).append(place)
    return kept, copies


def _numbers(texts: Iterable[bytes], limit: int, near: bool) -> list[int]:
    """Return for each text the number of the one that it copies: see `_core.copies`."""
    if compiled is not None:
        return compiled.copies(texts, limit, near, _spaced, _SEED)
    return _copied((text.decode("utf-8", "surrogatepass") for text in texts), limit, near)


def within_limits(
    apart: Sequence[PassageWithCopies], limit: int | None, per_file: int | None
) -> list[PassageWithCopies]:
    """Return the best passages, at most `limit`, and at most `per_file` from one file."""
    admits = PerFile(per_file).admits
    admitted = (item for item in apart if admits(item.scored.passage.document.path))
    return list(islice(admitted, limit and min(limit, sys.maxsize)))


def copies_take_room(
    apart: Sequence[PassageWithCopies], per_file: int | None, looked: int | None
) -> bool:
    """Return whether copies in one file leave it fewer than `per_file` of the `looked` passages from it."""
    if per_file is None or looked is None or not any(item.copies for item in apart):
        return False
    distinct: Counter[str] = Counter()
    copies: Counter[str] = Counter()
    for item in apart:
        path = item.scored.passage.document.path
        distinct[path] += 1
        copies[path] += sum(copy.passage.document.path == path for copy in item.copies)
    return any(
        number and distinct[path] < per_file and distinct[path] + number == looked
        for path, number in copies.items()
    )


def _copied(texts: Iterable[str], limit: int, near: bool = True) -> list[int]:
    """Return for each text the number of the text that it copies: see `_core.copies`."""
    known: dict[tuple[str, ...], int] = {}
    window: deque[tuple[int, _Sketch]] = deque(maxlen=_WINDOW)
    numbers = []
    for words in map(_words, texts):
        number = known.get(words, -1)
        sketch = _sketch(words) if near and number < 0 and len(words) >= _MIN_WORDS else None
        if sketch is not None:
            number = next((n for n, other in window if _is_near(sketch, other)), -1)
        if number < 0 and len(known) < limit:
            number = known[words] = len(known)
            window.append((number, sketch or _NO_SKETCH))
        numbers.append(number)
    return numbers


def _sketch(words: tuple[str, ...]) -> _Sketch:
    runs = frozenset(zip(*(words[n:] for n in range(_RUN)), strict=False))
    digits = {"".join(filter(_DIGITS.__contains__, word)) for word in words}
    return _Sketch(len(words), frozenset(words), runs, frozenset(digits - {""}))


def _spaced(text: bytes) -> bytes:
    """Return the words of a text between spaces, which the core need not fold."""
    return " ".join(_words(text.decode("utf-8", "surrogatepass"))).encode("utf-8", "surrogatepass")


def _words(text: str) -> tuple[str, ...]:
    words = text.casefold().split()
    if len(words) * _LONG_WORD < len(text) and not text.isascii():
        return tuple("".join(words))
    return tuple(words)


def _is_near(one: _Sketch, other: _Sketch) -> bool:
    own, theirs = one.numbers - other.numbers, other.numbers - one.numbers
    return (
        not (own and theirs)
        and min(one.size, other.size) >= _COMMON_RUNS * max(one.size, other.size)
        and _overlap(one.distinct, other.distinct, _COMMON_WORDS)
        and _overlap(one.runs, other.runs, _COMMON_RUNS)
    )


def _overlap(one: frozenset[_T], other: frozenset[_T], share: float) -> bool:
    """Return whether two sets share at least `share` of the larger one."""
    return len(one & other) >= share * max(len(one), len(other))
