"""The public Python API."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import seedsearch
from seedsearch import errors
from seedsearch.cli import main


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of notes with an index; the current folder is above it."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "coal.txt").write_text("Coal goes through the port of Najin.\n")
    (folder / "tea.txt").write_text("Tea is grown on the hills. Tea is drunk in the port.\n")
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(folder)
    assert main(["index", "-q", "--jobs", "1", "."]) == 0
    monkeypatch.chdir(tmp_path)
    return folder


def test_all_is_sorted_and_everything_in_it_is_there() -> None:
    assert seedsearch.__all__ == sorted(seedsearch.__all__)
    for name in seedsearch.__all__:
        assert getattr(seedsearch, name).__name__ == name
        assert name in dir(seedsearch)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = seedsearch.nothing  # type: ignore[attr-defined]


def test_every_error_is_exported() -> None:
    names = {
        n
        for n, v in vars(errors).items()
        if isinstance(v, type) and v.__module__ == errors.__name__
    }
    assert names <= set(seedsearch.__all__)


def test_open_search_close(notes: Path) -> None:
    with seedsearch.open_index(notes) as index:
        result = index.search("port", limit=1)
        assert result.total == 2
        assert [hit.path for hit in result.hits] == ["notes/coal.txt"]
        hit = result.hits[0]
        assert [hit.passage.text[a:b] for a, b in hit.snippet.highlights] == ["port"]
        assert index.stats().documents == 2
        assert len(index.search("port", limit=None, per_file=None).hits) == 2


def test_an_index_is_found_like_on_the_command_line(
    notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(seedsearch.NoIndexError):
        seedsearch.open_index()
    with seedsearch.open_index(str(notes / ".seedsearch")) as index:
        assert index.search("coal").total == 1
    monkeypatch.setenv("SEEDSEARCH_INDEX", str(notes / ".seedsearch"))
    with seedsearch.open_index() as index:
        assert index.search("coal").total == 1
    monkeypatch.delenv("SEEDSEARCH_INDEX")
    monkeypatch.chdir(notes)
    with seedsearch.open_index() as index:
        assert index.search("coal").hits[0].path == "coal.txt"


def test_an_open_index_is_one_state_until_refresh(notes: Path) -> None:
    with seedsearch.open_index(notes) as index:
        (notes / "iron.txt").write_text("Iron comes from Musan.\n")
        assert main(["index", "-q", "--jobs", "1", "--index", str(notes / ".seedsearch")]) == 0
        assert index.search("iron").total == 0
        assert index.refresh() is True
        assert index.search("iron").total == 1
        assert index.refresh() is False


def test_passage_ids_survive_a_rebuild_and_tell_passages_apart(notes: Path) -> None:
    def ids() -> list[str]:
        with seedsearch.open_index(notes) as index:
            return [hit.passage_id for hit in index.search("port").hits]

    before = ids()
    assert len(set(before)) == 2
    assert all(len(i) == 10 and i.isalnum() and i == i.lower() for i in before)
    assert (
        main(["index", "-q", "--rebuild", "--jobs", "1", "--index", str(notes / ".seedsearch")])
        == 0
    )
    assert ids() == before


def test_whoosh_searches_the_same_index(notes: Path) -> None:
    from whoosh.query import Term

    with seedsearch.open_index(notes) as index, index.whoosh().searcher() as searcher:
        assert len(searcher.search(Term("text", "port"))) == 2


def test_mistakes(notes: Path) -> None:
    with seedsearch.open_index(notes) as index:
        with pytest.raises(seedsearch.QuerySyntaxError) as caught:
            index.search("coal AND")
        assert caught.value.column == 5
        with pytest.raises(ValueError, match="limit must be 1 or more"):
            index.search("coal", limit=0)


def test_importing_the_package_costs_nothing() -> None:
    script = "import sys; old = set(sys.modules); import seedsearch; print(*set(sys.modules) - old)"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = {name for name in ended.stdout.split() if name.startswith("seedsearch")}
    assert loaded == {"seedsearch", "seedsearch.version"}
    assert len(ended.stdout.split()) < 40


def test_words_and_likeness(notes: Path) -> None:
    with seedsearch.open_index(notes) as index:
        assert [tuple(term) for term in index.terms("por")] == [("port", 2, 2)]
        assert [term.term for term in index.terms("t", limit=2, order="word")] == ["tea", "teatxt"]
        (hit,) = index.similar("notes/coal.txt").hits
        assert hit.path == "notes/tea.txt"
        assert [h.path for h in index.similar(hit.passage_id, limit=1).hits] == ["notes/coal.txt"]


def test_explained_hits(notes: Path) -> None:
    with seedsearch.open_index(notes) as index:
        (hit,) = index.search("coal", explain=True).hits
        assert isinstance(hit.explanation, seedsearch.Explanation)
        (part,) = hit.explanation.parts
        assert isinstance(part, seedsearch.Part)
        assert part.score == pytest.approx(hit.score, abs=1e-9)
        assert index.search("coal").hits[0].explanation is None
