"""Read OpenDocument spreadsheets (.ods, .fods): each sheet is a document, each row a passage; comments follow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.formats.odf import opened
from seedsearch.corpus.formats.sheet import Cell, Sheet, column_name, documents_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import or_skip
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MOST_COLUMNS = 1 << 14
_SPACES = frozenset(("s", "tab", "line-break"))
_MOST_REPEATED = 100  # equal rows; more than these fill a sheet to its end


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield a document for each sheet, then embedded ones. Raise Skip if it is broken, encrypted or without text."""
    found = opened(file, data)
    book = _Book(found.content)
    title = found.facts.get("title", "")
    sheets = documents_of(file, MEDIA_TYPE, title, found.fields, book.sheets)
    yield from or_skip(chain(sheets, found.objects(file)), "no text in it")


class _Book:
    """Reads the sheets."""

    def __init__(self, data: bytes) -> None:
        self.sheets: list[Sheet] = []
        self._number = 1
        self._comments: list[tuple[str, str, int]] = []
        for element in xml.elements(data, ("table-row",), begun=("table",)):
            if element.tag == "table":
                self._end_of_sheet()
                self.sheets.append(Sheet(clean_text(element.get("name", ""))))
                self._number = 1
            elif self.sheets:
                self._row(element)
        self._end_of_sheet()

    def _end_of_sheet(self) -> None:
        for place, text, line in self._comments:
            self.sheets[-1].beside(place, [text], line)
        self._comments = []

    def _row(self, row: Element) -> None:
        sheet, cells = self.sheets[-1], list(self._cells(row))
        count = _count(row.get("number-rows-repeated", ""))
        for number in range(self._number, self._number + min(count, _MOST_REPEATED)):
            if cells and not sheet.is_full:
                sheet.add(number, cells)
        self._number += count

    def _cells(self, row: Element) -> Iterator[Cell]:
        column = 0
        for cell in row:
            if cell.tag not in ("table-cell", "covered-table-cell"):
                continue
            annotation = cell.find("annotation")
            if annotation is not None:
                place = f"{column_name(column)}{self._number} comment"
                self._comments.append((place, _text_of(annotation), self._number))
            count = _count(cell.get("number-columns-repeated", ""))
            if text := _text_of(cell):
                for at in range(column, min(column + count, _MOST_COLUMNS)):
                    yield at, text
            column += count


def _text_of(element: Element) -> str:
    """Return the text of the paragraphs in a cell or a comment, on one line."""
    return " ".join(filter(None, _paragraphs(element)))


def _paragraphs(element: Element) -> Iterator[str]:
    for part in element:
        if part.tag == "p":
            for inner in part.iter() if len(part) else ():
                if inner.tag in _SPACES:
                    inner.text = " "
            yield " ".join("".join(part.itertext()).split())
        elif part.tag != "annotation":
            yield from _paragraphs(part)


def _count(stated: str) -> int:
    return int(stated) if stated.isdecimal() and 0 < len(stated) < 8 else 1
