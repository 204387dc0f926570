"""The engines to compare rankings with. Each indexes title and text joined, as its users would set it up.

A run is the ids of the best documents of each query. All words of a query are optional.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import bm25s
import Stemmer
import tantivy

Documents: TypeAlias = Sequence[tuple[str, str, str]]
"""Each document's id, title and text."""

Run: TypeAlias = dict[str, list[str]]
Tokens: TypeAlias = Callable[[list[str]], "bm25s.tokenization.Tokenized | list[list[str]]"]


def english(texts: list[str]) -> bm25s.tokenization.Tokenized:
    """For bm25s: its English stop words, PyStemmer's stems."""
    stemmer = Stemmer.Stemmer("english")
    return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)


def pairs(texts: list[str]) -> list[list[str]]:
    """For bm25s, in languages other than English: pairs of characters."""
    words = ["".join(c if c.isalnum() else " " for c in text.lower()).split() for text in texts]
    return [
        [word[i : i + 2] for word in row for i in range(max(len(word) - 1, 1))] for row in words
    ]


def bm25s_run(
    documents: Documents,
    queries: Mapping[str, str],
    depth: int,
    tokens: Tokens,
    k1: float,
    b: float,
) -> Run:
    """bm25s."""
    index = bm25s.BM25(k1=k1, b=b)
    index.index(tokens([f"{title} {text}" for _, title, text in documents]), show_progress=False)
    numbers, _ = index.retrieve(
        tokens(list(queries.values())),
        k=min(depth, len(documents)),
        show_progress=False,
        n_threads=1,
    )
    return {
        query: [documents[number][0] for number in row]
        for query, row in zip(queries, numbers.tolist(), strict=True)
    }


def tantivy_run(documents: Documents, queries: Mapping[str, str], depth: int) -> Run:
    """tantivy with its English stemmer; it has k1 1.2 and b 0.75, and no stop words."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", tokenizer_name="en_stem")
    schema.add_integer_field("number", fast=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(num_threads=1)
    for number, (_, title, text) in enumerate(documents):
        writer.add_document(tantivy.Document(text=f"{title} {text}", number=number))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    run: Run = {}
    for query, text in queries.items():
        parsed = index.parse_query(" ".join(_words(text)), ["text"])
        places = [place for _, place in searcher.search(parsed, depth, count=False).hits]
        numbers = searcher.fast_field_values("number", places)
        run[query] = [documents[number][0] for number in numbers]
    return run


def fts5_run(documents: Documents, queries: Mapping[str, str], depth: int) -> Run:
    """SQLite FTS5 with Porter's stems; its bm25() has k1 1.2 and b 0.75, and no stop words."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE docs USING fts5(text, tokenize = 'porter unicode61')")
    database.executemany(
        "INSERT INTO docs (rowid, text) VALUES (?, ?)",
        ((n, f"{title} {text}") for n, (_, title, text) in enumerate(documents)),
    )
    run: Run = {}
    for query, text in queries.items():
        words = " OR ".join(f'"{word}"' for word in _words(text))
        rows = database.execute(
            "SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY rank, rowid LIMIT ?", (words, depth)
        )
        run[query] = [documents[number][0] for (number,) in rows] if words else []
    database.close()
    return run


def _words(text: str) -> list[str]:
    """Return the words in lower case, so that none is an operator, each as often as it occurs."""
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()
