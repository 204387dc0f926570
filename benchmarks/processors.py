"""Compare what a model answers on several kinds of processors.

`python -m benchmarks.processors JUDGED MODELFOLDER` asks 34 queries of each English judged set, with the best 20
passages in the order of the model: on this processor, and as on older ones, which lack some of its instructions. For
that, `processors.c` hides these instructions; it needs Linux, an Intel processor, and `cc`. With `--run`, other
processors are emulated instead, which takes about a hundred times as long:

    python -m benchmarks.processors JUDGED MODELFOLDER --sets cranfield --queries 4 \\
        --run 'qemu-x86_64 -cpu Nehalem' --run 'qemu-x86_64 -cpu Haswell'
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.judged import DEFAULT, read, some
from benchmarks.judged_index import JudgedIndex

DEPTH = 20
LACKING = {
    "vnni": "without VNNI, as Skylake-SP",
    "avx512": "without AVX-512, as Haswell",
    "avx2": "without AVX2 and FMA, as Sandy Bridge",
    "avx": "without AVX, as Nehalem",
}

Answers = dict[str, list[tuple[str, float]]]  # by query: passages and their scores


def answers(folder: Path, model: str, sets: list[str], queries: int) -> Answers:
    """Return the best passages of each query on this processor."""
    found: Answers = {}
    for name in sets:
        judged = some(read(folder / name), queries)
        with tempfile.TemporaryDirectory() as scratch, JudgedIndex(scratch) as index:
            index.add(judged.folder / "docs.jsonl")
            for query, text in judged.queries.items():
                best = index.passages(text, model)[:DEPTH]
                found[f"{name} {query}"] = [
                    (f"{hit.passage.document.id}:{hit.passage.ordinal}", hit.score) for hit in best
                ]
    return found


def row(name: str, own: Answers, other: Answers) -> str:
    """Return a row of Markdown that compares the answers of two processors."""
    same_order = same_scores = 0
    largest = 0.0
    for query, hits in own.items():
        scores, others = dict(hits), dict(other[query])
        same_order += [place for place, _ in hits] == [place for place, _ in other[query]]
        same_scores += scores == others
        largest = max([largest, *(abs(scores[place] - others.get(place, 0)) for place in scores)])
    return f"| {name} | {same_order} of {len(own)} | {same_scores} | {largest:.6f} |"


def _run(
    options: argparse.Namespace, before: list[str], environment: dict[str, str] | None = None
) -> Answers:
    """Return the answers of another process."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "answers.json"
        given = [options.folder, options.model, "--sets", options.sets, "--answers", file]
        command = [sys.executable, "-m", "benchmarks.processors", *given]
        command += ["--queries", str(options.queries)]
        subprocess.run([*before, *map(str, command)], check=True, env=environment)
        found = json.loads(file.read_text())
    return {query: [(place, score) for place, score in hits] for query, hits in found.items()}


def _older(options: argparse.Namespace, lacking: str) -> Answers:
    """Return the answers of this processor without some instructions."""
    with tempfile.TemporaryDirectory() as scratch:
        library = f"{scratch}/processors.so"
        source = Path(__file__).with_suffix(".c")
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
        return _run(options, [], os.environ | {"LD_PRELOAD": library, "LACKS": lacking})


def main() -> int:
    """Ask, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.processors", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the judged sets")
    parser.add_argument("model", help="the folder of a model in `seedsearch model list`")
    parser.add_argument("--sets", default=",".join(DEFAULT), help="which, by name")
    parser.add_argument("--queries", type=int, default=34, help="of each set")
    parser.add_argument("--lacking", default=",".join(LACKING), help="which instructions, by name")
    parser.add_argument("--run", metavar="EMULATOR", action="append", default=[])
    parser.add_argument("--answers", type=Path, help="write the answers of this processor")
    options = parser.parse_args()
    own = answers(options.folder, options.model, options.sets.split(","), options.queries)
    if options.answers:
        options.answers.write_text(json.dumps(own))
        return 0
    print("| processor | same order | same scores | largest difference |\n|---|---|---|---|")
    for emulator in options.run:
        print(row(emulator, own, _run(options, shlex.split(emulator))), flush=True)
    for lacking in () if options.run else options.lacking.split(","):
        print(row(LACKING[lacking], own, _older(options, lacking)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
