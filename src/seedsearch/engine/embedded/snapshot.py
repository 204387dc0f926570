"""A snapshot: one state of an index, open, with its manifest, its segments, and caches for queries.

Each reader holds the snapshot. It closes its files when the last reader lets go. So the engine can refresh or close
while other threads still use this snapshot.
"""

from __future__ import annotations

import os
from functools import cached_property
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, cast

from seedsearch.core import compiled
from seedsearch.engine.base import Grouping
from seedsearch.engine.bm25f import TITLE_WEIGHT, Statistics
from seedsearch.index.manifest import Manifest
from seedsearch.index.segment import MADE, Segment, open_segment
from seedsearch.model import FileState, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedsearch.analysis import Analyzer
    from seedsearch.core import _core
    from seedsearch.engine.embedded.executor import Executor
    from seedsearch.engine.embedded.grouping import Groups
    from seedsearch.engine.embedded.ranking import Ranker
    from seedsearch.index.term_sets import TermSets

RECORDS_KEPT = 20_000
"""The number of passages without text, and of file states, that the caches keep."""

TEXTS_KEPT = 32 << 20
"""The number of characters of passages that the cache keeps."""


class Snapshot:
    """One state of an index. Threads may share it."""

    def __init__(self, folder: str, state: Manifest) -> None:
        self.manifest = state
        self.segments: list[Segment] = []
        for entry in state.segments:
            self.segments.append(open_segment(folder, entry))
        self.bases = (0, *accumulate(segment.passages for segment in self.segments))
        self._groups: dict[Grouping, Groups] = {}
        self._records: dict[int, Passage] = {}
        self._with_texts: dict[int, Passage] = {}
        self._characters = 0
        self._states: dict[str, FileState | None] = {}
        self._lock = Lock()

    # Objects for queries are made, and imported, by the first query, so that indexing starts sooner.

    @cached_property
    def statistics(self) -> Statistics:
        """Return the statistics of all segments, for scores."""
        entries = self.manifest.segments
        passages = sum(entry.passages for entry in entries)
        length = sum(e.body_length + TITLE_WEIGHT * e.title_length for e in entries)
        return Statistics(passages, length / passages if passages else 0.0)

    @cached_property
    def analyzer(self) -> Analyzer:
        """Return the Analyzer for the words of queries."""
        from seedsearch.analysis import shared_analyzer

        return shared_analyzer()

    @cached_property
    def term_sets(self) -> TermSets:
        """Return the term sets of all segments."""
        from seedsearch.index.term_sets import TermSets

        return TermSets(self.segments, self.analyzer)

    @cached_property
    def executor(self) -> Executor:
        """Return the Executor, which runs queries."""
        from seedsearch.engine.embedded.executor import Executor

        return Executor(self.segments, self.term_sets, self.statistics)

    @cached_property
    def ranker(self) -> Ranker:
        """Return the Ranker, which orders passages."""
        from seedsearch.engine.embedded.ranking import Ranker

        return Ranker(self.segments, self.bases)

    def groups(self, by: Grouping) -> Groups:
        """Return the documents or files of all segments as groups of passages."""
        from seedsearch.engine.embedded.grouping import Groups  # not for every query: start-up

        with self._lock:
            if by not in self._groups:
                self._groups[by] = Groups(self.segments, self.executor.table, by)
            return self._groups[by]

    def records(self, numbers: list[int]) -> list[Passage]:
        """Return passages without their texts, by their numbers, from the cache if possible."""
        known = self._records
        missing = [number for number in numbers if number not in known]
        if missing:
            if len(known) >= RECORDS_KEPT:
                known, missing = {}, numbers
                self._records = known
            known.update(zip(missing, self.read(missing), strict=True))
        return [known[number] for number in numbers]

    def read(self, numbers: list[int]) -> list[Passage]:
        """Return passages without their texts, by their numbers."""
        found = self._by_core(numbers)
        if not self._have_steps and all(found):  # the usual case
            return cast("list[Passage]", found)
        records = []
        for number, record in zip(numbers, found, strict=True):
            if record is None:
                segment, own = self.ranker.locate(number)
                record = segment.record(own)
            elif self._have_steps:
                segment, own = self.ranker.locate(number)
                record = segment.with_steps(record, own)
            records.append(record)
        return records

    @cached_property
    def _have_steps(self) -> bool:
        return any(segment.stored_steps for segment in self.segments)

    def _by_core(self, numbers: list[int]) -> Sequence[Passage | None]:
        """Return passages without their texts where the core can read them, else something else."""
        readers, known = self._readers
        if len(readers) < len(self.segments):
            return [None] * len(numbers)
        return compiled.passages(readers, self.bases, numbers, known, MADE)

    @cached_property
    def _readers(self) -> tuple[tuple[_core.SegmentReader, ...], tuple[_core.KnownDocuments, ...]]:
        """The core's readers of all segments that have one, and what is known of the documents of each."""
        readers = [segment.file.reader for segment in self.segments]
        known = [segment.known for segment in self.segments]
        return tuple([reader for reader in readers if reader is not None]), tuple(known)

    def passage(self, number: int) -> Passage:
        """Return a passage with its text, by its number, from the cache if possible."""
        passage = self._with_texts.get(number)
        if passage is None:
            segment, own = self.ranker.locate(number)
            passage = segment.with_text(self.records([number])[0], own)
            with self._lock:
                self._characters += len(passage.text)
                if self._characters > TEXTS_KEPT:
                    self._with_texts, self._characters = {}, len(passage.text)
                self._with_texts[number] = passage
        return passage

    def state(self, path: str) -> FileState | None:
        """Return the state of a file, or None: a search in each segment by path, or the cached answer."""
        try:
            return self._states[path]
        except KeyError:
            pass
        known: FileState | None = None
        for segment in self.segments:
            for state in segment.states_at(os.fsencode(path)):
                if (
                    known is None or state.skipped
                ):  # one part of a file may say why something was skipped
                    known = state
        if len(self._states) >= RECORDS_KEPT:
            self._states = {}
        self._states[path] = known
        return known

    def __del__(self) -> None:
        """Close the files: no reader is left."""
        for name in ("executor", "_groups"):  # they look into the segments
            self.__dict__.pop(name, None)
        for segment in self.__dict__.get("segments", ()):
            segment.close()
