"""The peers: each module builds an index of a PassageList and answers queries on it.

A module has `build(passages, out)`, called in a separate process that is timed whole, and `Searcher(out)`. Its
`search(kind, words)` returns the ten best as (path, line, score), by the fastest way of the peer's Python API.
`python -m benchmarks.peers NAME PASSAGES OUT` builds. tantivy and seedsearch also have a `Shower(out)`, whose hits
have text and snippet.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

NAMES = ("tantivy", "tantivy_plain", "fts5", "bm25s", "whoosh")
"""In the order of the tables."""


def load(name: str) -> ModuleType:
    """Return the module of a peer. Raises ImportError if its package is not installed."""
    return import_module(f"benchmarks.peers.{name}_peer")
