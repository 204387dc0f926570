"""Read bytes as a file of some name, for the tests of readers."""

from __future__ import annotations

from typing import NamedTuple

from seedsearch.corpus.formats import extract
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.engine.base import DocumentText, cut
from seedsearch.indexing.documents import with_passages
from seedsearch.model import Document, SourceFile


class Part(NamedTuple):
    """A passage: its text, lines, page, heading, and its bytes in the file (b"" if unknown)."""

    text: str
    lines: tuple[int, int]
    page: int
    heading: str
    cited: bytes


class Read(NamedTuple):
    """The result of reading a file. `skipped` is the reason if nothing was read."""

    documents: list[Document]
    parts: list[Part]
    problems: list[tuple[str, str]]
    skipped: str

    @property
    def title(self) -> str:
        return self.documents[0].title

    @property
    def fields(self) -> dict[str, str]:
        return dict(self.documents[0].fields)

    @property
    def texts(self) -> list[str]:
        return [part.text for part in self.parts]

    def part(self, word: str) -> Part:
        """Return the first passage with the word."""
        return next(part for part in self.parts if word in part.text)


def read(name: str, data: bytes | str, passwords: tuple[str, ...] = ()) -> Read:
    """Read a file with this name and these bytes (a str is encoded in UTF-8)."""
    content = data.encode() if isinstance(data, str) else data
    result = Read([], [], [], "")
    try:
        for found in extract(SourceFile(name, len(content), 0, 0, passwords=passwords), content):
            if isinstance(found, Problem):
                result.problems.append((found.place, found.reason))
            else:
                taken = with_passages(found)
                result.documents.append(taken.document)
                result.parts.extend(parts(taken, content))
    except Skip as skip:
        return result._replace(skipped=skip.reason)
    return result


def parts(taken: DocumentText, content: bytes) -> list[Part]:
    """Return the passages of a document."""
    return [
        Part(
            text,
            (span.line_start, span.line_end),
            span.page,
            span.heading,
            content[span.byte_start : span.byte_end] if span.byte_start >= 0 else b"",
        )
        for span, text in zip(taken.spans, cut(taken.text, taken.spans), strict=True)
    ]
