"""Make documents and passages of a file's bytes. A reader's exception concerns only that file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.analysis.language import language_of
from seedsearch.corpus.encoded import may_hold_runs, runs
from seedsearch.corpus.formats import Extractor, finder_for, media_type_of
from seedsearch.corpus.formats.outline import without
from seedsearch.corpus.formats.registry import HTML, PLAIN
from seedsearch.corpus.formats.text import whole
from seedsearch.corpus.found import Contents, FoundDocument
from seedsearch.corpus.skip import UNREADABLE, Problem, Skip, failure
from seedsearch.corpus.split import split
from seedsearch.engine.base import Added, DocumentText
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import (
    IN_PART,
    Document,
    ExtractedDocument,
    FileState,
    PassageSpan,
    SourceFile,
)
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.indexing.run import Run
    from seedsearch.indexing.tasks import Task

_NAMED_PROBLEMS = 3
_DOCUMENTS_A_BEAT = 1000


class Found(NamedTuple):
    """The documents of a file, the reason why some or all are missing, and the extra that would read more."""

    documents: list[Added]
    reason: str = ""
    extra: str = ""


ReadPart: TypeAlias = tuple[Added, bool]
"""A document, and whether it is a further part of the document before it."""


def parts_of(extract: Callable[[], Contents]) -> Iterator[ReadPart | Problem]:
    """Yield the documents of a reader, with passages. Its exceptions, except Skip, become SourceUnreadableError.

    MemoryError passes: the batch may have taken the memory, and another process then reads the file.
    """
    try:
        for extracted in extract():
            if isinstance(extracted, Problem):
                yield extracted
                continue
            if isinstance(extracted, FoundDocument):
                yield extracted, False
                continue
            may_hold = not extracted.spans and may_hold_runs(extracted.text)
            if may_hold and (gaps := list(runs(extracted.text))):
                sections = without(extracted.sections, gaps)
                read = with_passages(extracted._replace(sections=sections))
                yield read, extracted.continues
                yield from _named(extracted, gaps)
            else:
                yield with_passages(extracted), extracted.continues
    except (Skip, SourceUnreadableError, MemoryError):
        raise
    except Exception as error:
        raise SourceUnreadableError(failure(error)) from None


def _named(extracted: ExtractedDocument, gaps: Sequence[tuple[int, int]]) -> Iterator[Problem]:
    """Yield a Problem for each run of encoded data that is left out, with its line."""
    line = at = 0
    member = extracted.document.member
    for start, end in gaps:
        line += extracted.text.count("\n", at, start)
        at = start
        number = extracted.lines[line] if extracted.lines else extracted.line_offset + line + 1
        place = f"{member}, line {number}" if member else f"line {number}"
        yield Problem(place, f"{end - start:,} characters of encoded data")


def documents_of(
    state: FileState,
    data: bytes,
    encoding: str = "",
    media_type: str = "",
    extract: Extractor | None = None,
    passwords: tuple[str, ...] = (),
    beat: Callable[[], None] = lambda: None,
) -> Found:
    """Return the documents of a file. Encoding, media type and reader are detected unless given.

    `passwords` are tried if it is encrypted. `beat` is called after each thousand documents: a file that makes progress
    is not late.
    """
    media_type = media_type or ("" if extract else media_type_of(state.path, data))
    if media_type == PLAIN and not encoding and (plain := plain_documents(state.path, data)):
        return Found(plain)
    if media_type == HTML and not encoding and (page := _page_reader()(state.path, data)):
        return tuple.__new__(Found, ([page], "", ""))  # as below
    # This costs a third of calling it, and runs for every file.
    file: SourceFile = tuple.__new__(SourceFile, (*state[:4], encoding, None, passwords))
    documents: list[Added] = []
    problems: list[Problem] = []
    why = extra = ""
    try:
        for part in parts_of(lambda: (extract or finder_for(media_type))(file, data)):
            if isinstance(part, Problem):
                problems.append(part)
            else:
                documents.append(part[0])
                if len(documents) % _DOCUMENTS_A_BEAT == 0:
                    beat()
    except Skip as skip:
        why, extra = skip.reason, skip.extra
    except SourceUnreadableError as error:
        why = error.message if documents else f"{UNREADABLE}{error.message}"
    if why and not documents:
        return Found([], why, extra)
    if why:
        problems.append(Problem("the rest", why, extra))
    if not problems:
        return Found(documents)
    extra = next((problem.extra for problem in problems if problem.extra), "")
    return Found(documents, _left_out(problems, bool(documents), len(problems)), extra)


def plain_documents(path: str, data: bytes) -> list[Added] | None:
    """Return the documents of a plain text if one pass over its bytes gives them, else None."""
    if found := whole(path, data):
        document, spans = found
        return [tuple.__new__(DocumentText, (document, data, spans, 0))]
    return None


@functools.cache  # an import takes as long as ten calls
def _page_reader() -> Callable[[str, bytes], FoundDocument | None]:
    """Return the function that gives the document of a page if one call over its bytes finds it."""
    from seedsearch.corpus.formats.html import whole  # start-up time: many folders have no page

    return whole


def with_passages(extracted: ExtractedDocument) -> DocumentText:
    """Return a document with its language and its passages on their lines.

    A document without text has its title as text.
    """
    document, text = extracted.document, extracted.text
    if not document.language and (language := language_of(text)):
        document = document.replace(language=language)
    spans = split(extracted)
    if extracted.byte_offset:
        more = extracted.byte_offset
        spans = [
            span._replace(byte_start=span.byte_start + more, byte_end=span.byte_end + more)
            if span.byte_start >= 0
            else span
            for span in spans
        ]
    if not spans and not extracted.continues:
        line = extracted.lines[0] if extracted.lines else extracted.line_offset + 1
        text, spans = document.title, [PassageSpan(0, len(document.title), line, line)]
    return tuple.__new__(DocumentText, (document, text, spans, 0))


def _left_out(problems: Sequence[Problem], some_read: bool, count: int) -> str:
    """Return one line that says how much was left out, and names the first few parts."""
    named = sorted(problems, key=lambda problem: not problem.extra)[:_NAMED_PROBLEMS]
    words = "; ".join(f"{problem.place}: {problem.reason}" for problem in named)
    more = "; …" if count > len(named) else ""
    begin = f"{IN_PART}{count:,} left out" if some_read else "nothing in it can be read"
    return f"{begin} ({words}{more})"


class LargeFileAdder:
    """Adds a large file to the builders, document by document."""

    def __init__(self, run: Run, task: Task, state: FileState) -> None:
        self.state = state
        self._run = run
        self._task = task
        self._document: Document | None = None  # the last one
        self._place = -1  # of the last document
        self._ordinal = 0  # of its next passage
        self._problems: list[Problem] = []
        self._left_out = 0
        self._why = ""

    def take(self, parts: Iterable[ReadPart | Problem]) -> None:
        """Add the documents, and collect the problems. Raise what `parts` raises."""
        for read in parts:
            if isinstance(read, Problem):
                self._leave_out(read)
                continue
            part, continues = read
            if isinstance(part, FoundDocument):
                self._place += 1
                self._run.add_part(self.state, (part,), self._place)
                continue
            if not continues:
                self._place += 1
                self._ordinal = 0
            part = part._replace(ordinal=self._ordinal)
            if continues and self._document is not None:
                part = part._replace(document=self._document)
            self._document = part.document
            self._ordinal += len(part.spans)
            self._run.add_part(self.state, (part,), self._place)

    def stop(self, why: str) -> None:
        """Record that the rest of the file cannot be read."""
        if self._place < 0 and not self._problems:
            self._why = why
        else:
            self._leave_out(Problem("the rest", why))

    def end(self) -> FileState:
        """Add the final state of the file, and return it."""
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
