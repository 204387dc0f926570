"""A disk that loses what was not synced: it records the work on one folder, and gives states after a power cut.

A file keeps the content that it had when it was last synced, or any beginning of a later one, or nothing. A change of a
name (made, renamed, removed) survives once the folder was synced after it. Until then any of them may be lost.
"""

from __future__ import annotations

import os
import random
from itertools import count
from pathlib import Path

import pytest

Names = dict[str, int]


class Disk:
    """What a folder's disk holds for sure, and what it may hold, while a program works on it through `os`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.synced: dict[int, bytes] = {}  # by file
        self.latest: dict[int, bytes] = {}
        self.sure: Names = {}
        self.pending: list[
            tuple[str, int | None]
        ] = []  # names that changed since, and what they name now
        self._seen: Names = {}
        self._of_inode: dict[
            int, int
        ] = {}  # a number of our own for each file: inodes are used again
        self._numbers = count()

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look at the folder before and after each call that matters to what is on the disk."""
        for name in ("fsync", "replace", "rename", "unlink", "remove", "fdatasync"):
            monkeypatch.setattr(os, name, self._watching(name, getattr(os, name)))

    def _watching(self, name: str, real: object) -> object:
        def call(*arguments: object, **options: object) -> object:
            self.look()
            given = real(*arguments, **options)  # type: ignore[operator]
            self.look()
            if name in ("fsync", "fdatasync"):
                self._sync(os.fstat(arguments[0]))  # type: ignore[arg-type]
            return given

        return call

    def look(self) -> None:
        """Note what changed."""
        now: Names = {}
        for path in self.folder.iterdir():
            inode = path.lstat().st_ino
            if inode not in self._of_inode:
                self._of_inode[inode] = next(self._numbers)
            now[path.name] = number = self._of_inode[inode]
            self.latest[number] = path.read_bytes()
        self._of_inode = {i: n for i, n in self._of_inode.items() if n in now.values()}
        self.pending += [(name, n) for name, n in now.items() if self._seen.get(name) != n]
        self.pending += [(name, None) for name in self._seen if name not in now]
        self._seen = now

    def _sync(self, status: os.stat_result) -> None:
        if os.path.samestat(status, self.folder.stat()):
            for name, number in self.pending:
                self._apply(self.sure, name, number)
            self.pending.clear()
        elif status.st_ino in self._of_inode:
            number = self._of_inode[status.st_ino]
            self.synced[number] = self.latest[number]

    @staticmethod
    def _apply(names: Names, name: str, number: int | None) -> None:
        if number is None:
            names.pop(name, None)
        else:
            names[name] = number

    def after_a_power_cut(self, target: Path, rng: random.Random) -> None:
        """Write a state that the disk may have now."""
        names = dict(self.sure)
        kept = rng.choice((0.0, 0.3, 0.7, 1.0))
        for name, number in self.pending:
            if rng.random() < kept:
                self._apply(names, name, number)
        target.mkdir()
        for name, number in names.items():
            (target / name).write_bytes(self._content(number, rng))

    def _content(self, number: int, rng: random.Random) -> bytes:
        sure, latest = self.synced.get(number, b""), self.latest.get(number, b"")
        if sure == latest:
            return sure
        return rng.choice(
            (sure, latest, latest[: rng.randrange(len(latest) + 1)], bytes(len(latest)))
        )
