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
from functools import cache
from typing import TypeAlias

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
    return [_new(Chain, chain) for chain in chains_of(folded)]


_new = tuple.__new__  # quicker than to call the class, and there is one for each word of a text
BareChain: TypeAlias = tuple[int, int, bool]
BareToken: TypeAlias = tuple[str, int, int, int]


def chains_of(folded: str) -> list[BareChain]:
    """The chains as `chains` gives them, as bare tuples: for bulk."""
    found: list[BareChain] = []
    for match in _CHAINS.finditer(folded):
        chain = match[0]
        start, end = match.span()
        most = max(chain)
        if most < _UNSPACED_FIRSTS[0]:
            found.append((start, end, False))
            continue
        block = bisect_right(_UNSPACED_FIRSTS, min(chain)) - 1
        if block >= 0 and most <= _UNSPACED_LASTS[block]:  # all in one script: as in most chains
            found.append((start, end, True))
        else:
            _tell_apart(folded, start, end, found)
    return found


# Compiled when first needed.
@cache
def _unspaced_runs() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]+")


@cache
def _cuts() -> re.Pattern[str]:
    return re.compile(_CUTS)


def _tell_apart(folded: str, start: int, end: int, found: list[BareChain]) -> None:
    """Find the unspaced runs of a chain, and the chains that are left between them."""
    for match in _unspaced_runs().finditer(folded, start, end):
        run, after = match.span()
        _find_spaced(folded, start, run, found)
        found.append((run, after, True))
        start = after
    _find_spaced(folded, start, end, found)


def _find_spaced(folded: str, start: int, end: int, found: list[BareChain]) -> None:
    """Find the chain in a stretch between unspaced runs, if there is one: joiners at its ends join nothing."""
    if start < end and folded[start] in _JOINERS:
        start += 1
    if start < end and folded[end - 1] in _JOINERS:
        end -= 1
    if start < end:
        found.append((start, end, False))


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
    return [_new(Token, token) for token in tokens_of(folded, chains_of(folded))]


def tokens_of(folded: str, chains: list[BareChain]) -> list[BareToken]:
    """The tokens of the chains of a text, as `tokenize` gives them, as bare tuples: for bulk."""
    tokens: list[BareToken] = []
    position = 0
    for start, end, unspaced in chains:
        chain = folded[start:end]
        if unspaced:
            last = end - start - 1
            for i in range(last):
                tokens.append((chain[i : i + 2], position + i, start + i, start + i + 2))
            tokens.append((chain[last], position + last, start + last, end))
            position += last + 1
            continue
        if chain.isalnum() and (chain.islower() or chain.istitle() or chain.isdigit()):
            tokens.append((chain.lower()[:MAX_TERM], position, start, end))
            position += 1
            continue
        parts = _parts(chain)
        terms = [chain[a:b].lower() for a, b in parts]
        if len(terms) > 1:
            whole = "".join(terms)
            if len(whole) <= MAX_TERM and not (whole.isascii() and whole.isdigit()):
                tokens.append((whole, position, start, end))
        for term, (a, b) in zip(terms, parts, strict=True):
            tokens.append((term[:MAX_TERM], position, start + a, start + b))
            position += 1
    return tokens
