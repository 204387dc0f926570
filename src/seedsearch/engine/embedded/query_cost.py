"""What a query may cost. It is counted before the query runs: the same query of the same index always has the same end.

The work is counted in nanoseconds that it took on one machine; what matters is how they relate. What a query may take
grows with the index: a query that asks for every passage a few times is never refused. The plain twin takes longer for
the same work, and has the same limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from seedsearch.errors import QueryTooBroadError
from seedsearch.index.dictionary import pattern_of
from seedsearch.index.segment import Segment
from seedsearch.query import ast

if TYPE_CHECKING:
    from seedsearch.engine.embedded.executor import Executor

LEAST = 1_500_000_000
A_PASSAGE = 4_000
"""What a query may cost in any index, and for each passage of a large one."""

_POSTING = 50  # to read it and to score it
_BESIDE = 150  # to look whether a neighbouring word stands near, and to score the document
_TOGETHER = 80  # to look for a phrase, or for words near each other
_SKIP = 32  # postings of frequent words that are skipped in the time in which one is read
_NAME = 350  # to compare a term with a pattern
_RANGE = 30_000  # to open the postings of one of the terms that fit
_TEXT = 12_000  # to look in a text for words as they are written
_BLOCK = 400_000  # to inflate a block of texts
_NAME_OF_FILE = 5_000  # to compare the name or a field of a document with a pattern
_KIND = 1_000  # to look what a document is


def check_work(query: ast.Query, executor: Executor, segments: Sequence[Segment]) -> None:
    """Raise QueryTooBroadError for a query that costs more than it may."""
    passages = sum(segment.passages for segment in segments)
    left = max(LEAST, A_PASSAGE * passages)
    for cost in _Costs(executor, segments, passages).of(query):
        left -= cost
        if left < 0:
            raise QueryTooBroadError(
                "the query is too expensive: too many patterns, phrases or frequent words",
                "search for fewer of them, or for rarer words",
            )


class _Costs:
    """What the parts of one query cost; each part that is there twice is read once."""

    def __init__(self, executor: Executor, segments: Sequence[Segment], passages: int) -> None:
        self._executor = executor
        self._passages = passages
        self._names = sum(segment.file.facts["terms"] for segment in segments)
        self._documents = sum(len(segment.file.column("document.kind")) for segment in segments)
        self._blocks = sum(len(segment.file.column("text.end")) for segment in segments)
        self._seen: set[ast.Query] = set()

    def of(self, query: ast.Query) -> Iterator[int]:
        """The costs, one after the other: what is asked for next may itself take time."""
        if query in self._seen:
            return
        self._seen.add(query)
        match query:
            case ast.Term() | ast.Exact():
                yield self._df(query) * _POSTING
            case ast.Prefix() | ast.Wildcard() | ast.Fuzzy():
                yield from self._of_pattern(query)
            case ast.Compounds():
                yield self._executor.ranges(query) * _RANGE
            case ast.Phrase() | ast.Near():
                yield from self._of_several(ast.words_of(query))
            case ast.Written():
                yield self._of_texts(self._passages)
            case ast.Filter() | ast.Range():
                is_short = isinstance(query, ast.Range) or query.field in ("lang", "encoding")
                yield self._documents * (_KIND if is_short else _NAME_OF_FILE)
            case _:
                yield from self._of_children(query)

    def _of_children(self, query: ast.Query) -> Iterator[int]:
        children = ast.children_of(query)
        for child in children:
            if isinstance(child, ast.Written) and isinstance(query, ast.And):
                words = [c for c in children if isinstance(c, ast.Term | ast.Exact | ast.Phrase)]
                yield self._of_texts(min([self._passages, *map(self._most, words)]))
            else:
                yield from self.of(child)
        if isinstance(query, ast.And | ast.Or):
            for leaf in set(ast.side_by_side(query)):
                yield self._df(leaf) * _BESIDE

    def _of_pattern(self, leaf: ast.Prefix | ast.Wildcard | ast.Fuzzy) -> Iterator[int]:
        if not pattern_of(leaf).start:
            yield self._names * _NAME
        yield self._executor.ranges(leaf) * _RANGE

    def _of_several(self, leaves: Sequence[ast.Leaf]) -> Iterator[int]:
        for leaf in leaves:
            yield from self.of(leaf)
        counts = list(map(self._df, leaves))
        rarest = min(counts)
        yield sum(min(count, rarest + count // _SKIP) for count in counts) * _TOGETHER

    def _of_texts(self, count: int) -> int:
        return count * _TEXT + min(count, self._blocks) * _BLOCK

    def _most(self, query: ast.Term | ast.Exact | ast.Phrase) -> int:
        """In how many passages it stands at most."""
        leaves = ast.words_of(query) if isinstance(query, ast.Phrase) else (query,)
        return min(map(self._df, leaves))

    def _df(self, leaf: ast.Leaf) -> int:
        return min(self._executor.df(leaf), self._passages)  # a damaged index may say more
