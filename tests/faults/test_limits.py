"""Too little memory, descriptors, room in files, processes, output: a clear error, and the index as it was."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from errno import ENOSPC
from pathlib import Path

import pytest
from trials import LONG, trials

from seedsearch.engine.registry import check_index

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

COMMANDS = (
    ("query", "old"), ("index", "--jobs", "1"), ("index", "--jobs", "2"), ("status",), ("check",),
    ("query", "--in", "docs", "old"),
)  # fmt: skip
LIMITS = {
    **{f"address space {mb} MB": (resource.RLIMIT_AS, mb << 20) for mb in (60, 100, 150, 250, 400)},
    **{f"{n} descriptors": (resource.RLIMIT_NOFILE, n) for n in (6, 10, 16, 24)},
    **{f"files of {n} bytes": (resource.RLIMIT_FSIZE, n) for n in (0, 1000, 5000)},
    "1 process": (resource.RLIMIT_NPROC, 1),
    "no locked memory": (resource.RLIMIT_MEMLOCK, 0),
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    for number in range(20):
        (tmp_path / "docs" / f"{number}.txt").write_text(f"an old text {number} " * 100)
    assert run(tmp_path, "index", "docs").returncode == 0
    return tmp_path


def run(
    base: Path, *arguments: str, limit: tuple[int, int] | None = None, **more: object
) -> subprocess.CompletedProcess[str]:
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}

    def prepare() -> None:
        if limit is not None:
            resource.setrlimit(limit[0], (limit[1], limit[1]))

    options: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "seedsearch", *arguments], cwd=base, env=environment, text=True, check=False,
        timeout=60, preexec_fn=prepare, **options,
    )  # fmt: skip


def assert_said(ended: subprocess.CompletedProcess[str], *what: object) -> None:
    """Done, or an error of ours; unless Python itself could not start, which nobody but it can say."""
    err = ended.stderr or ""
    started = "Fatal Python error" not in err and "Traceback" not in err.partition("seedsearch")[0]
    assert "internal error" not in err, (what, err)
    assert not started or ("Traceback" not in err and ended.returncode in (0, 1, 2)), (what, ended)


@pytest.mark.parametrize("name", LIMITS if LONG else list(LIMITS)[2::4])
def test_a_limit_is_said_and_harms_nothing(base: Path, name: str) -> None:
    for number in range(20, 24):
        (base / "docs" / f"{number}.txt").write_text("a new text " * 1000)
    for command in COMMANDS[: trials(3, len(COMMANDS))]:
        assert_said(run(base, *command, limit=LIMITS[name]), name, command)
        assert not check_index(str(base / ".seedsearch")).damages
        assert len(run(base, "query", "-l", "-k0", "old").stdout.split()) == 20
    assert run(base, "index").returncode == 0
    assert len(run(base, "query", "-l", "-k0", "new").stdout.split()) == 4


def test_output_that_takes_nothing_is_an_error(base: Path) -> None:
    with open("/dev/full", "w") as full:
        for command in (("query", "old"), ("status",), ("terms",), ("query", "--json", "old")):
            ended = run(base, *command, stdout=full)
            assert ended.returncode == 2, (command, ended)
            assert "Traceback" not in ended.stderr
            assert ended.stderr.startswith("seedsearch: ")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=200", "none", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_said_and_harms_nothing(small_disk: Path) -> None:
    docs = small_disk.parent / "docs"
    docs.mkdir()
    for number in range(20):
        (docs / f"{number}.txt").write_text(f"an old text {number} " * 100)
    folder = ("--index", str(small_disk))
    assert run(small_disk.parent, "index", *folder, "docs").returncode == 0
    rng = random.Random(7)
    filler = small_disk / "filler"
    refused = 0
    for _ in range(trials(3, 60)):
        (docs / "new.txt").write_text(" ".join(f"new{rng.randrange(10**9)}" for _ in range(9_000)))
        free = os.statvfs(small_disk).f_bavail * 4096
        filler.write_bytes(bytes(max(0, free - rng.randrange(400_000))))
        command = rng.choice((("index",), ("index", "--rebuild"), ("index", "--jobs", "2")))
        ended = run(small_disk.parent, *command, *folder)
        assert_said(ended, command)
        filler.unlink()
        refused += ended.returncode == 2
        assert ended.returncode == 0 or os.strerror(ENOSPC) in ended.stderr, (command, ended)
        assert not check_index(str(small_disk)).damages
        assert len(run(docs, "query", *folder, "-l", "-k0", "old").stdout.split()) == 20
        assert run(docs, "index", *folder).returncode == 0
    assert refused


def closed(*descriptors: int) -> Callable[[], None]:
    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    return close


@pytest.mark.parametrize("which", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_streams_harm_nothing(base: Path, which: tuple[int, ...]) -> None:
    for command in (("query", "old"), ("index",), ("check",))[: trials(1, 3)]:
        ended = subprocess.run(
            [sys.executable, "-m", "seedsearch", *command], cwd=base, preexec_fn=closed(*which), text=True,
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert ended.returncode in (0, 2), (command, ended)
        assert "Traceback" not in ended.stdout + ended.stderr
        assert not check_index(str(base / ".seedsearch")).damages
