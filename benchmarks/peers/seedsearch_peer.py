"""seedsearch itself. The shipped command line makes its index; here it only searches.

The only module of `make bench` that uses seedsearch's internals.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.passages import Split
from seedsearch import __version__ as VERSION
from seedsearch import open_index
from seedsearch.analysis import STOP_WORDS, Analyzer
from seedsearch.corpus.formats import extract
from seedsearch.corpus.read import read_file
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.corpus.split import split
from seedsearch.corpus.walk import walk
from seedsearch.engine.base import Grouping
from seedsearch.engine.registry import open_engine
from seedsearch.errors import QueryTooBroadError, SourceUnreadableError
from seedsearch.folders import is_address
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import And
from seedsearch.query.file_types import filters_of
from seedsearch.query.parse import parse

__all__ = ["STOP_WORDS", "VERSION", "Searcher", "Shower", "passages_of"]


class Searcher:
    """From the text of a query to path, line and score: parse, analyse, search. `out` may be on a cluster."""

    def __init__(self, out: str) -> None:
        self._engine = open_engine(out if is_address(out) else str(Path(out, ".seedsearch")))
        self._analyzer = Analyzer()

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, int, float]]:
        tree = parse(QUERIES[kind].format(*words) if kind in QUERIES else " ".join(words))
        if kind == "glob":  # like `-g`
            tree = And((tree, *filters_of(words[1:], ())))
        by: Grouping = "document" if kind == "by_file" else "passage"
        query = analyse(tree, self._analyzer)
        try:
            ranking = self._engine.search(query, limit=10, text=False, by=by)
        except QueryTooBroadError as error:
            raise ValueError(str(error)) from error
        return [
            (hit.passage.document.path, hit.passage.line_start, hit.score)
            for hit in ranking.passages
        ]


class Shower:
    """Returns text and snippet of each hit, by the Python API."""

    def __init__(self, out: str) -> None:
        self._index = open_index(Path(out, ".seedsearch"))

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, object]]:
        text = QUERIES[kind].format(*words) if kind in QUERIES else " ".join(words)
        return [(hit.passage.text, hit.snippet.fragments) for hit in self._index.search(text).hits]


QUERIES = {
    "and2": "+{} +{}",
    "phrase2": '"{} {}"',
    "phrase3": '"{} {} {}"',
    "tree": "({} OR {}) AND {} NOT {}",
    "near": '"{} {}"~5',
    "prefix": "{}*",
    "suffix": "*{}",
    "fuzzy": "{}~2",
    "glob": "{}",
    "path": "{} path:{}",
    "date": "{} date:{}",
}


def passages_of(corpus: str) -> Iterator[Split]:
    """Yield every file below `corpus` that has text, split as seedsearch splits it."""
    for found in walk([os.path.abspath(corpus)], lambda path, reason: None):
        try:
            file, data = read_file(found.path)
            documents = [d for d in extract(file, data) if not isinstance(d, Problem)]
        except (Skip, SourceUnreadableError):
            continue
        spans = [
            (
                span.line_start,
                span.byte_start,
                span.byte_end,
                document.text[span.start : span.end],
            )
            for document in documents
            for span in split(document)
        ]
        if spans:
            yield Split(file.path, documents[0].document.encoding or "utf-8", spans)
