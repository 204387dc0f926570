"""A judged set in a seedsearch index, through the same splitter and engine that files go through."""

from __future__ import annotations

from typing import Self

from seedsearch.analysis import Analyzer
from seedsearch.corpus.split import split
from seedsearch.engine.base import DocumentText
from seedsearch.engine.registry import open_engine
from seedsearch.model import Document, ExtractedDocument, FileState, Section
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import MAX_CHARACTERS, MAX_CLAUSES, parse

# Enough passages that their documents are more than ten, whatever the length of the documents.
PASSAGES = 200


class JudgedIndex:
    """An index in `folder` of documents given as (id, title, text)."""

    def __init__(self, folder: str) -> None:
        self._engine = open_engine(folder, create=True)
        self._analyzer = Analyzer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def add(self, documents: list[tuple[str, str, str]]) -> None:
        """Index the documents, each as a file of its own, in one commit."""
        writer = self._engine.writer()
        builder = writer.builder_factory()()
        for name, title, body in sorted(documents, key=lambda document: document[0].encode()):
            text = body or title  # some sets have documents that are a title alone
            document = Document(path=name, title=title, encoding="utf-8", id=name)
            spans = split(ExtractedDocument(document, text, (Section(0, len(text)),)))
            state = FileState(name, len(text), 0, 0, b"\0" * 8)
            builder.add(state, [DocumentText(document, text, spans)])
        writer.adopt(builder.finish())
        writer.commit()
        writer.close()
        self._engine.refresh()

    def best(self, query: str, depth: int) -> list[str]:
        """The ids of the best documents; the words of a query are words, not operators."""
        words = " ".join(query.split()[:MAX_CLAUSES])[
            :MAX_CHARACTERS
        ]  # abstracts serve as queries, too
        if not any(map(str.isalnum, words)):  # nothing to look for
            return []
        tree = analyse(parse(words, literal=True), self._analyzer)
        ranking = self._engine.search(tree, limit=PASSAGES, per_file=1, text=False)
        return [hit.passage.document.id for hit in ranking.passages][:depth]
