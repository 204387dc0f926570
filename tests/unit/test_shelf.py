"""What is kept of words: up to a size, and answers do not depend on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.engine.embedded import engine as engine_module
from seedsearch.engine.embedded import shelf as shelf_module
from seedsearch.engine.embedded.arrays import ArrayExecution
from seedsearch.engine.embedded.engine import WhooshEngine
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import Term
from seedsearch.query.parse import parse

WORDS = [f"word{number}" for number in range(30)]
QUERIES = [
    *WORDS,
    "+word1 +word2",
    '"word3 word4"',
    '"word4 word3"~3',
    "word5 word6 word7",
    "nowhere +word1",
]


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(50):
        text = " ".join(WORDS[number % 7 : 20 + number % 11])
        (docs / f"{number}.txt").write_text(f"{text}\n\n{text} again\n")
    home = create_home(str(tmp_path / ".seedsearch"))
    found = open_engine(home.folder, create=True)
    assert isinstance(found, WhooshEngine)
    update_index(found, home, IndexOptions((str(docs),), jobs=1))
    found.force = False
    return found


def answers(engine: WhooshEngine) -> list[list[tuple[str, float]]]:
    found = []
    for text in QUERIES:
        ranking = engine.search(analyse(parse(text), Analyzer()), text=False)
        found.append([(hit.passage.document.path, hit.score) for hit in ranking.passages])
    return found


def execution(engine: WhooshEngine) -> ArrayExecution:
    (found,) = engine._snapshot.executions(plain=False)
    assert isinstance(found, ArrayExecution)
    return found


def test_answers_are_the_same_however_little_is_kept(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answers(engine)
    shelf = execution(engine)._shelf
    everything = shelf.size
    assert everything == sum(kept.measure() for kept in shelf._units.values())
    assert answers(engine) == expected
    assert shelf.size == everything  # nothing is read twice

    for most in (0, 10_000, everything // 2):
        engine._snapshot._executions.clear()
        monkeypatch.setattr(shelf_module, "KEPT", most)
        monkeypatch.setattr(shelf_module, "MOST_KEPT", most)
        assert answers(engine) == expected
        assert answers(engine) == expected
        shelf = execution(engine)._shelf
        assert shelf.size <= most
        assert shelf.size == sum(kept.size for kept in shelf._units.values())
        leaves = {kept.name for kept in shelf._units.values() if kept.name}
        assert shelf._leaves.keys() == leaves


def test_what_is_used_stays(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(engine)
    monkeypatch.setattr(shelf_module, "KEPT", execution(engine)._shelf.size // 2)
    monkeypatch.setattr(shelf_module, "MOST_KEPT", execution(engine)._shelf.size // 2)
    engine._snapshot._executions.clear()
    for text in QUERIES:
        for asked in ("word0", text):
            engine.search(analyse(parse(asked), Analyzer()), text=False)
    shelf = execution(engine)._shelf
    assert shelf.of_leaf(Term("word0")) is not None
    assert shelf.of_leaf(Term("word9")) is None  # which was asked for once, long ago


def test_who_is_asked_a_lot_pays_for_numpy_once(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.force = None
    monkeypatch.delitem(sys.modules, "numpy")
    query = analyse(parse("word1"), Analyzer())
    postings = engine._work(query)
    monkeypatch.setattr(engine_module, "_PLAIN_POSTINGS_COLD", 3 * postings)
    assert [engine._is_plain(query) for _ in range(5)] == [True, True, True, False, False]
