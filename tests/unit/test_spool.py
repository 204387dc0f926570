"""Byte strings in a temporary file, or in memory where there is no room for it."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsearch import spool
from seedsearch.spool import Spool


@given(st.lists(st.binary(max_size=40)), st.randoms(), st.integers(1, 60))
def test_items_are_read_in_any_order(items: list[bytes], draw: Any, part: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_PART", part)
        kept = Spool()
        for item in items:
            kept.add(item)
    assert len(kept) == len(items)
    order = list(range(len(items)))
    draw.shuffle(order)
    assert [kept.read(number) for number in order] == [items[number] for number in order]


def test_a_few_items_need_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "TemporaryFile", None)
    kept = Spool()
    kept.add(b"one")
    assert kept.read(0) == b"one"
    kept.add(b"two")
    assert [kept.read(1), kept.read(0)] == [b"two", b"one"]


@pytest.mark.parametrize("room", [-1, 0, 12, 30])
def test_without_room_they_are_kept_in_memory(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        """A file on a disk with room for some parts."""

        def __init__(self, buffering: int) -> None:
            assert buffering == 0  # what waits in a buffer would be lost
            self.file = open(os.devnull, "rb")  # noqa: SIM115
            self.parts: list[bytes] = []

        def seek(self, at: int) -> None:
            assert at <= len(b"".join(self.parts))

        def write(self, part: bytes) -> int:
            if len(b"".join(self.parts)) > room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.parts.append(bytes(part[:7]))  # a disk may take a part of it
            return len(self.parts[-1])

        def read(self, size: int) -> bytes:
            found, self.parts = b"".join(self.parts), []
            return found

        def close(self) -> None:
            self.file.close()

    monkeypatch.setattr(spool, "_PART", 10)
    monkeypatch.setattr(spool, "TemporaryFile", Full)
    kept = Spool()
    items = [f"item {number}".encode() * 2 for number in range(6)]
    for item in items:
        kept.add(item)
    assert [kept.read(number) for number in (5, 0, 3)] == [items[5], items[0], items[3]]
