"""Add a large file to the index document by document, as its pieces are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from seedsearch.corpus.found import FoundDocument
from seedsearch.corpus.skip import Problem
from seedsearch.indexing.documents import NAMED_PROBLEMS, ReadPart, left_out
from seedsearch.indexing.tasks import Task
from seedsearch.model import Document, FileState

if TYPE_CHECKING:
    from seedsearch.indexing.run import Run


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
            reason = left_out(self._problems, self._place >= 0, self._left_out)
        state = self.state._replace(skipped=reason)
        self._run.add(self._task, state, ())
        return state

    def _leave_out(self, problem: Problem) -> None:
        self._left_out += 1
        if len(self._problems) <= NAMED_PROBLEMS:
            self._problems.append(problem)
