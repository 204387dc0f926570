"""The fields of a table's row, which is one passage.

A table is one document. Its fields without a value name its columns, from left to right; the rows hold the values. If
a nameless field states a delimiter, a row is a line of CSV. Otherwise tabs separate the cells of a row, and each cell
begins with the name of its column: `city: Rome`. The header row has no fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

DELIMITER = ""

Fields = Sequence[tuple[str, str]]


def is_table(fields: Fields) -> bool:
    """Return whether the document with these fields is a table."""
    return any(not value for _, value in fields)


def columns(names: Sequence[str]) -> Fields:
    """Return one field without a value for each column of a table. A nameless one becomes "column 2"."""
    return [(name or f"column {number}", "") for number, name in enumerate(names, 1)]


class Table:
    """Read the rows of a table. `fields` are the fields of its document."""

    def __init__(self, fields: Fields) -> None:
        self.delimiter = dict(fields).get(DELIMITER, "")
        self._columns = [name for name, value in fields if not value]
        self._known = frozenset(self._columns)
        numbered = [name for name, _ in columns([""] * len(self._columns))]
        pairs = zip(self._columns, numbered, strict=True)
        self._head = ["" if name == number else name for name, number in pairs]

    def is_cut(self, text: str) -> bool:
        """Return whether a passage may be only a part of a row: it has fewer cells than the table has columns."""
        if not self.delimiter:
            return True
        enough = len(self._columns) - 1
        if '"' not in text:
            return text.count(self.delimiter) < enough
        return len(cells_of(text, self.delimiter)) <= enough

    def fields(self, text: str) -> Fields:
        """Return the fields of a row that have a value, from the row's text."""
        if not self.delimiter:
            pairs = [cell.partition(": ") for cell in text.split("\t")]
            return [(name, value) for name, mark, value in pairs if mark and name in self._known]
        cells = cells_of(text, self.delimiter)
        if self._is_head(cells):
            return ()
        return [(name, cell) for name, cell in zip(self._columns, cells, strict=False) if cell]

    def reader(self, names: Collection[str]) -> Callable[[str], Fields]:
        """Return a faster form of `fields` that gives only the fields with these names."""
        if not self.delimiter:
            return lambda text: [pair for pair in self.fields(text) if pair[0] in names]
        delimiter = self.delimiter
        wanted = [
            (name, at, _cell(delimiter, at))
            for at, name in enumerate(self._columns)
            if name in names
        ]

        def read(text: str) -> Fields:
            found = []
            cells = text.split(delimiter, wanted[-1][1] + 1) if '"' not in text else None
            for name, at, cell in wanted:
                if cells is None:
                    match = cell.match(text)
                    value = _value(match[1] or "", match[2] or "") if match else ""
                else:
                    value = cells[at].strip() if at < len(cells) else ""
                if value == name and self._is_head(cells_of(text, delimiter)):
                    return ()
                if value:
                    found.append((name, value))
            return found

        return read

    def _is_head(self, cells: Sequence[str]) -> bool:
        return cells[: len(self._head)] == self._head


def stated(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Return the fields of a document that have a name and a value."""
    return tuple([(name, value) for name, value in fields if name and value])


def row_fields(fields: Fields, text: str) -> Fields:
    """Return the fields of a document, and of a row if the document is a table.

    A part of a row of CSV has no fields of its own.
    """
    if not is_table(fields):
        return fields
    table = Table(fields)
    is_part = table.delimiter and table.is_cut(text)
    return stated(fields) if is_part else (*stated(fields), *table.fields(text))


def cells_of(row: str, delimiter: str) -> list[str]:
    """Return the cells of a row of CSV, without surrounding white space."""
    if '"' not in row:
        return [cell.strip() for cell in row.split(delimiter)]
    return [_value(*groups) for groups in _cells(delimiter).findall(row)]


def _value(quoted: str, plain: str) -> str:
    return (plain or quoted.replace('""', '"')).strip()


@lru_cache(maxsize=8)
def _cells(delimiter: str) -> re.Pattern[str]:
    own = re.escape(delimiter)
    return re.compile(rf"(?:\A|{own}){_CELL.format(own, '(')}")


def _cell(delimiter: str, number: int) -> re.Pattern[str]:
    own = re.escape(delimiter)
    return re.compile(rf"(?>{_CELL.format(own, '(?:')}{own}){{{number}}}{_CELL.format(own, '(')}")


_CELL = r'(?:"{1}(?:[^"]|"")*+)(?:"[^{0}]*+|\Z)|{1}[^{0}]*+))'
"""A cell, quoted or not. Text after a closing quotation mark is ignored."""
