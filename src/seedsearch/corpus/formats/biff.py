"""Read workbooks of Excel 97 to 2003: their records, as sheets with rows."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import accumulate

from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.formats.sheet import (
    BUILT_IN,
    NUMBER,
    Sheet,
    shown_by,
    shown_number,
)
from seedsearch.corpus.skip import ENCRYPTED, Skip

_BEGIN, _END, _MORE, _ENCRYPTED = 0x809, 0x0A, 0x3C, 0x2F
_SHEET, _STRINGS, _SINCE_1904, _STYLE, _FORMAT = 0x85, 0xFC, 0x22, 0xE0, 0x41E
_STRING_CELL, _LABEL, _NUMBER, _SMALL, _SMALLS, _FORMULA, _RESULT, _BOOLEAN = (
    0xFD, 0x204, 0x203, 0x27E, 0xBD, 0x06, 0x207, 0x205,
)  # fmt: skip
_TEXT_OBJECT, _CHART_TEXT = 0x1B6, 0x100D
_CELLS, _CHART = 0x10, 0x20
_BIFF_8 = 0x0600


def sheets_of(data: bytes) -> list[Sheet]:
    """Return the sheets. Raise Skip if they are encrypted or too old, and struct.error if they are broken."""
    book = _Book()
    for kind, parts in _records(data):
        book.take(kind, parts)
    book.end_of_row()
    return list(book.sheets.values())


def _records(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the records, each with the records that continue it."""
    kind, parts, at = -1, list[bytes](), 0
    while at + 4 <= len(data):
        found, size = struct.unpack_from("<HH", data, at)
        part = data[at + 4 : at + 4 + size]
        at += 4 + size
        if found == _MORE:
            parts.append(part)
            continue
        if kind >= 0:
            yield kind, parts
        kind, parts = found, [part]
    if kind >= 0:
        yield kind, parts


class _Book:
    """The contents so far, and the row that is being read."""

    def __init__(self) -> None:
        self.sheets: dict[str, Sheet] = {}
        self._sheet: Sheet | None = None
        self._names: list[tuple[str, int]] = []  # with the kind: 0 is a sheet of cells
        self._strings: list[str] = []
        self._formats = dict(BUILT_IN)
        self._styles: list[int] = []
        self._since = datetime(1899, 12, 30)
        self._begun = 0
        self._around: Sheet | None = None  # the sheet whose chart is being read
        self._row = -1
        self._cells: dict[int, str] = {}
        self._result = (-1, -1)  # the place of a formula whose text is in the next record

    def take(self, kind: int, parts: list[bytes]) -> None:
        data = parts[0]
        if kind == _BEGIN:
            self._begin(data)
        elif kind == _ENCRYPTED:
            raise Skip(ENCRYPTED)
        elif kind == _SHEET:
            name = _short(data[6:], struct.unpack_from("<B", data, 6)[0], 1)
            self._names.append((clean_text(name), data[5]))
        elif kind == _STRINGS:
            self._strings = _Continued(parts, 8).strings(struct.unpack_from("<I", data, 4)[0])
        elif kind == _SINCE_1904 and data[:1] == b"\1":
            self._since = datetime(1904, 1, 1)
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", data)
            self._formats[number] = shown_by(_short(data[2:], length, 2))
        elif kind == _STYLE:
            self._styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _TEXT_OBJECT and self._sheet is not None:
            self.end_of_row()
            text = _Continued(parts[1:], 1).chars(
                struct.unpack_from("<H", data, 10)[0], parts[1][0] if len(parts) > 1 else 0
            )
            self._sheet.beside("comment or shape", [clean_text(text).strip()])
        elif kind == _CHART_TEXT and (sheet := self._around or self._sheet):
            sheet.beside("chart", [_short(data[2:], data[2], 1)])
        elif kind == _END:
            self.end_of_row()
            self._sheet, self._around = self._around, None
        elif self._sheet is not None and not self._sheet.is_full:
            self._cell(kind, data)

    def _begin(self, data: bytes) -> None:
        """Begin a stream of records. The first one describes the workbook, each other one a sheet or a chart on it."""
        version, kind = struct.unpack_from("<HH", data)
        if version != _BIFF_8:
            raise Skip("of a version of Excel before 97, which has no reader")
        if kind == 0x05:
            return
        self.end_of_row()
        self._around = self._sheet if kind == _CHART else None
        self._sheet = None
        if self._around is None and kind in (_CELLS, _CHART) and self._begun < len(self._names):
            name = self._names[self._begun][0]
            self._sheet = self.sheets.setdefault(name, Sheet(name))
            self._begun += 1

    def _cell(self, kind: int, data: bytes) -> None:
        if kind == _STRING_CELL:
            row, column, _, number = struct.unpack_from("<HHHI", data)
            if number < len(self._strings):
                self._put(row, column, self._strings[number])
        elif kind == _NUMBER:
            row, column, style, value = struct.unpack_from("<HHHd", data)
            self._put(row, column, self._number(value, style))
        elif kind == _SMALL:
            row, column, style, packed = struct.unpack_from("<HHHI", data)
            self._put(row, column, self._number(_unpacked(packed), style))
        elif kind == _SMALLS:
            row, column = struct.unpack_from("<HH", data)
            for at in range(4, len(data) - 7, 6):
                style, packed = struct.unpack_from("<HI", data, at)
                self._put(row, column, self._number(_unpacked(packed), style))
                column += 1
        elif kind == _LABEL:
            row, column, _, length = struct.unpack_from("<HHHH", data)
            self._put(row, column, _short(data[6:], length, 2))
        elif kind == _FORMULA:
            self._formula(data)
        elif kind == _RESULT and self._result[0] >= 0:
            self._put(*self._result, _short(data, struct.unpack_from("<H", data)[0], 2))
        elif kind == _BOOLEAN and data[7:8] == b"\0":
            row, column = struct.unpack_from("<HH", data)
            self._put(row, column, "TRUE" if data[6] else "FALSE")

    def _formula(self, data: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        self._result = (row, column)
        if data[12:14] != b"\xff\xff":
            self._put(row, column, self._number(struct.unpack_from("<d", data, 6)[0], style))
        elif data[6] == 1:
            self._put(row, column, "TRUE" if data[8] else "FALSE")

    def _number(self, value: float, style: int) -> str:
        number = self._styles[style] if style < len(self._styles) else 0
        return shown_number(value, self._formats.get(number, NUMBER), self._since)

    def _put(self, row: int, column: int, text: str) -> None:
        if row != self._row:
            self.end_of_row()
            self._row = row
        if shown := " ".join(clean_text(text).split()):
            self._cells[column] = shown

    def end_of_row(self) -> None:
        if self._cells and self._sheet is not None:
            self._sheet.add(self._row + 1, sorted(self._cells.items()))
        self._cells = {}
        self._row = -1


def _unpacked(packed: int) -> float:
    """Return the number of an RK: an integer of 30 bits or the first half of a float, perhaps in hundredths."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed >> 31 else 0))
    else:
        (value,) = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))
    return value / 100 if packed & 1 else value


def _short(data: bytes, length: int, size: int) -> str:
    """Return a string that is in one record, after its length (`size` bytes) and a byte of flags."""
    return _Continued([data], size + 1).chars(length, data[size] if len(data) > size else 0)


class _Continued:
    """The bytes of a record and of those that continue it. Where characters continue, a byte of flags stands first."""

    def __init__(self, parts: list[bytes], at: int) -> None:
        self._data, self._ends, self._at = b"".join(parts), [*accumulate(map(len, parts))], at

    def strings(self, count: int) -> list[str]:
        """Return the first `count` strings, or fewer if the records end."""
        found: list[str] = []
        with suppress(struct.error):
            while len(found) < count:
                chars, flags = self._numbers("<HB")
                runs = self._numbers("<H")[0] if flags & 8 else 0
                more = self._numbers("<I")[0] if flags & 4 else 0
                found.append(self.chars(chars, flags))
                self._at += 4 * runs + more
        return found

    def _numbers(self, form: str) -> tuple[int, ...]:
        self._at += struct.calcsize(form)
        return struct.unpack_from(form, self._data, self._at - struct.calcsize(form))

    def chars(self, count: int, flags: int) -> str:
        """Return the next `count` characters, whose flags say whether they have two bytes."""
        parts: list[str] = []
        while count > 0 and self._at < len(self._data):
            end, width = self._ends[bisect_right(self._ends, self._at)], 1 + (flags & 1)
            found = self._data[self._at : min(end, self._at + count * width)]
            parts.append(found.decode("utf-16-le" if flags & 1 else "latin-1", "replace"))
            count -= max(1, len(found) // width)
            self._at += len(found)
            if count > 0 and self._at < len(self._data):
                flags = self._data[self._at]
                self._at += 1
        return "".join(parts)
