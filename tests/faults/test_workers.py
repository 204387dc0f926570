"""A reader that harms its process loses only its own file. No process outlives another."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from killing import living

from seedsearch.index.manifest import SEGMENT, new_name

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

PROGRAM = str(Path(__file__).with_name("faulty.py"))
HELD = "import re; re.search(r'\\.+x', '.' * 3_000_000)"  # minutes in one call of C, which handles no signal
# Memory grows, with every page used. It ends at 2 GB if nothing stops it earlier.
EATS = """
import os, resource
parts = []
while len(parts) < 64:
    parts.append(bytearray(b"x") * (32 << 20))
    with open(os.path.join(os.environ["PEAKS"], str(os.getpid())), "w") as file:
        file.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10))
"""
DEATHS = {
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "exit": "import os; os._exit(0)",
}


def start(
    base: Path, fault: str, *arguments: str, small: bool, **more: str
) -> subprocess.Popen[str]:
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    environment |= more | {"FAULT": fault}
    if not small:
        environment["MANY"] = "1"
    return subprocess.Popen(
        [sys.executable, PROGRAM, *arguments], cwd=base, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def gone_within(session: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not living(session):
            return True
        time.sleep(0.02)
    return False


def ended(
    base: Path, fault: str, *arguments: str, small: bool, **more: str
) -> tuple[int, str, str]:
    # -v: it reports in a pipe, too
    given = (*arguments, "-v") if arguments[0] == "index" else arguments
    with start(base, fault, *given, small=small, **more) as run:
        out, err = run.communicate(timeout=120)
    assert gone_within(run.pid, 5)
    return run.returncode, out, err


def write(base: Path, bad: Sequence[str], good: int = 60) -> None:
    docs = base / "docs"
    docs.mkdir()
    for number in range(good):
        (docs / f"{number:02}.txt").write_text(f"word{number} " + "some more words. " * 200)
    for name in bad:
        data = ("# bad\n\n" + "words of it\n\n" * 10_000).encode()
        (docs / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    for path in docs.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))


def found(base: Path, word: str) -> list[str]:
    command = [sys.executable, "-m", "seedsearch", "query", "-l", "-k0", "--", word]
    out = subprocess.run(command, cwd=base, capture_output=True, text=True, check=False).stdout
    return out.split()


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("kind", DEATHS)
def test_a_file_whose_reader_dies_is_named_and_the_rest_is_indexed(
    tmp_path: Path, kind: str, small: bool
) -> None:
    write(tmp_path, ["20bad.md", "40bad.md.gz"], good=60 if not small else 8)
    code, _, err = ended(tmp_path, DEATHS[kind], "index", "docs", small=small)
    assert code == 0, err
    assert "2 skipped: 2 unreadable: its reader died, perhaps because memory ran out\n" in err
    assert "docs/20bad.md: unreadable: its reader died, perhaps because memory ran out\n" in err
    assert found(tmp_path, "more") == [f"docs/{n:02}.txt" for n in range(8 if small else 60)]
    begin = time.monotonic()
    _, _, err = ended(tmp_path, "raise SystemError", "index", small=small)
    assert (
        "2 skipped: 2 unreadable: its reader died, perhaps because memory ran out\n" in err
    )  # not tried again
    assert time.monotonic() - begin < 20


def test_spawned_workers_die_and_hold_on_too(tmp_path: Path) -> None:
    write(tmp_path, ["20bad.md", "40bad.md.gz"], good=8)
    fault = f"""if 'gz' in file.path: {DEATHS["exit"]}\nelse: {HELD}"""
    code, _, err = ended(
        tmp_path, fault, "index", "docs", "-v", "--timeout", "2", small=False, METHOD="spawn"
    )
    assert code == 0, err
    assert "docs/20bad.md: took longer than 2 s\n" in err
    assert "docs/40bad.md.gz: unreadable: its reader died, perhaps because memory ran out\n" in err
    assert len(found(tmp_path, "more")) == 8


def test_many_files_whose_readers_die_cost_little_more_than_themselves(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(120):
        kind = "die" if number % 10 == 5 else "live"
        (docs / f"{number:03}bad{kind}.md").write_text("some more words. " * 200)
    fault = f"open('log', 'a').write('x')\nif 'die' in file.path: {DEATHS['exit']}"
    code, _, err = ended(tmp_path, fault, "index", "docs", small=False)
    assert code == 0, err
    assert "12 skipped: 12 unreadable: its reader died, perhaps because memory ran out\n" in err
    assert len(found(tmp_path, "more")) == 108
    # A file whose worker dies is read twice. Its earlier files are read again, but fewer after each death.
    assert 132 <= len((tmp_path / "log").read_text()) < 250


def test_a_worker_that_is_killed_for_no_fault_of_its_file_costs_nothing(tmp_path: Path) -> None:
    write(tmp_path, ["20bad.md"])
    once = (
        "import os, signal, pathlib\n"
        "mark = pathlib.Path('mark')\n"
        "if not mark.exists():\n"
        "    mark.touch()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    code, _, err = ended(tmp_path, once, "index", "docs", small=False)
    assert (code, (tmp_path / "mark").exists()) == (0, True)
    assert err.startswith("61 added")


@pytest.mark.parametrize("error", ["MemoryError", "RecursionError('deep')", "ValueError('odd')"])
def test_what_a_reader_raises_in_a_worker_costs_its_file_alone(tmp_path: Path, error: str) -> None:
    write(tmp_path, ["20bad.md"])
    code, _, err = ended(tmp_path, f"raise {error}", "index", "docs", small=False)
    assert (code, "1 skipped: 1 unreadable: " in err, "60 added" in err) == (0, True, True), err


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("fault", [HELD, "import time; time.sleep(100)"])
def test_a_file_that_takes_too_long_is_named_and_left(
    tmp_path: Path, fault: str, small: bool
) -> None:
    write(tmp_path, ["20bad.md"], good=60 if not small else 8)
    begin = time.monotonic()
    code, _, err = ended(tmp_path, fault, "index", "docs", "--timeout", "1", small=small)
    took = time.monotonic() - begin
    assert code == 0, err
    assert "1 skipped: 1 took longer than 1 s\n" in err
    assert 1 <= took < 20
    assert len(found(tmp_path, "more")) == (8 if small else 60)


def test_a_small_file_that_takes_long_here_is_read_by_a_worker(tmp_path: Path) -> None:
    write(tmp_path, [], good=3)
    (tmp_path / "docs" / "bad.md").write_text("# bad\n\nbarely\n")
    slow = "import time; time.sleep(3)"
    code, _, err = ended(tmp_path, slow, "index", "docs", small=True)
    assert (code, err.startswith("4 added")) == (0, True), err
    (tmp_path / "docs" / "bad.md").write_text("# bad\n\nbarely again\n")
    (tmp_path / "seedsearch.toml").write_text("[index]\ntimeout = 1\n")
    code, _, err = ended(tmp_path, slow, "index", small=True)
    assert (code, "1 took longer than 1 s" in err) == (0, True), err


def wait_for_worker(run: subprocess.Popen[str], mark: Path) -> None:
    deadline = time.monotonic() + 30
    while not mark.exists() or len(living(run.pid)) < 2:
        assert time.monotonic() < deadline, "no worker came that far"
        time.sleep(0.02)


@pytest.mark.parametrize(("small", "method"), [(True, "fork"), (False, "fork"), (False, "spawn")])
def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path, small: bool, method: str) -> None:
    write(tmp_path, ["20bad.md", "40bad.md"])
    fault = f"open('mark', 'w').close(); {HELD}"
    with start(tmp_path, fault, "index", "docs", small=small, METHOD=method) as run:
        wait_for_worker(run, tmp_path / "mark")
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        assert gone_within(run.pid, 5)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_a_run_whose_workers_hold_on(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    write(tmp_path, ["20bad.md", "40bad.md"])
    fault = f"open('mark', 'w').close(); {HELD}"
    with start(tmp_path, fault, "index", "docs", small=False) as run:
        wait_for_worker(run, tmp_path / "mark")
        # As left by a worker that is killed while it writes.
        (tmp_path / ".seedsearch" / new_name(SEGMENT)).write_bytes(b"begun")
        begin = time.monotonic()
        os.kill(run.pid, number)
        _, err = run.communicate(timeout=60)
        took = time.monotonic() - begin
    assert (run.returncode, took < 5, gone_within(run.pid, 5)) == (code, True, True)
    assert err.startswith("seedsearch: ")
    assert "Traceback" not in err
    assert sorted(os.listdir(tmp_path / ".seedsearch")) == [".gitignore", "CACHEDIR.TAG", "lock"]


PLACES = (
    "seedsearch.indexing.plan:walk",
    "seedsearch.indexing.in_process:read_here",
    "seedsearch.indexing.supervisor:_Worker.hear",
    "seedsearch.indexing.supervisor:_Worker.__init__",
    "seedsearch.index.writer:WhooshWriter.adopt",
    "seedsearch.index.writer:WhooshWriter.commit",
    "seedsearch.index.manifest:write",
)


@pytest.mark.parametrize("place", PLACES)
def test_ctrl_c_in_each_phase_keeps_what_was_committed(tmp_path: Path, place: str) -> None:
    write(tmp_path, [], good=8)
    assert ended(tmp_path, "", "index", "docs", small=True)[0] == 0
    folder = tmp_path / ".seedsearch"
    before = sorted(os.listdir(folder))
    for number in range(100, 120):
        (tmp_path / "docs" / f"{number}.txt").write_text("even more words")
    small = place.startswith("seedsearch.indexing.in_process")
    begin = time.monotonic()
    code, _, err = ended(tmp_path, "", "index", small=small, PLACE=place)
    assert code == 130
    assert re.fullmatch(
        r"seedsearch: \d+ documents are in the index so far: run seedsearch index to continue\n"
        r"seedsearch: interrupted\n",
        err,
    )
    assert time.monotonic() - begin < 10
    assert sorted(os.listdir(folder)) == before
    assert len(found(tmp_path, "more")) == 8
    assert ended(tmp_path, "", "index", small=small)[2].startswith("20 added")


def test_memory_without_end_costs_its_file_alone(tmp_path: Path) -> None:
    """A reader that allocates without end is stopped near --memory."""
    peaks = tmp_path / "peaks"
    peaks.mkdir()
    write(tmp_path, ["bad.md.gz"])
    code, _, err = ended(
        tmp_path, EATS, "index", "docs", "--memory", "256", "-v", small=True, PEAKS=str(peaks)
    )
    assert code == 0
    assert "docs/bad.md.gz: " in err
    assert found(tmp_path, "word7") == ["docs/07.txt"]
    assert max(int(path.read_text()) for path in peaks.iterdir()) < 256 + 200  # megabytes


@pytest.mark.parametrize(
    ("fault", "seconds", "reason"),
    [
        ("import time\nwhile True: time.sleep(0.01)", 1, "took longer than 1 s"),
        (EATS, 50, "unreadable: it takes more memory than --memory allows"),
    ],
)
def test_a_document_from_a_pipe_has_the_same_limits(
    tmp_path: Path, fault: str, seconds: int, reason: str
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("more words")
    limits = f"[index]\ntimeout = {seconds}\nmemory = 256\n"
    (tmp_path / "seedsearch.toml").write_text(limits)
    assert ended(tmp_path, "", "index", "docs", small=True)[0] == 0
    with start(
        tmp_path, fault, "index", "--stdin", "--name", "bad.md", small=True, PEAKS=str(tmp_path)
    ) as run:
        try:
            _, err = run.communicate("# bad\n\nwords\n", timeout=60)
        finally:
            run.kill()
    assert (run.returncode, err) == (2, f"seedsearch: bad.md: {reason}\n")
    assert found(tmp_path, "more") == ["docs/a.txt"]
