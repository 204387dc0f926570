"""Measure latencies of searchers for the same queries, in turn."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Iterable
from typing import Any

from benchmarks import engines, queries
from benchmarks.corpora import SEED


def latencies(
    searchers: dict[str, engines.Searcher], cases: list[queries.QueryCase], rounds: int
) -> dict[str, Any]:
    """Return p50 and p99 in milliseconds by engine and kind, after one warm-up pass.

    The order of the engines is drawn at random each time, because an engine that reads much leaves its data in the
    processor's caches for the next one.
    """
    for case in cases:
        for searcher in searchers.values():
            timed(searcher, case)
    draw, turns = random.Random(SEED), list(searchers.items())
    times: dict[str, list[tuple[str, float, int]]] = {name: [] for name in searchers}
    gc.collect()
    gc.disable()
    for case in cases:
        taken: dict[str, list[float]] = {name: [] for name in searchers}
        hits = dict.fromkeys(searchers, 0)
        for _ in range(rounds):
            draw.shuffle(turns)
            for name, searcher in turns:
                seconds, hits[name] = timed(searcher, case)
                if seconds is not None:
                    taken[name].append(seconds)
        for name, seconds_all in taken.items():
            if seconds_all:
                times[name].append((case.kind, statistics.median(seconds_all), hits[name]))
    gc.enable()
    return {name: by_kind(found) for name, found in times.items()}


def by_kind(found: Iterable[tuple[str, float, int]]) -> dict[str, Any]:
    """Return percentiles of each kind, and of all together, from kind, seconds and number of hits of each query."""
    kinds: dict[str, list[tuple[float, int]]] = {}
    for kind, seconds, hits in found:
        kinds.setdefault(kind, []).append((seconds, hits))
        kinds.setdefault(ALL, []).append((seconds, hits))
    return {
        kind: {
            "p50_ms": 1e3 * percentile([seconds for seconds, _ in taken], 50),
            "p99_ms": 1e3 * percentile([seconds for seconds, _ in taken], 99),
            "queries": len(taken),
            "with_hits": sum(hits > 0 for _, hits in taken),
        }
        for kind, taken in kinds.items()
    }


ALL = "all"
"""Every kind together."""


def timed(searcher: engines.Searcher, case: queries.QueryCase) -> tuple[float | None, int]:
    """Return seconds and number of hits of one query, or None for a kind that the engine does not support."""
    start = time.perf_counter()
    try:
        hits = searcher.search(*case)
    except ValueError:
        return None, 0
    return time.perf_counter() - start, len(hits)


def percentile(values: Iterable[float], percent: int) -> float:
    """Return the value above so many per cent of the others."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
