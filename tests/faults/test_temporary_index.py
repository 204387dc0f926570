"""A search without an index leaves no texts behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from killing import living

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

SLOW = """
import signal, sys, time
from seedsearch.cli import script
from seedsearch.cli import temporary_index, query

def slow(real, name):
    def call(*arguments, **options):
        found = real(*arguments, **options)
        print(name, flush=True)
        time.sleep(60)
        return found
    return call

if sys.argv[1] == "reading":
    temporary_index.update_index = slow(temporary_index.update_index, "reading")
    temporary_index.add_stream = slow(temporary_index.add_stream, "reading")
else:
    from seedsearch.search import searcher as searching
    searching.search = slow(searching.search, "searching")
    query.search = searching.search
del sys.argv[1]
script()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "docs").mkdir()
    for number in range(4):
        (tmp_path / "docs" / f"{number}.txt").write_text("common words of a text. " * 20_000)
    return tmp_path


def begun(place: Path, when: str, *how: str) -> subprocess.Popen[bytes]:
    run = subprocess.Popen(
        [sys.executable, "-c", SLOW, when, "query", *how, "-c", "words"],
        cwd=place, env={**os.environ, "TMPDIR": str(place / "tmp")}, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert run.stdin is not None
    assert run.stdout is not None
    if "--stdin" in how:
        run.stdin.write(b"common words of a text. " * 20_000)
    run.stdin.close()
    assert run.stdout.readline().decode().strip() == when
    return run


@pytest.mark.parametrize("how", [["--in", "docs"], ["--stdin"]])
@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1],
)
def test_no_signal_that_can_be_caught_leaves_texts(
    place: Path, how: list[str], number: signal.Signals
) -> None:
    with begun(place, "reading", *how) as run:
        assert os.listdir(place / "tmp")  # else this test proves nothing
        os.kill(run.pid, number)
        err = run.stderr.read().decode() if run.stderr else ""
    assert run.returncode == (128 + number), err
    assert "Traceback" not in err
    assert os.listdir(place / "tmp") == []
    assert not living(run.pid)


def test_two_signals_do_not_either(place: Path) -> None:
    with begun(place, "reading", "--in", "docs") as run:
        for _ in range(20):
            os.kill(run.pid, signal.SIGTERM)
            time.sleep(0.001)
        run.wait()
    assert os.listdir(place / "tmp") == []


@pytest.mark.parametrize("how", [["--in", "docs"], ["--stdin"]])
def test_once_all_is_read_not_even_sigkill_does(place: Path, how: list[str]) -> None:
    with begun(place, "searching", *how) as run:
        assert os.listdir(place / "tmp") == []
        run.kill()


def test_a_signal_that_the_parent_ignores_stays_ignored(place: Path) -> None:
    command = [sys.executable, "-m", "seedsearch", "query", "--in", "docs", "-c", "words"]
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by a child, as under nohup
    try:
        run = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGHUP, before)
    with run:
        for _ in range(50):
            run.send_signal(signal.SIGHUP)
            time.sleep(0.01)
            if run.poll() is not None:
                break
        assert run.stdout is not None
        assert len(run.stdout.read().splitlines()) == 4
    assert run.returncode == 0
