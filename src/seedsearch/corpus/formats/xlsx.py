"""Read Excel (.xlsx): each sheet is a document, each row a passage; comments, shapes and charts follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.formats.opc import Drawing, Package, fields_of
from seedsearch.corpus.formats.sheet import (
    BUILT_IN,
    EXACT_DIGITS,
    NUMBER,
    Cell,
    Sheet,
    documents_of,
    shown_by,
    shown_number,
)
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip, left_out, or_skip
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MAX_COLUMN = 1 << 14
_TEXTS = frozenset(("v", "t", "text"))


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield a document for each sheet, then embedded ones. Raise Skip if it is broken or without text."""
    package = Package(file, data)
    main = package.main("xl/workbook.xml")
    if main.lower().endswith(".bin"):
        raise Skip("a binary workbook (.xlsb), which has no reader")
    book = xml.root_of(package.read(main))
    is_later = any(said.get("date1904") in ("1", "true") for said in book.iter("workbookPr"))
    since = datetime(1904, 1, 1) if is_later else datetime(1899, 12, 30)
    values = _Values(package, main, since)
    facts = package.facts()
    problems: list[Problem] = []
    sheets = (
        _sheet(package, name, part, values, problems) for name, part in _parts(package, main, book)
    )
    found = documents_of(file, MEDIA_TYPE, facts.get("title", ""), fields_of(facts), sheets)
    yield from or_skip(chain(found, problems, package.embedded(file)), "no text in it")


def _parts(package: Package, main: str, book: Element) -> Iterator[tuple[str, str]]:
    """Yield the names of the sheets, and their parts."""
    related = package.relations(main)
    usual = package.parts(main, "worksheet", r"xl/worksheets/sheet\d+\.xml")
    for number, sheet in enumerate(book.iter("sheet")):
        name, key = clean_text(sheet.get("name", "")), sheet.get("id", "")
        if key in related:
            yield name, related[key][1]
        elif number < len(usual):
            yield name, usual[number]


def _sheet(
    package: Package, name: str, part: str, values: _Values, problems: list[Problem]
) -> Sheet:
    """Read a sheet and the parts drawn on it."""
    sheet = Sheet(name)
    with left_out(problems, part.rpartition("/")[2]):
        _add_rows(package.read(part), sheet, values)
        if sheet.is_full:
            raise Skip("more text than a document may have")
    parts = list(package.relations(part).values())
    for drawing in dict.fromkeys(target for kind, target in parts if kind == "drawing"):
        parts += package.relations(drawing).values()  # it may be related to charts
    for kind, target in parts:
        with left_out(problems, target.rpartition("/")[2]):
            if kind in ("comments", "threadedComment"):
                _add_comments(package.read(target), sheet)
            elif kind in ("drawing", "chart", "chartEx", "diagramData"):
                sheet.beside(kind, Drawing(package.read(target)).paragraphs)
    return sheet


class _Values:
    """Decodes the values of cells: shared strings, and dates, which are days `since` another one."""

    def __init__(self, package: Package, main: str, since: datetime) -> None:
        self._since = since
        self._strings = [
            " ".join(_text_of(string).split())
            for part in package.parts(main, "sharedStrings", r"xl/sharedStrings\.xml")
            for string in xml.elements(package.read(part), ("si",))
        ]
        self._shown = [
            shown
            for part in package.parts(main, "styles", r"xl/styles\.xml")
            for shown in _styles(xml.root_of(package.read(part)))
        ]

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


def _styles(root: Element) -> Iterator[int]:
    """Yield for each style of cells what it shows a number as."""
    known = {str(number): kind for number, kind in BUILT_IN.items()}
    for stated in root.iter("numFmt"):
        known[stated.get("numFmtId", "0")] = shown_by(stated.get("formatCode", ""))
    for style in root.iterfind("cellXfs/xf"):
        yield known.get(style.get("numFmtId", "0"), NUMBER)


def _text_of(element: Element) -> str:
    """Return the text of a string, without phonetic readings."""
    readings = {text for reading in element.iter("rPh") for text in reading}
    parts = (part for part in element.iter() if part.tag in _TEXTS and part not in readings)
    return "".join([part.text or "" for part in parts])


def _add_rows(data: bytes, sheet: Sheet, values: _Values) -> None:
    """Add the rows of a sheet, and its printed header and footer."""
    number = 0
    for element in xml.elements(data, ("row", "oddHeader", "oddFooter")):
        if element.tag != "row":
            said = _PRINTED.sub(" ", element.text or "").strip()
            sheet.beside(element.tag.removeprefix("odd").lower(), [said])
            continue
        stated = element.get("r", "")
        number = int(stated) if stated.isdecimal() and len(stated) < 8 else number + 1
        cells = list(_cells(element, values))
        if cells and not sheet.is_full:
            sheet.add(number, cells)


def _cells(row: Element, values: _Values) -> Iterator[Cell]:
    column = -1
    for cell in row:
        place = _PLACE.fullmatch(cell.get("r", ""))
        column = column_of(place[1]) if place else min(column + 1, _MAX_COLUMN)
        stated = cell.findtext("v")  # the most common case
        value = _text_of(cell) if stated is None else stated
        shown = " ".join(values.shown(cell.get("t", ""), cell.get("s", ""), value).split())
        if value and shown:
            yield column, shown


_PRINTED = re.compile(r'&(?:"[^"]*"|[0-9]+|K[0-9A-F]{6}|.)')
"""Codes in a printed header for a font, a size, a colour, a page number and so on."""


def _add_comments(data: bytes, sheet: Sheet) -> None:
    """Add the comments on cells. A threaded comment has an empty ordinary one beside it."""
    for comment in xml.elements(data, ("comment", "threadedComment")):
        place = comment.get("ref", "")
        found, said = _PLACE.fullmatch(place), " ".join(_text_of(comment).split())
        sheet.beside(f"{place} comment", [said], int(found[2]) if found else 0)


def column_of(letters: str) -> int:
    """Return the number of a column, counted from 0, from its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
