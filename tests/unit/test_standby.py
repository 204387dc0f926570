"""A process that stands by does what others would, and is gone where there is nothing to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from left import children, descriptors
from reference_engine import ReferenceEngine

from seedsearch import processes
from seedsearch.cli import _get_ready, _standby
from seedsearch.errors import SeedsearchError
from seedsearch.indexing import IndexOptions, IndexReport, update_index
from seedsearch.indexing import pool as pool_module
from seedsearch.paths import Home
from seedsearch.standby import Serve, Standby, stand_by

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="nobody stands by here"
)


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that are enough for two processes, as soon as anything is."""
    monkeypatch.setattr(pool_module, "_SMALL", 1)
    monkeypatch.setattr("seedsearch.standby.is_alone", lambda: True)
    monkeypatch.setattr("seedsearch.processes.is_alone", lambda: True)
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(40):
        text = f"unique{number} " + "common words of a text. " * 50
        (folder / f"{number:02}.txt").write_text(text)
    return folder


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """No process and no descriptor is left."""
    before, born = len(descriptors()), children()
    yield
    assert (len(descriptors()) <= before, children() - born) == (True, set())


def index(
    docs: Path, standby: Standby | None, engine: ReferenceEngine, jobs: int = 2
) -> IndexReport:
    home = Home(str(docs.parent / ".seedsearch"))
    options = IndexOptions((str(docs),), jobs=jobs, rebuild=True)
    return update_index(engine, home, options, None, standby)


def begun(*folders: Path) -> Standby:
    standby = stand_by(partial(_get_ready, list(map(str, folders))))
    assert standby is not None
    return standby


def test_what_it_reads_is_what_others_read(docs: Path) -> None:
    with leaving_nothing():
        with_it, without = ReferenceEngine(), ReferenceEngine()
        assert index(docs, begun(docs), with_it).added == 40
        assert index(docs, None, without, jobs=1).added == 40
        assert with_it.files() == without.files()
        assert with_it.stats().passages == without.stats().passages


def test_it_works_once_and_then_others_are_begun(docs: Path) -> None:
    with leaving_nothing():
        standby, engine = begun(), ReferenceEngine()
        for _ in range(2):
            report = index(docs, standby, engine)
            assert report.added + report.unchanged == 40


@pytest.mark.parametrize("jobs", [1, 1 + (os.cpu_count() or 1)])
def test_with_too_little_or_too_much_for_it_others_do_the_work(docs: Path, jobs: int) -> None:
    with leaving_nothing():
        standby = begun()
        assert index(docs, standby, ReferenceEngine(), jobs).added == 40
        standby.dismiss()


def test_dismissed_it_is_gone_at_once() -> None:
    with leaving_nothing():
        standby = stand_by(lambda _: time.sleep(60))  # type: ignore[arg-type,return-value]
        if standby is not None:  # this process may have threads
            standby.dismiss()
            standby.dismiss()


def fails(is_called: Callable[[], bool]) -> Serve:
    raise ImportError("no such module")


def test_where_it_has_died_others_are_begun(docs: Path) -> None:
    with leaving_nothing():
        standby = begun()
        standby.process.kill()
        standby.process.join()
        assert index(docs, standby, ReferenceEngine()).added == 40


def test_where_it_cannot_get_ready_others_are_begun(docs: Path) -> None:
    with leaving_nothing():
        standby = stand_by(fails)
        assert standby is not None
        standby.process.join()
        assert index(docs, standby, ReferenceEngine()).added == 40


def killed(is_called: Callable[[], bool]) -> Serve:
    def serve(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    return serve


def test_where_it_is_killed_at_work_that_is_one_clear_error(docs: Path) -> None:
    with leaving_nothing():
        standby = stand_by(killed)
        with pytest.raises(SeedsearchError, match="a worker process died"):
            index(docs, standby, ReferenceEngine())


def test_a_system_that_has_not_what_it_takes_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError

    monkeypatch.setattr("seedsearch.standby.is_alone", lambda: True)
    monkeypatch.setattr(processes.Forking, "__init__", lambda self: refuse())
    assert stand_by(fails) is None
    monkeypatch.setattr("seedsearch.standby.is_alone", lambda: False)
    assert stand_by(fails) is None


ALONE = """
import os, sys, time
from seedsearch.standby import stand_by
standby = stand_by(lambda _: None)
print(standby._process._pid, flush=True)
time.sleep(60)
"""


def test_it_ends_with_the_process_that_began_it() -> None:
    run = subprocess.Popen([sys.executable, "-c", ALONE], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    pid = int(run.stdout.readline())
    os.kill(pid, 0)
    run.kill()
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":  # gone, and nobody has asked yet
            return
        time.sleep(0.02)
    pytest.fail("it is still there")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was begun for command lines that look like much."""
    begun: list[str] = []
    monkeypatch.setattr("seedsearch.standby.stand_by", lambda prepare: begun.append("begun"))
    return begun


@pytest.mark.parametrize(
    ("files", "arguments", "expected"),
    [
        ({"a.txt": 100}, ["docs"], False),
        ({"a.txt": 9_000_000}, ["docs"], True),
        ({"a.txt": 9_000_000}, ["--jobs", "2", "docs"], True),
        ({"a.txt": 9_000_000}, ["docs/a.txt"], False),
        ({"a.txt": 9_000_000}, [], False),
        ({"a.txt": 9_000_000}, ["nowhere"], False),
        ({"a.txt": 9_000_000}, ["docs", "--index", "idx"], True),
        ({"a.txt": 9_000_000, "../idx/CACHEDIR.TAG": 1}, ["docs", "--index", "idx"], False),
        ({"a.txt": 9_000_000, "../.seedsearch/manifest.json": 1}, ["docs"], False),
        ({"in/a.txt": 1}, ["docs"], True),
        ({f"{number}.txt": 1 for number in range(600)}, ["docs"], True),
    ],
)
def test_it_is_begun_where_much_is_to_be_read_for_the_first_time(
    files: dict[str, int],
    arguments: list[str],
    expected: bool,
    asked: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, size in files.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs").mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.truncate(size)
    monkeypatch.chdir(tmp_path)
    assert _standby(arguments) is None
    assert bool(asked) == expected


def test_the_command_line_uses_it_and_leaves_nothing(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(20):
        words = " ".join(f"word{number * at % 5000}" for at in range(90_000))
        (docs / f"{number:02}.txt").write_text(f"unique{number}\n{words}\n")

    def run(*arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "seedsearch", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=True, start_new_session=True,
        )  # fmt: skip
        return ended.stdout + ended.stderr

    assert "20 added" in run("index", "docs")
    assert "20 added" in run("index", "docs", "--jobs", "1", "--index", "alone")
    asked = "query", "unique7", "word77", "--json", "--index"
    assert run(*asked, ".seedsearch") == run(*asked, "alone") != ""
    assert "20 unchanged" in run("index", "docs")
