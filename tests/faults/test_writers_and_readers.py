"""Two writers: one waits or fails. Readers during many commits: every answer is of one commit."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from killing import commit_markers, versions
from trials import LONG, trials

from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine
from seedsearch.errors import IndexClosedError, IndexLockedError
from seedsearch.paths import create_home


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "seedsearch", *arguments]


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("The troops came by rail.\n")
    create_home(str(tmp_path / ".seedsearch"))
    return tmp_path


def test_a_second_writer_is_told(base: Path) -> None:
    folder = str(base / ".seedsearch")
    first, second = (open_engine(folder, create=True) for _ in range(2))
    writer = first.writer()
    with pytest.raises(IndexLockedError, match=r"another process is writing .* or use --wait"):
        second.writer()
    for arguments in (["index", "docs"], ["index", "--rebuild", "docs"]):
        ended = subprocess.run(
            command(*arguments), cwd=base, capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == (
            f"seedsearch: another process is writing to the index in {folder}: "
            "wait until it ends, or use --wait\n"
        )
    writer.close()
    second.writer().close()
    for engine in (first, second):
        engine.close()


def test_a_second_writer_waits(base: Path) -> None:
    engine = open_engine(str(base / ".seedsearch"), create=True)
    writer = engine.writer()
    with subprocess.Popen(
        command("index", "--wait", "docs"), cwd=base, stderr=subprocess.PIPE
    ) as waiting:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1.0)
        writer.close()
        assert waiting.wait(20) == 0
    assert engine.refresh()
    assert list(engine.files()) == ["docs/a.txt"]
    engine.close()


def test_readers_during_many_commits(tmp_path: Path) -> None:
    folder = str(tmp_path)
    commits = trials(30, 10_000)
    engine = open_engine(folder, create=True)
    commit_markers(engine, 0)
    done = threading.Event()
    problems: list[BaseException] = []
    seen: list[set[int]] = []

    def read(*, reopen: bool) -> None:
        versions_seen: set[int] = set()
        reader = open_engine(folder)
        last = -1
        try:
            while not done.is_set():
                if reopen:
                    reader.close()
                    reader = open_engine(folder)
                else:
                    reader.refresh()
                first = versions(reader)
                assert sorted(first) == ["f0", "f1", "f2"]
                assert len(set(first.values())) == 1, first
                version = first["f0"]
                assert version >= last
                kept = [path for path in reader.files() if path.startswith("kept")]
                assert len(kept) == version + 1
                assert versions(reader) == first  # until it is refreshed
                last = version
                versions_seen.add(version)
                time.sleep(0.03 if LONG else 0)  # the commits need the processor too
        except BaseException as error:
            problems.append(error)
        finally:
            reader.close()
            seen.append(versions_seen)

    readers = [threading.Thread(target=read, kwargs={"reopen": reopen}) for reopen in (True, False)]
    held = open_engine(folder)
    for thread in readers:
        thread.start()
    for version in range(1, commits + 1):
        commit_markers(engine, version)
        if problems:
            break
        time.sleep(0)  # give the readers time
    done.set()
    for thread in readers:
        thread.join()
    assert not problems, problems
    assert set(versions(held).values()) == {0}, "a reader that is not refreshed keeps its state"
    held.close()
    engine.close()
    assert all(len(of_one) > 5 for of_one in seen)


WRITER = """
import sys
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions
from seedsearch.indexing.stream import add_stream
from seedsearch.paths import Home
engine, waiting = open_engine(sys.argv[1], create=True), IndexOptions(wait=True)
for number in range(int(sys.argv[3])):
    add_stream(engine, Home(sys.argv[1]), f"{sys.argv[2]}-{number}", b"marker words", waiting)
    print(number, flush=True)
"""


@pytest.mark.parametrize("writers", [2, 4, 8] if LONG else [3])
def test_several_writers_lose_nothing(base: Path, writers: int) -> None:
    folder = str(base / ".seedsearch")
    each = trials(4, 50)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, folder, str(number), str(each)], env=environment
        )
        for number in range(writers)
    ]
    reader = open_engine(folder, create=True)
    last = 0
    while any(run.poll() is None for run in running):
        reader.refresh()
        found = len(reader.files())
        assert found >= last
        last = found
    assert [run.wait() for run in running] == [0] * writers
    reader.refresh()
    assert len(reader.files()) == writers * each
    reader.close()


def test_threads_search_refresh_and_close(tmp_path: Path) -> None:
    """A thread's search ends on the state that it began with, or is told that the index is closed."""
    folder = str(tmp_path)
    writer = open_engine(folder, create=True)
    commit_markers(writer, 1)
    for number in range(2, trials(6, 60) + 2):
        engine = open_engine(folder)
        problems: list[BaseException] = []

        def search(engine: Engine = engine, problems: list[BaseException] = problems) -> None:
            try:
                while True:
                    assert len(set(versions(engine).values())) == 1
                    engine.refresh()
            except IndexClosedError:
                return
            except BaseException as error:
                problems.append(error)

        threads = [threading.Thread(target=search) for _ in range(4)]
        for thread in threads:
            thread.start()
        commit_markers(writer, number)
        time.sleep(0.02)
        engine.close()
        for thread in threads:
            thread.join()
        assert not problems, problems
    writer.close()
