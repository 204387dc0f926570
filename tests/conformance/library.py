"""A small index for tests of an engine: files with paragraphs go in, answers come out as plain values.

A paragraph is a passage. An answer is `path#ordinal`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from seedsearch.analysis import Analyzer
from seedsearch.engine.base import DocumentText, Engine, IndexWriter, Ranking
from seedsearch.model import Document, FileState, PassageSpan
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import Query
from seedsearch.query.parse import parse

File = str | Sequence[DocumentText]
"""The text of a file that is one document without a title; or its documents."""

_ANALYZER = Analyzer()


def document(path: str, text: str, title: str = "", **known: object) -> DocumentText:
    """Return a document whose passages are the paragraphs of `text`, separated by blank lines."""
    spans = []
    at = 0
    for paragraph in text.split("\n\n"):
        end = at + len(paragraph)
        line = 1 + text.count("\n", 0, at)
        spans.append(
            PassageSpan(
                start=at,
                end=end,
                line_start=line,
                line_end=line + paragraph.count("\n"),
                byte_start=len(text[:at].encode()),
                byte_end=len(text[:end].encode()),
            )
        )
        at = end + 2
    about = Document(path=path, title=title, encoding="utf-8").replace(**known)
    return DocumentText(about, text, spans if text else [])


def state(path: str, skipped: str = "") -> FileState:
    return FileState(path, len(path), 1, 2, b"\0" * 8, skipped)


def put(
    writer: IndexWriter, files: Mapping[str, File], *, skipped: Mapping[str, str] | None = None
) -> None:
    """Add files to the writer's next commit, as one batch, in the order of their paths."""
    builder = writer.builder_factory()()
    for path in sorted([*files, *(skipped or {})], key=os.fsencode):
        if skipped and path in skipped:
            builder.add(state(path, skipped[path]), [])
        else:
            file = files[path]
            builder.add(state(path), [document(path, file)] if isinstance(file, str) else file)
    writer.adopt(builder.finish())


class Library:
    """One index, and an engine that reads it."""

    def __init__(self, opener: Callable[[], Engine]) -> None:
        self.open = opener
        self.engine = opener()

    def commit(self, files: Mapping[str, File], *, remove: Sequence[str] = ()) -> None:
        """Commit one batch and refresh. A file that exists is replaced."""
        writer = self.engine.writer()
        try:
            writer.remove([*remove, *files])
            if files:
                put(writer, files)
            writer.commit()
        finally:
            writer.close()
        self.engine.refresh()

    def rank(
        self, query: str | Query, limit: int | None = None, per_file: int | None = None
    ) -> Ranking:
        """Return the ranking for a query tree, or for a query as a user writes it."""
        tree = analyse(parse(query), _ANALYZER) if isinstance(query, str) else query
        return self.engine.search(tree, limit=limit, per_file=per_file)

    def ask(
        self, query: str | Query, limit: int | None = None, per_file: int | None = None
    ) -> list[str]:
        """Return the answers, best first."""
        return names(self.rank(query, limit, per_file))

    def found(self, query: str | Query) -> list[str]:
        """Return the answers in the order of their names, for tests of matching alone."""
        return sorted(self.ask(query))

    def scores(self, query: str | Query) -> dict[str, float]:
        """Return the score of each answer."""
        ranking = self.rank(query)
        return dict(zip(names(ranking), (hit.score for hit in ranking.passages), strict=True))


def names(ranking: Ranking) -> list[str]:
    return [f"{hit.passage.document.path}#{hit.passage.ordinal}" for hit in ranking.passages]
