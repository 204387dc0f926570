"""Words and phrases in C, and what becomes of a query that C leaves to others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.engine.embedded import quickly
from seedsearch.engine.embedded import shelf as shelf_module
from seedsearch.engine.embedded.engine import WhooshEngine
from seedsearch.engine.embedded.shelf import Shelf
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse

pytest.importorskip("seedsearch.core._core")

WORDS = [f"word{number}" for number in range(30)]
QUERIES = [
    *WORDS,
    "+word1 +word2",
    '"word3 word4"',
    "word5 word6 word7",
    "nowhere word1",
    "+nowhere +word1",
    "whale",
    "+whale +word1",
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """Several segments; of the first one's files each has many passages that score more than any in the second."""
    docs = tmp_path / "docs"
    docs.mkdir()
    home = create_home(str(tmp_path / ".seedsearch"))
    opened = open_engine(home.folder, create=True)
    assert isinstance(opened, WhooshEngine)
    for batch in range(3):
        for number in range(batch, 40, 3):
            words = " ".join(WORDS[number % 7 : 20 + number % 11])
            text = f"{words}\n\n{words} again\n\n"
            if batch == 0:
                text += f"whale {'word1 ' * (60 + number)}\n\n" * 20
            else:
                text += "whale " + "much else besides " * 60
            (docs / f"{number:02}.txt").write_text(text)
        update_index(opened, home, IndexOptions((str(docs),), jobs=1))
    assert len(opened._snapshot.segments) > 1
    yield opened
    opened.close()


def answers(engine: WhooshEngine, force: bool | None, **wishes: Any) -> list[Any]:
    engine.force = force
    found = []
    for text in QUERIES:
        ranking = engine.search(analyse(parse(text), Analyzer()), text=False, **wishes)
        hits = [(hit.passage.document.path, hit.passage.ordinal) for hit in ranking.passages]
        found.append((text, ranking.total, hits))
    return found


@pytest.mark.parametrize("per_file", [None, 1, 3])
@pytest.mark.parametrize("limit", [0, 1, 3, 10, 100])
@pytest.mark.parametrize("most", [0, 5, 10_000])
@pytest.mark.parametrize("with_numpy", [False, True])
def test_what_it_leaves_to_others(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch,
    per_file: int | None, limit: int, most: int, with_numpy: bool,
) -> None:  # fmt: skip
    expected = answers(engine, True, limit=limit, per_file=per_file)
    monkeypatch.setattr(quickly, "_MOST", most)
    monkeypatch.setattr(engine, "_is_plain", lambda query: not with_numpy)
    assert answers(engine, None, limit=limit, per_file=per_file) == expected


def test_who_only_counts_needs_no_execution(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answers(engine, True, limit=0)
    monkeypatch.setattr(engine, "_executed", lambda query: pytest.fail(str(query)))
    monkeypatch.setitem(sys.modules, "seedsearch.engine.embedded.arrays", None)
    queries = [text for text in QUERIES if "nowhere" not in text]
    engine.force = None
    counted = [engine.search(analyse(parse(text), Analyzer()), limit=0).total for text in queries]
    assert counted == [total for text, total, _ in expected if text in queries]


def test_who_wants_all_does_not_ask_it(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answers(engine, True, limit=None)
    by_document = answers(engine, True, by="document")
    monkeypatch.setattr(quickly.Quick, "found", lambda self, query, rest: pytest.fail(str(query)))
    assert answers(engine, None, limit=None) == expected
    assert answers(engine, None, by="document") == by_document


def test_answers_are_the_same_however_little_is_kept(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answers(engine, True)
    assert answers(engine, None) == expected
    shelf = quick_shelf(engine)
    everything = shelf.size
    assert everything == sum(held.measure() for held in shelf._units.values())
    assert answers(engine, None) == expected
    assert shelf.size == everything  # nothing is read twice

    for most in (0, 10_000, everything // 2):
        del engine._snapshot.__dict__["quick"]
        monkeypatch.setattr(shelf_module, "KEPT", most)
        monkeypatch.setattr(shelf_module, "MOST_KEPT", most)
        for _ in range(2):
            assert answers(engine, None) == expected
        shelf = quick_shelf(engine)
        assert shelf.size <= most
        assert shelf.size == sum(held.size for held in shelf._units.values())
        assert shelf._leaves.keys() == {held.name for held in shelf._units.values() if held.name}


def test_a_word_that_was_looked_for_in_vain_counts_too(engine: WhooshEngine) -> None:
    engine.force = None
    before = quick_shelf(engine).size
    assert engine.search(analyse(parse("+word1 +nowhere"), Analyzer())).total == 0
    assert quick_shelf(engine).size > before


def quick_shelf(engine: WhooshEngine) -> Shelf[Any]:
    quick = engine._snapshot.quick
    assert quick is not None
    return quick._shelf


def test_threads_do_not_disturb_each_other(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One goes over what is kept while others add to it."""
    monkeypatch.setattr(shelf_module, "KEPT", 20_000)
    monkeypatch.setattr(shelf_module, "MOST_KEPT", 20_000)
    expected = answers(engine, True)
    before, wrong = sys.getswitchinterval(), []

    def ask() -> None:
        try:
            for _ in range(10):
                if answers(engine, None) != expected:
                    wrong.append("another answer")
        except Exception as error:
            wrong.append(repr(error))

    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert wrong == []


def test_no_more_passages_than_it_can_count() -> None:
    assert quickly.quick([], [0, 1 << 31], None, None) is None  # type: ignore[arg-type]
