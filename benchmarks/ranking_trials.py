"""Compare variants of the score, computed with NumPy over judged sets.

`python -m benchmarks.ranking_trials FOLDER` prints nDCG@10 of each variant on each set, and the mean's gain over the
shipped score; then, for each set, the choice of the other sets. Passages, titles and terms are the product's own.
Every compound counts as its whole and its parts, so the shipped figures differ a little from `benchmarks.ranking`.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.judged import DEFAULT, JudgedSet, read
from benchmarks.ranking import DEPTH, ndcg
from seedsearch.analysis import STOP_WORDS, Analyzer
from seedsearch.corpus.formats import extract
from seedsearch.corpus.skip import Problem
from seedsearch.engine.bm25f import IDF_POWER, K1, PRIOR, TITLE_WEIGHT, B
from seedsearch.indexing.documents import with_passages
from seedsearch.model import SourceFile

Floats = npt.NDArray[np.float64]
Positions = dict[str, list[int]]
"""The positions of each stem in a passage or title."""


class Trial(NamedTuple):
    """A variant of the score: its differences from the shipped one.

    `root` is the power of the mean frequency, `idf` the power of idf, `coverage` the power of the share of the
    query's weight that a passage contains. `every` gives the title to each passage of its document. `pairs` adds this
    much for adjacent neighbouring words of the query. `document` is the share of the whole document in the score,
    `second` the share of its second best passage.
    """

    name: str
    title: float = TITLE_WEIGHT
    root: float = 0.5
    k1: float = K1
    b: float = B
    idf: float = IDF_POWER
    coverage: float = 0.0
    every: bool = False
    pairs: float = 0.0
    document: float = 0.0
    second: float = 0.0


TRIALS = (
    Trial("shipped"),
    Trial("plain BM25F, title 1", title=1, root=0, idf=1),
    Trial("plain BM25F, title 2", title=2, root=0, idf=1),
    Trial("plain BM25F, title 4", title=4, root=0, idf=1),
    *(Trial(f"title {weight}", title=weight) for weight in (1, 2, 3, 6, 8)),
    *(Trial(f"mean frequency ^ {root}", root=root) for root in (0.25, 0.4, 0.6, 0.75, 1.0)),
    *(Trial(f"k1 {k1}", k1=k1) for k1 in (0.9, 1.5, 2.0)),
    *(Trial(f"b {b}", b=b) for b in (0.3, 0.5, 0.6, 0.9)),
    *(Trial(f"idf ^ {power}", idf=power) for power in (1.0, 1.2, 1.6)),
    *(Trial(f"coverage ^ {power}", coverage=power) for power in (0.1, 0.25, 0.5)),
    Trial("title to every passage", every=True),
    *(Trial(f"side by side {weight}", pairs=weight) for weight in (0.1, 0.3, 0.5)),
    *(Trial(f"document {part}", document=part) for part in (0.2, 0.35, 0.5, 0.7)),
    *(Trial(f"second passage {part}", second=part) for part in (0.05, 0.1, 0.2)),
)


class Texts:
    """A judged set as passages: its terms by stem, and its queries' stems."""

    def __init__(self, judged: JudgedSet) -> None:
        self._analyzer = Analyzer()
        self.judged = judged
        self.ids: list[str] = []
        self.document: list[int] = []
        self.first: list[bool] = []
        self.length: list[int] = []
        self.title_length: list[int] = []
        self.body: dict[str, dict[int, list[int]]] = defaultdict(dict)
        self.titles: dict[str, dict[int, list[int]]] = defaultdict(dict)
        data = (judged.folder / "docs.jsonl").read_bytes()
        for found in extract(SourceFile("docs.jsonl", len(data), 0, 0), data):
            if isinstance(found, Problem):
                raise ValueError(f"{found.place}: {found.reason}")
            self._add(with_passages(found))

    def _add(self, item: Any) -> None:
        number = len(self.ids)
        self.ids.append(item.document.id)
        self.title_length.append(self._enter(self.titles, number, item.document.title))
        for ordinal, span in enumerate(item.spans):
            passage = len(self.document)
            self.document.append(number)
            self.first.append(ordinal == 0)
            text = item.text[span.start : span.end]
            self.length.append(self._enter(self.body, passage, text))

    def _enter(self, index: dict[str, dict[int, list[int]]], number: int, text: str) -> int:
        """Add the stems of a text. Return its length in positions."""
        last = -1
        for token in self._analyzer.tokens(text):
            stem = self._analyzer.stem(token.term)
            index[stem].setdefault(number, []).append(token.position)
            last = token.position
        return last + 1

    def stems(self, query: str) -> list[str]:
        """Return the stems of a query, as often as they occur, without stop words if others remain."""
        terms = [token.term for token in self._analyzer.tokens(query)]
        kept = [term for term in terms if term not in STOP_WORDS] or terms
        return [self._analyzer.stem(term) for term in kept]


class Scorer:
    """The scores of one set."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._document = np.array(texts.document)
        self._first = np.array(texts.first, float)
        self._length = np.array(texts.length, float)
        self._title_length = np.array(texts.title_length, float)
        self._starts = np.flatnonzero(np.diff(self._document, prepend=-1))
        self._held = self._document[self._starts]

    def frequencies(self, index: dict[int, list[int]], size: int) -> Floats:
        """Return the frequency of a stem in each passage, or title."""
        found = np.zeros(size)
        for number, places in index.items():
            found[number] = len(places)
        return found

    def run(self, trials: tuple[Trial, ...]) -> dict[str, dict[str, list[str]]]:
        """Return the run of each trial. A query's postings are read once for all of them."""
        runs: dict[str, dict[str, list[str]]] = {trial.name: {} for trial in trials}
        texts = self._texts
        for query, text in texts.judged.queries.items():
            counts: dict[str, int] = defaultdict(int)
            stems = texts.stems(text)
            for stem in stems:
                counts[stem] += 1
            words = {
                stem: (
                    count,
                    self.frequencies(texts.body.get(stem, {}), len(self._document)),
                    self.frequencies(texts.titles.get(stem, {}), len(texts.ids)),
                )
                for stem, count in counts.items()
            }
            together = [
                (one, other, self._side_by_side(one, other))
                for one, other in dict.fromkeys(pairwise(stems))
            ]
            for trial in trials:
                scores = np.round(self._scores(trial, words, together), 9)
                best = np.argsort(-scores, kind="stable")[:DEPTH]
                runs[trial.name][query] = [texts.ids[n] for n in best if scores[n] > 0]
        return runs

    def _side_by_side(self, one: str, other: str) -> Floats:
        """Return how often a stem comes directly before another, in each passage's body."""
        found = np.zeros(len(self._document))
        after = self._texts.body.get(other, {})
        for passage, places in self._texts.body.get(one, {}).items():
            if passage in after:
                found[passage] = len({place + 1 for place in places} & set(after[passage]))
        return found

    def _scores(
        self,
        trial: Trial,
        words: dict[str, tuple[int, Floats, Floats]],
        together: list[tuple[str, str, Floats]],
    ) -> Floats:
        """Return the score of each document."""
        titled = 1.0 if trial.every else self._first
        length = self._length + trial.title * self._title_length[self._document] * titled
        norm = trial.k1 * (1 - trial.b + trial.b * length / length.mean())
        whole = np.bincount(self._document, self._length, len(self._texts.ids))
        whole += trial.title * self._title_length
        whole_norm = trial.k1 * (1 - trial.b + trial.b * whole / whole.mean())
        passages, held = np.zeros(len(length)), np.zeros(len(length))
        documents, weights = np.zeros(len(whole)), {}
        for stem, (count, body, title) in words.items():
            tf = body + trial.title * title[self._document] * titled
            df = np.count_nonzero(tf)
            idf = np.log(1 + (len(tf) - df + 0.5) / (df + 0.5)) ** trial.idf
            mean = (tf.sum() + PRIOR) / (df + PRIOR)
            weight = weights[stem] = count * idf * mean**trial.root
            passages += weight * tf * (trial.k1 + 1) / (tf + norm)
            held += weight * (tf > 0)
            if trial.document:
                tf = np.bincount(self._document, body, len(whole)) + trial.title * title
                documents += weight * tf * (trial.k1 + 1) / (tf + whole_norm)
        if trial.pairs:
            for one, other, tf in together:
                weight = trial.pairs * min(weights[one], weights[other])
                passages += weight * tf * (trial.k1 + 1) / (tf + norm)
        if trial.coverage:
            passages *= (held / max(held.max(), 1e-9)) ** trial.coverage
        return (1 - trial.document) * self._of_documents(
            passages, trial.second
        ) + trial.document * documents

    def _of_documents(self, passages: Floats, second: float) -> Floats:
        """Return each document's best passage, and a part of the second best."""
        found = np.zeros(len(self._texts.ids))
        found[self._held] = np.maximum.reduceat(passages, self._starts)
        if second:
            rest = passages.copy()
            order = np.lexsort((passages, self._document))
            ends = np.append(self._starts[1:], len(passages)) - 1
            rest[order[ends]] = 0
            found[self._held] += second * np.maximum.reduceat(rest, self._starts)
        return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ranking_trials", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="the folder of the judged sets")
    parser.add_argument("--sets", default=",".join(DEFAULT), help="which (default: %(default)s)")
    options = parser.parse_args()
    names = options.sets.split(",")
    figures: dict[str, list[float]] = {trial.name: [] for trial in TRIALS}
    for name in names:
        judged = read(options.folder / name)
        for trial, run in Scorer(Texts(judged)).run(TRIALS).items():
            figures[trial].append(ndcg(run, judged.judgements))
        print(name, file=sys.stderr, flush=True)
    print(f"| variant | {' | '.join(names)} | mean | over shipped |")
    print("|---" * (len(names) + 3) + "|")
    shipped = sum(figures[TRIALS[0].name])
    for trial, row in figures.items():
        cells = " | ".join(f"{value:.3f}" for value in row)
        gain = sum(row) / shipped - 1
        print(f"| {trial} | {cells} | {sum(row) / len(row):.4f} | {gain:+.1%} |")
    print()
    for name, chosen, figure in held_out(figures, names):
        print(f"{name}: chosen on the others, {chosen}: {figure:.3f}")
    return 0


def held_out(figures: dict[str, list[float]], names: list[str]) -> list[tuple[str, str, float]]:
    """Return for each set the title's weight or root that the other sets would choose, and its figure on this set."""
    choice = [
        trial.name
        for trial in TRIALS
        if trial == TRIALS[0]._replace(name=trial.name, title=trial.title, root=trial.root)
    ]
    found = []
    for held, name in enumerate(names):

        def elsewhere(trial: str, held: int = held) -> float:
            return sum(value for at, value in enumerate(figures[trial]) if at != held)

        best = max(choice, key=elsewhere)
        found.append((name, best, figures[best][held]))
    return found


if __name__ == "__main__":
    sys.exit(main())
