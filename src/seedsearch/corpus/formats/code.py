"""Read source code, cut between parts that begin at the margin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seedsearch.corpus.formats.document_builder import in_pieces
from seedsearch.corpus.formats.text import begun, decoded_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem
from seedsearch.machine_lines import CODE
from seedsearch.model import DecodedText, Document, ExtractedDocument, Section, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Piece

# A blank line, followed by a line that is not indented and closes nothing.
_PART = re.compile(r"(?:\r\n|\r|\n)[ \t]*+(?:\r\n|\r|\n)(?=[^\s)\]}])")
_ENOUGH_CHARS = 500
_MINIFIED = (".js", ".mjs", ".cjs", ".css")
_LONG_LINE = 1500
_SHOWN_CHARS = 1000


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a source file. Raise Skip if it is not text or is blank."""
    decoded = decoded_of(file, data)
    text = decoded.text
    sections = tuple(_sections(text, file.path))
    yield ExtractedDocument(_begin(file, decoded), text, sections, decoded)
    if left := len(text) - sections[-1].end:
        yield Problem("the rest", f"{left:,} characters of minified code")


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Extracted:
    """Yield the one document of a large source file, in pieces. Raise Skip if it is blank."""
    yield from in_pieces(
        pieces, lambda decoded: _begin(file, decoded), lambda text: _sections(text, file.path)
    )


def _begin(file: SourceFile, decoded: DecodedText) -> Document:
    return begun(file.path, "", decoded, CODE)


def _sections(text: str, path: str) -> Iterator[Section]:
    """Yield functions, classes and so on, with short ones joined. Of minified code, yield only the beginning."""
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
    """Return whether most of a text is in lines that are too long to read."""
    long = sum(len(line) for line in text.splitlines() if len(line) > _LONG_LINE)
    return 2 * long > len(text)
