"""Find the terms in a block of the dictionary that match a pattern."""

from __future__ import annotations

import re

from seedsearch.analysis.stemming import MARK
from seedsearch.core import compiled
from seedsearch.query.ast import Fuzzy, Prefix, Wildcard
from seedsearch.record import NamedTuple


class TermPattern(NamedTuple):
    """The beginning of the terms, and a pattern for the rest.

    The rest is a glob of `*` and `?`. If `distance` is not negative, the rest is a word, with at most `distance`
    edits.
    """

    start: str
    rest: str = "*"
    distance: int = -1


def pattern_of(leaf: Prefix | Wildcard | Fuzzy) -> TermPattern:
    """Return the pattern of a leaf."""
    match leaf:
        case Prefix(text):
            return TermPattern(text)
        case Wildcard(pattern):
            start = re.split(r"[*?]", pattern, maxsplit=1)[0]
            return TermPattern(start, pattern[len(start) :])
        case Fuzzy(text, distance):
            return TermPattern("", text, distance)


def fitting_lines(names: bytes, field: bytes, pattern: TermPattern) -> list[tuple[int, bytes]]:
    """Return the lines (a field's byte and a term) that match, by number, without their language.

    The core does it in c/patterns.c.
    """
    start, rest, distance = pattern
    begin = field + start.encode("utf-8", "surrogatepass")
    if compiled is not None:
        return compiled.fitting_lines(names, begin, rest.encode("utf-8", "surrogatepass"), distance)
    return lines_that_fit(names, begin, rest, distance)


def lines_that_fit(names: bytes, begin: bytes, rest: str, distance: int) -> list[tuple[int, bytes]]:
    """Return the same as `fitting_lines`, in plain Python."""
    from seedsearch.query.match import fits_term  # start-up time: the core needs none of it

    fits = fits_term(Wildcard(rest) if distance < 0 else Fuzzy(rest, distance))
    found = []
    for number, line in enumerate(names.split(b"\n")):
        if line.startswith(begin):
            bare = line.partition(MARK)[0]
            if fits(bare[len(begin) :].decode("utf-8", "surrogatepass")):
                found.append((number, bare))
    return found
