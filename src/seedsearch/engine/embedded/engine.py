"""The embedded engine: a Whoosh index on our own columns."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import compress, islice
from operator import not_, or_
from threading import Lock
from typing import TYPE_CHECKING, Any

from seedsearch.engine.base import (
    LAZY,
    WHOLE,
    Frequency,
    Grouping,
    IndexStats,
    IndexWriter,
    Place,
    Ranking,
    Reading,
    Size,
    Tally,
    TermCount,
    by_count,
)
from seedsearch.engine.embedded.snapshot import Snapshot
from seedsearch.errors import IndexClosedError, NoIndexError, UnsupportedError
from seedsearch.index import manifest
from seedsearch.index.dictionary import text_of
from seedsearch.index.failed_read import look_through, reading
from seedsearch.index.manifest import Manifest
from seedsearch.index.segment import LANGUAGES_JOINT, Segment
from seedsearch.index.segment_file import damage
from seedsearch.lazy import Lazy
from seedsearch.model import FileState, Passage, ScoredPassage
from seedsearch.query.ast import Exact, Fuzzy, Prefix, Query, Term, Wildcard

if TYPE_CHECKING:
    from seedsearch.engine.embedded.text_spool import TextSpool
    from seedsearch.index.whoosh import ColumnIndex
    from seedsearch.index.writer import WhooshWriter

_new = tuple.__new__  # quicker than to call a class of named tuples
_MANY = 50  # hits; above this, texts are read in stored order
_BATCH = 512  # records that are read at once
_OPEN_TRIES = 20


class WhooshEngine:
    """An index folder, open for searching. Threads may share it. `engine.base.Engine` describes its methods."""

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
        """Return the current state. A reader holds it, because another thread may refresh or close the engine."""
        snapshot = self._current
        if snapshot is None:
            raise IndexClosedError("the index is closed", "open it again")
        return snapshot

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """Hold the current state for a call that reads from it."""
        snapshot = self._snapshot
        with reading(snapshot.segments):
            yield snapshot

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
                # Either a commit came between, with other files, or a file was deleted.
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
        snapshot = self._snapshot
        try:  # as `reading` does, without its three calls
            total, chosen = _chosen(snapshot, query, limit, per_file, by)
            if isinstance(chosen, Lazy) and not explain:
                return _lazy(snapshot, total, chosen, text=text)
            found = list(_scored(snapshot, chosen, text=text or explain))
            if explain:
                from seedsearch.engine.embedded.explain import explained  # seldom: start-up time

                numbers = [number for _, number, _ in chosen]
                found = explained(snapshot, query, found, numbers, text=text)
            return Ranking(total, tuple(found))
        except Exception as error:
            look_through(snapshot.segments, error)
            raise

    # ---------------------------------------------------------------------- the rest

    def tallies(self, query: Query, wanted: Callable[[str], bool]) -> list[Tally]:
        from seedsearch.engine.embedded.tallies import tallies_of  # not for every query

        with self._reading() as snapshot:
            return list(tallies_of(snapshot, query, wanted))

    def files(self) -> Mapping[str, FileState]:
        with self._reading() as snapshot:
            segments = snapshot.segments
            known = {state[0]: state for segment in segments for state in segment.live_states()}
            for segment in segments:  # one part of a file may say why something was skipped
                known |= {state[0]: state for state in segment.live_states(skipped=True)}
            return known

    def state(self, path: str) -> FileState | None:
        snapshot = self._snapshot
        with reading(snapshot.segments):  # as `_reading` does, for each hit of a search
            return snapshot.state(path)

    def places(self, path: str) -> list[Place]:
        from seedsearch.engine.embedded.file_passages import places_of  # not for every query

        with self._reading() as snapshot:
            return places_of(snapshot.segments, os.fsencode(path))

    def passage(self, path: str, document: int, ordinal: int) -> Passage | None:
        from seedsearch.engine.embedded.file_passages import passage_at  # not for every query

        with self._reading() as snapshot:
            return passage_at(snapshot.segments, os.fsencode(path), document, ordinal)

    def contents(self) -> Iterator[tuple[int, Passage]]:
        from seedsearch.engine.embedded.file_passages import all_passages  # not for queries

        with self._reading() as snapshot:
            yield from all_passages(snapshot.segments)

    def frequency(self, leaf: Term | Exact) -> Frequency:
        with self._reading() as snapshot:
            return Frequency(snapshot.executor.df(leaf), snapshot.statistics.passages)

    def compounding(self) -> list[str]:
        with self._reading() as snapshot:
            return snapshot.term_sets.compounding

    def compounds(self, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
        with self._reading() as snapshot:
            return snapshot.term_sets.compounds(words)

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
        from seedsearch.engine.embedded.vocabulary import term_counts  # not for every query

        with self._reading() as snapshot:
            return term_counts(snapshot.segments, leaf)

    def most_frequent(
        self, leaf: Prefix | Wildcard | Fuzzy, limit: int
    ) -> tuple[list[TermCount], int]:
        from seedsearch.engine.embedded.vocabulary import most_frequent  # not for every query

        with self._reading() as snapshot:
            return most_frequent(snapshot.segments, leaf, limit)

    def readings(self) -> Iterator[Reading]:
        with self._reading() as snapshot:
            for segment in snapshot.segments:
                of_kind, live = _documents(segment)
                of_file = segment.file.column("document.file").whole()
                for kind, number in compress(zip(of_kind, of_file, strict=True), live):
                    encoding, errors, confidence, _, languages = segment.file.facts["kinds"][kind]
                    language = languages.partition(LANGUAGES_JOINT)[0]
                    path = segment.file_path(number)
                    yield Reading(path, encoding, errors, confidence, language)

    def languages(self) -> frozenset[str]:
        snapshot = self._snapshot
        kinds = (segment.file.facts["kinds"] for segment in snapshot.segments)
        return frozenset(
            code
            for of_segment in kinds
            for kind in of_segment
            for code in kind[4].split(LANGUAGES_JOINT)
        )

    def fields(self) -> frozenset[str]:
        facts = (segment.file.facts for segment in self._snapshot.segments)
        return frozenset(name for of_segment in facts for name in of_segment["fields"])

    def document_fields(self) -> Iterator[tuple[tuple[str, str], ...]]:
        from seedsearch.engine.embedded.rows import fields_of  # not for every query

        with self._reading() as snapshot:
            for segment in snapshot.segments:
                yield from fields_of(segment, _documents(segment)[1])

    def roots(self) -> tuple[str, ...]:
        return self._snapshot.manifest.roots

    def settings(self) -> str:
        return self._snapshot.manifest.settings

    def stats(self) -> IndexStats:
        snapshot = self._snapshot
        state, segments = snapshot.manifest, snapshot.segments
        files: set[bytes] = set()
        skipped: set[str] = set()
        encodings, languages, media_types = Counter[str](), Counter[str](), Counter[str]()
        with reading(segments):
            for segment in segments:
                files.update(segment.live_paths())
                skipped.update(s.path for s in segment.live_states(skipped=True) if not s.is_read())
                for count, (encoding, _, _, media_type, codes) in _numbers(segment):
                    encodings[encoding] += count
                    languages[codes.partition(LANGUAGES_JOINT)[0]] += count
                    media_types[media_type] += count
        deleted = sum(entry.deleted_passages for entry in state.segments)
        return IndexStats(
            files=len(files),
            skipped=len(skipped),
            documents=encodings.total(),
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
            encodings=by_count(encodings),
            languages=by_count(languages),
            media_types=by_count(media_types),
        )

    def size(self) -> Size:
        snapshot = self._snapshot
        state, segments = snapshot.manifest, snapshot.segments
        with reading(segments):
            documents = sum(count for segment in segments for count, _ in _numbers(segment))
        return Size(documents, sum(e.passages - e.deleted_passages for e in state.segments))

    def writer(self, *, wait: bool = False, part: str = WHOLE) -> IndexWriter:
        if part != WHOLE:
            raise UnsupportedError(
                "an index in a folder has one writer",
                "leave --partition out, or index to a cluster",
            )
        from seedsearch.index.writer import WhooshWriter  # not for queries: start-up time

        self._writer = WhooshWriter(self.folder, wait=wait, rebuild=self._rebuild)
        return self._writer

    def whoosh(self) -> ColumnIndex:
        """Return the current state as a whoosh.index.Index, for Whoosh's own queries and Searcher."""
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
        """Move to the newest commit. Running calls keep the state that they began with."""
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
        with self._refreshing:  # its files are released as soon as they have no reader
            self._current = None


# ---------------------------------------------------------------------- searching a snapshot

_Chosen = tuple[float, int, int]
"""The score of a chosen passage, its number, and the number of matching passages in its group."""


def _chosen(
    snapshot: Snapshot, query: Query, limit: int | None, per_file: int | None, by: Grouping
) -> tuple[int, Sequence[_Chosen]]:
    """Return the number of matching passages, documents or files, and the best of them."""
    executor, ranker = snapshot.executor, snapshot.ranker
    executor.check(query)
    if by == "passage":
        if limit is None:
            matches = executor.matches(query)
            return len(matches), _all(*ranker.all(matches, per_file), lambda number: 1)
        total, pairs = ranker.best(partial(executor.best, query), limit, per_file)
        return total, [(score, number, 1) for score, number in pairs]
    from seedsearch.core import matching  # already imported by the executor
    from seedsearch.engine.embedded.ranking import count_at

    best, counts = snapshot.groups(by).of(executor.matches(query))
    count = partial(count_at, best, counts)
    if limit is None:
        return len(best), _all(*ranker.all(best, per_file), count)
    _, pairs = ranker.best(partial(matching.best, executor.table, best), limit, per_file)
    return len(best), [(score, number, count(number)) for score, number in pairs]


def _all(
    scores: Sequence[float], numbers: Sequence[int], count: Callable[[int], int]
) -> Sequence[_Chosen]:
    """Return all matches, lazily if they are very many."""

    def at(places: Sequence[int]) -> Iterator[_Chosen]:
        return ((scores[place], numbers[place], count(numbers[place])) for place in places)

    places = range(len(numbers))
    return Lazy(places, at) if len(places) > LAZY else list(at(places))


def _lazy(snapshot: Snapshot, total: int, chosen: Lazy[_Chosen], *, text: bool) -> Ranking:
    """Return a ranking whose passages are read as they are needed."""

    @cache
    def spool() -> TextSpool:
        from seedsearch.engine.embedded.text_spool import TextSpool  # not for every query

        return TextSpool(snapshot, (number for _, number, _ in chosen))

    def scored(some: Sequence[_Chosen]) -> Iterator[ScoredPassage]:
        with reading(snapshot.segments):
            for batch in _batches(some):
                records = snapshot.read([number for _, number, _ in batch])
                for record, (score, number, matching) in zip(records, batch, strict=True):
                    own = record.replace(text=text_of(spool().text(number))) if text else record
                    yield _new(ScoredPassage, (own, score, None, matching, None))

    def paths(some: Iterable[_Chosen]) -> Iterator[str]:
        with reading(snapshot.segments):
            yield from snapshot.ranker.paths(number for _, number, _ in some)

    def texts(some: Iterable[_Chosen]) -> Iterator[bytes]:
        with reading(snapshot.segments):
            yield from (spool().text(number) for _, number, _ in some)

    return Ranking(total, chosen.then(scored), 0, chosen.then(paths), chosen.then(texts))


def _batches(chosen: Iterable[_Chosen]) -> Iterator[list[_Chosen]]:
    left = iter(chosen)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _scored(
    snapshot: Snapshot, chosen: Sequence[_Chosen], *, text: bool
) -> Iterator[ScoredPassage]:
    """Yield the chosen passages."""
    numbers = [number for _, number, _ in chosen]
    if not text:
        read = snapshot.records(numbers)
    elif len(numbers) <= _MANY:
        read = [snapshot.passage(number) for number in numbers]
    else:  # in stored order
        from seedsearch.engine.embedded.text_spool import texts_of  # not for every query

        found = dict(zip(sorted(numbers), texts_of(snapshot, sorted(numbers)), strict=True))
        records = zip(numbers, snapshot.read(numbers), strict=True)
        read = [record.replace(text=text_of(found[number])) for number, record in records]
    for passage, (score, _, matching) in zip(read, chosen, strict=True):
        yield _new(ScoredPassage, (passage, score, None, matching, None))


# ---------------------------------------------------------------------- kinds of documents


def _numbers(segment: Segment) -> Iterator[tuple[int, list[Any]]]:
    """Yield (number of documents, their kind), without deleted ones."""
    kinds = segment.file.facts["kinds"]
    for kind, count in Counter(compress(*_documents(segment))).items():
        yield count, kinds[kind]


def _documents(segment: Segment) -> tuple[memoryview, Iterator[bool]]:
    """Return the kind of each document with a part in the segment, and whether it begins here and is not deleted."""
    file = segment.file
    of_kind, of_file, ordinals = file.whole("document", "kind file ordinal")
    if not len(of_kind) == len(of_file) == len(ordinals):
        raise file.damaged("its columns of documents differ in length")
    if segment.deletions is None:
        return of_kind, map(not_, ordinals)
    return of_kind, map(not_, map(or_, ordinals, map(segment.deletions.files.__getitem__, of_file)))
