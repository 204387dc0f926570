"""Read tables (CSV, TSV): each row is a passage, headed by the names of the columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from seedsearch.core import compiled
from seedsearch.corpus.formats.document_builder import in_pieces
from seedsearch.corpus.formats.text import begun, decoded_of
from seedsearch.corpus.found import Extracted
from seedsearch.model import DecodedText, Document, ExtractedDocument, Section, SourceFile
from seedsearch.rows import DELIMITER, cells_of, columns

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Piece

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++\Z")
_SEPARATOR = re.compile(r"\ufeff?sep=([,;\t|])[\r\n]+")  # a first line for Excel
_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50
_ROW_LINES = 500
"""A quoted field of more lines is an unclosed quotation mark."""
_HEADING_CHARS = 200
_FEWEST_COLUMNS = 2
_MOST_COLUMNS = 1000
_NAME = re.compile(r"(?!\d)(?!.*(?:://|\w@\w)).{1,100}\Z|(?:19|20)\d\d\Z")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a table. Raise Skip if it is not text or is blank."""
    decoded = decoded_of(file, data)
    layout = _Layout(file.path)
    document, sections = layout.begin(decoded), tuple(layout.sections(decoded.text))
    yield ExtractedDocument(document, decoded.text, sections, decoded)


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Extracted:
    """Yield the one document of a large table, in pieces. Raise Skip if it is blank."""
    layout = _Layout(file.path)
    yield from in_pieces(pieces, layout.begin, layout.sections)


class _Layout:
    """The layout of a table, found at its beginning: its delimiter, its columns, and the end of their names."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._delimiter = ""
        self._heading = ""
        self._head = 0
        self._begin = 0

    def begin(self, decoded: DecodedText) -> Document:
        """Return the document. Its fields are its columns (see `seedsearch.rows`)."""
        self._delimiter = delimiter = delimiter_of(decoded.text, self._path)
        start = self._begin = found.end() if (found := _SEPARATOR.match(decoded.text)) else 0
        first_rows = [*islice(plain_rows(decoded.text, delimiter, start=start), _SAMPLE_LINES)]
        cells = [cells_of(decoded.text[start:end], delimiter) for start, end in first_rows]
        first, names = _names(cells)
        if any(names):
            self._head = first_rows[first][1]
            self._heading = ", ".join(filter(None, names))[:_HEADING_CHARS]
        media_type = "text/tab-separated-values" if delimiter == "\t" else "text/csv"
        fields = ((DELIMITER, delimiter), *columns(names[:_MOST_COLUMNS]))
        return begun(self._path, "", decoded, media_type, fields)

    def sections(self, text: str) -> Iterator[Section]:
        """Yield the rows. Rows after the names of the columns have these as heading."""
        new = tuple.__new__  # a third of the price of calling Section, and there are many rows
        found = rows(text, self._delimiter)
        for start, end in islice(found, bool(self._begin), None):
            yield new(Section, (start, end, self._heading if start >= self._head else "", 0, True))
        self._head = self._begin = 0


def delimiter_of(text: str, path: str) -> str:
    """Return the delimiter: the character that occurs equally often in most lines."""
    if found := _SEPARATOR.match(text):
        return found[1]
    if path.lower().endswith((".tsv", ".tab")) and "\t" in text[:10_000]:
        return "\t"
    lines = [m[0] for _, m in zip(range(_SAMPLE_LINES), _LINE.finditer(text), strict=False)]
    unquoted = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]

    def regular(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in unquoted]
        usual = max(set(counts), key=lambda n: (n > 0, counts.count(n), n), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_DELIMITERS, key=regular)


def rows(text: str, delimiter: str) -> Iterable[tuple[int, int]]:
    """Return the ranges of rows. A quoted field may contain line ends."""
    if compiled is not None:
        return compiled.rows(text, delimiter, _ROW_LINES)
    return plain_rows(text, delimiter)


def plain_rows(
    text: str, delimiter: str, most: int = _ROW_LINES, start: int = 0
) -> Iterator[tuple[int, int]]:
    """Yield the same without the compiled core (core/c/table_rows.c), from `start` on.

    `most` is the largest number of lines in a field, at least 1.
    """
    lines = 0
    quoted: list[tuple[int, int]] = []  # the lines of a row whose quotation is still open
    for match in _LINE.finditer(text, start):
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
        elif lines > most:
            yield from quoted
            quoted = []
    yield from quoted


def _leaves_open(line: str, delimiter: str, inside: bool) -> bool:
    """Return whether a quoted field continues after this line; `inside` says whether it began earlier.

    A quotation mark opens a field only at the field's beginning. A doubled one is part of the text.
    """
    at = 0
    while True:
        if not inside and line.startswith('"', at):
            inside = True
            at += 1
        while inside:
            at = line.find('"', at)
            if at < 0:
                return True
            inside = line.startswith('""', at)
            at += 1 + inside
        at = line.find(delimiter, at) + 1
        if not at:
            return False


def _names(rows: Sequence[Sequence[str]]) -> tuple[int, Sequence[str]]:
    """Return the number of the row with the names of the columns, and the names, or "" for each if there are none.

    It is the first row with the usual number of cells that is full; a title may stand above it. The names are words
    or years, most of them different, and none occurs again in its column. One may be missing, as in an export of
    numbered rows.
    """
    sizes = Counter([len(row) for row in rows if len(row) >= _FEWEST_COLUMNS])
    usual = max(sizes, key=lambda size: (sizes[size], size), default=0)
    full = (
        number
        for number, row in enumerate(rows)
        if len(row) == usual and sum(map(bool, row)) >= usual - 1
    )
    first = next(full, 0)
    cells = rows[first] if rows else ()
    names = [cell for cell in cells if cell]
    is_head = (
        len(cells) - 1 <= len(names) < 2 * len(set(names))
        and all(map(_NAME.match, names))
        and any(not name.isdigit() for name in names)
        and not any(
            cell in row[at : at + 1]
            for row in rows[first + 1 :]
            for at, cell in enumerate(cells)
            if cell
        )
    )
    return first, cells if is_head else [""] * usual
