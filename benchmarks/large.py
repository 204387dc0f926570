"""The step at 200 MB: trees, patterns, filters, first queries, texts and snippets, long answers."""

from __future__ import annotations

import multiprocessing
import os
import random
import statistics
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import engines, latency, made, measure, queries
from benchmarks.bench import Bench, Input
from benchmarks.corpora import SEED

PEERS = ("tantivy", "tantivy_plain")
ALL_HITS = ("-k0", "--per-file", "0")
PAIRS = 5  # of whole processes, for each round
_WARM = 10  # uncounted queries at the start, which load modules


def large(bench: Bench) -> dict[str, Any]:
    """Run everything on one index, and tantivy on another; dates on messages made of the same text."""
    text = bench.listed(bench.large, "large")
    homes = {name: bench.place("large", name) for name in (engines.OURS, *PEERS)}
    homes = {name: home for name, home in homes.items() if name in bench.engines}
    for name, home in homes.items():
        bench.say(f"large: indexing, {name}")
        bench.build(name, text, home)
    found: dict[str, Any] = {"text_mb": text.passages().text_bytes / 1e6}
    found["kinds"] = _kinds(bench, text, homes)
    found["shown"] = _shown(bench, text, homes)
    found["first"] = _first(bench, text, homes)
    if engines.OURS in homes:
        found |= _processes(bench, text, os.path.join(homes[engines.OURS], ".seedsearch"))
    return found


def _kinds(bench: Bench, text: Input, homes: dict[str, str]) -> dict[str, Any]:
    cases = queries.more(text.passages(), _globs(text), each=bench.each)
    bench.say(f"large: {len(cases)} queries")
    undated = [case for case in cases if case.kind != "date"]
    found = latency.latencies(_opened(homes), undated, bench.rounds)
    if engines.OURS in homes:
        name = f"dated-{os.path.basename(bench.large)}"
        folder = made.make(made.dated, bench.large, os.path.join(bench.made, name))
        home = bench.place("large", "dated")
        bench.say("large: indexing messages with dates")
        bench.build(engines.OURS, Input(folder, ""), home)
        dated = [case for case in cases if case.kind == "date"]
        taken = latency.latencies(_opened({engines.OURS: home}), dated, bench.rounds)[engines.OURS]
        found[engines.OURS] |= {kind: taken[kind] for kind in taken if kind != latency.ALL}
    return found


def _opened(homes: dict[str, str]) -> dict[str, engines.Searcher]:
    return {name: engines.open_searcher(name, home) for name, home in homes.items()}


def _globs(text: Input) -> list[str]:
    """Return patterns that match about one file in ten."""
    names = sorted({Path(path).name for path in text.passages().paths})
    endings = sorted({name[-5:] for name in names if len(name) > 5})
    drawn = random.Random(SEED).sample(endings, min(10, len(endings)))
    return [f"*{ending}" for ending in drawn] or ["*"]


def _shown(bench: Bench, text: Input, homes: dict[str, str]) -> dict[str, Any]:
    """Measure ten hits with text and snippet, with the five classes mixed."""
    cases = queries.sample(text.passages(), each=max(1, bench.each // len(queries.KINDS)))
    showers = {
        name: engines.open_shower(name, home)
        for name, home in homes.items()
        if name != "tantivy_plain"
    }
    return latency.latencies(showers, cases, bench.rounds)


def _first(bench: Bench, text: Input, homes: dict[str, str]) -> dict[str, Any]:
    """Run each query once, in new processes."""
    cases = queries.first(text.passages(), each=bench.each)
    asked = {name: home for name, home in homes.items() if name != "tantivy_plain"}
    runs = []
    for turn in range(bench.rounds):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            runs.append(pool.submit(_once, asked, cases, turn).result())
    return {
        name: latency.by_kind(
            (kind, statistics.median(seconds for _, seconds, _ in met), hits)
            for met in zip(*(run[name] for run in runs), strict=True)
            for kind, _, hits in met[:1]
        )
        for name in asked
    }


def _once(
    homes: dict[str, str], cases: list[queries.QueryCase], turn: int
) -> dict[str, list[tuple[str, float, int]]]:
    """Return kind, seconds and hits of each query after the first few, by engine."""
    searchers, draw = list(_opened(homes).items()), random.Random(turn)
    taken: dict[str, list[tuple[str, float, int]]] = {name: [] for name in homes}
    for number, case in enumerate(cases):
        draw.shuffle(searchers)
        for name, searcher in searchers:
            seconds, hits = latency.timed(searcher, case)
            if number >= _WARM and seconds is not None:
                taken[name].append((case.kind, seconds, hits))
    return taken


def _processes(bench: Bench, text: Input, index: str) -> dict[str, Any]:
    """Measure whole processes: all hits of a common word as JSON and as plain records, a glob in both forms.

    The order of a pair is drawn at random each time. Of the forms of a glob, which should differ by little, processor
    time is compared: on a shared machine it differs less from run to run than wall time.
    """
    word, glob = queries.common(text.passages()), _globs(text)[0]
    pairs = {
        "json": (["query", "--json", *ALL_HITS, word], ["query", *ALL_HITS, word]),
        "glob": (["query", "-g", glob, word], ["query", f"{word} path:{glob}"]),
    }
    found, draw = {}, random.Random(SEED)
    for name, pair in pairs.items():
        taken: list[list[float]] = [[], []]
        turns = list(zip(taken, pair, strict=True))
        for turn in range(1 + (bench.rounds if name == "json" else PAIRS * bench.rounds)):
            draw.shuffle(turns)
            for times, words in turns:
                command = engines.seedsearch(index, *words)
                cost = measure.run_into_cat(command.argv, cwd=bench.scratch, env=command.env)
                if turn:
                    times.append(cost.wall if name == "json" else cost.cpu)
        bench.say(f"large {name}: {min(taken[0]):.2f} s beside {min(taken[1]):.2f} s")
        found[name] = {
            "word": word,
            "ms": 1e3 * statistics.median(taken[0]),
            "beside_ms": 1e3 * statistics.median(taken[1]),
        }
    return found
