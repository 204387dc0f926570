"""What the embedded engine knows of a hit, for its explanation: see engine.explaining."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedsearch.analysis import Analyzer
from seedsearch.engine.embedded.plain import PlainExecution
from seedsearch.engine.embedded.units import Units
from seedsearch.engine.explain import Grounds, explain
from seedsearch.model import Explanation, Passage
from seedsearch.query.ast import Leaf, Query


class Explainer:
    """Explains the hits of one query. Each node is run once on each segment that has hits."""

    def __init__(
        self, query: Query, executions: Sequence[PlainExecution], units: Units, analyzer: Analyzer
    ) -> None:
        self._query = query
        self._executions = executions
        self._units = units
        self._analyzer = analyzer
        self._scores: dict[tuple[int, Query], Mapping[int, float]] = {}

    def explain(self, passage: Passage, segment: int, number: int) -> Explanation:
        """Why a passage, with its text, scores as it does: the one of that `number` in that segment."""
        execution = self._executions[segment]

        def score(node: Query) -> float | None:
            scores = self._scores.get((segment, node))
            if scores is None:
                scores = self._scores[segment, node] = execution.scores(node)
            return scores.get(number)

        def df(leaf: Leaf) -> int:
            return execution.df_of(self._units.unit(leaf))

        statistics = execution.statistics
        length = execution.segment.length(number)
        grounds = Grounds(score, df, length, statistics.passages, statistics.mean_length)
        return explain(self._query, passage, grounds, self._analyzer)
