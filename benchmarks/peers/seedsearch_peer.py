"""seedsearch itself. Its index is made by the shipped command line; here it is only searched."""

from __future__ import annotations

from pathlib import Path

from seedsearch import __version__ as VERSION
from seedsearch.analysis import Analyzer
from seedsearch.engine.registry import open_engine
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse

__all__ = ["VERSION", "Searcher"]


class Searcher:
    """From the text of a query to path, line and score: parse, analyse, search."""

    def __init__(self, out: str) -> None:
        self._engine = open_engine(str(Path(out, ".seedsearch")))
        self._analyzer = Analyzer()

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, int, float]]:
        if kind == "and2":
            text = " ".join(f"+{word}" for word in words)
        elif kind == "phrase2":
            text = '"' + " ".join(words) + '"'
        else:
            text = " ".join(words)
        query = analyse(parse(text), self._analyzer)
        ranking = self._engine.search(query, limit=10, text=False)
        return [
            (hit.passage.document.path, hit.passage.line_start, hit.score)
            for hit in ranking.passages
        ]
