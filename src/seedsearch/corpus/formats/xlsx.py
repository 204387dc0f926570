"""Read Excel (.xlsx): each sheet is a document, each row a passage; comments, shapes and charts follow."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.formats.drawing import texts_of
from seedsearch.corpus.formats.opc import Package, fields_of
from seedsearch.corpus.formats.sheet import (
    BUILT_IN,
    EXACT_DIGITS,
    NUMBER,
    Cell,
    Row,
    Sheet,
    shown_by,
    shown_number,
)
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MAX_COLUMN = 1 << 14


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield a document for each sheet, then embedded ones. Raise Skip if it is broken or without text."""
    package = Package(file, data)
    main = package.main("xl/workbook.xml")
    if main.lower().endswith(".bin"):
        raise Skip("a binary workbook (.xlsb), which has no reader")
    book = _Workbook()
    xml.parse(package.read(main), book)
    values = _Values(package, main, book)
    facts = package.facts()
    title = facts.get("title", "") or os.path.basename(file.path)
    fields = fields_of(facts)
    found = 0
    for name, part in _sheets(package, main, book):
        sheet = Sheet(name)
        problems = list(_read(package, part, sheet, values))
        if sheet.size:
            found += 1
            yield sheet.document(file, MEDIA_TYPE, title, fields, first=found == 1)
        found += len(problems)
        yield from problems
    for entry in package.embedded(file):
        found += 1
        yield entry
    if not found:
        raise Skip("no text in it")


def _sheets(package: Package, main: str, book: _Workbook) -> Iterator[tuple[str, str]]:
    """Yield the names of the sheets, and their parts."""
    related = package.relations(main)
    usual = package.parts(main, "worksheet", r"xl/worksheets/sheet\d+\.xml")
    for number, (name, key) in enumerate(book.sheets):
        if key in related:
            yield name, related[key].target
        elif number < len(usual):
            yield name, usual[number]


def _read(package: Package, part: str, sheet: Sheet, values: _Values) -> Iterator[Problem]:
    """Read a sheet and the parts drawn on it. Yield the problems."""
    try:
        xml.parse(package.read(part), _Rows(sheet, values))
    except Skip as skip:
        yield Problem(part.rpartition("/")[2], skip.reason)
    if sheet.is_full:
        yield Problem(part.rpartition("/")[2], "more text than a document may have")
    parts = list(package.relations(part).values())
    for relation in parts:  # a drawing may be related to charts
        if relation.kind == "drawing":
            parts += package.relations(relation.target).values()
    for kind, target in parts:
        try:
            if kind in ("comments", "threadedComment"):
                xml.parse(package.read(target), _Comments(sheet))
            elif kind in ("drawing", "chart", "chartEx", "diagramData"):
                sheet.beside(kind, texts_of(package.read(target)))
        except Skip as skip:
            yield Problem(target.rpartition("/")[2], skip.reason)


class _Workbook(xml.Handler):
    """The sheets by name and relation, and the day from which dates count."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.since = datetime(1899, 12, 30)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name == "sheet":
            self.sheets.append((clean_text(attributes.get("name", "")), attributes.get("id", "")))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.since = datetime(1904, 1, 1)


class _Values:
    """Decodes the values of cells: shared strings, and dates, which are numbers."""

    def __init__(self, package: Package, main: str, book: _Workbook) -> None:
        self._since = book.since
        self._strings: list[str] = []
        styles = _Styles()
        for kind, handler in (("sharedStrings", _Strings(self._strings)), ("styles", styles)):
            for part in package.parts(main, kind, rf"xl/{kind}\.xml"):
                xml.parse(package.read(part), handler)
        self._shown = styles.kinds()

    def shown(self, kind: str, style: str, value: str) -> str:
        """Return the text that a cell shows."""
        try:
            if kind == "s":
                return self._strings[int(value)]
            if kind in ("", "n") and style and (shown := self._shown[int(style)]) != NUMBER:
                return shown_number(float(value), shown, self._since)
            if kind in ("", "n") and len(value) > EXACT_DIGITS:
                return shown_number(float(value))
        except (ValueError, IndexError, OverflowError):
            return value
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return value


class _Styles(xml.Handler):
    """The styles of cells: what each shows a number as."""

    def __init__(self) -> None:
        self._formats: dict[str, int] = {}
        self._styles: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        number = attributes.get("numFmtId", "0")
        if name == "numFmt":
            self._formats[number] = shown_by(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._styles.append(number)

    def end(self, name: str) -> None:
        """End an element."""
        if name == "cellXfs":
            self._inside = False

    def kinds(self) -> list[int]:
        """Return for each style of cells what it shows a number as."""
        known = {str(number): kind for number, kind in BUILT_IN.items()} | self._formats
        return [known.get(number, NUMBER) for number in self._styles]


class _Strings(xml.Handler):
    """The shared strings of a workbook, without phonetic readings."""

    def __init__(self, strings: list[str]) -> None:
        self._strings = strings
        self._parts: list[str] = []
        self._is_text = False
        self._readings = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._readings += 1
        elif name == "t":
            self._is_text = not self._readings

    def text(self, data: str) -> None:
        """Take characters."""
        if self._is_text:
            self._parts.append(data)

    def end(self, name: str) -> None:
        """End an element."""
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._readings -= 1
        elif name == "si":
            self._strings.append(" ".join("".join(self._parts).split()))


class _Rows(xml.Handler):
    """Adds the rows of a sheet, and its printed header and footer."""

    def __init__(self, sheet: Sheet, values: _Values) -> None:
        self._sheet, self._values = sheet, values
        self._number = self._column = 0
        self._cells: list[Cell] = []
        self._kind = self._style = ""
        self._parts: list[str] = []
        self._is_text = False
        self._readings = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name == "c":
            self._begin(attributes)
        elif name in ("v", "t", "oddHeader", "oddFooter"):
            self._is_text = not self._readings
        elif name == "rPh":
            self._readings += 1
        elif name == "row":
            stated = attributes.get("r", "")
            known = stated.isdecimal() and len(stated) < 8
            self._number = int(stated) if known else self._number + 1
            self._cells, self._column = [], -1

    def _begin(self, attributes: dict[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = column_of(place[1]) if place else min(self._column + 1, _MAX_COLUMN)
        self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
        self._parts = []

    def text(self, data: str) -> None:
        """Take characters."""
        if self._is_text:
            self._parts.append(data)

    def end(self, name: str) -> None:
        """End an element."""
        if name in ("v", "t"):
            self._is_text = False
        elif name == "rPh":
            self._readings -= 1
        elif name == "c":
            value = "".join(self._parts)
            shown = " ".join(self._values.shown(self._kind, self._style, value).split())
            if value and shown:
                self._cells.append(Cell(self._column, shown))
            self._parts = []
        elif name == "row" and self._cells and not self._sheet.is_full:
            self._sheet.add(Row(self._number, self._cells))
        elif name in ("oddHeader", "oddFooter"):
            self._is_text = False
            said = _PRINTED.sub(" ", "".join(self._parts)).strip()
            self._parts = []
            self._sheet.beside(name.removeprefix("odd").lower(), [said] if said else [])


_PRINTED = re.compile(r'&(?:"[^"]*"|[0-9]+|K[0-9A-F]{6}|.)')
"""Codes in a printed header for a font, a size, a colour, a page number and so on."""


class _Comments(xml.Handler):
    """Adds the comments on cells. A threaded comment has an empty ordinary one beside it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._place = ""
        self._parts: list[str] = []
        self._is_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name in ("comment", "threadedComment"):
            self._place, self._parts = attributes.get("ref", ""), []
        elif name in ("t", "text"):
            self._is_text = True

    def text(self, data: str) -> None:
        """Take characters."""
        if self._is_text and self._place:
            self._parts.append(data)

    def end(self, name: str) -> None:
        """End an element."""
        if name in ("comment", "threadedComment"):
            said = " ".join("".join(self._parts).split())
            found = _PLACE.fullmatch(self._place)
            line = int(found[2]) if found else 0
            self._sheet.beside(f"{self._place} comment", [said] if said else [], line)
            self._place = ""
        elif name in ("t", "text"):
            self._is_text = False


def column_of(letters: str) -> int:
    """Return the number of a column, counted from 0, from its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
