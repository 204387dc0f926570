"""Searching steps: queries in process, and whole processes of one query."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from typing import Any

from benchmarks import corpora, engines, latency, measure, queries
from benchmarks.bench import MB, Bench


def query(bench: Bench) -> dict[str, Any]:
    """Measure the ten best in process: engines in turn for each query, each query's median of the rounds."""
    searchers = {}
    for name in bench.engines:
        if name == engines.RECOLL:
            continue
        if not os.path.exists(bench.place("index", name)):
            bench.build(name, bench.input(name), bench.place("index", name))
        searchers[name] = engines.open_searcher(name, bench.place("index", name))
    cases = queries.sample(bench.input().passages(), each=bench.each)
    bench.say(f"query: {len(cases)} queries, {len(searchers)} engines")
    return latency.latencies(searchers, cases, bench.rounds)


def startup(bench: Bench) -> dict[str, Any]:
    """Measure whole processes of one query down a pipe, and `python -c "import click"`, in turn."""
    targets = {"seeds": bench.seeds, "corpus": bench.corpus}
    if bench.large != bench.corpus:
        targets["large"] = bench.large
    words = _startup_words(bench)
    found: dict[str, Any] = {}
    for target, folder in targets.items():
        home = bench.home(target, folder)
        asked = ["troops", "Korea", "Russia"] if target == "seeds" else words
        found[target] = _beside_click(bench, os.path.join(home, ".seedsearch"), asked)
        found[target]["text_mb"] = corpora.total([folder])[1] / MB
    scan = shutil.which("rg")
    if scan:
        command = [scan, "--count", words[-1], bench.corpus]
        costs = [measure.run(command, ok=(0, 1)).wall for _ in range(bench.rounds)]
        found["rg"] = {"ms": 1e3 * statistics.median(costs)}
    return found


def _startup_words(bench: Bench) -> list[str]:
    """Return single words, from rare to frequent."""
    cases = queries.sample(bench.input().passages(), each=8)
    return [case.words[0] for case in cases if case.kind == "term"]


def _beside_click(bench: Bench, home: str, words: list[str]) -> dict[str, float]:
    ours, click = [], []
    bare = [sys.executable, "-c", "import click"]
    for turn in range(1 + 5 * bench.rounds):
        command = engines.seedsearch(home, "query", words[turn % len(words)])
        taken = measure.run_into_cat(command.argv, cwd=bench.scratch, env=command.env).wall
        beside = measure.run(bare, env=command.env).wall
        if turn:  # the first pair fills the caches
            ours.append(taken)
            click.append(beside)
    return {"ms": 1e3 * statistics.median(ours), "beside_ms": 1e3 * statistics.median(click)}
