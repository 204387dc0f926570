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


# ------------------------------------------------------------------------------ the whole API


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with some notes that no index has."""
    for name in ("SEEDSEARCH_INDEX", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for number in range(60):
        suffix = "md" if number % 3 else "txt"
        folder = tmp_path / ("odd" if number % 2 else "even")
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.{suffix}").write_text(f"The port number {number} has coal.\n")
    return tmp_path


def test_make_update_forget(made: Path) -> None:
    with pytest.raises(seedsearch.NoIndexError):
        seedsearch.open_index()
    with seedsearch.open_index(create=True) as index:
        assert index.search("coal").total == 0
        seen: list[int] = []
        report = index.update(
            "odd", made / "even", jobs=1, progress=lambda p: seen.append(p.files_done)
        )
        assert (report.added, report.passages) == (60, 60)
        assert seen
        assert index.search("coal").total == 60
        only = seedsearch.Selection(types=("md",))
        assert index.update("odd", selection=only, jobs=1).removed == 10
        assert index.forget("even") == 30
        assert index.search("coal").total == 20
        with pytest.raises(seedsearch.SourceNotFoundError):
            index.forget("even")
        with pytest.raises(seedsearch.SourceNotFoundError):
            index.update("nowhere")
    with pytest.raises(seedsearch.IndexClosedError):
        index.update()
    with seedsearch.open_index() as index:
        assert index.search("coal").total == 20


def test_a_collection_from_python(made: Path) -> None:
    with seedsearch.open_index(collection="ports", create=True) as index:
        assert index.update("odd", jobs=1).added == 30
    with seedsearch.open_index(collection="ports") as index:
        assert index.search("coal").total == 30
    with pytest.raises(seedsearch.NoIndexError, match="did you mean ports"):
        seedsearch.open_index(collection="port")
    with pytest.raises(seedsearch.UsageError):
        seedsearch.open_index(".", collection="ports")


def test_every_filter_of_the_command_line(made: Path) -> None:
    with seedsearch.open_index(create=True) as index:
        index.update("odd", "even", jobs=1)
        assert index.search("coal", types=["md"]).total == 40
        assert index.search("coal", globs=["*.txt", "!0.txt"]).total == 19
        assert index.search("coal", below=["odd"]).total == 30
        assert index.search("coal", below=[made / "odd" / "1.md", "even"]).total == 31
        assert index.search("coal 7", all_words=True).total == 1
        assert index.search("coal AND nowhere", literal=True).total == 60
        assert index.search("coals", literal=True).total == index.search("coals").total
        (made / "names.txt").write_text("anthracite => coal\n")
        assert index.search("anthracite", synonyms=made / "names.txt").total == 60
        assert index.search("nowhere coal", all_words=True, relax=True).relaxed
        assert index.search("coal", by="file", limit=2).hits[1].rank == 2
        assert [f.counts for f in index.facets("coal", ["type"], types=["md"]).facets] == [
            (("md", 40),)
        ]
        assert index.timeline("coal", below=["odd"]).undated == 30
        assert index.keywords(below=["odd"]).total == 30
        for fault, matching in (
            (seedsearch.UsageError, {"types": ["nothing"]}),
            (seedsearch.UsageError, {"globs": ["["]}),
            (seedsearch.SourceNotFoundError, {"below": ["nowhere"]}),
        ):
            for ask in (index.search, index.stream, index.facets, index.timeline, index.keywords):
                with pytest.raises(fault):
                    ask("coal", **matching)  # type: ignore[operator]


def test_a_stream_gives_every_hit_once_in_the_order_of_search(made: Path) -> None:
    with seedsearch.open_index(create=True) as index:
        index.update("odd", "even", jobs=1)
        ids = [hit.passage_id for hit in index.search("coal", None, None, all_copies=True).hits]
        stream = index.stream("coal")
        first = next(stream)
        index.forget("odd")  # the stream keeps its state
        rest = list(stream)
        assert [first.passage_id, *(hit.passage_id for hit in rest)] == ids
        assert [hit.rank for hit in (first, *rest)] == list(range(1, 61))
        assert len(list(index.stream("coal"))) == 30
        again = index.stream("coal")
        index.close()
        assert len(list(again)) == 30
        with pytest.raises(seedsearch.IndexClosedError):
            index.stream("coal")


def test_a_stream_says_at_once_what_is_wrong(notes: Path) -> None:
    with seedsearch.open_index(notes) as index, pytest.raises(seedsearch.QuerySyntaxError):
        index.stream("coal AND")


def test_a_window_has_its_width(made: Path) -> None:
    (made / "long.txt").write_text("The harbour takes in much more than anybody expected. " * 4)
    with seedsearch.open_index(create=True) as index:
        index.update("long.txt", jobs=1)
        for width in (20, 60):
            window = index.search("harbour", window=width).hits[0].snippet.window
            assert window is not None
            assert 7 <= window.span.end - window.span.start <= width
        with pytest.raises(ValueError, match="window must be 1 or more"):
            index.search("harbour", window=0)


def test_threads_search_stream_and_update_together(made: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with seedsearch.open_index(create=True) as index:
        index.update("odd", "even", jobs=1)

        def work(turn: int) -> int:
            if turn % 8 == 0:
                (made / "odd" / f"new{turn}.txt").write_text(f"A port {turn} without any.\n")
                return 60 + 0 * index.update("odd", jobs=1, wait=True).added
            if turn % 2:
                return sum(1 for _ in index.stream("coal"))
            return index.facets("coal").total

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(work, range(24))) == {60}
