"""Tables (CSV, TSV): the text as it is, a row a passage, the names of the columns as its heading."""

from __future__ import annotations

import csv
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

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++\Z")
_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50
_ROW_LINES = 500
"""A quoted field of more lines than this is a quotation mark that nobody closed."""
_HEADING_CHARS = 200


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
    """The one document of a table. Raises Skip for what is not text or is blank."""
    decoded = decode(data, file.encoding)
    text = decoded.text
    if not text or text.isspace():
        raise Skip("blank" if data else "empty")
    layout = _Layout(file.path)
    document, sections = layout.begin(decoded), tuple(layout.sections(text))
    yield ExtractedDocument(document, text, sections, decoded)


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Iterator[ExtractedDocument]:
    """The one document of a large table. Raises Skip where it is blank."""
    layout = _Layout(file.path)
    yield from in_pieces(pieces, layout.begin, layout.sections)


class _Layout:
    """What the beginning of a table says of the rest: its delimiter, and the names of its columns."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._delimiter = ""
        self._heading: str | None = None

    def begin(self, decoded: DecodedText) -> Document:
        """The document."""
        self._delimiter = delimiter_of(decoded.text, self._path)
        tabbed = self._delimiter == "\t"
        return Document(
            path=self._path,
            title=os.path.basename(self._path),
            encoding=decoded.encoding,
            errors=decoded.errors,
            confidence=decoded.confidence,
            media_type="text/tab-separated-values" if tabbed else "text/csv",
        )

    def sections(self, text: str) -> Iterator[Section]:
        """The rows; all but the first of the table have the names of the columns for their heading."""
        for start, end in _rows(text, self._delimiter):
            yield Section(start, end, self._heading or "", 0, True)
            if self._heading is None:
                self._heading = _heading(text[start:end], self._delimiter)


def delimiter_of(text: str, path: str) -> str:
    """The character that sets columns apart: the one that most lines hold equally often."""
    if path.lower().endswith((".tsv", ".tab")) and "\t" in text[:10_000]:
        return "\t"
    lines = [m[0] for _, m in zip(range(_SAMPLE_LINES), _LINE.finditer(text), strict=False)]
    unquoted = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]

    def regular(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in unquoted]
        usual = max(set(counts), key=lambda n: (n > 0, counts.count(n), n), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_DELIMITERS, key=regular)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, int]]:
    """Where rows begin and end; a quoted field may hold line ends."""
    start, lines = 0, 0
    quoted: list[tuple[int, int]] = []  # the lines of a row whose quotation is still open
    for match in _LINE.finditer(text):
        at, end = match.span()
        if not quoted:
            start = at
            if '"' not in match[0] or not _leaves_open(match[0], delimiter, False):
                yield at, end
            else:
                quoted, lines = [(at, end)], 1
            continue
        quoted.append((at, end))
        lines += 1
        if '"' in match[0] and not _leaves_open(match[0], delimiter, True):
            yield start, end
            quoted = []
        elif lines > _ROW_LINES:
            yield from quoted
            quoted = []
    yield from quoted


def _leaves_open(line: str, delimiter: str, inside: bool) -> bool:
    """Whether a quoted field goes on after this line; `inside` says whether it began before.

    A quotation mark opens a field only where the field begins; doubled, it is one of the text.
    """
    at, size = 0, len(line)
    while at < size:
        if inside:
            at = line.find('"', at)
            if at < 0:
                return True
            if line.startswith('""', at):
                at += 2
                continue
            inside = False
        if not inside and line.startswith('"', at) and (not at or line[at - 1] == delimiter):
            inside = True
            at += 1
            continue
        at = line.find(delimiter, at) + 1
        if not at:
            return False
    return inside


def _heading(row: str, delimiter: str) -> str:
    """The names of the columns, if the first row has such: words, all different."""
    try:
        names = [name.strip() for name in next(csv.reader([row], delimiter=delimiter), [])]
    except csv.Error:
        return ""
    if len(names) < 2 or len(set(names)) < len(names):
        return ""
    if not all(name and not name[0].isdigit() and len(name) <= 60 for name in names):
        return ""
    return ", ".join(names)[:_HEADING_CHARS]
