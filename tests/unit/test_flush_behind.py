"""A segment is flushed while it is written. Errors are raised when the file is closed."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from seedsearch.index.segment_file import SegmentFile
from seedsearch.index.segment_file_writer import SegmentFileWriter

pytestmark = pytest.mark.skipif(not hasattr(os, "fdatasync"), reason="not on this system")

FACTS = {"kinds": [], "fields": [], "terms": 0}
MUCH = bytes(range(256)) * 8192  # 2 MB


def test_it_goes_on_while_more_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events, go_on = [], threading.Event()

    def slow(descriptor: int) -> None:
        assert go_on.wait(10)
        events.append(("flushed", os.fstat(descriptor).st_size >= len(MUCH)))

    def synced(descriptor: int) -> None:
        events.append(("synced", True))

    monkeypatch.setattr(os, "fdatasync", slow)
    monkeypatch.setattr(os, "fsync", synced)
    writer = SegmentFileWriter(str(tmp_path / "x.seg"))
    writer.column("a", "B", MUCH)
    writer.flush_behind()
    writer.column("b", "B", MUCH)  # the writer does not wait for the disk
    assert events == []
    go_on.set()
    size, digest = writer.close(FACTS)
    assert events == [("flushed", True), ("synced", True)], "the last word is a sync of all of it"
    file = SegmentFile(str(tmp_path / "x.seg"), size, digest)
    assert bytes(file.column("a").whole()) == bytes(file.column("b").whole()) == MUCH
    file.close()


def test_little_is_left_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: pytest.fail("for so little"))
    writer = SegmentFileWriter(str(tmp_path / "x.seg"))
    writer.column("a", "B", MUCH[:1000])
    writer.flush_behind()
    writer.close(FACTS)


def broken(descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_the_system_tells_of_an_error_but_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fdatasync", broken)
    writer = SegmentFileWriter(str(tmp_path / "x.seg"))
    writer.column("a", "B", MUCH)
    writer.flush_behind()
    with pytest.raises(OSError, match="nput/output"):
        writer.close(FACTS)
    writer.abandon()
    assert not list(tmp_path.iterdir())


def test_an_abandoned_file_is_flushed_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), []

    def slow(descriptor: int) -> None:
        begun.set()
        go_on.wait(0.2)
        ended.append(os.fstat(descriptor).st_size)  # still open

    monkeypatch.setattr(os, "fdatasync", slow)
    writer = SegmentFileWriter(str(tmp_path / "x.seg"))
    writer.column("a", "B", MUCH)
    writer.flush_behind()
    assert begun.wait(10)
    writer.abandon()
    assert ended
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_of_again_and_the_file_goes_all_the_same(tmp_path: Path) -> None:
    class Full:
        def close(self) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    writer = SegmentFileWriter(str(tmp_path / "x.seg"))
    opened, writer._file = writer._file, Full()  # type: ignore[assignment]
    with pytest.raises(OSError, match="space"):
        writer.abandon()
    opened.close()
    assert not list(tmp_path.iterdir())
