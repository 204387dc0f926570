"""Read OpenDocument spreadsheets (.ods, .fods): each sheet is a document, each row a passage; comments follow."""

from __future__ import annotations

import os
from collections.abc import Iterator

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.formats.odf import opened
from seedsearch.corpus.formats.sheet import Cell, Row, Sheet, column_name
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MOST_COLUMNS = 1 << 14
_MOST_REPEATED = 100  # equal rows; more than these fill a sheet to its end


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield a document for each sheet, then embedded ones. Raise Skip if it is broken, encrypted or without text."""
    found = opened(file, data)
    book = _Book()
    xml.parse(found.content, book)
    title = found.facts.get("title", "") or os.path.basename(file.path)
    sheets = [sheet for sheet in book.sheets if sheet.size]
    entries = [*(sheet.document(file, MEDIA_TYPE, title, found.fields, first=sheet is sheets[0]) for sheet in sheets),
               *found.objects(file)]  # fmt: skip
    if not entries:
        raise Skip("no text in it")
    yield from entries


class _Book(xml.Handler):
    """Reads the sheets."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._number = self._column = self._rows = self._columns = 1
        self._cells: list[Cell] = []
        self._cell: list[str] = []
        self._comment: list[str] | None = None
        self._comments: list[tuple[str, str, int]] = []
        self._parts: list[str] = []
        self._open = 0  # paragraphs
        self._tables = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name == "table":
            self._tables += 1
            if self._tables == 1:
                self.sheets.append(Sheet(clean_text(attributes.get("name", ""))))
                self._number, self._comments = 1, []
        elif not self._tables:
            return
        elif name == "table-row":
            self._rows = _count(attributes.get("number-rows-repeated", ""))
            self._column, self._cells = 0, []
        elif name in ("table-cell", "covered-table-cell"):
            self._columns = _count(attributes.get("number-columns-repeated", ""))
            self._cell = []
        elif name == "annotation":
            self._comment = []
        elif name == "p":
            self._open += 1
            self._parts = []
        elif self._open and name in ("s", "tab", "line-break"):
            self._parts.append(" ")

    def text(self, data: str) -> None:
        """Take characters."""
        if self._open:
            self._parts.append(data)

    def end(self, name: str) -> None:
        """End an element."""
        if not self._tables:
            return
        if name == "p":
            self._open -= 1
            into = self._cell if self._comment is None else self._comment
            into += [text] if (text := " ".join("".join(self._parts).split())) else []
            self._parts = []
        elif name == "annotation" and self._comment is not None:
            place = f"{column_name(self._column)}{self._number} comment"
            self._comments.append((place, " ".join(self._comment), self._number))
            self._comment = None
        elif name in ("table-cell", "covered-table-cell"):
            self._end_of_cell()
        elif name == "table-row":
            self._end_of_row()
        elif name == "table":
            self._tables -= 1
            for place, text, line in self._comments if not self._tables else ():
                self.sheets[-1].beside(place, [text] if text else [], line)

    def _end_of_cell(self) -> None:
        text = " ".join(self._cell)
        if text:
            last = min(self._column + self._columns, _MOST_COLUMNS)
            self._cells += [Cell(column, text) for column in range(self._column, last)]
        self._column += self._columns
        self._cell = []

    def _end_of_row(self) -> None:
        sheet = self.sheets[-1]
        for number in range(self._number, self._number + min(self._rows, _MOST_REPEATED)):
            if self._cells and not sheet.is_full:
                sheet.add(Row(number, self._cells))
        self._number += self._rows
        self._cells = []


def _count(stated: str) -> int:
    return int(stated) if stated.isdecimal() and 0 < len(stated) < 8 else 1
