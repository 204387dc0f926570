"""The embedded engine: a Whoosh index on columns of our own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import compress
from operator import not_, or_
from threading import Lock
from typing import TYPE_CHECKING, Any

from seedsearch.engine.base import (
    Frequency,
    Grouping,
    IndexStats,
    IndexWriter,
    Place,
    Ranking,
    Reading,
    Size,
    TermCount,
    by_count,
)
from seedsearch.engine.embedded.snapshot import Snapshot
from seedsearch.errors import IndexClosedError, NoIndexError
from seedsearch.index import manifest
from seedsearch.index.manifest import Manifest
from seedsearch.index.reading import look_through, reading
from seedsearch.index.segment import Segment
from seedsearch.index.segment_file import damage
from seedsearch.model import FileState, Passage, ScoredPassage
from seedsearch.query.ast import Exact, Fuzzy, Prefix, Query, Term, Wildcard

if TYPE_CHECKING:
    from seedsearch.index.whoosh import ColumnIndex
    from seedsearch.index.writer import WhooshWriter

_MANY = 50  # hits from which it pays to read their texts in the order in which they are stored
_OPEN_TRIES = 20


class WhooshEngine:
    """An index folder, open for searching. Threads may share it."""

    name = "whoosh"

    def __init__(self, folder: str, *, create: bool = False, rebuild: bool = False) -> None:
        self.folder = folder
        self._writer: WhooshWriter | None = None
        self._rebuild = rebuild
        self._refreshing = Lock()
        self._current: Snapshot | None
        if rebuild:
            self._current = self._empty(*manifest.salvage_roots(folder))
        else:
            self._current = self._open(create=create)

    @property
    def _snapshot(self) -> Snapshot:
        """The state that is shown now. A reader holds it while it reads, since another thread may refresh or close."""
        snapshot = self._current
        if snapshot is None:
            raise IndexClosedError("the index is closed", "open it again")
        return snapshot

    def _open(self, *, create: bool) -> Snapshot:
        for left in range(_OPEN_TRIES, 0, -1):
            try:
                state = manifest.read(self.folder)
            except NoIndexError:
                if not create:
                    raise
                return self._empty(())
            try:
                return Snapshot(self.folder, state)
            except FileNotFoundError as error:
                # A commit came between: its manifest names other files. Or one was deleted.
                if left == 1 or manifest.read(self.folder) == state:
                    raise damage(os.path.basename(str(error.filename)), "it is missing") from None
        raise AssertionError("unreachable")

    def _empty(self, roots: tuple[str, ...], settings: str = "") -> Snapshot:
        return Snapshot(self.folder, Manifest(0, 0, 0, roots, (), settings))

    # ---------------------------------------------------------------------- search

    def search(
        self,
        query: Query,
        *,
        limit: int | None = 10,
        per_file: int | None = None,
        text: bool = True,
        explain: bool = False,
        by: Grouping = "passage",
    ) -> Ranking:
        """The best passages: see engine.base."""
        snapshot = self._snapshot
        try:  # what `reading` does, which would be three calls more
            total, chosen = _chosen(snapshot, query, limit, per_file, by)
            found = [
                ScoredPassage(passage, score, None, matching)
                for passage, (score, _, matching) in zip(
                    _read(snapshot, chosen, text=text or explain), chosen, strict=True
                )
            ]
            if explain:
                found = _explained(snapshot, query, found, chosen, text=text)
            return Ranking(total, tuple(found))
        except Exception as error:
            look_through(snapshot.segments, error)
            raise

    # ---------------------------------------------------------------------- the rest

    def files(self) -> Mapping[str, FileState]:
        """Every file that the index knows."""
        snapshot = self._snapshot
        segments = snapshot.segments
        with reading(segments):
            known = {state[0]: state for segment in segments for state in segment.live_states()}
            for segment in segments:  # of a file's parts, one says why something was skipped
                known |= {state[0]: state for state in segment.live_states(skipped=True)}
            return known

    def state(self, path: str) -> FileState | None:
        """What the index knows of one file."""
        snapshot = self._snapshot
        with reading(snapshot.segments):
            return snapshot.state(path)

    def places(self, path: str) -> list[Place]:
        """Where each passage of a file stands: see engine.base."""
        from seedsearch.engine.embedded.file_passages import places_of  # not for every query

        snapshot = self._snapshot
        with reading(snapshot.segments):
            return places_of(snapshot.segments, os.fsencode(path))

    def passage(self, path: str, document: int, ordinal: int) -> Passage | None:
        """One passage of a file, by its place: see engine.base."""
        from seedsearch.engine.embedded.file_passages import passage_at  # not for every query

        snapshot = self._snapshot
        with reading(snapshot.segments):
            return passage_at(snapshot.segments, os.fsencode(path), document, ordinal)

    def frequency(self, leaf: Term | Exact) -> Frequency:
        """In how many of how many passages a word stands: the dictionaries know."""
        snapshot = self._snapshot
        with reading(snapshot.segments):
            return Frequency(snapshot.executor.df(leaf), snapshot.statistics.passages)

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
        """The terms that a leaf stands for: see engine.base."""
        from seedsearch.engine.embedded.vocabulary import term_counts  # not for every query

        snapshot = self._snapshot
        with reading(snapshot.segments):
            return term_counts(snapshot.segments, leaf)

    def readings(self) -> Iterator[Reading]:
        """How each document was read."""
        snapshot = self._snapshot
        with reading(snapshot.segments):
            for segment in snapshot.segments:
                for number, kind in _kinds(segment):
                    encoding, errors, confidence, _, language = kind
                    path = segment.file_path(number)
                    yield Reading(path, encoding, errors, confidence, language)

    def languages(self) -> frozenset[str]:
        """The languages of its documents, of deleted ones too."""
        snapshot = self._snapshot
        kinds = (segment.file.facts["kinds"] for segment in snapshot.segments)
        return frozenset(kind[4] for of_segment in kinds for kind in of_segment)

    def fields(self) -> frozenset[str]:
        """The names of the fields of its documents, of deleted ones too."""
        facts = (segment.file.facts for segment in self._snapshot.segments)
        return frozenset(name for of_segment in facts for name in of_segment["fields"])

    def document_fields(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """The fields of each document and of each row of a table."""
        from seedsearch.engine.embedded.rows import fields_of  # not for every query

        snapshot = self._snapshot
        with reading(snapshot.segments):
            for segment in snapshot.segments:
                yield from fields_of(segment, _documents(segment)[1])

    def roots(self) -> tuple[str, ...]:
        """The roots, as they were set."""
        return self._snapshot.manifest.roots

    def settings(self) -> str:
        """The text that is kept beside the roots."""
        return self._snapshot.manifest.settings

    def stats(self) -> IndexStats:
        """What the index holds."""
        snapshot = self._snapshot
        state, segments = snapshot.manifest, snapshot.segments
        files: set[bytes] = set()
        skipped: set[str] = set()
        kinds: Counter[tuple[str, str]] = Counter()
        with reading(segments):
            for segment in segments:
                files.update(segment.live_paths())
                skipped.update(s.path for s in segment.live_states(skipped=True) if not s.is_read())
                for count, (encoding, _, _, _, language) in _numbers(segment):
                    kinds[encoding, language] += count
        deleted = sum(entry.deleted_passages for entry in state.segments)
        return IndexStats(
            files=len(files),
            skipped=len(skipped),
            documents=sum(kinds.values()),
            passages=sum(entry.passages for entry in state.segments) - deleted,
            deleted=deleted,
            terms=sum(segment.file.facts["terms"] for segment in segments),
            text_bytes=sum(entry.text_bytes for entry in state.segments),
            index_bytes=sum(
                entry.bytes + (entry.deletions.bytes if entry.deletions else 0)
                for entry in state.segments
            ),
            segments=len(segments),
            created_ns=state.created_ns,
            committed_ns=state.committed_ns,
            generation=state.generation,
            encodings=_counted(kinds, 0),
            languages=_counted(kinds, 1),
        )

    def size(self) -> Size:
        """How much the index holds."""
        snapshot = self._snapshot
        state, segments = snapshot.manifest, snapshot.segments
        with reading(segments):
            documents = sum(count for segment in segments for count, _ in _numbers(segment))
        return Size(documents, sum(e.passages - e.deleted_passages for e in state.segments))

    def writer(self, *, wait: bool = False) -> IndexWriter:
        """The one writer: see engine.base."""
        from seedsearch.index.writer import WhooshWriter  # not for queries: start-up time

        self._writer = WhooshWriter(self.folder, wait=wait, rebuild=self._rebuild)
        return self._writer

    def whoosh(self) -> ColumnIndex:
        """The index as a whoosh.index.Index, for Whoosh's own queries and Searcher: of the state that is shown now."""
        from seedsearch.index.whoosh import ColumnIndex, ColumnReader  # Whoosh itself

        snapshot = self._snapshot
        reader = ColumnReader(
            snapshot.segments,
            snapshot.term_sets,
            snapshot.executor.table,
            snapshot.manifest.generation,
            held=snapshot,
        )
        return ColumnIndex(reader)

    def refresh(self) -> bool:
        """See the newest commit from now on; what was begun ends on the state that it was begun on."""
        with self._refreshing:
            shown = self._snapshot.manifest
            if self._rebuild:
                if self._writer is None or not self._writer.has_committed:
                    return False
                self._rebuild = False
            try:
                newest = manifest.read(self.folder)
            except NoIndexError:
                return False
            if newest == shown:
                return False
            self._current = self._open(create=False)
            return True

    def close(self) -> None:
        """Let go of the index's files, as soon as nobody reads them any more."""
        with self._refreshing:
            self._current = None


# ---------------------------------------------------------------------- searching a snapshot

_Chosen = tuple[float, int, int]
"""The score of what was chosen, its passage's number, and how many passages match for which that stands."""


def _chosen(
    snapshot: Snapshot, query: Query, limit: int | None, per_file: int | None, by: Grouping
) -> tuple[int, list[_Chosen]]:
    """How many passages match, or documents or files, and the best of them."""
    executor, ranker = snapshot.executor, snapshot.ranker
    executor.check(query)
    if by == "passage":
        if limit is None:
            matches = executor.matches(query)
            total, pairs = len(matches), ranker.all(matches, per_file)
        else:
            total, pairs = ranker.best(partial(executor.best, query), limit, per_file)
        return total, [(score, number, 1) for score, number in pairs]
    from seedsearch.core import matching  # imported long since
    from seedsearch.engine.embedded.ranking import count_at

    best, counts = snapshot.groups(by).of(executor.matches(query))
    if limit is None:
        pairs = ranker.all(best, per_file)
    else:
        _, pairs = ranker.best(partial(matching.best, executor.table, best), limit, per_file)
    return len(best), [(score, number, count_at(best, counts, number)) for score, number in pairs]


def _read(snapshot: Snapshot, chosen: Sequence[_Chosen], *, text: bool) -> list[Passage]:
    """The passages that were chosen; many texts are read in the order in which they are stored."""
    if not text:
        return [snapshot.record(number) for _, number, _ in chosen]
    if len(chosen) <= _MANY:
        return [snapshot.passage(number) for _, number, _ in chosen]
    numbers = sorted(number for _, number, _ in chosen)
    found = {number: _passage(snapshot, number) for number in numbers}
    return [found[number] for _, number, _ in chosen]


def _passage(snapshot: Snapshot, number: int) -> Passage:
    """A passage with its text, which is not kept: many are not asked for again."""
    segment, own = snapshot.ranker.locate(number)
    return segment.passage(own)


def _explained(
    snapshot: Snapshot,
    query: Query,
    found: Sequence[ScoredPassage],
    chosen: Sequence[_Chosen],
    *,
    text: bool,
) -> list[ScoredPassage]:
    from seedsearch.engine.embedded.explain import Explainer  # seldom: start-up time

    explainer = Explainer(query, snapshot.executor, snapshot.statistics, snapshot.analyzer)
    explained = []
    for scored, (_, number, _) in zip(found, chosen, strict=True):
        segment, own = snapshot.ranker.locate(number)
        why = explainer.explain(scored.passage, number, segment.length(own))
        kept = scored.passage if text else scored.passage.replace(text="")
        explained.append(scored._replace(passage=kept, explanation=why))
    return explained


# ---------------------------------------------------------------------- kinds of documents


def _numbers(segment: Segment) -> Iterator[tuple[int, list[Any]]]:
    """(how many documents, their kind), without deleted ones."""
    kinds = segment.file.facts["kinds"]
    for kind, count in Counter(compress(*_documents(segment))).items():
        yield count, kinds[kind]


def _counted(kinds: Mapping[tuple[str, str], int], part: int) -> tuple[tuple[str, int], ...]:
    """How many documents there are for each value of one part of their kinds."""
    counts: dict[str, int] = {}
    for kind, count in kinds.items():
        counts[kind[part]] = counts.get(kind[part], 0) + count
    return by_count(counts)


def _kinds(segment: Segment) -> Iterator[tuple[int, list[Any]]]:
    """(number of its file, its kind) of the documents that are not deleted."""
    kinds = segment.file.facts["kinds"]
    of_kind, live = _documents(segment)
    of_file = segment.file.column("document.file").whole()
    for kind, number in compress(zip(of_kind, of_file, strict=True), live):
        yield number, kinds[kind]


def _documents(segment: Segment) -> tuple[memoryview, Iterator[bool]]:
    """The kind of each document that the segment has a part of; whether it begins here and is not deleted."""
    file = segment.file
    of_kind, of_file, ordinals = (
        file.column(f"document.{name}").whole() for name in ("kind", "file", "ordinal")
    )
    if not len(of_kind) == len(of_file) == len(ordinals):
        raise file.damaged("its columns of documents differ in length")
    if segment.deletions is None:
        return of_kind, map(not_, ordinals)
    return of_kind, map(not_, map(or_, ordinals, map(segment.deletions.files.__getitem__, of_file)))
