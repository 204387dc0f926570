"""Compute the figures of hits for their explanations (engine/explain.py), in the embedded engine."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from seedsearch.core import matching
from seedsearch.engine.embedded.snapshot import Snapshot
from seedsearch.engine.explain import PassageFigures, explain
from seedsearch.model import Explanation, Passage, ScoredPassage
from seedsearch.query.ast import Exact, Query, Term

if TYPE_CHECKING:
    from seedsearch.core import _core


def explained(
    snapshot: Snapshot,
    query: Query,
    found: Sequence[ScoredPassage],
    numbers: Sequence[int],
    *,
    text: bool,
) -> list[ScoredPassage]:
    """Return hits that have their texts with explanations. Each node is run once."""
    executor = snapshot.executor

    @cache
    def scores(node: Query) -> Callable[[int], float | None]:
        return _by_passage(executor.matches(node))

    @cache
    def around(leaf: Term | Exact) -> Callable[[int], float | None]:
        plain = matching.boosted(executor.matches(query), 0.0)
        of_documents = (executor.around(leaf),)
        return _by_passage(matching.with_documents(executor.table, plain, of_documents))

    def why(passage: Passage, number: int) -> Explanation:
        segment, own = snapshot.ranker.locate(number)
        figures = PassageFigures(
            lambda node: scores(node)(number),
            executor.df,
            lambda leaf: around(leaf)(number) or 0.0,
            segment.length(own),
            *snapshot.statistics,
        )
        return explain(query, passage, figures, snapshot.analyzer)

    return [
        scored._replace(
            passage=scored.passage if text else scored.passage.replace(text=""),
            explanation=why(scored.passage, number),
        )
        for scored, number in zip(found, numbers, strict=True)
    ]


def _by_passage(matches: _core.Matches) -> Callable[[int], float | None]:
    """Return the score of each passage that matches, None for others."""
    passages = memoryview(matches.passages).cast("I")
    scores = memoryview(matches.scores).cast("d")

    def score(number: int) -> float | None:
        at = bisect_left(passages, number)
        return scores[at] if at < len(passages) and passages[at] == number else None

    return score
