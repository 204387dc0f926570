"""The measurements. Each step takes a Bench and gives back plain data for the report and the JSON."""

from __future__ import annotations

import gc
import os
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import corpora, engines, measure, passages, queries

MB = 1_000_000
WHOOSH_SAMPLE = 10 * MB
SLOW = (engines.WHOOSH, engines.RECOLL, "bm25s")
SIZES_MB = (25, 50, 100, 200)
_SCALING_TURNS = 3  # for each round


class Bench(NamedTuple):
    """What is measured, how often, and where there is room for it."""

    corpus: str
    large: str
    seeds: str
    scratch: str
    engines: list[str]
    rounds: int
    each: int
    say: Callable[[str], None]

    def place(self, *names: str) -> str:
        """A path in the scratch folder."""
        return os.path.join(self.scratch, *names)


# --------------------------------------------------------------------------------- indexing


def index(bench: Bench) -> dict[str, Any]:
    """Fresh indexes by whole processes, engines in turn; then once more each for its memory."""
    costs: dict[str, list[measure.Cost]] = {name: [] for name in bench.engines}
    for turn in range(bench.rounds):
        for name in bench.engines:
            if turn == 0 or name not in SLOW:
                costs[name].append(_index(bench, name))
                bench.say(f"index {name}: {costs[name][-1].wall:.1f} s")
    found = {}
    for name in bench.engines:
        peak = _index(bench, name, memory=True).peak
        folders, listed = _input(bench, name)
        files, size = corpora.total(folders)
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
            "passages": len(passages.PassageList(listed)),
            "index_mb": stored / MB,
            "size_to_text": stored / size,
        }
    return found


def _index(bench: Bench, name: str, *, memory: bool = False) -> measure.Cost:
    out = bench.place("index", name)
    shutil.rmtree(out, ignore_errors=True)
    Path(out).parent.mkdir(exist_ok=True)
    folders, listed = _input(bench, name)
    command = engines.index_command(name, folders, listed, out)
    return measure.run(command.argv, env=command.env, cwd=bench.scratch, memory=memory)


def _input(bench: Bench, name: str) -> tuple[list[str], str]:
    """Folders and list of passages for an engine: all, or a sample for stock Whoosh."""
    if name == engines.WHOOSH:
        folder, listed = bench.place("sample"), bench.place("passages-sample")
        if not os.path.exists(folder):
            corpora.copy(bench.corpus, folder, WHOOSH_SAMPLE)
    else:
        folder, listed = bench.corpus, bench.place("passages")
    if not os.path.exists(listed):
        passages.make(folder, listed)
    return [folder], listed


# --------------------------------------------------------------------------------- searching


def query(bench: Bench) -> dict[str, Any]:
    """The ten best in process: engines in turn for each query, each query's median of the rounds."""
    searchers = {}
    for name in bench.engines:
        if name == engines.RECOLL:
            continue
        if not os.path.exists(bench.place("index", name)):
            _index(bench, name)
        searchers[name] = engines.open_searcher(name, bench.place("index", name))
    cases = queries.sample(passages.PassageList(_input(bench, "")[1]), each=bench.each)
    bench.say(f"query: {len(cases)} queries, {len(searchers)} engines")
    return _latencies(searchers, cases, bench.rounds)


def _latencies(
    searchers: dict[str, engines.Searcher], cases: list[queries.QueryCase], rounds: int
) -> dict[str, Any]:
    """p50 and p99 in milliseconds by engine and kind, after one pass to warm up.

    The order of the engines is drawn anew each time: who comes after an engine that reads much finds the processor's
    memory full of it.
    """
    times: dict[tuple[str, str], list[float]] = {}
    answered: dict[tuple[str, str], int] = {}
    for case in cases:
        for searcher in searchers.values():
            _timed(searcher, case)
    draw, turns = random.Random(20241021), list(searchers.items())
    gc.collect()
    gc.disable()
    for case in cases:
        taken: dict[str, list[float]] = {name: [] for name in searchers}
        for _ in range(rounds):
            draw.shuffle(turns)
            for name, searcher in turns:
                seconds, hits = _timed(searcher, case)
                if seconds is not None:
                    taken[name].append(seconds)
                    answered[name, case.kind] = answered.get((name, case.kind), 0) + (hits > 0)
        for name, seconds_all in taken.items():
            if seconds_all:
                times.setdefault((name, case.kind), []).append(statistics.median(seconds_all))
    gc.enable()
    found: dict[str, Any] = {name: {} for name in searchers}
    for (name, kind), seconds_of in times.items():
        found[name][kind] = {
            "p50_ms": 1e3 * _percentile(seconds_of, 50),
            "p99_ms": 1e3 * _percentile(seconds_of, 99),
            "queries": len(seconds_of),
            "with_hits": answered[name, kind] // rounds,
        }
    return found


def _timed(searcher: engines.Searcher, case: queries.QueryCase) -> tuple[float | None, int]:
    start = time.perf_counter()
    try:
        hits = searcher.search(*case)
    except ValueError:  # a kind of query that this engine does not have
        return None, 0
    return time.perf_counter() - start, len(hits)


def _percentile(values: Iterable[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


# --------------------------------------------------------------------------------- start-up


def startup(bench: Bench) -> dict[str, Any]:
    """Whole processes of one query down a pipe, beside `python -c "import click"`, in turn."""
    targets = {"seeds": [bench.seeds], "corpus": [bench.corpus]}
    if bench.large != bench.corpus:
        targets["large"] = [bench.large]
    words = _startup_words(bench)
    found: dict[str, Any] = {}
    for target, folders in targets.items():
        home = _home(bench, target, folders)
        asked = ["troops", "Korea", "Russia"] if target == "seeds" else words
        found[target] = _beside_click(bench, os.path.join(home, ".seedsearch"), asked)
        found[target]["text_mb"] = corpora.total(folders)[1] / MB
    scan = shutil.which("rg")
    if scan:
        command = [scan, "--count", words[-1], bench.corpus]
        costs = [measure.run(command, ok=(0, 1)).wall for _ in range(bench.rounds)]
        found["rg"] = {"ms": 1e3 * statistics.median(costs)}
    return found


def _home(bench: Bench, target: str, folders: list[str]) -> str:
    """Where an index of `folders` is: one that another step left, or a new one."""
    left = {"corpus": bench.place("index", engines.OURS), "large": bench.place("scaling", "200")}
    home = left.get(target, "")
    if not os.path.exists(home):
        home = bench.place(f"own-{target}")
    if not os.path.exists(home):
        made = engines.index_command(engines.OURS, folders, "", home)
        measure.run(made.argv, env=made.env, cwd=bench.scratch)
    return home


def _startup_words(bench: Bench) -> list[str]:
    """Single words, from rare to frequent."""
    listed = passages.PassageList(_input(bench, "")[1])
    cases = queries.sample(listed, each=8)
    return [case.words[0] for case in cases if case.kind == "term"]


def _beside_click(bench: Bench, home: str, words: list[str]) -> dict[str, float]:
    ours, click = [], []
    bare = [sys.executable, "-c", "import click"]
    for turn in range(1 + 5 * bench.rounds):
        command = engines.seedsearch(home, "query", words[turn % len(words)])
        taken = measure.run_into_cat(command.argv, cwd=bench.scratch, env=command.env)
        beside = measure.run(bare, env=command.env).wall
        if turn:  # the first pair fills the caches
            ours.append(taken)
            click.append(beside)
    return {"ms": 1e3 * statistics.median(ours), "click_ms": 1e3 * statistics.median(click)}


# --------------------------------------------------------------------------------- again


def again(bench: Bench) -> dict[str, Any]:
    """`seedsearch index` with one file changed, beside walking and stat-ing the tree alone."""
    home = _home(bench, "corpus", [bench.corpus])
    command = engines.seedsearch(os.path.join(home, ".seedsearch"), "index")
    changed = next(path for path in sorted(passages.PassageList(_input(bench, "")[1]).paths))
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


# --------------------------------------------------------------------------------- scaling


def scaling(bench: Bench) -> dict[str, Any]:
    """Rates over nested subsets, memory on the largest, and latencies at the two largest.

    The subsets take turns, so that a machine that is slow for a minute is so for all of them; more turns than other
    steps take, for what is asked is whether four rates are within a fifth of each other.
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
    """The same queries, drawn from the smallest subset, on the two largest."""
    listed = bench.place("passages-nested")
    cases = queries.sample(passages.make(nested[0][0], listed), each=bench.each)
    largest = list(found)[-2:]
    # Taking turns, for what is compared is one with the other.
    searchers = {
        size: engines.open_searcher(engines.OURS, bench.place("scaling", size)) for size in largest
    }
    for size, latency in _latencies(searchers, cases, bench.rounds).items():
        found[size]["latency"] = latency


STEPS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "index": index,
    "query": query,
    "scaling": scaling,
    "startup": startup,
    "again": again,
}
