"""Source code: the text as it is, cut between its parts where they begin at the margin."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from seedsearch.corpus.decode import decode
from seedsearch.corpus.skip import Skip
from seedsearch.model import Document, ExtractedDocument, Section, SourceFile

# A blank line, and then one that is not indented and closes nothing.
_PART = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)(?=[^\s)\]}])")
_ENOUGH_CHARS = 500


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
    """The one document of a source file. Raises Skip for what is not text or is blank."""
    decoded = decode(data, file.encoding)
    text = decoded.text
    if not text or text.isspace():
        raise Skip("blank" if data else "empty")
    document = Document(
        path=file.path,
        title=os.path.basename(file.path),
        encoding=decoded.encoding,
        errors=decoded.errors,
        confidence=decoded.confidence,
        media_type="text/x-source",
    )
    yield ExtractedDocument(document, text, tuple(_sections(text)), decoded)


def _sections(text: str) -> Iterator[Section]:
    """Functions, classes and the like, short ones together with their neighbours."""
    start = 0
    for match in _PART.finditer(text):
        if match.end() - start >= _ENOUGH_CHARS:
            yield Section(start, match.end())
            start = match.end()
    yield Section(start, len(text))
