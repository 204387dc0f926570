"""Many updates, one after the other, with open readers and a watch: memory, descriptors and files stay flat."""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from killing import commit_markers, versions
from trials import trials

from seedsearch.engine.registry import check_index, open_engine
from seedsearch.index.writer import FAN_IN
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.ast import Exact

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for descriptors in /proc")


def most_files(version: int) -> int:
    """Return how many files the merge policy leaves: fewer than FAN_IN segments of each size, and deletions."""
    tiers = math.ceil(math.log(20 * version + 12, FAN_IN))  # passages after so many commits
    return (FAN_IN - 1) * tiers + FAN_IN + 4


def test_updates_leave_nothing_behind(tmp_path: Path) -> None:
    folder = str(tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    engine, reader = (open_engine(folder, create=True) for _ in range(2))
    rounds = trials(60, 1_000)
    memory = 0
    for version in range(1, rounds + 1):
        commit_markers(engine, version)
        engine.refresh()
        reader.refresh()
        assert set(versions(reader).values()) == {version}
        files = len(os.listdir(folder))
        assert files <= most_files(version), version
        assert len(os.listdir("/proc/self/fd")) <= before + 2 * files + 5, version
        if version == 40:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert grown < 30_000 + 10 * rounds, (
        grown
    )  # kilobytes; the index itself grows by a file a commit
    engine.close()
    reader.close()
    assert not check_index(folder).damages


def used(pid: int) -> tuple[int, int]:
    """Return the memory of a process in kilobytes, and its descriptors."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return memory, len(os.listdir(f"/proc/{pid}/fd"))


def wait_for(check: Callable[[], bool]) -> None:
    end = time.monotonic() + 300
    while not check():
        assert time.monotonic() < end, "a change was missed"
        time.sleep(0.1)


def test_a_watch_beside_another_writer_misses_nothing(tmp_path: Path) -> None:
    """A burst of changes ends in the index too, which only the watch updates then."""
    pytest.importorskip("watchfiles")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "0.txt").write_text("first\n")
    home = create_home(str(tmp_path / ".seedsearch"))
    engine, reader = (open_engine(home.folder, create=True) for _ in range(2))
    options = IndexOptions(add_roots=(str(docs),), jobs=1, wait=True)
    update_index(engine, home, options)

    def found(word: str) -> int:
        reader.refresh()
        return reader.search(Exact(word), limit=0).total

    said = tmp_path / "said"
    command = [sys.executable, "-m", "seedsearch", "watch", "--index", home.folder]
    with said.open("w") as stderr, subprocess.Popen(command, stderr=stderr) as watching:
        try:
            wait_for(lambda: "watching 1 root" in said.read_text())
            before = used(watching.pid)
            for version in range(1, trials(10, 1_000) + 1):
                (docs / f"{version % 50}.txt").write_text(f"version{version} words\n")
                update_index(engine, home, options)
                assert found(f"version{version}") == 1, version
                assert len(os.listdir(home.folder)) <= most_files(version), version
            burst = trials(200, 5_000)
            for number in range(burst):
                (docs / f"{number % 500}.txt").write_text(f"burst{number // 500} number{number}\n")
            wait_for(lambda: found(f"number{burst - 1}") == 1)
            last = range(max(0, burst - 500), burst)
            wait_for(lambda: all(found(f"number{number}") == 1 for number in last))
            after = used(watching.pid)
            assert watching.poll() is None
        finally:
            watching.terminate()
    assert "Traceback" not in said.read_text()
    assert after[0] < before[0] + 30_000
    assert after[1] <= before[1] + 2 * len(os.listdir(home.folder)), (before, after)
    engine.close()
    reader.close()
    assert not check_index(home.folder).damages
