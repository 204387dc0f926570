"""Compute the figures of a hit for its explanation (engine/explain.py), in the embedded engine."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from seedsearch.analysis import Analyzer
from seedsearch.core import matching
from seedsearch.engine.bm25f import Statistics
from seedsearch.engine.explain import PassageFigures, explain
from seedsearch.model import Explanation, Passage
from seedsearch.query.ast import Exact, Query, Term

if TYPE_CHECKING:
    from seedsearch.core import _core
    from seedsearch.engine.embedded.executor import Executor


class Explainer:
    """Explains the hits of one query. Each node is run once."""

    def __init__(
        self, query: Query, executor: Executor, statistics: Statistics, analyzer: Analyzer
    ) -> None:
        self._query = query
        self._executor = executor
        self._statistics = statistics
        self._analyzer = analyzer
        self._found: dict[Query, _Found] = {}
        self._documents: dict[Query, _Found] = {}

    def explain(self, passage: Passage, number: int, length: int) -> Explanation:
        """Return why a passage, with its text, has its score. `number` and weighted `length` are its own."""
        figures = PassageFigures(
            lambda node: self._score(node, number),
            self._executor.df,
            lambda leaf: self._around(leaf, number),
            length,
            *self._statistics,
        )
        return explain(self._query, passage, figures, self._analyzer)

    def _score(self, node: Query, number: int) -> float | None:
        """Return the score of a passage for a node, or None if the node does not match it."""
        if node not in self._found:
            self._found[node] = _Found(self._executor.matches(node))
        return self._found[node].score(number)

    def _around(self, leaf: Term | Exact, number: int) -> float:
        """Return the score of a word for the whole document of a passage."""
        if leaf not in self._documents:
            executor = self._executor
            plain = matching.boosted(executor.matches(self._query), 0.0)
            around = (executor.around(leaf),)
            self._documents[leaf] = _Found(matching.with_documents(executor.table, plain, around))
        return self._documents[leaf].score(number) or 0.0


class _Found:
    """The scores of a node's matches, by passage."""

    def __init__(self, matches: _core.Matches) -> None:
        self._passages = memoryview(matches.passages).cast("I")
        self._scores = memoryview(matches.scores).cast("d")

    def score(self, number: int) -> float | None:
        at = bisect_left(self._passages, number)
        is_there = at < len(self._passages) and self._passages[at] == number
        return self._scores[at] if is_there else None
