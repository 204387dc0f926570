"""Every engine that there is, for the one suite that they all pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from library import Library

from seedsearch.engine.base import Engine
from seedsearch.engine.memory import MemoryEngine, MemoryStore
from seedsearch.engine.registry import open_engine

Opener = Callable[[], Engine]


def memory(folder: Path) -> Opener:
    store = MemoryStore()
    return lambda: MemoryEngine(store)


def embedded_forced(folder: Path, *, plain: bool | None) -> Opener:
    """The embedded engine with one of its ways to run a query; None for words and phrases in C, where that is."""

    def opener() -> Engine:
        engine = open_engine(str(folder), create=True)
        engine.force = plain  # type: ignore[attr-defined]
        return engine

    return opener


def embedded_plain(folder: Path) -> Opener:
    return embedded_forced(folder, plain=True)


def embedded_arrays(folder: Path) -> Opener:
    return embedded_forced(folder, plain=False)


def embedded_quick(folder: Path) -> Opener:
    return embedded_forced(folder, plain=None)


# An engine is one line here.
ENGINES: dict[str, Callable[[Path], Opener]] = {
    "memory": memory,
    "whoosh, plain": embedded_plain,
    "whoosh, arrays": embedded_arrays,
    "whoosh, quick": embedded_quick,
}


@pytest.fixture(params=ENGINES.values(), ids=ENGINES.keys())
def engine_factory(request: pytest.FixtureRequest) -> Callable[[Path], Opener]:
    """Makes a new empty index in a folder, and gives what opens an engine on it."""
    factory: Callable[[Path], Opener] = request.param
    return factory


@pytest.fixture
def library(engine_factory: Callable[[Path], Opener], tmp_path: Path) -> Iterator[Library]:
    """An empty index."""
    made = Library(engine_factory(tmp_path))
    yield made
    made.engine.close()
