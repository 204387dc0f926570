"""What is to be read, within which bounds, and what came of it: what plan, pool and work tell one another.

Nothing that reads is imported here: who hands out work need not do it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from seedsearch.corpus.skip import SCANNED
from seedsearch.model import DIGEST_BYTES, FileState, OutsideReader
from seedsearch.record import NamedTuple

WANTS = b"+"
"""What an extra would read gets this mark behind its digest, and the extra's name: it is read again once that is
there."""

_COLLECT_EVERY = 100_000  # objects made and not yet gone


class Task(NamedTuple):
    """A file to read: absolute and stored path, its size, whether a link may be followed.

    `old` is what the index knows of it; `reread` reads the file even if its bytes are the same. No link is followed
    below the folder `top`; "" stands for a file that is opened by its path.
    """

    path: str
    stored: str
    size: int
    follow: bool
    old: FileState | None
    reread: bool = False
    top: str = ""


_FILE_COST = 4096  # opening a file costs as much as reading and analysing so many bytes, about


def cost_of(tasks: Iterable[Task]) -> int:
    """What it costs to read these files, in bytes."""
    return sum(task.size + _FILE_COST for task in tasks)


def cut(tasks: Sequence[Task], most: int) -> Iterator[tuple[Task, ...]]:
    """The tasks cut where they have cost `most`."""
    first = spent = 0
    for number, task in enumerate(tasks, 1):
        spent += task.size + _FILE_COST
        if spent >= most or number == len(tasks):
            yield tuple(tasks[first:number])
            first, spent = number, 0


class Limits(NamedTuple):
    """Memory for a batch, in bytes; `rebuild` ignores what the index knows.

    `encodings` and `readers` are those that the user gave, each with its glob before it. A file of more than
    `large_bytes` is read in pieces of `piece_bytes`, where its format allows it. A file may take `timeout_s` seconds,
    and so may each piece. `ocr` are the languages of scanned pages, "" if they are not to be read. A worker may have
    `fence_bytes` for its batch and what it reads, and `lone_bytes` more for a file that is read once more by itself.
    """

    batch_bytes: int
    rebuild: bool
    encodings: tuple[tuple[str, str], ...] = ()
    large_bytes: int = 8 << 20
    piece_bytes: int = 4 << 20
    timeout_s: float = 60.0
    readers: tuple[tuple[str, OutsideReader], ...] = ()
    ocr: str = ""
    fence_bytes: int = 0
    lone_bytes: int = 0


class Outcome(NamedTuple):
    """What came of a run: finished batches, counts of files, and stored paths.

    `replaced` are files that the index had and that the batches hold again, `gone` are files that
    vanished after the walk. `left` was not read: it is for a process of its own.
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
        """Both together; the receipts and what is left, which are handed on at once, are dropped."""
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
    """Whether a file has to be looked into even if `stat` says what it said before."""
    digest = state.digest
    if len(digest) == DIGEST_BYTES:
        return False
    if digest[DIGEST_BYTES : DIGEST_BYTES + 1] == WANTS:
        from seedsearch.corpus.formats.registry import is_installed  # seldom: start-up time

        return not _has_ocr_mark(state) and is_installed(digest[DIGEST_BYTES + 1 :].decode())
    return True


def wants_ocr(state: FileState) -> bool:
    """Whether a file has scanned pages that nobody has read."""
    return SCANNED in state.skipped or _has_ocr_mark(state)


def _has_ocr_mark(state: FileState) -> bool:
    return state.digest[DIGEST_BYTES:] == WANTS + b"ocr"


def collect_seldom() -> None:
    """From now on look for garbage cycles, but seldom: see `collecting_seldom`."""
    gc.set_threshold(_COLLECT_EVERY)
    gc.enable()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Looks for garbage cycles a hundred times less often.

    Reading makes many small objects, which stay until their segment is written, and next to no cycles; to look at
    them all again and again took a twentieth of all time.
    """
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
