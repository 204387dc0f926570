"""Excluded files are never opened, according to the system (inotify)."""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

_OPENED = 0x20
_EVENT = struct.Struct("iIII")


@contextmanager
def watching(*folders: Path) -> Iterator[set[str]]:
    """Yield a list that at the end holds the names of files that anybody opened in some folders."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    opened: set[str] = set()
    try:
        for folder in folders:
            assert libc.inotify_add_watch(watch, os.fsencode(folder), _OPENED) >= 0
        yield opened
        try:
            data = os.read(watch, 1 << 20)
        except BlockingIOError:
            data = b""
        while data:
            _, _, _, size = _EVENT.unpack_from(data)
            name = data[_EVENT.size : _EVENT.size + size].rstrip(b"\0")
            data = data[_EVENT.size + size :]
            opened |= {os.fsdecode(name)} if name else set()
    finally:
        os.close(watch)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Write more than enough files for several processes; some are ignored."""
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "secret").mkdir()
    for number in range(12):
        (docs / f"{number}.txt").write_text("common words of a text. " * 50_000)
        (docs / "sub" / f"s{number}.txt").write_text("words below")
    (docs / "secret" / "key.txt").write_text("secret words")
    (docs / "draft.txt").write_text("draft words")
    (docs / ".hidden.txt").write_text("hidden words")
    (docs / ".ignore").write_text("secret/\ndraft.txt\n")
    for path in docs.rglob("*"):  # old enough to be read only once
        os.utime(path, (1_600_000_000, 1_600_000_000))
    return docs


def opened_by(docs: Path, *arguments: str) -> set[str]:
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    with watching(docs, docs / "sub", docs / "secret") as opened:
        subprocess.run(
            [sys.executable, "-m", "seedsearch", *arguments],
            cwd=docs.parent, env=environment, capture_output=True, check=False,
        )  # fmt: skip
    return opened - {"sub", "secret", ".ignore"}  # ignore files are read


@pytest.mark.parametrize(
    "arguments",
    [
        ["index", "--dry-run", "docs"],
        ["index", "docs", "--dry-run"],
        ["index", "docs", "--help"],
        ["index", "docs", "--no-such-option"],
        ["index", "docs", "--type-list"],
        ["index", "-g", "!*.txt", "docs"],
        ["index", "-t", "pdf", "docs"],
        ["status", "docs"],
    ],
)
def test_no_document_is_opened(docs: Path, arguments: list[str]) -> None:
    assert opened_by(docs, *arguments) == set()


def test_what_is_excluded_is_not_opened_and_the_rest_is(docs: Path) -> None:
    expected = {f"{number}.txt" for number in range(12)}
    below = {f"s{number}.txt" for number in range(12)}
    assert opened_by(docs, "index", "docs") == expected | below
    assert opened_by(docs, "index") == set()
    assert opened_by(docs, "index", "--rebuild", "-g", "!sub/", "docs") == expected
