"""Threads may use an index freely at the same time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

import seedsearch
from seedsearch.engine.embedded import postings_cache
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import Home, create_home

FILES = 40
QUERIES = (
    "fox",
    "+fox +hen",
    '"fox hen"',
    '"hen fox"~3',
    "h* -dog",
    "fox path:1",
    "dog OR cow",
    "(fox OR cow) AND hen",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = create_home(str(tmp_path / ".seedsearch"))
    write(tmp_path, made, 0)
    return made


def write(folder: Path, home: Home, turn: int) -> None:
    """Change some files and update the index. The number of passages with "fox" stays the same."""
    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    for number in range(turn % 3, FILES, 3 if turn else 1):
        words = " ".join(("hen", "dog", "cow", "owl")[: 1 + (number + turn) % 4])
        (docs / f"{number:02}.txt").write_text(f"fox {words} {'and ' * (number % 9)}{turn}\n")
    engine = open_engine(home.folder, create=True)
    update_index(engine, home, IndexOptions((str(docs),), jobs=1))
    engine.close()


def run(*jobs: Callable[[], None], stop: Callable[[], None] = lambda: None) -> None:
    """Run each function in a thread. Raise the first exception; `stop` ends the other threads then."""
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            failures.append(error)
            stop()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=guarded, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    if failures:
        raise failures[0]


def test_searches_beside_a_writer_refreshes_and_a_close(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings_cache, "KEPT", 20_000)  # so that entries are evicted
    monkeypatch.setattr(postings_cache, "MOST_KEPT", 20_000)
    index = seedsearch.open_index(home.folder)
    written = Event()
    searches = [0] * 5

    def search(number: int) -> None:
        while True:
            for query in QUERIES:
                try:
                    found = index.search(query, limit=5)
                except seedsearch.IndexClosedError:
                    return
                assert query != "fox" or found.total == FILES
                assert all("fox" in hit.passage.text for hit in found.hits)
                searches[number] += 1

    def refresh() -> None:
        while not written.is_set():
            index.refresh()
            index.stats()
        index.refresh()
        while min(searches) < 50:
            written.wait(0.01)
        index.close()

    def count() -> None:
        with suppress(seedsearch.IndexClosedError):
            while True:
                assert index.stats().files == FILES
                index.terms("f")

    def commit() -> None:
        try:
            for turn in range(1, 9):
                write(tmp_path, home, turn)
        finally:
            written.set()

    searching = (lambda number=number: search(number) for number in range(5))
    run(*searching, refresh, count, commit, stop=index.close)
    assert min(searches) >= 50


def test_threads_give_the_answers_of_one(home: Home) -> None:
    index = seedsearch.open_index(home.folder)
    expected = [[(hit.path, hit.score) for hit in index.search(query).hits] for query in QUERIES]
    with seedsearch.open_index(home.folder) as other:

        def ask() -> None:
            for _ in range(5):
                found = [[(h.path, h.score) for h in other.search(q).hits] for q in QUERIES]
                assert found == expected

        run(*[ask] * 8)
    index.close()


def test_a_closed_index_says_so(home: Home) -> None:
    index = seedsearch.open_index(home.folder)
    index.close()
    index.close()
    for ask in (
        lambda: index.search("fox"),
        lambda: index.terms("f"),
        lambda: index.similar("docs/01.txt"),
        index.stats,
        index.refresh,
        index.whoosh,
    ):
        with pytest.raises(seedsearch.IndexClosedError, match="the index is closed"):
            ask()


def test_what_was_begun_ends_on_its_state(tmp_path: Path, home: Home) -> None:
    engine = open_engine(home.folder)
    readings = engine.readings()
    first = next(iter(readings))
    searcher = engine.whoosh().searcher()  # type: ignore[attr-defined]
    write(tmp_path, home, 1)
    assert engine.refresh()
    engine.close()
    assert len({first.path, *(reading.path for reading in readings)}) == FILES
    assert searcher.doc_count() == FILES
    assert searcher.stored_fields(0)["passage_text"]
