"""Source code: the text as it is, cut between its parts where they begin at the margin."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.document_builder import in_pieces
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import DecodedText, Document, ExtractedDocument, Section, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large import Piece

# A blank line, and then one that is not indented and closes nothing.
_PART = re.compile(r"(?:\r\n|\r|\n)[ \t]*+(?:\r\n|\r|\n)(?=[^\s)\]}])")
_ENOUGH_CHARS = 500
_MINIFIED = (".js", ".mjs", ".cjs", ".css")
_LONG_LINE = 1500
_SHOWN_CHARS = 1000


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The one document of a source file. Raises Skip for what is not text or is blank."""
    decoded = decode(data, file.encoding)
    text = decoded.text
    if not text or text.isspace():
        raise Skip("blank" if data else "empty")
    sections = tuple(_sections(text, file.path))
    yield ExtractedDocument(_begin(file, decoded), text, sections, decoded)
    if left := len(text) - sections[-1].end:
        yield Problem("the rest", f"{left:,} characters of minified code")


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Iterator[ExtractedDocument]:
    """The one document of a large source file. Raises Skip where it is blank."""
    yield from in_pieces(
        pieces, lambda decoded: _begin(file, decoded), lambda text: _sections(text, file.path)
    )


def _begin(file: SourceFile, decoded: DecodedText) -> Document:
    return Document(
        path=file.path,
        title=os.path.basename(file.path),
        encoding=decoded.encoding,
        errors=decoded.errors,
        confidence=decoded.confidence,
        media_type="text/x-source",
    )


def _sections(text: str, path: str) -> Iterator[Section]:
    """Functions, classes and the like, short ones together with their neighbours; of minified code the beginning."""
    if path.lower().endswith(_MINIFIED) and _is_minified(text):
        yield Section(0, min(len(text), _SHOWN_CHARS), "", 0, True)
        return
    start = 0
    for match in _PART.finditer(text):
        if match.end() - start >= _ENOUGH_CHARS:
            yield Section(start, match.end())
            start = match.end()
    yield Section(start, len(text))


def _is_minified(text: str) -> bool:
    """Whether most of a text is in lines that nobody wrote: too long to be read."""
    long = sum(len(line) for line in text.splitlines() if len(line) > _LONG_LINE)
    return 2 * long > len(text)
