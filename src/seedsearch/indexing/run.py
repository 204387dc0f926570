"""Read one run of files into batches, in a worker process, or in this process for small jobs."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeGuard, TypeVar

from seedsearch.corpus.formats import Extractor, Piecewise, extractor_for, media_type_of, piecewise
from seedsearch.corpus.formats.registry import PLAIN
from seedsearch.corpus.found import Contents, FoundDocument
from seedsearch.corpus.read import NO_FOLDER, Descent, digest_of, read_file, unreadable
from seedsearch.corpus.skip import UNREADABLE, Skip, TooLarge
from seedsearch.engine.base import Added, BatchBuilder
from seedsearch.errors import SourceUnreadableError
from seedsearch.indexing.documents import Found, LargeFileAdder, documents_of, parts_of
from seedsearch.indexing.tasks import WANTS, Factory, Limits, Outcome, Task, Tick
from seedsearch.model import DIGEST_BYTES, FileState, OutsideReader, SourceFile, figures
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.corpus.globs import GlobValues
    from seedsearch.corpus.large_files import LargeFile, Piece

# A file written again within the grain of its file system's clock (at worst two seconds) looks the same to `stat`. So
# a file that is read this soon after its last change gets this mark after its digest, and the next run reads it once
# more.
_GRAIN_NS = 2_000_000_000
_RACY = b"~"
_UNKNOWN = bytes(DIGEST_BYTES)  # the digest of a file that could not be read
_PDF = b"%PDF-"
NOTHING = -1
"""The number of the current file while there is none."""
# Memory for reading a whole file, in bytes for each of its bytes, by format. Only formats are listed whose text is
# about as long as the file.
_MEMORY_A_BYTE = {
    "text/html": 8,
    "text/markdown": 4,
    "text/x-rst": 4,
    "message/rfc822": 4,
    "application/json": 20,
    "application/x-ipynb+json": 20,
}


class _Whole(NamedTuple):
    """The bytes of a file, and their media type, or "" if the index knows them already."""

    state: FileState
    data: bytes
    media_type: str


_Opened: TypeAlias = _Whole | Skip | SourceUnreadableError | None
"""A file that was read, or why it was not; None for a large file, which is read in pieces."""

_Waiting: TypeAlias = deque[tuple[int, Task, _Opened]]
"""The files to process next, with their numbers."""

Read: TypeAlias = Callable[[FileState, bytes, str, str], Found]
"""Returns the documents of a file's bytes, in the given encoding or "", and of the given media type."""


_Value = TypeVar("_Value")


class MustNotRead(Exception):
    """This run must not read the file."""


class Run:
    """One run: files are read in order, into one builder after another.

    `tick(files, bytes)` is called after each file and each piece of a large one, with the work since the last call.
    `at(number)` is called with the number of the file being opened or read, or NOTHING. An exception in either ends
    the run. `read` returns documents, and may raise MustNotRead; files for outside programs are then left.
    """

    def __init__(
        self,
        factory: Factory,
        limits: Limits,
        tick: Tick,
        at: Callable[[int], None] = lambda number: None,
        read: Read | None = None,
    ) -> None:
        self._reported = 0  # bytes of the current file that `tick` knows of
        self._tick = tick
        self._at = at
        self._number = 0  # of the next file
        self._now = NOTHING  # the current file
        self._documents_of = partial(documents_of, passwords=limits.passwords, beat=self._beat)
        self._read_bytes = read or self._documents_of
        self._factory = factory
        self._limits = limits
        self._encodings = _by_glob(limits.encodings)
        self._readers = _by_glob(limits.readers)
        self._has_outside = read is None
        self._descent = Descent()
        self._builder: BatchBuilder | None = None
        self._last = b""  # the last path given to it
        self._receipts: list[object] = []
        self._added = self._changed = self._unchanged = self._bytes = 0
        self._replaced: list[str] = []
        self._gone: list[str] = []
        self._skipped: list[tuple[str, str]] = []
        self._left: list[Task] = []

    def take(self, tasks: Sequence[Task]) -> None:
        """Read some files and add their documents, or record why not. Call `tick` for each.

        First all files are read, then each is processed: alternating would evict both from the processor's caches.
        The builder's memory is checked only at the end, because the check takes a moment and small files add little.
        """
        now = time.time_ns()
        first = self._number
        self._number += len(tasks)
        waiting: _Waiting = deque()
        for number, task in enumerate(tasks, first):
            self._at(number)
            waiting.append((number, task, self._opened(task, now)))
        while waiting:
            if not self._take_texts(waiting):
                self._take_next(waiting, now)
        self._descent.close()  # so that folders replaced meanwhile are seen
        self._now = NOTHING
        self._at(NOTHING)
        self._end_if_full()

    def _take_next(self, waiting: _Waiting, now: int) -> None:
        number, task, opened = waiting.popleft()
        self._reported = 0
        self._now = number
        self._at(number)
        try:
            if isinstance(opened, _Whole):
                self._take_whole(task, *opened)
            elif opened is None:
                self._take_large(task, now)
            else:
                raise opened
        except MustNotRead:
            self._left.append(task)
            return
        except Skip as skip:
            self._pass_over(task, skip.reason)
        except SourceUnreadableError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                self._pass_over(task, f"{UNREADABLE}{error.message}")
            elif task.old is not None:
                self._gone.append(task.stored)
        self._tick(1, task.size - self._reported)

    def _take_texts(self, waiting: _Waiting) -> int:
        """Give the plain texts that come next to the builder in one call. Return how many it has taken."""
        first = waiting[0][2]
        if not _is_plain(first) or self._encodings is not None or self._readers is not None:
            return 0
        taken = self._builder_of(first.state).add_files(self._texts(waiting))
        for _ in range(taken):
            _, task, whole = waiting.popleft()
            if task.old is None:  # this saves two calls
                self._added += 1
            elif isinstance(whole, _Whole):
                self._count(task, whole.state)
                self._note_replaced(task)
        if taken:
            self._last = os.fsencode(task.stored)
        return taken

    def _texts(self, waiting: _Waiting) -> Iterator[tuple[FileState, bytes]]:
        """Yield the plain texts that come next, as long as their paths ascend. Each is done once the next is wanted."""
        last = b""
        for number, task, whole in waiting:
            path = os.fsencode(task.stored)
            if not _is_plain(whole) or path < last:
                return
            last = path
            self._now = number
            self._at(number)
            yield whole.state, whole.data
            self._tick(1, task.size)

    def _opened(self, task: Task, now: int) -> _Opened:
        if task.size > self._limits.large_bytes:
            return None
        try:
            folder = self._folder_of(task)
            most = self._limits.large_bytes
            read = read_file(task.path, follow=task.follow, max_bytes=most, folder=folder)
        except TooLarge:  # it has grown
            return None
        except (Skip, SourceUnreadableError) as error:
            return error
        return self._whole(task, *read, now)

    def _whole(self, task: Task, file: SourceFile, data: bytes, now: int) -> _Whole:
        """Return a file that was read. If the index knows its bytes, count it."""
        state = _state(task, file, digest_of(data), now)
        self._bytes += len(data)
        media_type = "" if self._is_known(task, state) else media_type_of(task.stored, data)
        return tuple.__new__(_Whole, (state, data, media_type))  # half the cost of calling it

    def _folder_of(self, task: Task) -> int:
        """Return a descriptor of the folder to open a file from, or NO_FOLDER. Raise SourceUnreadableError."""
        if not task.top:
            return NO_FOLDER
        try:
            # This costs a fifth of `dirname`, and runs for every file.
            return self._descent.folder(task.top, task.path.rpartition(os.sep)[0] or os.sep)
        except OSError as error:
            raise unreadable(error) from error

    @property
    def has_finished_batches(self) -> bool:
        """Return whether batches are finished and no other has begun: a good place to end."""
        return bool(self._receipts) and self._builder is None

    def outcome(self) -> Outcome:
        """Return the outcome of the run. Finish the last batch."""
        self._finish()
        return Outcome(
            tuple(self._receipts),
            self._added,
            self._changed,
            self._unchanged,
            self._bytes,
            tuple(self._replaced),
            tuple(self._gone),
            tuple(self._skipped),
            tuple(self._left),
        )

    def _take_whole(self, task: Task, state: FileState, data: bytes, media_type: str) -> None:
        if not media_type:
            return
        documents, reason, extra = self._documents(task, state, data, media_type)
        if reason:
            state = state._replace(skipped=reason)
        if extra and len(state.digest) == DIGEST_BYTES:
            state = state._replace(digest=state.digest + WANTS + extra.encode())
        self._count(task, state)
        self.add(task, state, documents)

    def _documents(self, task: Task, state: FileState, data: bytes, media_type: str) -> Found:
        """Return the documents of a file, read by the user's reader if one is set for it."""
        reader = self._reader(task)
        has_scans = bool(self._limits.ocr) and data.startswith(_PDF)
        if reader is None and not has_scans:
            return self._read_bytes(state, data, self._encoding_of(task), media_type)
        if not self._has_outside:
            raise MustNotRead
        # few have readers or scans: start-up time
        from seedsearch.corpus.external_programs import Ocr, read_with

        if reader is not None:
            extract: Extractor = partial(read_with, reader, task.path, self._beat)
        else:
            extract = extractor_for("application/pdf", Ocr(data, self._limits.ocr, self._beat))
        return self._documents_of(state, data, extract=extract)

    def _beat(self) -> None:
        self._tick(0, 0)

    def _take_large(self, task: Task, now: int) -> None:
        """Read a file in pieces if its format allows it, or whole if the memory allows it."""
        from seedsearch.corpus.large_files import open_large  # large files are few: start-up time

        folder = self._folder_of(task)
        with open_large(task.path, follow=task.follow, folder=folder) as file:
            media_type = media_type_of(task.path, file.head())
            way = piecewise(media_type)
            if way is not None and self._reader(task) is None:
                self._take_pieces(task, file, way, now)
                return
            cost = file.source.size * _MEMORY_A_BYTE.get(media_type, 1)
            if cost > self._limits.batch_bytes:
                self._pass_over(task, "too large for --memory")
                return
            data = file.all()
        self._take_whole(task, *self._whole(task, file.source, data, now))

    def _take_pieces(self, task: Task, file: LargeFile, way: Piecewise, now: int) -> None:
        survey = file.survey(self._beat)
        state = _state(task, file.source, survey.digest, now)
        self._bytes += file.source.size
        if self._is_known(task, state):
            return
        adder = LargeFileAdder(self, task, state)
        source = SourceFile(task.stored, state.size, state.mtime_ns, state.ctime_ns)

        def extract() -> Contents:
            encoding = file.encoding(survey, self._encoding_of(task))
            pieces = file.pieces(encoding, way.cut, self._limits.piece_bytes)
            return way.extract(source, self._telling(pieces))

        try:
            adder.take(parts_of(extract))
        except Skip as skip:
            adder.stop(skip.reason)
        except SourceUnreadableError as error:
            adder.stop(f"{UNREADABLE}{error.message}")
        if file.has_changed():
            adder.state = state._replace(digest=survey.digest + _RACY)
        self._count(task, adder.end())

    def _telling(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield the pieces. Call `tick` after each."""
        for piece in pieces:
            yield piece
            self._reported += len(piece.data)
            self._tick(0, len(piece.data))

    def _is_known(self, task: Task, state: FileState) -> bool:
        """Return whether the index already has these bytes and they need not be read again. If so, count them."""
        old = task.old
        if old is None or self._limits.rebuild or task.reread:
            return False
        if state._replace(skipped=old.skipped) != old:
            return False
        self._count(task, old)
        return True

    def _encoding_of(self, task: Task) -> str:
        """Return the encoding that the user set for a file, or ""."""
        return self._encodings.of(task.stored) or "" if self._encodings else ""

    def _reader(self, task: Task) -> OutsideReader | None:
        """Return the outside program that the user set for a file, or None."""
        return self._readers.of(task.stored) if self._readers else None

    def _count(self, task: Task, state: FileState) -> None:
        if state.skipped:
            self._skipped.append((task.stored, state.skipped))
            if not state.is_read():
                return
        old = task.old
        if old is None or not old.is_read():
            self._added += 1
        elif old.digest[:DIGEST_BYTES] == state.digest[:DIGEST_BYTES]:
            self._unchanged += 1
        else:
            self._changed += 1

    def _pass_over(self, task: Task, reason: str) -> None:
        """Record a file that gives no bytes. Its documents in the index stay, and it is tried again."""
        self._skipped.append((task.stored, reason))
        old = task.old
        if old is None or (not old.is_read() and old.skipped != reason):
            self.add(task, FileState(task.stored, task.size, 0, 0, b"", reason), ())

    def fail(self, task: Task, reason: str) -> None:
        """Record a file whose reader did not finish. It is tried again once the file or the program has changed."""
        try:
            file = SourceFile(task.path, *figures(os.stat(task.path)))
        except OSError:
            self._pass_over(task, reason)
            return
        state = _state(task, file, _UNKNOWN, time.time_ns())._replace(skipped=reason)
        self._count(task, state)
        self.add(task, state, ())

    def add(self, task: Task, state: FileState, documents: Sequence[Added]) -> None:
        """Give the builder a file that replaces its documents in the index."""
        self.add_part(state, documents, 0)
        self._note_replaced(task)

    def _note_replaced(self, task: Task) -> None:
        if task.old is not None:
            self._replaced.append(task.stored)

    def add_part(self, state: FileState, documents: Sequence[Added], place: int) -> None:
        """Give the builder the next documents of a file: see BatchBuilder.add."""
        self._builder_of(state).add(state, documents, place=place)
        # `take` checks the memory after many documents that the core has found, and plain texts, which come as bytes.
        if len(documents) != 1 or not (
            isinstance(documents[0], FoundDocument) or isinstance(documents[0][1], bytes)
        ):
            self._end_if_full()

    def _builder_of(self, state: FileState) -> BatchBuilder:
        """Return the builder that takes a file: paths in a batch ascend, so the file may need another batch."""
        path = os.fsencode(state.path)
        if path < self._last:
            self._finish()
        if self._builder is None:
            self._builder = self._factory()
        self._last = path
        return self._builder

    def _end_if_full(self) -> None:
        if self._builder and self._builder.pending_bytes > self._limits.batch_bytes:
            self._finish()

    def _finish(self) -> None:
        if self._builder is not None:
            self._at(NOTHING)  # a fault from here on is not the file's
            self._receipts.append(self._builder.finish())
            self._builder = None
            self._at(self._now)


def _by_glob(pairs: tuple[tuple[str, _Value], ...]) -> GlobValues[_Value] | None:
    """Return what the user set for files, or None if that is nothing."""
    if not pairs:
        return None
    from seedsearch.corpus.globs import GlobValues  # start-up time

    return GlobValues(pairs)


def _is_plain(opened: _Opened) -> TypeGuard[_Whole]:
    return isinstance(opened, _Whole) and opened.media_type == PLAIN


def _state(task: Task, file: SourceFile, digest: bytes, now: int) -> FileState:
    """Return the state of a file for the index. `now` is a time before it was read, in nanoseconds."""
    if now - file.mtime_ns < _GRAIN_NS:
        digest += _RACY
    # This costs half as much as a call of FileState, and runs for every file.
    return tuple.__new__(FileState, (task.stored, file[1], file[2], file[3], digest, ""))
