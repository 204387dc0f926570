"""Cut folded text into terms with positions.

A *word* is a run of letters, marks and digits. Words joined by one hyphen, underscore or full stop, and the
humps of camelCase, are the parts of a *compound*. Each part is a term at a position of its own; the compound as
a whole, joiners removed, is one more term at the position of its first part: F-35 gives `f35`, `f`, `35`; U.N. gives
`un`, `u`, `n`, and so meets UN. A compound of numbers alone (3.5, 2024-10-21) has no whole.

Scripts that put no space between words (Han, kana, Hangul, Thai, Lao, Khmer, Burmese) give overlapping
pairs of characters, and the run's last character alone: one term a position, so that every character
begins a term.

Terms are lower case and at most MAX_TERM characters long; a longer word is cut there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from seedsearch.record import NamedTuple

MAX_TERM = 64
"""The most characters that a term holds."""

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""The scripts that are cut into pairs, as the inside of a regular expression's character class."""

# What is not ASCII is told apart afterwards: no text in ASCII needs the wide classes of characters, and to
# compile them takes as long as a query.
_WORD = "[^\x00-/:-@\\[-`{-\x7f]+"
_CHAINS = re.compile(f"{_WORD}(?:[-_.]{_WORD})*")
_UNSPACED_FIRSTS = UNSPACED[::3]
_UNSPACED_LASTS = UNSPACED[2::3]
UNSPACED_RANGES = tuple(zip(map(ord, _UNSPACED_FIRSTS), map(ord, _UNSPACED_LASTS), strict=True))
"""The same as code points, first and last."""

_JOINERS = "-_."
_CUTS = "[-_.]|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z][a-z])"


class Token(NamedTuple):
    """A term, its position in the text (0-based), and the characters `[start, end)` it stands for."""

    term: str
    position: int
    start: int
    end: int


class Chain(NamedTuple):
    """A stretch of folded text that nothing but joiners and case interrupts; `[start, end)`."""

    start: int
    end: int
    unspaced: bool


def chains(folded: str) -> list[Chain]:
    """The chains of a folded text: each is one word, one compound, or one unspaced run."""
    found: list[Chain] = []
    for match in _CHAINS.finditer(folded):
        if max(match[0]) < _UNSPACED_FIRSTS[0]:
            found.append(Chain(*match.span(), False))
        else:
            found += _told_apart(folded, *match.span())
    return found


# Compiled when first needed.
@cache
def _unspaced_runs() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]+")


@cache
def _cuts() -> re.Pattern[str]:
    return re.compile(_CUTS)


def _told_apart(folded: str, start: int, end: int) -> Iterator[Chain]:
    """The unspaced runs of a chain, and the chains that are left between them."""
    for match in _unspaced_runs().finditer(folded, start, end):
        run, after = match.span()
        yield from _spaced(folded, start, run)
        yield Chain(run, after, True)
        start = after
    yield from _spaced(folded, start, end)


def _spaced(folded: str, start: int, end: int) -> Iterator[Chain]:
    """The chain in a stretch between unspaced runs, if there is one: joiners at its ends join nothing."""
    if start < end and folded[start] in _JOINERS:
        start += 1
    if start < end and folded[end - 1] in _JOINERS:
        end -= 1
    if start < end:
        yield Chain(start, end, False)


def _parts(chain: str) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    at = 0
    for cut in _cuts().finditer(chain):
        parts.append((at, cut.start()))
        at = cut.end()
    parts.append((at, len(chain)))
    return parts


def is_unspaced(term: str) -> bool:
    """Whether a term is of a script without spaces: a pair of characters, and no word."""
    if term < _UNSPACED_FIRSTS[0]:
        return False
    return term[0] <= _UNSPACED_LASTS[bisect_right(_UNSPACED_FIRSTS, term[0]) - 1]


def is_plain_word(text: str) -> bool:
    """Whether an ASCII text is one word and one term: what most words of a query are."""
    return (
        text.isascii() and text.isalnum() and (text.islower() or text.istitle() or text.isdigit())
    )


def tokenize(folded: str) -> list[Token]:
    """The tokens of a folded text, by position; a compound's whole comes before its first part.

    Offsets are offsets into `folded`.
    """
    tokens: list[Token] = []
    position = 0
    for start, end, unspaced in chains(folded):
        found = (_pairs if unspaced else _words)(folded, start, end, position)
        tokens += found
        position = found[-1].position + 1
    return tokens


def _pairs(folded: str, start: int, end: int, position: int) -> list[Token]:
    """Each character of an unspaced run with the next one, the last by itself."""
    return [
        Token(folded[at : min(at + 2, end)], position + at - start, at, min(at + 2, end))
        for at in range(start, end)
    ]


def _words(folded: str, start: int, end: int, position: int) -> list[Token]:
    """The parts of a compound, after its whole where it has one; of a word, that alone."""
    if is_plain_word(folded[start:end]):
        return [Token(folded[start:end].lower()[:MAX_TERM], position, start, end)]
    parts = _parts(folded[start:end])
    terms = [folded[start + first : start + last].lower() for first, last in parts]
    tokens = [
        Token(term[:MAX_TERM], number, start + first, start + last)
        for number, (term, (first, last)) in enumerate(zip(terms, parts, strict=True), position)
    ]
    whole = "".join(terms)
    if len(terms) > 1 and len(whole) <= MAX_TERM and not (whole.isascii() and whole.isdigit()):
        tokens.insert(0, Token(whole, position, start, end))
    return tokens
