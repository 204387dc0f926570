"""SIGKILL at random moments: the last committed state answers, and the next run works at once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from killing import Versions, living, paragraphs, start, versions
from trials import LONG, trials

from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import NoIndexError
from seedsearch.index import manifest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="looks for processes in /proc"
)

FILES = 8


def write(docs: Path, version: int, rng: random.Random) -> Versions:
    """Give some files (most of them) another version. Return them by stored path."""
    changed = {}
    for number in range(FILES):
        if version == 1 or rng.random() < 0.8:
            (docs / f"{number}.txt").write_text(paragraphs(number, version, 400))
            changed[f"docs/{number}.txt"] = version
    return changed


def state(folder: Path) -> Versions:
    try:
        engine = open_engine(str(folder))
    except NoIndexError:
        return {}
    try:
        return versions(engine)
    finally:
        engine.close()


def assert_clean(folder: Path) -> None:
    """Check that the index is whole, and contains no unnamed files."""
    assert not check_index(str(folder)).damages
    kept = {".gitignore", "CACHEDIR.TAG", "lock", "manifest.json"}
    assert {p.name for p in folder.iterdir()} == kept | manifest.read(str(folder)).names()


def assert_gone(session: int) -> None:
    end = time.monotonic() + 10
    while living(session):
        assert time.monotonic() < end, "workers outlive their parent"
        time.sleep(0.02)


def index(base: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "seedsearch", "index", "--jobs", "2", "--memory", "64", *more]
    return subprocess.run(command, cwd=base, capture_output=True, text=True, check=False)


def test_killed_while_indexing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    docs, folder = tmp_path / "docs", tmp_path / ".seedsearch"
    docs.mkdir()
    rng = random.Random(3)
    before: Versions = {}
    longest, in_the_middle = 0.8, 0
    for version in range(1, trials(4, 80) + 1):
        changed = write(docs, version, rng)
        # Alternately the command, which commits once here, and a program that commits constantly.
        by_command = version % 2 == 0
        begin = time.monotonic()
        if by_command:
            command = [sys.executable, "-m", "seedsearch", "index", "-j2", "--memory", "64", "docs"]
            run = subprocess.Popen(
                command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                text=True, start_new_session=True,
            )  # fmt: skip
        else:
            run = start("update", str(tmp_path), str(docs))
        with run:
            try:
                run.wait(rng.uniform(0.1, longest * 1.1))
            except subprocess.TimeoutExpired:
                run.kill()
            else:
                assert run.returncode == 0
                longest = time.monotonic() - begin
        killed = run.returncode == -signal.SIGKILL
        now = state(folder)
        complete = before | changed
        if by_command:
            assert now in (before, complete)
        else:
            assert all(now.get(path) in (before.get(path), new) for path, new in complete.items())
        assert now == complete or killed
        in_the_middle += now != complete
        ended = index(tmp_path, "docs")
        assert ended.returncode == 0, ended.stderr
        assert state(folder) == complete
        assert_gone(run.pid)
        assert index(tmp_path).returncode == 0  # a dying worker may have left a file
        assert_clean(folder)
        before = complete
    assert in_the_middle


def test_killed_while_committing_and_merging(tmp_path: Path) -> None:
    folder = tmp_path / ".seedsearch"
    rng = random.Random(4)
    next_version = 1
    for _ in range(trials(8, 80)):
        run = start("commits", str(tmp_path), str(next_version))
        assert run.stdout is not None
        with run:
            said = run.stdout.readline()
            assert int(said) == next_version, said
            time.sleep(rng.uniform(0, 0.3))
            os.kill(run.pid, signal.SIGKILL)
            rest = run.stdout.read().split()
        last = int(rest[-1]) if rest else next_version
        found = set(state(folder).values())
        assert len(found) == 1
        assert found <= {last, last + 1}  # a finished commit is there; one more may be
        assert not check_index(str(folder)).damages
        next_version = found.pop() + 1
    engine = open_engine(str(folder))
    kept = [path for path in engine.files() if path.startswith("kept")]
    engine.writer().close()
    engine.close()
    assert len(kept) == next_version - 1
    assert_clean(folder)


def test_killed_in_the_first_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    docs, folder = tmp_path / "docs", tmp_path / ".seedsearch"
    docs.mkdir()
    rng = random.Random(5)
    complete = write(docs, 1, rng)
    for _ in range(trials(2, 40)):
        shutil.rmtree(folder, ignore_errors=True)
        with subprocess.Popen(
            [sys.executable, "-m", "seedsearch", "index", "--jobs", "2", "docs"], cwd=tmp_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        ) as run:  # fmt: skip
            time.sleep(rng.uniform(0.1, 0.9))
            run.kill()
        assert state(folder) in ({}, complete)
        assert index(tmp_path, "docs").returncode == 0
        assert_gone(run.pid)
        assert index(tmp_path).returncode == 0
        assert_clean(folder)
        assert state(folder) == complete


COMMANDS = (
    ("index", "--rebuild", "--jobs", "2", "docs"),
    ("index", "--jobs", "1", "docs"),
    ("forget", "docs/0.txt"),
    ("watch", "docs"),
)


@pytest.mark.parametrize(
    "command", COMMANDS if LONG else COMMANDS[:1], ids=lambda command: " ".join(command[:2])
)
def test_killed_in_any_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    if command[0] == "watch":
        pytest.importorskip("watchfiles")
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    docs, folder = tmp_path / "docs", tmp_path / ".seedsearch"
    docs.mkdir()
    rng = random.Random(str(command))
    write(docs, 1, rng)
    assert index(tmp_path, "docs").returncode == 0
    for version in range(2, trials(2, 35) + 2):
        old = state(folder)
        changed = {} if command[0] == "forget" else write(docs, version, rng)
        with subprocess.Popen(
            [sys.executable, "-m", "seedsearch", *command], cwd=tmp_path, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as run:  # fmt: skip
            time.sleep(rng.uniform(0.1, 0.9))
            run.kill()
        now = state(folder)
        new = old | changed
        if command[0] == "forget":
            new = {path: v for path, v in old.items() if path != "docs/0.txt"}
        if command[0] == "watch":  # which may commit some of them before others
            assert all(now[path] in (old[path], new[path]) for path in old), (old, now, new)
        else:
            assert now in (old, new), (old, now, new)
        assert not check_index(str(folder)).damages
        assert index(tmp_path, "docs").returncode == 0
        assert_gone(run.pid)
        assert index(tmp_path).returncode == 0
        assert_clean(folder)
        assert set(state(folder)) == {f"docs/{number}.txt" for number in range(FILES)}
