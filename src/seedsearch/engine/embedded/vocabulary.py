"""Count the words of an index, from the dictionaries of its segments alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from seedsearch.engine.base import TermCount
from seedsearch.index.dictionary import BODY, TITLE, text_of, utf8
from seedsearch.index.segment import Segment
from seedsearch.index.term_patterns import pattern_of
from seedsearch.query.ast import Fuzzy, Prefix, Wildcard
from seedsearch.query.match import fits_term

_SHIFT = 40  # bits of the number of occurrences


def term_counts(segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
    """Return the terms that a leaf matches, in the order of their UTF-8 bytes."""
    return _named(sorted(_counts(segments, leaf).items()))


def most_frequent(
    segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy, limit: int
) -> tuple[list[TermCount], int]:
    """Return the terms that are in most passages, in this order and then in that of their bytes; and how many match."""
    from heapq import nlargest  # only for `terms`: start-up time

    counts = _counts(segments, leaf)
    least = min(nlargest(limit, counts.values()), default=0) >> _SHIFT
    found = [item for item in counts.items() if item[1] >> _SHIFT >= least]
    found.sort(key=lambda item: (-(item[1] >> _SHIFT), item[0]))
    return _named(found[:limit]), len(counts)


def _named(found: Sequence[tuple[bytes, int]]) -> list[TermCount]:
    return [TermCount(text_of(term), *divmod(both, 1 << _SHIFT)) for term, both in found]


def _counts(segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy) -> dict[bytes, int]:
    """Return the passages and the occurrences of each term, in one number: passages << _SHIFT | occurrences.

    There may be a million terms, so the work for each is kept small.
    """
    start = utf8(pattern_of(leaf).start)
    fits = None if isinstance(leaf, Prefix) else _test(leaf)
    counts: dict[bytes, int] = {}
    known = counts.get
    for segment in segments:
        titles = list(segment.dictionary.counts(TITLE + start, fits))
        in_titles = {term for terms, *_ in titles for term in terms}
        in_bodies: set[bytes] = set()
        if leaf.field != "title":
            for terms, df, cf, _ in segment.dictionary.counts(BODY + start, fits):
                in_bodies.update(in_titles.intersection(terms))
                for term, passages, occurrences in zip(terms, df, cf, strict=True):
                    counts[term] = known(term, 0) + (passages << _SHIFT) + occurrences
        for terms, *columns in titles:
            for term, passages, occurrences, extra in zip(terms, *columns, strict=True):
                more = extra if term in in_bodies else passages  # with both, a passage counts once
                counts[term] = known(term, 0) + (more << _SHIFT) + occurrences
    return counts


def _test(leaf: Wildcard | Fuzzy) -> Callable[[bytes], bool]:
    fits = fits_term(leaf)
    return cache(lambda term: fits(text_of(term)))  # most terms are in several segments
