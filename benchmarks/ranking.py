"""How good the ranking is: nDCG@10 over judged sets, seedsearch beside bm25s.

`python -m benchmarks.ranking FOLDER` takes the folders in FOLDER that hold docs.jsonl (id, title,
text), queries.jsonl (id, text) and qrels.tsv (query, document, grade): those in English, those of other
languages with `--multilingual`, or those that are named. A document's score is that of its best passage.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import bm25s
import Stemmer

from benchmarks import machine
from benchmarks.judged_index import JudgedIndex

DEPTH = 10
DEFAULT = ("cranfield", "cisi", "cacm", "time", "medquad", "cosqa")
MULTILINGUAL = {
    "xquadr_zh": 0.96,
    "xquadr_ru": 0.95,
    "jsquad_ja": 0.94,
    "cmrc_zh": 0.98,
    "korquad_ko": 0.95,
}
"""Sets that are not in English, and the nDCG@10 that is required on each."""

Run = dict[str, list[str]]
Judgements = dict[str, dict[str, int]]


class JudgedSet(NamedTuple):
    """Documents as (id, title, text), queries that have judgements, grades by query and document."""

    folder: Path
    name: str
    documents: list[tuple[str, str, str]]
    queries: dict[str, str]
    judgements: Judgements


def read(folder: Path) -> JudgedSet:
    """Read one judged set."""
    judgements: Judgements = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        judgements[query][document] = int(grade)
    documents = [
        (str(doc["id"]), doc.get("title") or "", doc.get("text") or "")
        for doc in _lines(folder / "docs.jsonl")
    ]
    queries = {str(query["id"]): query["text"] for query in _lines(folder / "queries.jsonl")}
    judged = {query: text for query, text in queries.items() if query in judgements}
    return JudgedSet(folder, folder.name, documents, judged, dict(judgements))


def ndcg(run: Run, judgements: Judgements, depth: int = DEPTH) -> float:
    """Mean nDCG@depth over the judged queries: gain = grade, discount = log2(rank + 1).

    A query with no document of a positive grade counts 0, as trec_eval has it.
    """
    values = [
        _gain(judgements[query].get(document, 0) for document in run.get(query, ())[:depth])
        / (_gain(sorted(judgements[query].values(), reverse=True)[:depth]) or math.inf)
        for query in judgements
    ]
    return sum(values) / len(values)


def bm25s_run(judged: JudgedSet) -> Run:
    """bm25s with k1 1.2 and b 0.75, title and text joined.

    English: its stop words and stems. Other languages: pairs of characters.
    """
    tokens = _pairs if judged.name in MULTILINGUAL else _english
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index(
        tokens([f"{title} {text}" for _, title, text in judged.documents]), show_progress=False
    )
    depth = min(DEPTH, len(judged.documents))
    numbers, _ = index.retrieve(
        tokens(list(judged.queries.values())), k=depth, show_progress=False, n_threads=1
    )
    return {
        query: [judged.documents[number][0] for number in row]
        for query, row in zip(judged.queries, numbers.tolist(), strict=True)
    }


def seedsearch_run(judged: JudgedSet) -> Run:
    """seedsearch as shipped: default query mode, default weights."""
    with tempfile.TemporaryDirectory() as scratch, JudgedIndex(scratch) as index:
        index.add(judged.folder / "docs.jsonl")
        return {query: index.best(text, DEPTH) for query, text in judged.queries.items()}


def _english(texts: list[str]) -> bm25s.tokenization.Tokenized:
    stemmer = Stemmer.Stemmer("english")
    return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)


def _pairs(texts: list[str]) -> list[list[str]]:
    words = ["".join(c if c.isalnum() else " " for c in text.lower()).split() for text in texts]
    return [
        [word[i : i + 2] for word in row for i in range(max(len(word) - 1, 1))] for row in words
    ]


def _gain(grades: Iterable[int]) -> float:
    return sum(max(grade, 0) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# --------------------------------------------------------------------------------- report


def table(figures: dict[str, tuple[float, float]]) -> str:
    """Markdown: nDCG@10 of each set and the mean, and the gain over bm25s."""
    lines = ["| judged set | seedsearch | bm25s | gain |", "|---|---|---|---|"]
    means = [sum(column) / len(figures) for column in zip(*figures.values(), strict=True)]
    for name, (own, other) in [*figures.items(), ("**mean**", means)]:
        lines.append(f"| {name} | {own:.4f} | {other:.4f} | {own / other - 1:+.1%} |")
    if figures.keys() <= MULTILINGUAL.keys():
        held = (
            f"{name} {MULTILINGUAL[name]} {'✓' if own >= MULTILINGUAL[name] else '✗'}"
            for name, (own, _) in figures.items()
        )
        return "\n".join([*lines, "", "Required: " + ", ".join(held)])
    gain = means[0] / means[1] - 1
    verdict = "".join(
        f"; {word} +{limit:.0%} {'✓' if gain >= limit else '✗'}"
        for word, limit in (("required", 0.03), ("goal", 0.10))
    )
    return "\n".join([*lines, "", f"Mean nDCG@10 {gain:+.1%} over bm25s{verdict}"])


def main() -> int:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ranking", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the judged sets")
    parser.add_argument("--sets", help=f"which, by name (default: {','.join(DEFAULT)})")
    parser.add_argument("--multilingual", action="store_true", help=",".join(MULTILINGUAL))
    parser.add_argument("--out", type=Path, help="folder for the results (default: print only)")
    options = parser.parse_args()
    figures: dict[str, tuple[float, float]] = {}
    usual = MULTILINGUAL if options.multilingual else DEFAULT
    for name in options.sets.split(",") if options.sets else usual:
        judged = read(options.folder / name)
        own = ndcg(seedsearch_run(judged), judged.judgements)
        other = ndcg(bm25s_run(judged), judged.judgements)
        figures[name] = (own, other)
        print(f"{name}: {own:.4f}, bm25s {other:.4f}", file=sys.stderr, flush=True)
    print(table(figures))
    if options.out:
        _save(figures, options.out)
    return 0


def _save(figures: dict[str, tuple[float, float]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    date = datetime.now(UTC).date().isoformat()
    result = {
        "schema": "seedsearch.ranking/1",
        "date": date,
        "machine": machine.describe(),
        "ndcg_at_10": {
            name: {"seedsearch": own, "bm25s": other} for name, (own, other) in figures.items()
        },
    }
    (folder / f"{date}-ranking.json").write_text(json.dumps(result, indent=1) + "\n")
    (folder / f"{date}-ranking.md").write_text(f"# Ranking, {date}\n\n{table(figures)}\n")


if __name__ == "__main__":
    sys.exit(main())
