"""Ctrl-C, SIGTERM and SIGHUP at any moment: the command ends soon, says no traceback, and leaves nothing behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from killing import living
from trials import trials

from seedsearch.engine.registry import check_index

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

MOST_SECONDS = 10.0  # one second, and what a busy machine adds
COMMANDS = (
    ("index", "docs", "--jobs", "2"),
    ("query", "words"),
    ("query", "--in", "docs", "-c", "words"),
    ("check",),
    ("index", "--rebuild", "--jobs", "1"),
)
# From where the command line runs: before that, Python itself is starting.
PROGRAM = "from seedsearch.__main__ import script; print('begun', flush=True); script()"


IN_A_FINALISER = """
import time
from seedsearch import cli
from seedsearch.cli.exit import guarded

class Snapshot:
    def __del__(self):
        raise KeyboardInterrupt  # as if Ctrl-C came while files are closed

def run(arguments):
    Snapshot()
    time.sleep(60)

cli.main = lambda: guarded(run, [])
cli.script()
"""


def test_ctrl_c_in_a_finaliser_is_heard() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IN_A_FINALISER],
        capture_output=True, text=True, check=False, timeout=50,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (130, "seedsearch: interrupted\n")


# Runs the script, with a Ctrl-C before a module is loaded.
AT_AN_IMPORT = """
import os, runpy, signal, sys

class Finder:
    def find_spec(name, path, target=None):
        if name == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize("module", ["seedsearch", "seedsearch.version", "seedsearch.cli", "click"])
def test_ctrl_c_while_the_program_is_loaded(module: str) -> None:
    script = Path(__file__).parents[2] / "bin" / "seedsearch"
    ended = subprocess.run(
        [sys.executable, "-c", AT_AN_IMPORT, str(script), module],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (130, "")


def test_a_signal_at_any_moment(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tmp").mkdir()
    for number in range(8):
        (tmp_path / "docs" / f"{number}.txt").write_text("common words of a text. " * 20_000)
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    environment["TMPDIR"] = str(tmp_path / "tmp")
    rng = random.Random(33)
    command = [sys.executable, "-m", "seedsearch", "index", "-q", "docs"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    stopped = 0
    for trial in range(trials(5, 100)):
        arguments = COMMANDS[trial % len(COMMANDS)]
        if arguments[0] == "index":
            (tmp_path / "docs" / f"{trial % 8}.txt").write_text(f"common words {trial}. " * 20_000)
        number = rng.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments], cwd=tmp_path, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        ) as run:  # fmt: skip
            assert run.stdout is not None
            run.stdout.readline()
            if (
                trial
            ):  # the first signal comes at once, so that one command is stopped on any machine
                time.sleep(rng.uniform(0, 0.6))
            os.kill(run.pid, number)
            begin = time.monotonic()
            _, err = run.communicate(timeout=60)
            took = time.monotonic() - begin
        what = (trial, arguments, number, run.returncode, err)
        assert run.returncode in (0, 128 + number, -number), what
        assert "Traceback" not in err, what
        assert took < MOST_SECONDS or run.returncode == 0, (took, what)
        stopped += run.returncode != 0
        end = time.monotonic() + 5
        while living(run.pid):
            assert time.monotonic() < end, ("workers live on", what)
            time.sleep(0.02)
        assert os.listdir(tmp_path / "tmp") == [], what
        assert not check_index(str(tmp_path / ".seedsearch")).damages, what
    assert stopped
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
