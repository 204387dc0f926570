"""Make an empty index in a folder, for each engine of the suite, and return its opener."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reference_engine import ReferenceEngine, ReferenceStore

from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine

Opener = Callable[[], Engine]

FORGETFUL = "embedded, keeping 3 of everything"
"""The embedded engine once more, whose every cache has room for three things, or bytes: answers do not depend on it."""


def reference(folder: Path) -> Opener:
    store = ReferenceStore()
    return lambda: ReferenceEngine(store)


def embedded(folder: Path) -> Opener:
    return lambda: open_engine(str(folder), create=True)
