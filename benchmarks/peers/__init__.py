"""The peers: each module builds an index of a PassageList and answers queries on it.

A module has `build(passages, out)`, called in a process of its own that is timed whole, and
`Searcher(out)`, whose `search(kind, words)` gives the ten best as (path, line, score) by the quickest
way that the peer's Python API has. `python -m benchmarks.peers NAME PASSAGES OUT` builds. tantivy and
seedsearch have a `Shower(out)` as well, whose hits come with text and snippet.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

NAMES = ("tantivy", "tantivy_plain", "fts5", "bm25s", "whoosh")
"""In the order of the tables."""


def load(name: str) -> ModuleType:
    """The module of a peer. Raises ImportError where its package is not installed."""
    return import_module(f"benchmarks.peers.{name}_peer")
