"""Source code: the text as it is, cut between its parts where they begin at the margin."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.document_builder import in_pieces
from seedsearch.corpus.skip import Skip
from seedsearch.model import DecodedText, Document, ExtractedDocument, Section, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large import Piece

# A blank line, and then one that is not indented and closes nothing.
_PART = re.compile(r"(?:\r\n|\r|\n)[ \t]*+(?:\r\n|\r|\n)(?=[^\s)\]}])")
_ENOUGH_CHARS = 500


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
    """The one document of a source file. Raises Skip for what is not text or is blank."""
    decoded = decode(data, file.encoding)
    text = decoded.text
    if not text or text.isspace():
        raise Skip("blank" if data else "empty")
    yield ExtractedDocument(_begin(file, decoded), text, tuple(_sections(text)), decoded)


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Iterator[ExtractedDocument]:
    """The one document of a large source file. Raises Skip where it is blank."""
    yield from in_pieces(pieces, lambda decoded: _begin(file, decoded), _sections)


def _begin(file: SourceFile, decoded: DecodedText) -> Document:
    return Document(
        path=file.path,
        title=os.path.basename(file.path),
        encoding=decoded.encoding,
        errors=decoded.errors,
        confidence=decoded.confidence,
        media_type="text/x-source",
    )


def _sections(text: str) -> Iterator[Section]:
    """Functions, classes and the like, short ones together with their neighbours."""
    start = 0
    for match in _PART.finditer(text):
        if match.end() - start >= _ENOUGH_CHARS:
            yield Section(start, match.end())
            start = match.end()
    yield Section(start, len(text))
