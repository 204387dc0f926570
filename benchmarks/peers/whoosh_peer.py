"""Stock Whoosh: its own index, one process, English stems."""

from __future__ import annotations

import warnings
from pathlib import Path

from benchmarks.passages import PassageList

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import whoosh
    from whoosh import analysis, fields, index, query, scoring

VERSION = ".".join(map(str, whoosh.__version__))


def build(passages: PassageList, out: str) -> None:
    """Index with stored text and positions, written and merged by one process."""
    folder = Path(out)
    folder.mkdir(parents=True)
    schema = fields.Schema(
        text=fields.TEXT(analyzer=analysis.StemmingAnalyzer(), stored=True, phrase=True),
        path=fields.STORED,
        line=fields.STORED,
    )
    writer = index.create_in(folder, schema).writer(limitmb=256, procs=1)
    paths = passages.paths
    for file, line, text in passages.texts():
        writer.add_document(text=text, path=paths[file], line=line)
    writer.commit()


class Searcher:
    """Uses query objects instead of its parser: its fastest way."""

    def __init__(self, out: str) -> None:
        opened = index.open_dir(out)
        self._searcher = opened.searcher(weighting=scoring.BM25F(B=0.75, K1=1.2))
        self._analyzer = opened.schema["text"].analyzer

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, int, float]]:
        terms = [token.text for word in words for token in self._analyzer(word)]
        if kind == "phrase2":
            tree = query.Phrase("text", terms)
        elif kind == "and2":
            tree = query.And([query.Term("text", term) for term in terms])
        else:
            tree = query.Or([query.Term("text", term) for term in terms])
        hits = self._searcher.search(tree, limit=10)
        return [(hit["path"], hit["line"], hit.score) for hit in hits]
