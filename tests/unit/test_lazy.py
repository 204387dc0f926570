"""Lazy sequences, and an answer of very many hits."""

from __future__ import annotations

from pathlib import Path

import pytest

import seedsearch
from seedsearch.cli import main
from seedsearch.engine import base
from seedsearch.engine.embedded import engine as embedded
from seedsearch.lazy import Lazy, chosen, mapped
from seedsearch.search.searcher import SearchOptions, search


def test_items_are_made_when_they_are_read() -> None:
    made: list[int] = []

    def make(places: object) -> list[str]:
        made.extend(places)  # type: ignore[call-overload]
        return [str(place) for place in places]  # type: ignore[attr-defined]

    items = Lazy(range(100), make)
    assert len(items) == 100
    part = chosen(items[10:20], [2, 0])
    both = mapped(lambda one, other: f"{one} {other}", part, ["a", "b"])
    assert not made
    assert list(both) == ["12 a", "10 b"]
    assert items[-1] == "99"
    assert made == [12, 10, 99]
    assert mapped(str, [1, 2]) == ("1", "2")


def test_a_lazy_answer_is_the_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["Plum and pear", "Plum", "pear plum", "the plum tree"]
    for number in range(60):
        text = f"{words[number % 4]} {number % 50}\n\n{words[number % 3]}\n"
        (tmp_path / f"{number % 7}-{number}.txt").write_text(text)
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert main(["index", "-q", "--jobs", "1", "."]) == 0
    with seedsearch.open_index() as index:
        opened = index._opened()
        for sort in ("", "path", "date"):
            for details in (True, False):
                options = SearchOptions(limit=None, per_file=None, sort=sort, details=details)
                whole = search(opened, "plum", options).hits
                monkeypatch.setattr(embedded, "LAZY", 3)
                lazy = search(opened, "plum", options).hits
                monkeypatch.setattr(embedded, "LAZY", base.LAZY)
                assert isinstance(whole, tuple)
                assert isinstance(lazy, Lazy)
                assert tuple(lazy) == whole
                assert tuple(lazy) == whole  # it can be read again
