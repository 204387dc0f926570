"""An error at each call of the system on the index and on the documents: the old state or the new, and it is said."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from forked import Forked
from trials import LONG, counted, trials

from seedsearch.engine.registry import check_index

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="needs Linux and gcc"
)

ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EINTR, errno.EACCES, errno.EMFILE)


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("layer") / "failing.so"
    source = Path(__file__).with_name("failing.c")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-w", "-o", str(built), str(source), "-ldl"], check=True
    )
    return built


@pytest.fixture(scope="module")
def forked(layer: Path) -> Iterator[Forked]:
    with Forked(layer) as process:
        yield process


def found(forked: Forked, base: Path) -> frozenset[str]:
    ended = forked.run(base, "query", "-l", "-k0", "old OR new")
    assert ended.returncode in (0, 1), ended.stderr
    return frozenset(ended.stdout.split())


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, forked: Forked) -> Path:
    """An index of some files, of which one changed since, one is gone and one is new."""
    base = tmp_path_factory.mktemp("before")
    (base / "docs" / "sub").mkdir(parents=True)
    for number in range(12):
        (base / "docs" / f"{number}.txt").write_text("an old text\n" * 30)
    (base / "docs" / "sub" / "below.txt").write_text("old\n")
    for path in base.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert forked.run(base, "index", "docs").returncode == 0
    (base / "docs" / "1.txt").write_text("no more of it\n")
    (base / "docs" / "2.txt").unlink()
    (base / "docs" / "12.txt").write_text("a new text\n")
    return base


COMMANDS = (
    ("index", "--jobs", "1"), ("index", "--rebuild", "--jobs", "1"), ("forget", "docs/3.txt"),
    ("query", "old"), ("check",),
)  # fmt: skip


@pytest.mark.parametrize("below", [".seedsearch", "docs"])
@pytest.mark.parametrize("command", COMMANDS if LONG else COMMANDS[:1], ids=" ".join)
def test_an_error_at_any_call(
    command: tuple[str, ...], below: str, before: Path, forked: Forked, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    writes = command[0] in ("index", "forget")

    def trial(number: int, error: int) -> tuple[Path, subprocess.CompletedProcess[str], str]:
        base = tmp_path / "trial"
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(before, base)
        log.unlink(missing_ok=True)
        ended = forked.run(
            base, *command, FAIL_BELOW=str(base / below), FAIL_AT=str(number), FAIL_WITH=str(error),
            FAIL_LOG=str(log),
        )  # fmt: skip
        return base, ended, log.read_text().splitlines()[-1] if log.exists() else "0 -"

    base, ended, said = trial(0, 0)
    assert ended.returncode == 0, ended.stderr
    new, old = found(forked, base), found(forked, before)
    calls = int(said.split()[0])
    if not calls:
        pytest.skip("this command calls nothing there")
    rng = random.Random(f"{command} {below}")
    every = [(number, error) for number in range(1, calls + 1) for error in ERRORS]
    for number, error in rng.sample(every, trials(min(8, len(every)), len(every))):
        base, ended, said = trial(number, error)
        what = (command, number, errno.errorcode[error], said, ended.returncode, ended.stderr)
        assert "Traceback" not in ended.stderr, what
        assert "internal error" not in ended.stderr, what
        assert ended.returncode in (0, 1, 2), what
        if ended.returncode == 2:
            assert ended.stderr.startswith("seedsearch: "), what
        if not writes:
            continue
        now = found(forked, base)
        if below == ".seedsearch":
            assert now in (old, new), what
            assert ended.returncode == 2 or now == new, what
        else:  # a document that could not be read costs itself alone, and is named
            assert ended.returncode == 2 or now == new or ended.stderr, what
        assert not check_index(str(base / ".seedsearch")).damages, what
        again = forked.run(base, *command)
        assert again.returncode in (0, 2), (what, again.stderr)  # forget: it is gone already
        if command[0] == "index":
            assert found(forked, base) == new, what


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_what_was_not_written_is_an_error(
    call: str, before: Path, forked: Forked, tmp_path: Path
) -> None:
    """Even where the new state can be read: nobody knows whether it is on the disk."""
    log, base = tmp_path / "log", tmp_path / "trial"
    for number in range(1, 100):
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(before, base)
        log.unlink(missing_ok=True)
        ended = forked.run(
            base, "index", "--jobs", "1", FAIL_BELOW=str(base / ".seedsearch"), FAIL_AT=str(number),
            FAIL_WITH=str(errno.EIO), FAIL_LOG=str(log), FAIL_CALL=call,
        )  # fmt: skip
        if int(log.read_text().split()[0]) < number:
            break
        counted["trials"] += 1
        assert ended.returncode == 2, (call, number, ended.stderr)
        assert os.strerror(errno.EIO) in ended.stderr, (call, number, ended.stderr)
    assert number > 1
