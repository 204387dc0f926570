"""Indexing steps: rate, processor time, memory and size; nested subsets; one changed file."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from typing import Any

from benchmarks import corpora, engines, latency, measure, queries
from benchmarks.bench import MB, Bench

SLOW = (engines.WHOOSH, engines.RECOLL, "bm25s")
SIZES_MB = (25, 50, 100, 200)
_SCALING_TURNS = 3  # for each round


def index(bench: Bench) -> dict[str, Any]:
    """Measure fresh indexes by whole processes, engines in turn; then run each once more for its memory."""
    costs: dict[str, list[measure.Cost]] = {name: [] for name in bench.engines}
    for turn in range(bench.rounds):
        for name in bench.engines:
            if turn == 0 or name not in SLOW:
                costs[name].append(_index(bench, name))
                bench.say(f"index {name}: {costs[name][-1].wall:.1f} s")
    found = {}
    for name in bench.engines:
        peak = _index(bench, name, memory=True).peak
        text = bench.input(name)
        files, size = corpora.total([text.folder])
        wall = statistics.median(cost.wall for cost in costs[name])
        stored = measure.folder_bytes(bench.place("index", name))
        found[name] = {
            "mb_per_s": size / MB / wall,
            "wall_s": wall,
            "wall_all_s": [cost.wall for cost in costs[name]],
            "cpu_s": statistics.median(cost.cpu for cost in costs[name]),
            "peak_mb": peak / MB,
            "text_mb": size / MB,
            "files": files,
            "passages": len(text.passages()),
            "index_mb": stored / MB,
            "size_to_text": stored / size,
        }
    return found


def _index(bench: Bench, name: str, *, memory: bool = False) -> measure.Cost:
    return bench.build(name, bench.input(name), bench.place("index", name), memory=memory)


def again(bench: Bench) -> dict[str, Any]:
    """Measure `seedsearch index` with one changed file, and a bare walk with `stat`."""
    home = bench.home("corpus", bench.corpus)
    command = engines.seedsearch(os.path.join(home, ".seedsearch"), "index")
    changed = min(bench.input().passages().paths)
    walks, runs = [], []
    for turn in range(1 + bench.rounds):
        with open(changed, "ab") as file:
            file.write(f"\nOne more line, number {turn}.\n".encode())
        start = time.perf_counter()
        files = _walk(bench.corpus)
        walked = time.perf_counter() - start
        cost = measure.run(command.argv, env=command.env, cwd=bench.scratch)
        if turn:
            walks.append(walked)
            runs.append(cost.wall)
    return {
        "files": files,
        "walk_ms": 1e3 * statistics.median(walks),
        "index_ms": 1e3 * statistics.median(runs),
    }


def _walk(folder: str) -> int:
    files = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                files += _walk(entry.path)
            else:
                entry.stat(follow_symlinks=False)
                files += 1
    return files


def scaling(bench: Bench) -> dict[str, Any]:
    """Measure rates over nested subsets, memory on the largest, and latencies on the two largest.

    The subsets take turns, so that a slow minute of the machine affects all of them. They take more turns than other
    steps, because the question is whether four rates are within a fifth of each other.
    """
    nested = corpora.nest(bench.large, bench.place("nested"), [size * MB for size in SIZES_MB])
    sizes = list(zip(map(str, SIZES_MB), nested, strict=False))
    costs: dict[str, list[measure.Cost]] = {size: [] for size, _ in sizes}
    turns = _SCALING_TURNS * bench.rounds
    for turn in range(turns + 1):
        for size, folders in sizes:
            out = bench.place("scaling", size)
            shutil.rmtree(out, ignore_errors=True)
            command = engines.index_command(engines.OURS, folders, "", out)
            last = turn == turns
            cost = measure.run(command.argv, env=command.env, cwd=bench.scratch, memory=last)
            costs[size].append(cost)
    found: dict[str, Any] = {}
    for size, folders in sizes:
        files, text = corpora.total(folders)
        wall = statistics.median(cost.wall for cost in costs[size][:-1])
        peak = costs[size][-1].peak
        found[size] = {
            "files": files,
            "text_mb": text / MB,
            "wall_s": wall,
            "mb_per_s": text / MB / wall,
            "peak_mb": peak / MB,
            "size_to_text": measure.folder_bytes(bench.place("scaling", size)) / text,
        }
        bench.say(f"scaling {text / MB:.0f} MB: {wall:.1f} s, {peak / MB:.0f} MB at peak")
    if nested:
        _scaling_latencies(bench, found, nested)
    return found


def _scaling_latencies(bench: Bench, found: dict[str, Any], nested: list[list[str]]) -> None:
    """Run the same queries, drawn from the smallest subset, on the two largest."""
    cases = queries.sample(bench.listed(nested[0][0], "nested").passages(), each=bench.each)
    largest = list(found)[-2:]
    # In turns, because the two are compared.
    searchers = {
        size: engines.open_searcher(engines.OURS, bench.place("scaling", size)) for size in largest
    }
    for size, taken in latency.latencies(searchers, cases, bench.rounds).items():
        found[size]["latency"] = taken
