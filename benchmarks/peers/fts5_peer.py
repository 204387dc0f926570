"""SQLite FTS5: from the standard library, Porter stems, one transaction, merged to one tree."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from benchmarks.passages import PassageList

VERSION = sqlite3.sqlite_version
# It has only English stems, and trigrams instead of bigrams.
TOKENIZERS = {
    "english": "porter unicode61",
    "russian": "porter unicode61",
    "bigrams": "trigram",
}


def build(passages: PassageList, out: str, words: str = "english") -> None:
    """Index in one transaction without a journal (the index is new), then `optimize`."""
    folder = Path(out)
    folder.mkdir(parents=True)
    database = sqlite3.connect(folder / "index.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -200000")
    database.execute("CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT)")
    database.execute(
        "CREATE VIRTUAL TABLE passages USING fts5"
        f"(text, file UNINDEXED, line UNINDEXED, tokenize = '{TOKENIZERS[words]}')"
    )
    database.execute("BEGIN")
    database.executemany(
        "INSERT INTO files VALUES (?, ?)",
        ((n, os.fsencode(path)) for n, path in enumerate(passages.paths)),
    )
    database.executemany(
        "INSERT INTO passages (file, line, text) VALUES (?, ?, ?)", passages.texts()
    )
    database.execute("INSERT INTO passages (passages) VALUES ('optimize')")
    database.execute("COMMIT")
    database.close()


class Searcher:
    """Searches with `ORDER BY rank`, which sorts inside FTS5, and joins paths for the ten best only."""

    SQL = """
        SELECT files.path, hit.line, hit.score
        FROM (SELECT file, line, rank AS score FROM passages WHERE passages MATCH ?
              ORDER BY rank LIMIT 10) AS hit
        JOIN files ON files.id = hit.file
    """

    def __init__(self, out: str) -> None:
        self._database = sqlite3.connect(Path(out) / "index.db")
        self._database.execute("PRAGMA cache_size = -200000")
        self._database.execute("PRAGMA mmap_size = 2000000000")

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, int, float]]:
        if kind == "and2":
            text = " AND ".join(words)
        elif kind == "phrase2":
            text = '"' + " ".join(words) + '"'
        else:
            text = " OR ".join(words)
        rows = self._database.execute(self.SQL, (text,)).fetchall()
        return [(os.fsdecode(path), line, -score) for path, line, score in rows]
