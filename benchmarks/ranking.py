"""Measure ranking: nDCG@10 over judged sets, for seedsearch, bm25s, tantivy and SQLite FTS5.

`python -m benchmarks.ranking FOLDER` takes the folders in FOLDER that hold docs.jsonl (id, title, text),
queries.jsonl (id, text) and qrels.tsv (query, document, grade): the English ones, other languages with
`--multilingual`, all with `--all`, or the named ones. A document's score is the score of its best passage. bm25s runs
with three choices of k1 and b. A second table has for each peer the number of sets and queries that are better and
worse, and the probability of such a difference by chance (a paired t test over all queries).

With `--rerank MODELFOLDER`, a model orders the best passages again (the folder of a model in `seedsearch model list`).
The peers are seedsearch without it, and bm25s. At most 50 queries of each set are asked.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, stdev

from benchmarks import machine
from benchmarks.judged import DEFAULT, JudgedSet, Judgements, read, some
from benchmarks.judged_index import JudgedIndex
from benchmarks.ranking_peers import Run, bm25s_run, english, fts5_run, pairs, tantivy_run

DEPTH = 10
BM25S = ((1.2, 0.75), (0.9, 0.4), (1.5, 0.75))
"""Choices of k1 and b. The first is the one to compare with."""

MULTILINGUAL = {
    "xquadr_zh": 0.96,
    "xquadr_ru": 0.95,
    "jsquad_ja": 0.94,
    "cmrc_zh": 0.98,
    "korquad_ko": 0.95,
}
"""Sets that are not in English, and the required nDCG@10 on each."""


def ndcg(run: Run, judgements: Judgements, depth: int = DEPTH) -> float:
    """Return the mean nDCG@depth over the judged queries."""
    return mean(by_query(run, judgements, depth))


def by_query(run: Run, judgements: Judgements, depth: int = DEPTH) -> list[float]:
    """Return nDCG@depth of each judged query: gain = grade, discount = log2(rank + 1).

    A query without a document of a positive grade counts 0, as in trec_eval.
    """
    return [
        _gain(judgements[query].get(document, 0) for document in run.get(query, ())[:depth])
        / (_gain(sorted(judgements[query].values(), reverse=True)[:depth]) or math.inf)
        for query in judgements
    ]


def chance(differences: Sequence[float]) -> float:
    """Return the two-sided probability of such a mean difference by chance, with t as normal for so many queries."""
    if len(set(differences)) < 2:
        return 1.0
    t = mean(differences) / (stdev(differences) / math.sqrt(len(differences)))
    return math.erfc(abs(t) / math.sqrt(2))


def seedsearch_run(judged: JudgedSet, model: str = "") -> Run:
    """Run seedsearch as shipped: default query mode, default weights, with a model if there is one."""
    with tempfile.TemporaryDirectory() as scratch, JudgedIndex(scratch) as index:
        index.add(judged.folder / "docs.jsonl")
        return {query: index.best(text, DEPTH, model) for query, text in judged.queries.items()}


def reranked(judged: JudgedSet, model: str) -> dict[str, list[float]]:
    """Return the nDCG@10 of each query with the model, without it, and by bm25s."""
    asked = (judged.documents, judged.queries, DEPTH)
    runs = {
        "seedsearch": seedsearch_run(judged, model),
        "words alone": seedsearch_run(judged),
        "bm25s": bm25s_run(*asked, english, *BM25S[0]),
    }
    return {engine: by_query(run, judged.judgements) for engine, run in runs.items()}


def _gain(grades: Iterable[int]) -> float:
    return sum(max(grade, 0) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


# --------------------------------------------------------------------------------- report


def measured(judged: JudgedSet) -> dict[str, list[float]]:
    """Return the nDCG@10 of each query by each engine, ours first. In other languages the only peer is bm25s."""
    asked = (judged.documents, judged.queries, DEPTH)
    tokens = pairs if judged.name in MULTILINGUAL else english
    runs = {"seedsearch": seedsearch_run(judged)}
    for k1, b in BM25S:
        runs["bm25s" if (k1, b) == BM25S[0] else f"bm25s {k1}/{b}"] = bm25s_run(
            *asked, tokens, k1, b
        )
    if judged.name not in MULTILINGUAL:
        runs["tantivy"] = tantivy_run(*asked)
        runs["fts5"] = fts5_run(*asked)
    return {engine: by_query(run, judged.judgements) for engine, run in runs.items()}


def table(found: dict[str, dict[str, list[float]]]) -> str:
    """Return Markdown: nDCG@10 of each set and the mean, the gain over bm25s, and the peers one by one."""
    figures = means_of(found)
    engines = list(next(iter(figures.values())))
    means = {engine: mean(row[engine] for row in figures.values()) for engine in engines}
    lines = [
        f"| judged set | {' | '.join(engines)} | over bm25s |",
        "|---" * (len(engines) + 2) + "|",
    ]
    for name, row in [*figures.items(), ("**mean**", means)]:
        cells = " | ".join(f"{row[engine]:.4f}" for engine in engines)
        lines.append(f"| {name} | {cells} | {_gain_over(row):+.1%} |")
    lines += [
        "",
        "| beside | mean of the gains | sets better, worse | queries better, worse | chance |",
        "|---|---|---|---|---|",
    ]
    lines += [_beside(engine, found) for engine in engines[1:]]
    return "\n".join([*lines, "", _verdict(figures, _gain_over(means))])


def means_of(found: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    """Return the mean of each engine on each set."""
    return {
        name: {engine: mean(values) for engine, values in row.items()}
        for name, row in found.items()
    }


def _beside(engine: str, found: dict[str, dict[str, list[float]]]) -> str:
    """Return a row of Markdown that compares seedsearch with one peer."""
    of_sets, of_queries = [], []
    for row in found.values():
        of_queries += [
            own - other for own, other in zip(row["seedsearch"], row[engine], strict=True)
        ]
        of_sets.append(mean(row["seedsearch"]) / mean(row[engine]) - 1)
    counts = (
        f"{sum(value > 0 for value in values)}, {sum(value < 0 for value in values)}"
        for values in (of_sets, of_queries)
    )
    return f"| {engine} | {mean(of_sets):+.1%} | {' | '.join(counts)} | {chance(of_queries):.2g} |"


def _gain_over(row: dict[str, float]) -> float:
    return row["seedsearch"] / row["bm25s"] - 1


def _verdict(figures: dict[str, dict[str, float]], gain: float) -> str:
    """Return the requirement, and whether it is met."""
    if figures.keys() <= MULTILINGUAL.keys():
        held = (
            f"{name} {MULTILINGUAL[name]} {_mark(row['seedsearch'] >= MULTILINGUAL[name])}"
            for name, row in figures.items()
        )
        return "Required: " + ", ".join(held)
    if "words alone" in next(iter(figures.values())):
        worst = min(row["seedsearch"] / row["words alone"] - 1 for row in figures.values())
        return (
            f"Mean nDCG@10 {gain:+.1%} over bm25s, required +13% {_mark(gain >= 0.13)}; "
            f"worst set {worst:+.1%} over words alone, required -1% {_mark(worst >= -0.01)}"
        )
    worst = min(map(_gain_over, figures.values()))
    return (
        f"Mean nDCG@10 {gain:+.1%} over bm25s, required +10% {_mark(gain >= 0.10)}; "
        f"worst set {worst:+.1%}, required +1% {_mark(worst >= 0.01)}"
    )


def _mark(held: bool) -> str:
    return "✓" if held else "✗"


def main() -> int:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ranking", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the judged sets")
    parser.add_argument("--sets", help=f"which, by name (default: {','.join(DEFAULT)})")
    parser.add_argument("--multilingual", action="store_true", help=",".join(MULTILINGUAL))
    parser.add_argument("--all", action="store_true", help="all that there are in the folder")
    parser.add_argument("--rerank", metavar="MODELFOLDER", help="order by meaning too")
    parser.add_argument("--out", type=Path, help="folder for the results (default: print only)")
    options = parser.parse_args()
    found: dict[str, dict[str, list[float]]] = {}
    usual = list(MULTILINGUAL if options.multilingual else DEFAULT)
    if options.all:
        usual = sorted(file.parent.name for file in options.folder.glob("*/qrels.tsv"))
    for name in options.sets.split(",") if options.sets else usual:
        judged = read(options.folder / name)
        found[name] = reranked(some(judged), options.rerank) if options.rerank else measured(judged)
        shown = ", ".join(f"{engine} {mean(values):.4f}" for engine, values in found[name].items())
        print(f"{name}: {shown}", file=sys.stderr, flush=True)
    print(table(found))
    if options.out:
        kind = "-rerank" if options.rerank else "-multilingual" if options.multilingual else ""
        _save(found, options.out, f"ranking{kind}")
    return 0


def _save(found: dict[str, dict[str, list[float]]], folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    date = datetime.now(UTC).date().isoformat()
    result = {
        "schema": "seedsearch.ranking/1",
        "date": date,
        "machine": machine.describe(),
        "ndcg_at_10": means_of(found),
    }
    (folder / f"{date}-{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    (folder / f"{date}-{name}.md").write_text(f"# Ranking, {date}\n\n{table(found)}\n")


if __name__ == "__main__":
    sys.exit(main())
