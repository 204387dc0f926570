"""Trees made to harm, and trees that change while they are read: the run ends, and records what it read."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from trials import LONG, trials

from seedsearch.engine.registry import check_index

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="links, pipes and devices are another matter"
)


def run(base: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    ended = subprocess.run(
        [sys.executable, "-m", "seedsearch", *arguments],
        cwd=base, env=environment, capture_output=True, text=True, check=False, timeout=300, errors="replace",
    )  # fmt: skip
    assert "Traceback" not in ended.stderr
    assert "internal error" not in ended.stderr
    return ended


def test_a_tree_of_everything_is_walked(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.txt").write_text("a needle\n")
    os.mkfifo(docs / "pipe.txt")
    (docs / "round").symlink_to(".")
    (docs / "itself").symlink_to("itself")
    (docs / "outside.txt").symlink_to("/etc/passwd")
    (docs / "device.txt").symlink_to("/dev/zero")
    (docs / "proc").symlink_to("/proc")
    with socket.socket(socket.AF_UNIX) as bound:
        before = os.getcwd()
        os.chdir(docs)
        bound.bind("socket.txt")
        os.chdir(before)
    for name in (b"new\nline.txt", b"tab\t.txt", b"\xff\xfe.txt", b"\x1b[2J.txt", b"-rf.txt", b"a" * 250 + b".txt",
                 b" .txt", b"*.txt", "\u202etxt.exe".encode(), b"[x].txt", b"%s.txt", b"..txt"):  # fmt: skip
        (Path(os.fsdecode(os.fsencode(docs) + b"/" + name))).write_text("a needle\n")
    deep = trials(300, 5_000)
    before = os.getcwd()
    os.chdir(docs)
    try:
        for _ in range(deep):
            os.mkdir("d")
            os.chdir("d")
        Path("deep.txt").write_text("a needle far below\n")
    finally:
        os.chdir(before)
    ended = run(tmp_path, "index", "docs")
    assert ended.returncode in (0, 2), ended.stderr  # what is too deep for the system is named
    found = run(tmp_path, "query", "-c", "-0", "-k0", "needle").stdout
    assert found.count("\0") >= 13
    assert not run(tmp_path, "query", "-l", "root").stdout
    subprocess.run(["rm", "-rf", str(docs)], check=True)  # deeper than Python removes


def test_many_empty_files(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(1_000_000 if LONG else 2_000):
        os.close(os.open(f"{docs}/{number}.txt", os.O_CREAT | os.O_WRONLY))
    (docs / "good.txt").write_text("a needle\n")
    assert run(tmp_path, "index", "docs").returncode == 0
    assert run(tmp_path, "query", "-l", "needle").stdout == "docs/good.txt\n"
    subprocess.run(["rm", "-rf", str(docs)], check=True)  # pytest would keep a million files


@pytest.mark.parametrize("seconds", [1 << 33, 1 << 34, 1 << 55, -(1 << 34), -(1 << 55)])
def test_times_that_no_index_can_hold(tmp_path: Path, seconds: int) -> None:
    """Files of the year 2300, and of any other that the file system takes, are as good as others."""
    (tmp_path / "docs").mkdir()
    for name in ("a.txt", "b.pdf"):  # read here, and not at all
        (tmp_path / "docs" / name).write_text("a needle\n")
        with suppress(OSError):
            os.utime(tmp_path / "docs" / name, (seconds, seconds))
    assert run(tmp_path, "index", "docs").returncode == 0
    assert '"stale":false' in run(tmp_path, "query", "--json", "needle").stdout
    assert run(tmp_path, "query", "--timeline", "needle").returncode == 0
    assert "0 added, 0 changed, 1 unchanged, " in run(tmp_path, "index", "-v", "docs").stderr


def test_files_that_change_while_they_are_read(tmp_path: Path) -> None:
    """Whatever of a file was read, another run without changes brings the index to what is there."""
    docs = tmp_path / "docs"
    docs.mkdir()
    rng = random.Random(11)
    done = threading.Event()

    def change() -> None:
        number = 0
        while not done.is_set():
            path = docs / f"{rng.randrange(60)}.txt"
            number += 1
            try:
                match rng.randrange(6):
                    case 0:
                        path.unlink()
                    case 1:
                        path.chmod(rng.choice((0, 0o600)))
                    case 2:
                        os.truncate(path, rng.randrange(path.stat().st_size + 1))
                    case 3:
                        with path.open("a") as file:
                            file.write("more words\n" * 500)
                    case 4:
                        path.rename(docs / f"{rng.randrange(60)}.txt")
                    case _:
                        path.write_text(f"needle{number} words\n" * rng.randrange(1, 2_000))
            except OSError:
                pass

    for number in range(60):
        (docs / f"{number}.txt").write_text("first words\n" * 1_000)
    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(trials(2, 100)):
            ended = run(tmp_path, "index", "docs")
            assert ended.returncode in (0, 2), ended.stderr
            assert not check_index(str(tmp_path / ".seedsearch")).damages
    finally:
        done.set()
        changing.join()
    for path in docs.iterdir():
        path.chmod(0o600)
    assert run(tmp_path, "index", "docs").returncode == 0
    for path in docs.iterdir():
        first = path.read_text().split()[:1]
        if first and first[0].startswith("needle"):
            shown = run(tmp_path, "query", "-l", "-k0", "=" + first[0]).stdout.split()
            assert f"docs/{path.name}" in shown, (path, first)
