"""SQLite databases: tables and rows, and limits on hostile files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from reading import read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def database(path: Path, script: str) -> bytes:
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()
    return path.read_bytes()


def test_each_table_is_a_document_and_each_row_a_passage(path: Path) -> None:
    data = database(path, """
        CREATE TABLE people (id INTEGER PRIMARY KEY, "full name" TEXT, height REAL, picture BLOB);
        INSERT INTO people VALUES (7, 'Ann Kim', 1.5, x'00ff'), (9, 'Bo	Lee', NULL, NULL);
        CREATE TABLE numbers (a, b);
        INSERT INTO numbers VALUES (1, 2);
        CREATE TABLE ports (name TEXT PRIMARY KEY, note TEXT) WITHOUT ROWID;
        INSERT INTO ports VALUES ('Najin', 'ice-free');
    """)  # fmt: skip
    found = read("a.db", data)
    assert [d.member for d in found.documents] == ["people", "ports"]
    assert found.texts == [
        "id: 7\tfull name: Ann Kim\theight: 1.5",
        "id: 9\tfull name: Bo Lee",
        "name: Najin\tnote: ice-free",
    ]
    assert [(part.heading, part.lines) for part in found.parts] == [
        ("people 7", (7, 7)),
        ("people 9", (9, 9)),
        ("ports 1", (1, 1)),
    ]
    assert found.documents[1].fields == (("sheet", "ports"), ("name", ""), ("note", ""))


def test_a_database_with_a_log_is_read_without_it(path: Path) -> None:
    script = "PRAGMA journal_mode = wal; CREATE TABLE a (b); INSERT INTO a VALUES ('harbour');"
    assert read("a", database(path, script)).texts == ["b: harbour"]


def test_a_full_text_table_is_read_once(path: Path) -> None:
    script = "CREATE VIRTUAL TABLE notes USING fts5(body); INSERT INTO notes VALUES ('harbour');"
    found = read("a.sqlite", database(path, script))
    assert [
        (d.member, part.text) for d, part in zip(found.documents, found.parts, strict=True)
    ] == [("notes_content", "id: 1\tc0: harbour")]


def test_a_database_runs_nothing_of_its_own(path: Path) -> None:
    data = database(path, """
        CREATE TABLE a (b TEXT);
        CREATE TABLE c (d TEXT, e TEXT AS (hex(zeroblob(100000000))));
        INSERT INTO a VALUES ('harbour');
        INSERT INTO c (d) VALUES ('lighthouse');
        CREATE VIEW v AS WITH RECURSIVE t(n) AS (SELECT 'x' UNION ALL SELECT n FROM t) SELECT * FROM t;
    """)  # fmt: skip
    found = read("a.db", data)
    assert found.texts == ["b: harbour", "d: lighthouse"]


def test_what_is_damaged_is_named(path: Path) -> None:
    rows = ",".join(f"('row {n}')" for n in range(2000))
    data = database(path, f"CREATE TABLE a (b TEXT); INSERT INTO a VALUES {rows};")
    assert read("a.db", b"SQLite format 3\0 and no more").skipped.startswith("damaged")
    assert read("a.sqlite", b"no database").skipped.startswith("damaged")
    middle = len(data) // 2
    found = read("a.db", data[:middle] + b"\xff" * 9000 + data[middle + 9000 :])
    assert "b: row 1" in found.texts
    assert [place for place, _ in found.problems] == ["a"]
