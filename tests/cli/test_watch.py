"""`seedsearch watch`: bursts, half-written files, other writers, and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Cli, environment

pytest.importorskip("watchfiles")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

Watching = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def docs(cli: Cli, folder: Path) -> Path:
    made = folder / "docs"
    made.mkdir()
    (made / "first.txt").write_text("harbour first\n")
    cli("index", "docs")
    return made


@pytest.fixture
def watching(docs: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a watch and wait until it watches."""
    run = subprocess.Popen(
        [sys.executable, "-m", "seedsearch", "watch"],
        cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert run.stderr is not None
    for line in run.stderr:
        if line.startswith("watching 1 root"):
            break
    yield run
    run.kill()
    run.communicate()


def wait_for(check: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.2)


def count(cli: Cli, word: str) -> int:
    return cli("query", "-l", word).out.count("\n")


def test_a_burst_a_change_and_a_removal(
    cli: Cli, docs: Path, watching: subprocess.Popen[str]
) -> None:
    for number in range(300):
        (docs / f"{number}.txt").write_text(f"burst {number}\n")
    wait_for(lambda: count(cli, "burst") == 300)
    (docs / "first.txt").write_text("now about tea\n")
    (docs / "7.txt").unlink()
    wait_for(lambda: count(cli, "tea") == 1 and count(cli, "burst") == 299)
    assert count(cli, "harbour") == 0


def test_a_file_that_is_being_written_is_whole_in_the_end(
    cli: Cli, docs: Path, watching: subprocess.Popen[str]
) -> None:
    with (docs / "slow.txt").open("w") as file:
        for number in range(10):
            file.write(f"paragraph{number}\n\n")
            file.flush()
            time.sleep(0.15)
    wait_for(lambda: count(cli, "paragraph9") == 1)
    assert count(cli, "paragraph0") == 1


def test_other_writers_get_in_and_new_roots_are_watched(
    cli: Cli, docs: Path, folder: Path, watching: subprocess.Popen[str]
) -> None:
    (folder / "more").mkdir()
    (folder / "more/a.txt").write_text("silk\n")
    assert cli("index", "--wait", "more").code == 0
    time.sleep(2.5)
    (folder / "more/b.txt").write_text("silk too\n")
    wait_for(lambda: count(cli, "silk") == 2)


def test_it_says_that_a_root_became_empty(
    docs: Path, folder: Path, watching: subprocess.Popen[str]
) -> None:
    (docs / "first.txt").rename(folder / "first.txt")
    assert watching.stderr is not None
    assert watching.stderr.readline() == (
        "seedsearch: docs has vanished or is empty: its documents are kept; index --prune removes them\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_told(
    cli: Cli, docs: Path, watching: subprocess.Popen[str], number: int
) -> None:
    watching.send_signal(number)
    _, err = watching.communicate(timeout=20)
    assert watching.returncode == 0
    assert err.splitlines()[-1] == "stopped"
    assert cli("index").code == 0  # the lock is free


def test_it_says_what_it_needs(
    cli: Cli, folder: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    ended = cli("watch")
    assert ended.code == 2
    assert "pip install 'seedsearch[watch]'" in ended.err
