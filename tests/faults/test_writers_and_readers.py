"""Two writers: one waits or is told. Readers during many commits: every answer is of one commit."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from killing import commit_markers, versions
from trials import trials

from seedsearch.engine.registry import open_engine
from seedsearch.errors import IndexLockedError
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
    with pytest.raises(IndexLockedError, match=r"another process is writing .* or say --wait"):
        second.writer()
    for arguments in (["index", "docs"], ["index", "--rebuild", "docs"]):
        ended = subprocess.run(
            command(*arguments), cwd=base, capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == (
            f"seedsearch: another process is writing to the index in {folder}: "
            "wait for it to end, or say --wait\n"
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
    commits = trials(50, 1000)
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
        time.sleep(0)  # let the readers come in between
    done.set()
    for thread in readers:
        thread.join()
    assert not problems, problems
    assert set(versions(held).values()) == {0}, "a reader that is not refreshed keeps its state"
    held.close()
    engine.close()
    assert all(len(of_one) > 5 for of_one in seen)
