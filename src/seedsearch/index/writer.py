"""Write to an index folder as its one writer: lock it, add, remove, commit and merge."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import cast

from seedsearch.core import compiled
from seedsearch.digest import digest
from seedsearch.engine.base import BatchBuilder
from seedsearch.errors import IndexDamagedError, IndexFault, IndexVersionError, NoIndexError
from seedsearch.index import manifest
from seedsearch.index.failed_read import reading
from seedsearch.index.lock import LOCK, WriterLock
from seedsearch.index.manifest import (
    MAX_FILES,
    MAX_PASSAGES,
    FileEntry,
    Manifest,
    SegmentEntry,
    write_file,
)
from seedsearch.index.segment import Deletions, Segment, open_segment

FAN_IN = 8
"""The number of segments of similar size that are merged into one."""


class WhooshWriter:
    """Writes to the index in `folder`; see engine.base.IndexWriter."""

    def __init__(self, folder: str, *, wait: bool = False, rebuild: bool = False) -> None:
        self._folder = folder
        self._lock = WriterLock(folder, wait=wait)
        self._segments: dict[str, Segment] = {}
        self.has_committed = False
        self._doomed: frozenset[str] = frozenset()
        try:
            self._committed = self._begin(rebuild)
        except BaseException:
            self._lock.release()
            raise
        self._adopted: list[SegmentEntry] = []
        self._made: set[str] = set()  # files of deletions written since the last commit
        self._removed: set[str] = set()
        self._roots = self._committed.roots
        self._settings = self._committed.settings

    def _begin(self, rebuild: bool) -> Manifest:
        try:
            state = manifest.read(self._folder)
        except (NoIndexError, IndexDamagedError, IndexVersionError) as error:
            if not rebuild and not isinstance(error, NoIndexError):
                raise
            roots, settings = manifest.salvage_roots(self._folder)
            state = Manifest(0, time.time_ns(), 0, roots, (), settings)
        if rebuild or not state.generation:
            # The old files stay until a commit replaces them.
            self._doomed = frozenset(manifest.own_files(self._folder))
            return state._replace(segments=())
        self._drop_files(manifest.own_files(self._folder) - state.names())
        return state

    def builder_factory(self) -> Callable[[], BatchBuilder]:
        return partial(_make_builder, self._folder, os.getpid())

    def adopt(self, receipt: object) -> None:
        """See engine.base. The receipt is the result of SegmentBuilder.finish."""
        for info in cast(Sequence[SegmentEntry], receipt):
            self._adopted.append(info)

    def remove(self, paths: Iterable[str]) -> None:
        self._removed.update(paths)

    def set_roots(self, roots: Sequence[str]) -> None:
        self._roots = tuple(roots)

    def set_settings(self, text: str) -> None:
        self._settings = text

    def commit(self) -> None:
        with reading(self._segments.values()):
            entries = [*self._with_removals(), *self._adopted]
            entries = [e for e in entries if e.files and not self._is_empty(e)]
            while chosen := choose(entries):
                entries = self._merge(entries, chosen)
        state = Manifest(
            self._committed.generation + 1,
            self._committed.created_ns,
            time.time_ns(),
            self._roots,
            tuple(entries),
            self._settings,
        )
        manifest.write(self._folder, state)
        old, self._committed = self._committed, state
        made, self._made = self._made, set()
        self._adopted.clear()
        self._removed.clear()
        self.has_committed = True
        self._drop_files((old.names() | self._doomed | made) - state.names())
        self._doomed = frozenset()

    def _is_empty(self, entry: SegmentEntry) -> bool:
        if entry.deletions is None:
            return False
        flags = self._segment(entry).deletions
        return flags is not None and 0 not in flags.files

    def _with_removals(self) -> list[SegmentEntry]:
        """Return the committed segments with the removed files marked in them."""
        if not self._removed:
            return list(self._committed.segments)
        removed = {os.fsencode(path) for path in self._removed}
        return [self._with_removed(entry, removed) for entry in self._committed.segments]

    def _with_removed(self, entry: SegmentEntry, removed: set[bytes]) -> SegmentEntry:
        segment = self._segment(entry)
        old = segment.deletions or Deletions(bytes(segment.passages), bytes(segment.file_count()))
        passages, files = bytearray(old.passages), bytearray(old.files)
        for number in segment.files_at(removed):
            if not files[number]:
                files[number] = 1
                gone = segment.passages_of_file(number)
                passages[gone.start : gone.stop] = b"\x01" * len(gone)
        if files == old.files:
            return entry
        segment.deletions = Deletions(bytes(passages), bytes(files))
        data = segment.deletions.pack()
        name = manifest.new_name(manifest.DELETIONS)
        self._made.add(name)
        write_file(os.path.join(self._folder, name), data)
        return entry._replace(
            deleted_passages=passages.count(1),
            deletions=FileEntry(name, len(data), digest(data)),
        )

    def _segment(self, entry: SegmentEntry) -> Segment:
        segment = self._segments.get(entry.file)
        if segment is None:
            segment = open_segment(self._folder, entry)
            self._segments[entry.file] = segment
        return segment

    def _merge(self, entries: list[SegmentEntry], chosen: Sequence[int]) -> list[SegmentEntry]:
        parts = [entries[number] for number in chosen]
        from seedsearch.index.merge import merge  # start-up time: many runs merge nothing

        info = merge(self._folder, [self._segment(entry) for entry in parts])
        rest = [entry for number, entry in enumerate(entries) if number not in chosen]
        kept = self._committed.names()
        for entry in parts:
            self._segments.pop(entry.file).close()
        # Parts that no committed state names were never visible: they are removed at once.
        self._drop_files({name for entry in parts for name in entry.names()} - kept)
        place = min(chosen)
        rest.insert(place, SegmentEntry(*info))
        return rest

    def _drop_files(self, names: Iterable[str]) -> None:
        for name in names:
            segment = self._segments.pop(name, None)
            if segment is not None:
                segment.close()
            with contextlib.suppress(
                OSError
            ):  # Windows: a reader has it open; the next run removes it
                os.unlink(os.path.join(self._folder, name))

    def _needed(self) -> set[str]:
        try:
            return manifest.read(self._folder).names()
        except NoIndexError:
            return set()

    def close(self) -> None:
        for segment in self._segments.values():
            segment.close()
        self._segments.clear()
        if self._lock.is_held:
            with contextlib.suppress(IndexFault):
                # Read the manifest again: a commit may have failed after its last step. Files of killed workers are
                # removed too. Files of the old index stay until a commit replaces them.
                needed = self._needed() | self._doomed
                self._drop_files(manifest.own_files(self._folder) - needed)
            self._adopted.clear()
            self._lock.release()


def choose(entries: Sequence[SegmentEntry]) -> list[int]:
    """Return the numbers of the segments to merge now: those of one full tier, else one that is mostly deleted.

    Tiers are powers of FAN_IN in live passages. The merged segments must fit into one.
    """
    live = [entry.passages - entry.deleted_passages for entry in entries]
    tiers: dict[int, list[int]] = {}
    for number, count in enumerate(live):
        tier, size = 0, FAN_IN
        while size < count:
            tier, size = tier + 1, size * FAN_IN
        tiers.setdefault(tier, []).append(number)
    for _, numbers in sorted(tiers.items()):
        chosen: list[int] = []
        room, room_for_files = MAX_PASSAGES, MAX_FILES
        for number in sorted(numbers, key=lambda n: live[n]):
            if live[number] <= room and entries[number].files <= room_for_files:
                chosen.append(number)
                room -= live[number]
                room_for_files -= entries[number].files
        if len(chosen) >= FAN_IN:
            return sorted(chosen)
    for number, entry in enumerate(entries):
        if entry.passages and entry.deleted_passages * 2 > entry.passages:
            return [number]
    return []


def _make_builder(folder: str, owner: int) -> BatchBuilder:
    """Return a builder, in the writer's own process or in a worker.

    A forked worker inherits the lock's descriptor. It must not keep the lock when the writer is killed.
    """
    alone = os.getpid() == owner
    if not alone and os.name == "posix":
        _close_inherited(os.path.join(folder, LOCK))
    from seedsearch.index.builder import SegmentBuilder  # only writers need it: start-up time

    if compiled is None:
        from seedsearch.index.plain_inversion import PlainInversion  # start-up time

        return SegmentBuilder(folder, PlainInversion)
    from seedsearch.index.core_inversion import CoreInversion  # start-up time

    return SegmentBuilder(folder, CoreInversion)


def _close_inherited(path: str) -> None:
    wanted = os.stat(path)
    for name in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError):
            fd = int(name)
            if os.path.samestat(os.fstat(fd), wanted):
                os.close(fd)
