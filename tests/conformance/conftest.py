"""The engines that the conformance suite tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from library import Library
from openers import CLUSTER, FORGETFUL, Opener, embedded, opensearch, reference

from seedsearch.engine.embedded import filters, postings_cache, snapshot
from seedsearch.index import segment, whoosh

# One line for each engine.
ENGINES: dict[str, Callable[[Path], Opener]] = {
    "reference": reference,
    "embedded": embedded,
    FORGETFUL: embedded,
    **dict.fromkeys(CLUSTER, opensearch),
}

BOUNDS = [
    (postings_cache, "KEPT"),
    (postings_cache, "MOST_KEPT"),
    (filters, "_KEPT"),
    (snapshot, "RECORDS_KEPT"),
    (snapshot, "TEXTS_KEPT"),
    (segment, "_DOCUMENTS_KEPT"),
    (segment, "_PATHS_KEPT"),
    (segment, "_TEXTS_KEPT"),
    (whoosh, "_REMEMBERED"),
]


def keep_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every cache of the embedded engine room for three."""
    for module, name in BOUNDS:
        monkeypatch.setattr(module, name, 3)


@pytest.fixture(params=ENGINES)
def engine_factory(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], Opener]:
    """Return a function that makes an empty index in a folder, and returns the opener of its engine."""
    if request.param == FORGETFUL:
        keep_three(monkeypatch)
    return ENGINES[request.param]


@pytest.fixture
def library(engine_factory: Callable[[Path], Opener], tmp_path: Path) -> Iterator[Library]:
    """An empty index."""
    made = Library(engine_factory(tmp_path))
    yield made
    made.engine.close()
