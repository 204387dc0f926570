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
    passages: dict[bytes, int] = {}
    occurrences: dict[bytes, int] = {}
    for segment in segments:
        titles = list(segment.dictionary.counts(TITLE + start, fits))
        in_titles = {term for term, *_ in titles}
        in_bodies = set()
        if leaf.field != "title":
            for term, df, cf, _ in segment.dictionary.counts(BODY + start, fits):
                passages[term] = passages.get(term, 0) + df
                occurrences[term] = occurrences.get(term, 0) + cf
                if term in in_titles:
                    in_bodies.add(term)
        for term, df, cf, extra in titles:  # a passage with the term in both counts once
            passages[term] = passages.get(term, 0) + (extra if term in in_bodies else df)
            occurrences[term] = occurrences.get(term, 0) + cf
    terms = sorted(passages)
    texts = (term.decode("utf-8", "surrogatepass") for term in terms)
    counts = map(passages.__getitem__, terms), map(occurrences.__getitem__, terms)
    return list(map(TermCount._make, zip(texts, *counts, strict=True)))


def _test(leaf: Wildcard | Fuzzy) -> Callable[[bytes], bool]:
    fits = fits_term(leaf)
    return cache(lambda term: fits(text_of(term)))  # most terms are in several segments
