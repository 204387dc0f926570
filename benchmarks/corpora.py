"""Copy a corpus: the whole, a part of it, or nested parts."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

SEED = 20241021


def copy(source: str, target: str, limit: int | None = None) -> str:
    """Copy the files of `source`, or about `limit` bytes of them drawn at random, to `target`."""
    budget = limit if limit is not None else 1 << 62
    for path, size in _drawn(source):
        if budget <= 0:
            break
        budget -= size
        _copy(source, path, target)
    return target


def nest(source: str, target: str, limits: list[int]) -> list[list[str]]:
    """Return for each limit in bytes the folders that hold it together. Each list contains the one before.

    Ends early if the corpus does. A last part of nine tenths of its size still counts.
    """
    folders: list[str] = []
    nested: list[list[str]] = []
    drawn = _drawn(source)
    done = 0
    for limit in limits:
        folder = os.path.join(target, f"to-{limit // 1_000_000}-MB")
        for path, size in drawn:
            _copy(source, path, folder)
            done += size
            if done >= limit:
                break
        if done < 0.9 * limit:
            break
        folders.append(folder)
        nested.append(list(folders))
    return nested


def total(folders: list[str]) -> tuple[int, int]:
    """Return the number of files and bytes below some folders."""
    sizes = [os.path.getsize(path) for folder in folders for path in files(folder)]
    return len(sizes), sum(sizes)


def _copy(source: str, path: str, target: str) -> None:
    place = Path(target, os.path.relpath(path, source))
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, place)


def files(folder: str) -> Iterator[str]:
    """Yield the files below a folder, without hidden files and folders."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = os.path.join(parent, name)
            if not name.startswith(".") and os.path.isfile(path) and not os.path.islink(path):
                yield path


def _drawn(source: str) -> Iterator[tuple[str, int]]:
    drawn = [(path, os.path.getsize(path)) for path in files(source)]
    drawn.sort()
    random.Random(SEED).shuffle(drawn)
    return iter(drawn)
