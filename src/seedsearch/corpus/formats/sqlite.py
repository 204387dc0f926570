"""Read SQLite databases: each table with text is a document, each row a passage, headed by table and row number.

The bytes are opened as a database in memory, so nothing is locked, written or searched for beside the file. Only
tables are read, and no function may be called: a database can contain views, triggers and computed columns. Virtual
tables are not opened, but the texts of a full-text table are in an ordinary table beside it. A write-ahead log
beside the file is not read.
"""

from __future__ import annotations

import re
import sqlite3

from seedsearch.corpus.formats.sheet import Sheet, shown_number
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import SourceFile

_VERSIONS = slice(18, 20)  # in the header: 1 without a write-ahead log, 2 with one
_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ))
_COLUMNS = "table_xinfo"
_COMPUTED = 2  # its mark of a column that is computed when it is read
_MOST_TABLES = 1000
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\b", re.IGNORECASE)


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield a document for each table that has text. Raise Skip if the file is no database or has no text."""
    connection = _opened(data)
    try:
        found = False
        for name in _tables(connection):
            sheet, trouble = _read(connection, name)
            if sheet is not None and sheet.size:
                found = True
                yield sheet.document(file, "application/vnd.sqlite3", "", ())
            if trouble:
                yield Problem(name, trouble)
        if not found:
            raise Skip("no text")
    finally:
        connection.close()


def _opened(data: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    if not hasattr(connection, "deserialize"):
        raise Skip("the SQLite of this Python cannot read it")
    plain = bytearray(data)
    plain[_VERSIONS] = b"\1\1"
    connection.deserialize(bytes(plain))
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.set_authorizer(_may)
    return connection


def _may(action: int, name: str | None, *_: object) -> int:
    is_list = action == sqlite3.SQLITE_PRAGMA and name == _COLUMNS
    return sqlite3.SQLITE_OK if action in _ALLOWED or is_list else sqlite3.SQLITE_DENY


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the ordinary tables with users' data."""
    try:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        tables = {str(name): str(sql) for name, sql in rows.fetchmany(_MOST_TABLES)}
    except sqlite3.Error as error:
        raise Skip(f"damaged: {error}") from error
    virtual = tuple(f"{name}_" for name, sql in tables.items() if _VIRTUAL.match(sql))
    return [
        name
        for name, sql in tables.items()
        if not name.startswith("sqlite_")
        and not _VIRTUAL.match(sql)
        and (not name.startswith(virtual) or name.endswith("_content"))
    ]


def _read(connection: sqlite3.Connection, name: str) -> tuple[Sheet | None, str]:
    """Return a table as a sheet, and the reason why a part is missing, or ""."""
    sheet = None
    try:
        listed = connection.execute(f"PRAGMA {_COLUMNS}({_quoted(name)})").fetchall()
        names = [str(column[1]) for column in listed if column[-1] != _COMPUTED]
        columns = ", ".join(map(_quoted, names))
        try:
            rows = connection.execute(f"SELECT rowid, {columns} FROM {_quoted(name)}")
        except sqlite3.OperationalError:  # WITHOUT ROWID
            rows = connection.execute(f"SELECT 0, {columns} FROM {_quoted(name)}")
        sheet = Sheet(name, names)
        for number, (row_id, *values) in enumerate(rows, 1):
            if sheet.is_full:
                return sheet, "the rest of a long table"
            if any(isinstance(value, str) for value in values):
                cells = [(at, shown) for at, value in enumerate(values) if (shown := _shown(value))]
                has_id = isinstance(row_id, int) and row_id > 0
                sheet.add(row_id if has_id else number, cells)
    except (sqlite3.Error, OverflowError) as error:
        return sheet, str(error)
    return sheet, ""


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _shown(value: object) -> str:
    """Return a value as text; "" for NULL and binary data."""
    if isinstance(value, float):
        return shown_number(value)
    return str(value).strip() if isinstance(value, int | str) else ""
