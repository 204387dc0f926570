"""Files are synced with the strongest call of the system."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from seedsearch.index.manifest import sync_folder, write_file

fcntl = pytest.importorskip("fcntl")
FULL = 51  # F_FULLFSYNC of macOS


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the calls made on a system that has all of them."""
    made: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: made.append("fsync"))
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", FULL, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda descriptor, what: made.append(f"fcntl {what}"))
    return made


def test_macos_is_asked_for_all_that_it_can_do(calls: list[str], tmp_path: Path) -> None:
    write_file(str(tmp_path / "x"), b"x")
    sync_folder(str(tmp_path))
    assert calls == [f"fcntl {FULL}", f"fcntl {FULL}"]


def test_a_file_system_that_cannot_do_that_does_what_it_can(
    calls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, what: int) -> None:
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    write_file(str(tmp_path / "x"), b"x")
    assert calls == ["fsync"]


def test_other_systems_have_one_call(
    calls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(fcntl, "F_FULLFSYNC")
    write_file(str(tmp_path / "x"), b"x")
    assert calls == ["fsync"]
