"""Reading one run of files into one batch: what a worker process does, or this one for small jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from seedsearch.analysis.language import language_of
from seedsearch.corpus.extract import extract, extractor_for
from seedsearch.corpus.extract.formats import is_installed
from seedsearch.corpus.read import DIGEST_BYTES, digest_of, read_file
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.corpus.split import split
from seedsearch.engine.base import BatchBuilder, DocumentText
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import IN_PART, ExtractedDocument, FileState, PassageSpan, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.told import Told

# A file written again within the grain of its file system's clock (two seconds at worst) looks the
# same to `stat`. So what is read that soon after its last change gets this mark behind its digest, and
# is read once more by the next run.
_GRAIN_NS = 2_000_000_000
_RACY = b"~"
# What an extra would read gets this mark and the extra's name: it is read again once that is there.
_WANTS = b"+"
_NAMED_PROBLEMS = 3


class Task(NamedTuple):
    """A file to read: absolute and stored path, its size, whether a link may be followed.

    `old` is what the index knows of it; `anew` reads it anew even if its bytes are the same.
    """

    path: str
    stored: str
    size: int
    follow: bool
    old: FileState | None
    anew: bool = False


class Limits(NamedTuple):
    """Memory for a batch and size of a file, in bytes; `anew` ignores what the index knows.

    `encodings` are those that the user told, as (glob, encoding).
    """

    batch_bytes: int
    file_bytes: int
    anew: bool
    encodings: tuple[tuple[str, str], ...] = ()


class Outcome(NamedTuple):
    """What came of a run: finished batches, counts of files, and stored paths.

    `replaced` are files that the index had and that the batches bring anew, `gone` are files that
    vanished after the walk.
    """

    receipts: tuple[object, ...] = ()
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bytes_read: int = 0
    replaced: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()

    def plus(self, other: Outcome) -> Outcome:
        """Both together; the receipts, which are handed on at once, are dropped."""
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
    if digest[DIGEST_BYTES : DIGEST_BYTES + 1] == _WANTS:
        return is_installed(digest[DIGEST_BYTES + 1 :].decode())
    return True


def work(
    tasks: Iterable[Task],
    factory: Callable[[], BatchBuilder],
    limits: Limits,
    tick: Callable[[int], None],
) -> Outcome:
    """Read the files in their order. `tick` is told the size of each; what it raises ends the run."""
    run = _Run(factory, limits)
    for task in tasks:
        run.take(task)
        tick(task.size)
    return run.outcome()


class _Run:
    """One run's builder and counts."""

    def __init__(self, factory: Callable[[], BatchBuilder], limits: Limits) -> None:
        self._factory = factory
        self._limits = limits
        self._rules: Told | None = None
        self._builder: BatchBuilder | None = None
        self._receipts: list[object] = []
        self._added = self._changed = self._unchanged = self._bytes = 0
        self._replaced: list[str] = []
        self._gone: list[str] = []
        self._skipped: list[tuple[str, str]] = []

    def take(self, task: Task) -> None:
        """Read one file and add it, or say why not."""
        try:
            file, data = read_file(task.path, follow=task.follow, max_bytes=self._limits.file_bytes)
        except Skip as skip:
            self._pass_over(task, skip.reason)
        except SourceUnreadableError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                self._lose(task)
            else:
                self._pass_over(task, f"unreadable: {error.message}")
        else:
            self._bytes += len(data)
            self._take_bytes(task, file, data)

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

    def _take_bytes(self, task: Task, file: SourceFile, data: bytes) -> None:
        old = task.old
        digest = digest_of(data)
        same = old is not None and old.digest[:DIGEST_BYTES] == digest
        if time.time_ns() - file.mtime_ns < _GRAIN_NS:
            digest += _RACY
        state = FileState(task.stored, file.size, file.mtime_ns, file.ctime_ns, digest)
        known = old is not None and state._replace(skipped=old.skipped) == old
        if old is not None and known and not (self._limits.anew or task.anew):
            self._count(task, old.skipped, same)
            return
        documents, reason, extra = documents_of(state, data, self._told(task))
        if reason:
            state = state._replace(skipped=reason)
        if extra and len(digest) == DIGEST_BYTES:
            state = state._replace(digest=digest + _WANTS + extra.encode())
        self._count(task, reason, same)
        self._add(task, state, documents)

    def _told(self, task: Task) -> str:
        """The encoding that the user told for a file, or ""."""
        if not self._limits.encodings:
            return ""
        if self._rules is None:
            from seedsearch.corpus.told import Told  # seldom wanted: start-up time

            self._rules = Told(self._limits.encodings)
        return self._rules.encoding_of(task.stored)

    def _count(self, task: Task, reason: str, same: bool) -> None:
        if reason:
            self._skipped.append((task.stored, reason))
        if reason and not reason.startswith(IN_PART):
            return
        if task.old is None or not task.old.is_read():
            self._added += 1
        elif same:
            self._unchanged += 1
        else:
            self._changed += 1

    def _pass_over(self, task: Task, reason: str) -> None:
        """A file that gives no bytes: what the index has of it stays, and it is tried again."""
        self._skipped.append((task.stored, reason))
        old = task.old
        if old is None or (not old.is_read() and old.skipped != reason):
            self._add(task, FileState(task.stored, task.size, 0, 0, b"", reason), ())

    def _lose(self, task: Task) -> None:
        if task.old is not None:
            self._gone.append(task.stored)

    def _add(self, task: Task, state: FileState, documents: Sequence[DocumentText]) -> None:
        if self._builder is None:
            self._builder = self._factory()
        self._builder.add(state, documents)
        if task.old is not None:
            self._replaced.append(task.stored)
        if self._builder.pending_bytes > self._limits.batch_bytes:
            self._finish()

    def _finish(self) -> None:
        if self._builder is not None:
            self._receipts.append(self._builder.finish())
            self._builder = None


def documents_of(
    state: FileState, data: bytes, encoding: str = "", media_type: str = ""
) -> tuple[list[DocumentText], str, str]:
    """The documents of a file with their passages, why there are none or not all, and the extra
    that would give more. Encoding and media type are found out unless they are given."""
    file = SourceFile(state.path, state.size, state.mtime_ns, state.ctime_ns, encoding)
    documents: list[DocumentText] = []
    problems: list[Problem] = []
    try:
        found = extractor_for(media_type)(file, data) if media_type else extract(file, data)
        for extracted in found:
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
    return documents, _left_out(problems, bool(documents)), extra


def with_passages(extracted: ExtractedDocument) -> DocumentText:
    """A document with its language, and its passages on their lines; one of a title alone has that for its text."""
    document, text = extracted.document, extracted.text
    if not document.language and (language := language_of(text)):
        document = document.replace(language=language)
    spans = split(extracted)
    if extracted.lines:
        spans = [_on_lines(span, extracted.lines) for span in spans]
    if not spans:
        line = extracted.lines[0] if extracted.lines else extracted.line_offset + 1
        text, spans = document.title, [PassageSpan(0, len(document.title), line, line)]
    return DocumentText(document, text, spans)


def _on_lines(span: PassageSpan, lines: Sequence[int]) -> PassageSpan:
    first, last = lines[span.line_start - 1], lines[span.line_end - 1]
    return span._replace(line_start=first, line_end=max(first, last))


def _left_out(problems: Sequence[Problem], some_read: bool) -> str:
    """What was left out, in one line: how much, and the first few by name."""
    named = sorted(problems, key=lambda problem: not problem.extra)[:_NAMED_PROBLEMS]
    words = "; ".join(f"{problem.place}: {problem.reason}" for problem in named)
    more = "; …" if len(problems) > len(named) else ""
    begin = f"{IN_PART}{len(problems):,} left out" if some_read else "nothing in it can be read"
    return f"{begin} ({words}{more})"
