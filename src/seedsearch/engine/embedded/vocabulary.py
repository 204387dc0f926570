"""The words of an index with their counts, from the dictionaries of its segments alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from seedsearch.engine.base import TermCount
from seedsearch.index.dictionary import BODY, TITLE
from seedsearch.index.segment import Segment
from seedsearch.index.term_sets import term_test
from seedsearch.query.ast import Fuzzy, Prefix, Wildcard


def term_counts(segments: Sequence[Segment], leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
    """The terms that a leaf stands for, in the order of their characters (which is that of their UTF-8)."""
    start, fits = term_test(leaf)
    passages: defaultdict[bytes, int] = defaultdict(int)
    occurrences: defaultdict[bytes, int] = defaultdict(int)
    for segment in segments:
        bodies: set[bytes] = set()
        if leaf.field != "title":
            for term, df, cf, _ in segment.dictionary.counts(BODY + start, fits):
                bodies.add(term)
                passages[term] += df
                occurrences[term] += cf
        for term, df, cf, extra in segment.dictionary.counts(TITLE + start, fits):
            passages[term] += extra if term in bodies else df  # what holds it in both counts once
            occurrences[term] += cf
    return [
        TermCount(term.decode("utf-8", "surrogatepass"), passages[term], occurrences[term])
        for term in sorted(passages)
    ]
