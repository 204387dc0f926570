"""What the embedded engine knows of a hit, for its explanation: see engine.explain."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from seedsearch.analysis import Analyzer
from seedsearch.engine.bm25f import Statistics
from seedsearch.engine.explain import Grounds, explain
from seedsearch.model import Explanation, Passage
from seedsearch.query.ast import Query

if TYPE_CHECKING:
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
        self._found: dict[Query, tuple[memoryview[int], memoryview[float]]] = {}

    def explain(self, passage: Passage, number: int, length: int) -> Explanation:
        """Why a passage, with its text, scores as it does: the one of that number, of that weighted length."""
        grounds = Grounds(
            lambda node: self._score(node, number), self._executor.df, length, *self._statistics
        )
        return explain(self._query, passage, grounds, self._analyzer)

    def _score(self, node: Query, number: int) -> float | None:
        """What a node gives a passage; None where it does not match."""
        if node not in self._found:
            matches = self._executor.matches(node)
            self._found[node] = (
                memoryview(matches.passages).cast("I"),
                memoryview(matches.scores).cast("d"),
            )
        held, scores = self._found[node]
        at = bisect_left(held, number)
        return scores[at] if at < len(held) and held[at] == number else None
