"""Every engine that there is, for the one suite that they all pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from library import Library
from reference_engine import ReferenceEngine, ReferenceStore

from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine

Opener = Callable[[], Engine]


def reference(folder: Path) -> Opener:
    store = ReferenceStore()
    return lambda: ReferenceEngine(store)


def embedded(folder: Path) -> Opener:
    return lambda: open_engine(str(folder), create=True)


# An engine is one line here.
ENGINES: dict[str, Callable[[Path], Opener]] = {"reference": reference, "embedded": embedded}


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
