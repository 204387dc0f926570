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


def term_counts(segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
    """Return the terms that a leaf matches, in the order of their UTF-8 bytes."""
    start = utf8(pattern_of(leaf).start)
    # There may be a million terms, so the work for each is kept small.
    fits = None if isinstance(leaf, Prefix) else _test(leaf)
    counts: dict[bytes, tuple[int, int]] = {}
    for segment in segments:
        titles = list(segment.dictionary.counts(TITLE + start, fits))
        in_titles = {term for term, *_ in titles}
        in_bodies = set()
        if leaf.field != "title":
            for term, df, cf, _ in segment.dictionary.counts(BODY + start, fits):
                before = counts.get(term)
                counts[term] = (before[0] + df, before[1] + cf) if before else (df, cf)
                if term in in_titles:
                    in_bodies.add(term)
        for term, df, cf, extra in titles:  # a passage with the term in both counts once
            passages, occurrences = counts.get(term, (0, 0))
            more = extra if term in in_bodies else df
            counts[term] = passages + more, occurrences + cf
    new = tuple.__new__
    return [new(TermCount, (text_of(term), *counts[term])) for term in sorted(counts)]


def _test(leaf: Wildcard | Fuzzy) -> Callable[[bytes], bool]:
    fits = fits_term(leaf)
    return cache(lambda term: fits(text_of(term)))  # most terms are in several segments
