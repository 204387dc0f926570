"""bm25s: BM25 scores in sparse matrices. No positions (so no phrases), no text, no booleans."""

from __future__ import annotations

import pickle
from pathlib import Path

import bm25s
import Stemmer

from benchmarks.passages import PassageList

VERSION = bm25s.__version__
KINDS = ("term", "or3", "common2")


def build(passages: PassageList, out: str) -> None:
    """Index with English stems and stop words. Save the index, and the places beside it."""
    texts, places = [], []
    for file, line, text in passages.texts():
        texts.append(text)
        places.append((file, line))
    tokens = bm25s.tokenize(
        texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False
    )
    del texts
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index(tokens, show_progress=False)
    index.save(out)
    (Path(out) / "places").write_bytes(pickle.dumps((passages.paths, places), protocol=5))


class Searcher:
    """Tokenizes one query, and returns its ten best."""

    def __init__(self, out: str) -> None:
        self._index = bm25s.BM25.load(out)
        self._stemmer = Stemmer.Stemmer("english")
        self._paths, self._places = pickle.loads((Path(out) / "places").read_bytes())  # noqa: S301

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, int, float]]:
        if kind not in KINDS:
            raise ValueError(f"bm25s cannot answer {kind}")
        stems = [self._stemmer.stemWords(list(words))]
        numbers, scores = self._index.retrieve(stems, k=10, show_progress=False)
        found = []
        for number, score in zip(numbers[0].tolist(), scores[0].tolist(), strict=True):
            file, line = self._places[number]
            found.append((self._paths[file], line, score))
        return found
