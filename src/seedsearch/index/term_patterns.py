"""Which terms of a block of the dictionary fit a pattern."""

from __future__ import annotations

import re

from seedsearch.analysis.stemming import MARK
from seedsearch.core import compiled
from seedsearch.query.ast import Fuzzy, Prefix, Wildcard
from seedsearch.query.match import fits_term
from seedsearch.record import NamedTuple


class TermPattern(NamedTuple):
    """What terms begin with, and what the rest of a term is.

    The rest is a glob of `*` and `?`; with a `distance` that is not below zero, a word with at most so many edits.
    """

    start: str
    rest: str = "*"
    distance: int = -1


def pattern_of(leaf: Prefix | Wildcard | Fuzzy) -> TermPattern:
    """The pattern of a leaf."""
    match leaf:
        case Prefix(text):
            return TermPattern(text)
        case Wildcard(pattern):
            start = re.split(r"[*?]", pattern, maxsplit=1)[0]
            return TermPattern(start, pattern[len(start) :])
        case Fuzzy(text, distance):
            return TermPattern("", text, distance)


def fitting_lines(names: bytes, field: bytes, pattern: TermPattern) -> list[tuple[int, bytes]]:
    """The lines that are a field's byte and a term that fits, by number, without their language.

    The core does it in c/patterns.c.
    """
    start, rest, distance = pattern
    begin = field + start.encode("utf-8", "surrogatepass")
    if compiled is not None:
        return compiled.fitting_lines(names, begin, rest.encode("utf-8", "surrogatepass"), distance)
    return lines_that_fit(names, begin, rest, distance)


def lines_that_fit(names: bytes, begin: bytes, rest: str, distance: int) -> list[tuple[int, bytes]]:
    """The same in plain Python."""
    fits = fits_term(Wildcard(rest) if distance < 0 else Fuzzy(rest, distance))
    found = []
    for number, line in enumerate(names.split(b"\n")):
        if line.startswith(begin):
            bare = line.partition(MARK)[0]
            if fits(bare[len(begin) :].decode("utf-8", "surrogatepass")):
                found.append((number, bare))
    return found
