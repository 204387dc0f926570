"""Tasks, limits and outcomes: the values that plan, pool and work exchange.

This module imports no reader: a process that hands out work need not read.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from seedsearch.corpus.skip import SCANNED
from seedsearch.engine.base import BatchBuilder
from seedsearch.model import DIGEST_BYTES, FileState, OutsideReader
from seedsearch.record import NamedTuple

WANTS = b"+"
"""This mark and an extra's name follow the digest of a file that the extra would read.

The file is read again once the extra is installed.
"""

Factory: TypeAlias = Callable[[], BatchBuilder]
"""Returns a new builder of a batch."""

Tick: TypeAlias = Callable[[int, int], None]
"""Called with the numbers of files and bytes that have been read since the last call."""

_COLLECT_EVERY = 100_000  # live objects made between two collections


class Task(NamedTuple):
    """A file to read: its absolute and its stored path, its size in bytes, and whether a link may be followed.

    `old` is the file's state in the index; `reread` reads the file even if its bytes are the same. No link is
    followed below the folder `top`; "" opens the file by its path.
    """

    path: str
    stored: str
    size: int
    follow: bool
    old: FileState | None
    reread: bool = False
    top: str = ""


_FILE_COST = 4096  # bytes; opening a file takes about as long as reading and analysing these


def cost_of(tasks: Collection[Task]) -> int:
    """Return the cost of reading these files, in bytes."""
    return sum([task.size for task in tasks]) + len(tasks) * _FILE_COST


def cut(tasks: Sequence[Task], most: int) -> Iterator[tuple[Task, ...]]:
    """Yield the tasks in pieces, each ending once it costs `most` bytes."""
    first = spent = 0
    for number, task in enumerate(tasks, 1):
        spent += task.size + _FILE_COST
        if spent >= most or number == len(tasks):
            yield tuple(tasks[first:number])
            first, spent = number, 0


class Limits(NamedTuple):
    """The limits of reading. `batch_bytes` is the memory for a batch; `rebuild` ignores the states in the index.

    `encodings` and `readers` are the user's, each with its glob first. A file of more than `large_bytes` is read in
    pieces of `piece_bytes`, if its format allows it. A file may take `timeout_s` seconds, and so may each piece and
    each thousand documents.
    `ocr` are the languages of scanned pages, "" to leave these unread. `passwords` are tried on encrypted files. A
    worker may have `memory_bytes` for its batch and its document, and `lone_bytes` more for a file that is read once
    more alone.
    """

    batch_bytes: int
    rebuild: bool
    encodings: tuple[tuple[str, str], ...] = ()
    large_bytes: int = 8 << 20
    piece_bytes: int = 4 << 20
    timeout_s: float = 60.0
    readers: tuple[tuple[str, OutsideReader], ...] = ()
    ocr: str = ""
    passwords: tuple[str, ...] = ()
    memory_bytes: int = 0
    lone_bytes: int = 0


class Outcome(NamedTuple):
    """What came of a run: finished batches, counts of files, and stored paths.

    `replaced` are files of the index that the batches contain again. `gone` are files that vanished after the walk.
    `left` was not read: a process of its own must read it.
    """

    receipts: tuple[object, ...] = ()
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bytes_read: int = 0
    replaced: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    left: tuple[Task, ...] = ()

    def plus(self, other: Outcome) -> Outcome:
        """Return the sum of both. The receipts and `left` are dropped, since they are passed on at once."""
        return Outcome(
            (),
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.bytes_read + other.bytes_read,
            (),
            self.gone + other.gone,
            self.skipped + other.skipped,
        )


def must_retry(state: FileState) -> bool:
    """Return whether a file must be opened even if `stat` is unchanged."""
    digest = state.digest
    if len(digest) == DIGEST_BYTES:
        return False
    if digest[DIGEST_BYTES : DIGEST_BYTES + 1] == WANTS:
        from seedsearch.corpus.formats.registry import is_installed  # seldom: start-up time

        return not _has_ocr_mark(state) and is_installed(digest[DIGEST_BYTES + 1 :].decode())
    return True


def wants_ocr(state: FileState) -> bool:
    """Return whether a file has scanned pages that were not read."""
    return SCANNED in state.skipped or _has_ocr_mark(state)


def _has_ocr_mark(state: FileState) -> bool:
    return state.digest[DIGEST_BYTES:] == WANTS + b"ocr"


def collect_seldom() -> None:
    """Collect garbage cycles seldom from now on: see `collecting_seldom`."""
    gc.set_threshold(_COLLECT_EVERY)
    gc.enable()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect garbage cycles a hundred times less often within the block.

    Reading makes many small objects that live until their segment is written, and almost no cycles. Checking them all
    repeatedly took a twentieth of all time.
    """
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
