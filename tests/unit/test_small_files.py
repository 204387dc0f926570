"""A small file in one call of C. Odd files are left to Python, which names the reason."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from seedsearch.core import compiled
from seedsearch.corpus import read
from seedsearch.corpus.read import FLAGS, NO_FOLDER, NO_FOLLOW, read_file
from seedsearch.corpus.skip import Skip
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import SourceFile

WITH_C = pytest.mark.skipif(read._read_small is None, reason="installed without the parts in C")
POSIX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX")
MOST = 1 << 20


def quickly(path: object, most: int = MOST, flags: int = FLAGS | NO_FOLLOW) -> object:
    assert read._read_small is not None
    return read._read_small(NO_FOLDER, path, flags, most, SourceFile)  # type: ignore[arg-type]


def put(path: Path, data: bytes) -> SourceFile:
    """Write a file. Return the figures of its `stat`."""
    path.write_bytes(data)
    status = path.stat()
    return SourceFile(str(path), len(data), status.st_mtime_ns, status.st_ctime_ns)


@WITH_C
@pytest.mark.parametrize("data", [b"", b"x", b"\0\xff" * 5000])
def test_a_regular_file_is_read_at_once(tmp_path: Path, data: bytes) -> None:
    source = put(tmp_path / "a", data)
    found = quickly(source.path)
    assert found == (source, data) == read_file(source.path, follow=False, max_bytes=MOST)
    assert isinstance(found, tuple)
    assert type(found[0]) is SourceFile


@WITH_C
def test_a_file_as_large_as_may_be_and_a_larger_one(tmp_path: Path) -> None:
    source = put(tmp_path / "a", b"12345")
    assert quickly(source.path, 5) == (source, b"12345")
    assert quickly(source.path, 4) is None
    with pytest.raises(Skip, match="larger than 4 bytes"):
        read_file(source.path, follow=False, max_bytes=4)


@WITH_C
def test_a_sparse_file_is_not_read(tmp_path: Path) -> None:
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(50 << 30)
    assert quickly(str(tmp_path / "sparse")) is None
    with pytest.raises(Skip, match="larger than"):
        read_file(str(tmp_path / "sparse"), follow=False, max_bytes=MOST)


@WITH_C
@POSIX
def test_what_is_no_regular_file_is_left_and_nothing_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
    for path in (tmp_path / "fifo", tmp_path / "socket", tmp_path, Path(os.devnull)):
        assert quickly(str(path)) is None
    for name in ("fifo", "."):
        with pytest.raises(Skip, match="not a regular file"):
            read_file(str(tmp_path / name), follow=False, max_bytes=MOST)


@WITH_C
@POSIX
def test_a_fifo_that_somebody_writes_to_is_left(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(fifo, os.O_WRONLY)
    try:
        os.write(writer, b"x")
        assert quickly(str(fifo)) is None
        assert os.read(reader, 9) == b"x"
    finally:
        os.close(writer)
        os.close(reader)


@WITH_C
@POSIX
def test_links_are_followed_where_that_is_wanted(tmp_path: Path) -> None:
    source = put(tmp_path / "a", b"x")
    link = tmp_path / "link"
    link.symlink_to(source.path)
    assert quickly(str(link)) is None
    assert quickly(str(link), flags=FLAGS) == (source._replace(path=str(link)), b"x")
    with pytest.raises(SourceUnreadableError):
        read_file(str(link), follow=False, max_bytes=MOST)
    assert read_file(str(link), follow=True, max_bytes=MOST)[1] == b"x"


@WITH_C
def test_what_cannot_be_opened_is_left(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    for path in (tmp_path / "nope", tmp_path / "a" / "b", f"{tmp_path}/a\0b", "\ud800", ""):
        assert quickly(str(path)) is None
        with pytest.raises(SourceUnreadableError):
            read_file(str(path), follow=False, max_bytes=MOST)


@WITH_C
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs /proc")
def test_a_file_that_has_more_than_it_says_is_left_and_read() -> None:
    assert quickly("/proc/self/status") is None
    assert b"\nThreads:" in read_file("/proc/self/status", follow=False, max_bytes=MOST)[1]


@WITH_C
@pytest.mark.skipif(not os.path.exists("/sys/kernel/uevent_seqnum"), reason="needs /sys")
def test_a_file_that_has_less_than_it_says_is_left_and_read() -> None:
    path = "/sys/kernel/uevent_seqnum"
    assert quickly(path) is None
    assert read_file(path, follow=False, max_bytes=MOST)[1].strip().isdigit()


@WITH_C
@pytest.mark.parametrize("when", [-(10**9) - 1, -1, 0, 10**9 - 1, 4_000_000_000 * 10**9 + 7])
def test_times_before_and_long_after_the_epoch(tmp_path: Path, when: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    os.utime(path, ns=(when, when))
    found = quickly(str(path))
    assert isinstance(found, tuple)
    assert found[0].mtime_ns == path.stat().st_mtime_ns


@WITH_C
@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    before = len(os.listdir("/proc/self/fd"))
    for path in ("a", "nope", "."):
        quickly(str(tmp_path / path))
        quickly(str(tmp_path / path), 0)
    assert len(os.listdir("/proc/self/fd")) == before


@WITH_C
def test_what_is_asked_for_has_limits(tmp_path: Path) -> None:
    assert read._read_small is not None
    path = str(tmp_path / "a")
    Path(path).write_bytes(b"x")
    for flags, most, kind in (
        (FLAGS | os.O_RDWR, 1, SourceFile),
        (FLAGS, -1, SourceFile),
        (FLAGS, (1 << 63) - 1, SourceFile),
        (FLAGS, 1, dict),
    ):
        with pytest.raises(ValueError, match="tuple"):
            read._read_small(NO_FOLDER, path, flags, most, kind)  # type: ignore[arg-type]
    for wrong in (b"a", None, 7):
        with pytest.raises(TypeError):
            quickly(wrong)
    with pytest.raises(OverflowError):
        quickly(path, 1 << 80)


def test_without_the_part_in_c_files_are_read_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "_read_small", None)
    source = put(tmp_path / "a", b"some text")
    assert read_file(source.path, follow=False, max_bytes=MOST) == (source, b"some text")


class Rung(Exception):
    """A signal has come."""


@WITH_C
@POSIX
def test_a_signal_ends_the_listing_of_a_folder(tmp_path: Path) -> None:
    assert compiled is not None
    (tmp_path / "0").touch()
    for number in range(1, 30_000):
        os.link(tmp_path / "0", tmp_path / str(number))
    ends: list[str] = []

    def ring(number: int, frame: object) -> None:
        raise Rung

    def profile(frame: object, event: str, called: object) -> None:
        if called is compiled.list_files and event != "c_call":
            ends.append(event)

    before = signal.signal(signal.SIGPROF, ring)
    folder = os.open(tmp_path, os.O_RDONLY)
    gc.collect()  # else a generator may be ended while the signal comes
    sys.setprofile(profile)
    try:
        # The clock of processor time is coarse: the signal may come before or after the call.
        for _ in range(50):
            ends.clear()
            with suppress(Rung):  # after some processor time, nearly all of which the call takes
                signal.setitimer(signal.ITIMER_PROF, 0.001)
                compiled.list_files(folder, "", MOST, SourceFile)
                signal.setitimer(signal.ITIMER_PROF, 0)
            if ends == ["c_exception"]:
                break
    finally:
        sys.setprofile(None)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        os.close(folder)
    assert ends == ["c_exception"]
