"""Reading one run of files into one batch: what a worker process does, or this one for small jobs."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.analysis.language import language_of
from seedsearch.corpus.extract import (
    Piecewise,
    extractor_for,
    media_type_of,
    piecewise,
)
from seedsearch.corpus.extract.formats import PLAIN
from seedsearch.corpus.extract.text import whole
from seedsearch.corpus.read import digest_of
from seedsearch.corpus.skip import Problem, Skip, guarded
from seedsearch.corpus.small import read_small
from seedsearch.corpus.split import split
from seedsearch.engine.base import BatchBuilder, DocumentText
from seedsearch.errors import SourceUnreadableError
from seedsearch.indexing.tasks import WANTS, Limits, Outcome, Task, collecting_seldom
from seedsearch.model import (
    DIGEST_BYTES,
    IN_PART,
    Document,
    ExtractedDocument,
    FileState,
    PassageSpan,
    SourceFile,
)
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.corpus.large import LargeFile, Piece
    from seedsearch.corpus.told import Told
    from seedsearch.indexing.ahead import ReadAhead

# A file written again within the grain of its file system's clock (two seconds at worst) looks the
# same to `stat`. So what is read that soon after its last change gets this mark behind its digest, and
# is read once more by the next run.
_GRAIN_NS = 2_000_000_000
_RACY = b"~"
_NAMED_PROBLEMS = 3
_TOGETHER = 1 << 18  # bytes of files that are read before they are worked on
_A_FILE = 4096  # so many bytes a file counts for beside its own
# What reading a file whole takes, in bytes for each of its own: those formats whose text is about as long as they.
_MEMORY_A_BYTE = {
    "text/html": 8,
    "text/markdown": 4,
    "text/x-rst": 4,
    "message/rfc822": 4,
}


class ReadFile(NamedTuple):
    """A file that was read: the digest of its bytes, a time before it was read (in nanoseconds), its documents."""

    file: SourceFile
    digest: bytes
    before_ns: int
    documents: list[DocumentText]


_Opened: TypeAlias = ReadFile | tuple[SourceFile, bytes] | Skip | SourceUnreadableError | None
"""A file that was read, or one and its bytes, or why there are none; None for a large one, which is read bit by bit."""


def work(
    tasks: Iterable[Task],
    factory: Callable[[], BatchBuilder],
    limits: Limits,
    tick: Callable[[int, int], None],
) -> Outcome:
    """Read the files in their order.

    `tick` is told how many files and bytes are done since it was told last: at the end of each file, and of each
    piece of a large one. What it raises ends the run.
    """
    run = Run(factory, limits, tick)
    with collecting_seldom():
        for some in _together(tasks):
            run.take(some)
        return run.outcome()


def _together(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """The tasks, as many at a time as are worth to be read together."""
    some: list[Task] = []
    size = 0
    for task in tasks:
        some.append(task)
        size += task.size + _A_FILE
        if size >= _TOGETHER:
            yield some
            some, size = [], 0
    if some:
        yield some


class Run:
    """One run: files are read in their order, into one builder after the other."""

    def __init__(
        self,
        factory: Callable[[], BatchBuilder],
        limits: Limits,
        tick: Callable[[int, int], None],
        ahead: ReadAhead | None = None,
    ) -> None:
        self.told = 0  # bytes of the file that is being read, which `tick` knows of
        self._tick = tick
        self._ahead = ahead
        self._factory = factory
        self._limits = limits
        self._rules: Told | None = None
        self._builder: BatchBuilder | None = None
        self._last = b""  # path that it was given
        self._receipts: list[object] = []
        self._added = self._changed = self._unchanged = self._bytes = 0
        self._replaced: list[str] = []
        self._gone: list[str] = []
        self._skipped: list[tuple[str, str]] = []

    def take(self, tasks: Sequence[Task]) -> None:
        """Read some files and add them, or say why not; tell `tick` of each.

        First all of them are read, then each is worked on: the two would drive each other out of the processor's
        caches. The builder is asked for its memory when that is done, for it takes a moment and small files add little.
        """
        now = time.time_ns()
        waiting = deque(map(self._opened, tasks))
        for task in tasks:
            self.told = 0
            self._read(task, waiting.popleft(), now)
            self._tick(1, task.size - self.told)
        self._end_if_full()

    def _opened(self, task: Task) -> _Opened:
        path, _, size, follow, _, _ = task
        if size > self._limits.large_bytes:
            return None
        if self._ahead is not None and (read := self._ahead.take(task, self._limits)):
            return read
        try:
            return read_small(path, follow=follow, max_bytes=self._limits.file_bytes)
        except (Skip, SourceUnreadableError) as error:
            return error

    @property
    def has_finished_batches(self) -> bool:
        """Whether some batches are finished and no other is begun: a good place to end."""
        return bool(self._receipts) and self._builder is None

    def _read(self, task: Task, opened: _Opened, now: int) -> None:
        if isinstance(opened, ReadFile):
            self._take_read(task, opened)
        elif isinstance(opened, tuple):
            self._take_bytes(task, *opened, now)
        elif opened is not None:
            self._miss(task, opened)
        else:
            try:
                self._take_large(task, now)
            except (Skip, SourceUnreadableError) as error:
                self._miss(task, error)

    def _miss(self, task: Task, error: Skip | SourceUnreadableError) -> None:
        if isinstance(error, Skip):
            self._pass_over(task, error.reason)
        elif isinstance(error.__cause__, FileNotFoundError):
            self._lose(task)
        else:
            self._pass_over(task, f"unreadable: {error.message}")

    def outcome(self) -> Outcome:
        """What came of it; finishes the last batch."""
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
        )

    def _take_read(self, task: Task, read: ReadFile) -> None:
        self._bytes += read.file.size
        state = _state(task, read.file, read.digest, read.before_ns)
        if not self._is_known(task, state):
            self._count(task, state)
            self.add(task, state, read.documents)

    def _take_bytes(self, task: Task, file: SourceFile, data: bytes, now: int) -> None:
        self._bytes += len(data)
        state = _state(task, file, digest_of(data), now)
        if self._is_known(task, state):
            return
        documents, reason, extra = documents_of(state, data, self._told(task))
        if reason:
            state = state._replace(skipped=reason)
        if extra and len(state.digest) == DIGEST_BYTES:
            state = state._replace(digest=state.digest + WANTS + extra.encode())
        self._count(task, state)
        self.add(task, state, documents)

    def _take_large(self, task: Task, now: int) -> None:
        """Read a file in pieces, where its format allows it, or whole, where the memory does."""
        from seedsearch.corpus.large import open_large  # large files are few: start-up time

        with open_large(task.path, follow=task.follow, most=self._limits.file_bytes) as file:
            media_type = media_type_of(task.path, file.head())
            way = piecewise(media_type)
            if way is not None:
                self._take_pieces(task, file, way, now)
                return
            cost = file.source.size * _MEMORY_A_BYTE.get(media_type, 1)
            if cost > self._limits.batch_bytes:
                self._pass_over(task, "too large for the memory that --memory gives")
                return
            data = file.all()
        self._take_bytes(task, file.source, data, now)

    def _take_pieces(self, task: Task, file: LargeFile, way: Piecewise, now: int) -> None:
        survey = file.survey(lambda: self._tick(0, 0))
        state = _state(task, file.source, survey.digest, now)
        self._bytes += file.source.size
        if self._is_known(task, state):
            return
        adding = _Adding(self, task, state)
        source = SourceFile(task.stored, state.size, state.mtime_ns, state.ctime_ns)
        try:
            encoding = file.encoding(survey, self._told(task))
            pieces = file.pieces(encoding, way.cut, self._limits.piece_bytes)
            adding.take(way.extract(source, self._telling(pieces)))
        except Skip as skip:
            adding.stop(skip.reason)
        except SourceUnreadableError as error:
            adding.stop(f"unreadable: {error.message}")
        if file.has_changed():
            adding.state = state._replace(digest=survey.digest + _RACY)
        self._count(task, adding.end())

    def _telling(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The pieces; `tick` is told of each when it is done."""
        for piece in pieces:
            yield piece
            self.told += len(piece.data)
            self._tick(0, len(piece.data))

    def _is_known(self, task: Task, state: FileState) -> bool:
        """Whether the index has these bytes already, and they need not be read again; counts them then."""
        old = task.old
        if old is None or self._limits.anew or task.anew:
            return False
        if state._replace(skipped=old.skipped) != old:
            return False
        self._count(task, old)
        return True

    def _told(self, task: Task) -> str:
        """The encoding that the user told for a file, or ""."""
        if not self._limits.encodings:
            return ""
        if self._rules is None:
            from seedsearch.corpus.told import Told  # seldom wanted: start-up time

            self._rules = Told(self._limits.encodings)
        return self._rules.encoding_of(task.stored)

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
        """A file that gives no bytes: what the index has of it stays, and it is tried again."""
        self._skipped.append((task.stored, reason))
        old = task.old
        if old is None or (not old.is_read() and old.skipped != reason):
            self.add(task, FileState(task.stored, task.size, 0, 0, b"", reason), ())

    def _lose(self, task: Task) -> None:
        if task.old is not None:
            self._gone.append(task.stored)

    def add(self, task: Task, state: FileState, documents: Sequence[DocumentText]) -> None:
        """Give the builder a file that takes the place of what the index has of it."""
        self.add_part(state, documents, 0)
        if task.old is not None:
            self._replaced.append(task.stored)

    def add_part(self, state: FileState, documents: Sequence[DocumentText], place: int) -> None:
        """Give the builder the next documents of a file: see BatchBuilder.add."""
        path = os.fsencode(state.path)
        if path < self._last:  # what is found in another order goes into another batch
            self._finish()
        if self._builder is None:
            self._builder = self._factory()
        self._last = path
        self._builder.add(state, documents, place=place)
        # Bytes are those of a file that was read whole: `take` looks after many of them at once.
        if len(documents) != 1 or isinstance(documents[0][1], str):
            self._end_if_full()

    def _end_if_full(self) -> None:
        if self._builder and self._builder.pending_bytes > self._limits.batch_bytes:
            self._finish()

    def _finish(self) -> None:
        if self._builder is not None:
            self._receipts.append(self._builder.finish())
            self._builder = None


class _Adding:
    """A large file on its way into the builders, document by document."""

    def __init__(self, run: Run, task: Task, state: FileState) -> None:
        self.state = state
        self._run = run
        self._task = task
        self._document: Document | None = None  # the last one
        self._place = -1  # of that one
        self._ordinal = 0  # of its next passage
        self._problems: list[Problem] = []
        self._left_out = 0
        self._why = ""

    def take(self, found: Iterable[ExtractedDocument | Problem]) -> None:
        """Add the documents, and remember the problems. Raises what `found` does."""
        for extracted in found:
            if isinstance(extracted, Problem):
                self._leave_out(extracted)
                continue
            if not extracted.continues:
                self._place += 1
                self._ordinal = 0
            part = with_passages(extracted)._replace(ordinal=self._ordinal)
            if extracted.continues and self._document is not None:
                part = part._replace(document=self._document)
            self._document = part.document
            self._ordinal += len(part.spans)
            self._run.add_part(self.state, (part,), self._place)

    def stop(self, why: str) -> None:
        """Nothing more can be read of it."""
        if self._place < 0 and not self._problems:
            self._why = why
        else:
            self._leave_out(Problem("the rest", why))

    def end(self) -> FileState:
        """Add what there is to say of the file as a whole; gives its state."""
        reason = self._why
        if self._left_out:
            reason = _left_out(self._problems, self._place >= 0, self._left_out)
        state = self.state._replace(skipped=reason)
        self._run.add(self._task, state, ())
        return state

    def _leave_out(self, problem: Problem) -> None:
        self._left_out += 1
        if len(self._problems) <= _NAMED_PROBLEMS:
            self._problems.append(problem)


def _state(task: Task, file: SourceFile, digest: bytes, now: int) -> FileState:
    """What the index will know of a file; `now` is a time before it was read, in nanoseconds."""
    if now - file.mtime_ns < _GRAIN_NS:
        digest += _RACY
    # Half the price of calling FileState, and every file comes by.
    return tuple.__new__(FileState, (task.stored, file[1], file[2], file[3], digest, ""))


def documents_of(
    state: FileState, data: bytes, encoding: str = "", media_type: str = ""
) -> tuple[list[DocumentText], str, str]:
    """The documents of a file with their passages, why there are none or not all, and the extra
    that would give more. Encoding and media type are found out unless they are given."""
    media_type = media_type or media_type_of(state.path, data)
    if media_type == PLAIN and not encoding and (quickly := _plain_text(state.path, data)):
        return quickly, "", ""
    file = SourceFile(state.path, state.size, state.mtime_ns, state.ctime_ns, encoding)
    documents: list[DocumentText] = []
    problems: list[Problem] = []
    try:
        for extracted in extractor_for(media_type)(file, data):
            if isinstance(extracted, Problem):
                problems.append(extracted)
            else:
                documents.append(with_passages(extracted))
    except Skip as skip:
        if not documents:
            return [], skip.reason, skip.extra
        problems.append(Problem("the rest", skip.reason, skip.extra))
    except SourceUnreadableError as error:
        return [], f"unreadable: {error.message}", ""
    if not problems:
        return documents, "", ""
    extra = next((problem.extra for problem in problems if problem.extra), "")
    return documents, _left_out(problems, bool(documents), len(problems)), extra


def documents_quickly(path: str, data: bytes) -> list[DocumentText] | None:
    """The documents of a file with their passages, as `documents_of` gives them, if that is quick; else None."""
    return _plain_text(path, data) if media_type_of(path, data) == PLAIN else None


def _plain_text(path: str, data: bytes) -> list[DocumentText] | None:
    if found := whole(path, data):
        document, spans = found
        return [tuple.__new__(DocumentText, (document, data, spans, 0))]
    return None


@guarded()
def with_passages(extracted: ExtractedDocument) -> DocumentText:
    """A document with its language, and its passages on their lines; one of a title alone has that for its text."""
    document, text = extracted.document, extracted.text
    if not document.language and (language := language_of(text)):
        document = document.replace(language=language)
    spans = split(extracted)
    if extracted.lines:
        spans = [_on_lines(span, extracted.lines) for span in spans]
    if extracted.byte_offset:
        spans = [_on_bytes(span, extracted.byte_offset) for span in spans]
    if not spans and not extracted.continues:
        line = extracted.lines[0] if extracted.lines else extracted.line_offset + 1
        text, spans = document.title, [PassageSpan(0, len(document.title), line, line)]
    return DocumentText(document, text, spans)


def _on_bytes(span: PassageSpan, offset: int) -> PassageSpan:
    if span.byte_start < 0:
        return span
    return span._replace(byte_start=span.byte_start + offset, byte_end=span.byte_end + offset)


def _on_lines(span: PassageSpan, lines: Sequence[int]) -> PassageSpan:
    first, last = lines[span.line_start - 1], lines[span.line_end - 1]
    return span._replace(line_start=first, line_end=max(first, last))


def _left_out(problems: Sequence[Problem], some_read: bool, count: int) -> str:
    """What was left out, in one line: how much, and the first few by name."""
    named = sorted(problems, key=lambda problem: not problem.extra)[:_NAMED_PROBLEMS]
    words = "; ".join(f"{problem.place}: {problem.reason}" for problem in named)
    more = "; …" if count > len(named) else ""
    begin = f"{IN_PART}{count:,} left out" if some_read else "nothing in it can be read"
    return f"{begin} ({words}{more})"
