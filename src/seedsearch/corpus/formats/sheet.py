"""Build documents from spreadsheets, for all their readers. Rows and cells are cited."""

from __future__ import annotations

import os
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from seedsearch.corpus.formats.document_builder import (
    PROPERTIES,
    Fields,
    clean_text,
    made,
    properties,
)
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.rows import columns

_MAX_CHARS = 100_000_000
_NAME_CHARS = 60
_FEWEST_NAMES = 2
NUMBER, DATE, PERCENT = range(3)
"""What a number is shown as."""
BUILT_IN = dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), DATE)
"""Formats that Excel does not store in the workbook, and what they show a number as."""
BUILT_IN |= {9: PERCENT, 10: PERCENT}
EXACT_DIGITS = 15
"""Shown digits of a number. Excel stores 17, which would show 0.1 as 0.10000000000000001."""
_NOT_SHOWN = re.compile(r'"[^"]*(?:"|\Z)|\\.|\[[^\]]*(?:\]|\Z)')
_OF_A_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_FIRST_DAY = datetime(1899, 12, 30)
_LAST_DAY = 2_958_466  # of the year 9999


Cell: TypeAlias = tuple[int, str]
"""A cell that is not empty: its column, counted from 0, and its shown text."""


class Sheet:
    """A sheet that grows row by row.

    A row is a passage, headed by its first cell. If the first row of several cells has only names, most of them
    different, the values below are prefixed with them. If the names of the columns are given, a row is headed by its
    number.
    """

    def __init__(self, name: str, names: Sequence[str] = ()) -> None:
        self._name = name
        self._names: dict[int, str] | None = dict(enumerate(names)) or None
        self._has_letters = not names
        self._parts: list[str] = []
        self._lines = array("q")
        self._sections: list[Section] = []
        self.size = 0

    @property
    def is_full(self) -> bool:
        """Whether the sheet has the most text that a document may have."""
        return self.size > _MAX_CHARS

    def add(self, number: int, cells: Sequence[Cell]) -> None:
        """Add a row that is not empty. Rows are counted from 1."""
        names = self._names or {}
        cells = [(column, text.replace("\t", " ")) for column, text in cells]
        shown = [f"{names[at]}: {text}" if at in names else text for at, text in cells]
        if self._names is None and len(cells) >= _FEWEST_NAMES:  # one cell is a title
            self._names = _names(cells)
        letters = column_name(cells[0][0]) if self._has_letters else ""
        self._write("\t".join(shown), f"{self._name} {letters}{number}", number)

    def beside(self, heading: str, paragraphs: Iterable[str], line: int = 0) -> None:
        """Add the paragraphs of a text that is on the sheet but in no cell, except empty ones."""
        for paragraph in filter(None, paragraphs):
            last = self._lines[-1] if self._lines else 1
            self._write(paragraph, f"{self._name} {heading}".rstrip(), line or last)

    def _write(self, text: str, heading: str, line: int) -> None:
        text = clean_text(text) + "\n"
        self._sections.append(Section(self.size, self.size + len(text), heading, 0, True))
        self._lines.extend([line] * text.count("\n"))
        self._parts.append(text)
        self.size += len(text)

    def document(
        self, file: SourceFile, media_type: str, title: str, fields: Fields, *, first: bool = False
    ) -> ExtractedDocument:
        """Return the document of this sheet. The lines of its passages are the numbers of its rows.

        The `first` sheet of a workbook has the properties of the workbook.
        """
        self.beside(PROPERTIES, properties(fields if first else ()))
        lines = self._lines
        lines.append(lines[-1] if lines else 1)
        made_of = made(file.path, media_type, title, "".join(self._parts), self._sections, member=self._name,
                       fields=(("sheet", self._name), *fields), lines=lines)  # fmt: skip
        document = made_of.document
        stated = (*document.fields, *columns(list((self._names or {}).values())))
        return made_of._replace(document=document.replace(fields=stated))


def documents_of(
    file: SourceFile, media_type: str, title: str, fields: Fields, sheets: Iterable[Sheet]
) -> Iterator[ExtractedDocument]:
    """Yield the documents of the sheets that have text. The first one has the properties of the workbook."""
    title = title or os.path.basename(file.path)
    for number, sheet in enumerate(sheet for sheet in sheets if sheet.size):
        yield sheet.document(file, media_type, title, fields, first=not number)


def _names(cells: Sequence[Cell]) -> dict[int, str]:
    """Return the names of columns if a row has only names: words, most of them different."""
    names = {column: " ".join(text.split()) for column, text in cells}
    alike = 2 * len(set(names.values())) <= len(names)
    if alike or not all(name[:1].isalpha() and len(name) <= _NAME_CHARS for name in names.values()):
        return {}
    return names


def column_name(column: int) -> str:
    """Return `A` for the first column, `AA` for the 27th."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def shown_by(code: str) -> int:
    """Return what a format of Excel shows a number as."""
    shown = _NOT_SHOWN.sub("", code)
    return DATE if _OF_A_DATE.search(shown) else PERCENT if "%" in shown else NUMBER


def shown_number(value: float, kind: int = NUMBER, since: datetime = _FIRST_DAY) -> str:
    """Return a number as a cell shows it. A date counts the days since `since`."""
    if kind == PERCENT:
        return f"{value * 100:.{EXACT_DIGITS - 2}g}%"
    if kind == NUMBER or not 0 <= value < _LAST_DAY:
        return f"{value:.{EXACT_DIGITS}g}"
    moment = since + timedelta(seconds=round(value * 86400))
    if value < 1:
        return moment.strftime("%H:%M:%S")
    is_day = not (moment.hour or moment.minute or moment.second)
    return moment.date().isoformat() if is_day else moment.isoformat(" ")
