"""Measure seedsearch and its peers: `python -m benchmarks CORPUS --out benchmarks/results`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import corpora, engines, machine, report
from benchmarks.bench import MB, Bench
from benchmarks.steps import STEPS
from benchmarks.texts import TEXTS


def main() -> int:
    """Run the chosen steps, print the table, save it."""
    options = _options()
    scratch = tempfile.mkdtemp(prefix="seedsearch-bench-", dir=options.scratch)
    try:
        result = _measure(options, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(report.markdown(result))
    if options.out:
        _say(f"saved: {report.save(result, options.out)}")
    return 0 if all(line.met is not False for line in report.lines(result["steps"])) else 1


def _measure(options: argparse.Namespace, scratch: str) -> dict[str, Any]:
    limit = options.limit_mb * MB if options.limit_mb else None
    _say("copying the corpus")
    corpus = corpora.copy(options.corpus, os.path.join(scratch, "corpus"), limit)
    chosen = [name for name in options.engines if name in engines.available()]
    bench = Bench(
        corpus=corpus,
        large=os.path.abspath(options.large) if options.large else corpus,
        beside=os.path.abspath(options.beside or os.path.join(options.corpus, os.pardir)),
        seeds=str(Path(engines.ROOT, "seeds")),
        scratch=scratch,
        made=os.path.join(os.path.abspath(options.made or scratch), f"made-{_name(options)}"),
        engines=chosen,
        texts=options.texts,
        limit=limit,
        rounds=options.rounds,
        each=options.each,
        say=_say,
    )
    steps = {}
    for name in STEPS:
        if name in options.only:
            _say(f"== {name}")
            steps[name] = STEPS[name](bench)
    return {
        "schema": "seedsearch.bench/1",
        "date": datetime.now(UTC).date().isoformat(),
        "corpus": _name(options),
        "large": os.path.basename(bench.large) if options.large else None,
        "machine": machine.describe(),
        "steps": steps,
    }


def _name(options: argparse.Namespace) -> str:
    """Return the name of the corpus, and the part of it that is used."""
    name = os.path.basename(os.path.abspath(options.corpus))
    return f"{name}-{options.limit_mb}MB" if options.limit_mb else name


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("corpus", help="a folder of text files; it is copied, never written to")
    add("--large", help="a folder of 200 MB or more for scaling and memory (default: CORPUS)")
    add("--out", help="folder for the results (default: print only)")
    add("--only", type=_list(STEPS), default=list(STEPS), help=f"of {','.join(STEPS)}")
    add(
        "--engines",
        type=_list(None),
        default=engines.available(),
        help="default: all that are here",
    )
    add("--texts", type=_list(TEXTS), default=list(TEXTS), help=f"of {','.join(TEXTS)}")
    add("--beside", help="a folder of other texts (default: the one in which CORPUS stands)")
    add("--made", help="a folder to keep what is made of the corpus for later runs (default: none)")
    add("--limit-mb", type=int, help="measure on so many MB of the corpus, drawn at random")
    add("--rounds", type=int, default=3, help="how often each figure is taken (default: 3)")
    add("--each", type=int, default=200, help="queries of each kind (default: 200)")
    add("--scratch", help="folder for copies and indexes (default: the system's)")
    return parser.parse_args()


def _list(known: Any) -> Any:
    def parse(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if known is not None and name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
        return names

    return parse


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
