"""One state of an index, open: its manifest, its segments, and what queries make of them.

Each reader holds the snapshot. It closes its files after the last reader has let go of it.
So an engine may turn to a newer one, or be closed, while threads are still at work on this one.
"""

from __future__ import annotations

import os
from functools import cached_property
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING

from seedsearch.engine.base import Grouping
from seedsearch.engine.bm25f import TITLE_WEIGHT, Statistics
from seedsearch.index.manifest import Manifest
from seedsearch.index.segment import Segment, open_segment
from seedsearch.model import FileState, Passage

if TYPE_CHECKING:
    from seedsearch.analysis import Analyzer
    from seedsearch.engine.embedded.executor import Executor
    from seedsearch.engine.embedded.grouping import Groups
    from seedsearch.engine.embedded.ranking import Ranker
    from seedsearch.index.term_sets import TermSets

RECORDS_KEPT = 20_000
"""Passages that stay as they were read, without their texts, and states of files."""

TEXTS_KEPT = 32 << 20
"""Characters of passages that stay as they were read."""


class Snapshot:
    """One state of an index. Threads may share it."""

    def __init__(self, folder: str, state: Manifest) -> None:
        self.manifest = state
        self.segments: list[Segment] = []
        for entry in state.segments:
            self.segments.append(open_segment(folder, entry))
        self.bases = [0, *accumulate(segment.passages for segment in self.segments)]
        self._groups: dict[Grouping, Groups] = {}
        self._records: dict[int, Passage] = {}
        self._with_texts: dict[int, Passage] = {}
        self._characters = 0
        self._states: dict[str, FileState | None] = {}
        self._lock = Lock()

    # What only queries need is made, and imported, for the first of them: who indexes starts sooner.

    @cached_property
    def statistics(self) -> Statistics:
        """What scores depend on, of all segments."""
        entries = self.manifest.segments
        passages = sum(entry.passages for entry in entries)
        length = sum(e.body_length + TITLE_WEIGHT * e.title_length for e in entries)
        return Statistics(passages, length / passages if passages else 0.0)

    @cached_property
    def analyzer(self) -> Analyzer:
        """What takes the words of queries apart."""
        from seedsearch.analysis import Analyzer

        return Analyzer()

    @cached_property
    def term_sets(self) -> TermSets:
        """What the words of a query stand for, in all segments."""
        from seedsearch.index.term_sets import TermSets

        return TermSets(self.segments, self.analyzer)

    @cached_property
    def executor(self) -> Executor:
        """What runs queries."""
        from seedsearch.engine.embedded.executor import Executor

        return Executor(self.segments, self.term_sets, self.statistics)

    @cached_property
    def ranker(self) -> Ranker:
        """What puts passages in order."""
        from seedsearch.engine.embedded.ranking import Ranker

        return Ranker(self.segments, self.bases)

    def groups(self, by: Grouping) -> Groups:
        """The documents, or files, through all segments."""
        from seedsearch.engine.embedded.grouping import Groups  # not for every query: start-up

        with self._lock:
            if by not in self._groups:
                self._groups[by] = Groups(self.segments, self.executor.table, by)
            return self._groups[by]

    def record(self, number: int) -> Passage:
        """A passage without its text, by its number; it is kept for the next query."""
        record = self._records.get(number)
        if record is None:
            if len(self._records) >= RECORDS_KEPT:
                self._records = {}
            segment, own = self.ranker.locate(number)
            record = self._records[number] = segment.record(own)
        return record

    def passage(self, number: int) -> Passage:
        """A passage with its text, by its number; it is kept for the next query."""
        passage = self._with_texts.get(number)
        if passage is None:
            segment, own = self.ranker.locate(number)
            passage = segment.with_text(self.record(number), own)
            with self._lock:
                self._characters += len(passage.text)
                if self._characters > TEXTS_KEPT:
                    self._with_texts, self._characters = {}, len(passage.text)
                self._with_texts[number] = passage
        return passage

    def state(self, path: str) -> FileState | None:
        """What the index knows of one file: a search in each segment, which are sorted by path; it is kept."""
        try:
            return self._states[path]
        except KeyError:
            pass
        known: FileState | None = None
        for segment in self.segments:
            for state in segment.states_at(os.fsencode(path)):
                if (
                    known is None or state.skipped
                ):  # of a file's parts, one says why something was skipped
                    known = state
        if len(self._states) >= RECORDS_KEPT:
            self._states = {}
        self._states[path] = known
        return known

    def __del__(self) -> None:
        """Let go of the files: nobody reads them any more."""
        for name in ("executor", "_groups"):  # they look into the segments
            self.__dict__.pop(name, None)
        for segment in self.__dict__.get("segments", ()):
            segment.close()
