"""Count the words of an index, from the dictionaries of its segments alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from seedsearch.engine.base import TermCount
from seedsearch.index.dictionary import BODY, TITLE, Counts, pattern_of, text_of, utf8
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Fuzzy, Prefix, Wildcard
from seedsearch.query.match import fits_term


def term_counts(segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
    """Return the terms that a leaf matches, in the order of their UTF-8 bytes."""
    passages, parts = _passages(segments, leaf)
    return _counted(sorted(passages), passages, parts)


def most_frequent(
    segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy, limit: int
) -> tuple[list[TermCount], int]:
    """Return the terms that are in most passages, in this order and then in that of their bytes; and how many match."""
    from heapq import nlargest  # only for `terms`: start-up time

    passages, parts = _passages(segments, leaf)
    least = min(nlargest(limit, passages.values()), default=0)
    found = [term for term, count in passages.items() if count >= least]
    found.sort(key=lambda term: (-passages[term], term))
    return _counted(found[:limit], passages, parts), len(passages)


def _passages(
    segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy
) -> tuple[dict[bytes, int], list[Counts]]:
    """Return the number of passages with each term, and the counts that are still to read.

    There may be a million terms, so the work for each is kept small.
    """
    start = utf8(pattern_of(leaf).start)
    fits = None if isinstance(leaf, Prefix) else _test(leaf)
    passages: dict[bytes, int] = {}
    known = passages.get
    parts: list[Counts] = []
    for segment in segments:
        titles = list(segment.dictionary.counts(TITLE + start, fits))
        bodies: list[Counts] = []
        if leaf.field != "title":
            bodies += segment.dictionary.counts(BODY + start, fits)
        in_titles = {term for terms, *_ in titles for term in terms}
        in_bodies = {term for terms, *_ in bodies for term in in_titles.intersection(terms)}
        for terms, df, _, _ in bodies:
            for term, count in zip(terms, df, strict=True):
                passages[term] = known(term, 0) + count
        for terms, df, _, extra in titles:
            for term, count, more in zip(terms, df, extra, strict=True):
                # A passage with the term in both counts once.
                passages[term] = known(term, 0) + (more if term in in_bodies else count)
        parts += bodies + titles
    return passages, parts


def _counted(
    terms: list[bytes], passages: dict[bytes, int], parts: list[Counts]
) -> list[TermCount]:
    """Return some of the terms with their counts."""
    occurrences = dict.fromkeys(terms, 0)
    for names, _, cf, _ in parts:
        if not occurrences.keys().isdisjoint(names):
            for name, count in zip(names, cf, strict=True):
                if name in occurrences:
                    occurrences[name] += count
    return [TermCount(text_of(term), passages[term], occurrences[term]) for term in terms]


def _test(leaf: Wildcard | Fuzzy) -> Callable[[bytes], bool]:
    fits = fits_term(leaf)
    return cache(lambda term: fits(text_of(term)))  # most terms are in several segments
