"""Check a whole index, with and beyond its checksums.

A checksum proves that a file is as it was written. `consistency.py` checks whether its numbers fit together: a file
written by a faulty program, or by an attacker, has right checksums.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from seedsearch.engine.base import CheckReport
from seedsearch.errors import IndexDamagedError, IndexFault, NoIndexError
from seedsearch.index import manifest
from seedsearch.index.consistency import damages_of
from seedsearch.index.manifest import Manifest, SegmentEntry
from seedsearch.index.segment import Segment, open_segment
from seedsearch.index.segment_file import Blobs, damage_parts

Damage = tuple[str, str]

_TRIES = 20


def check(folder: str) -> CheckReport:
    """Read and verify everything in an index folder.

    Raise NoIndexError and IndexVersionError.
    """
    for left in range(_TRIES, 0, -1):
        try:
            state = manifest.read(folder)
        except IndexDamagedError as error:
            return CheckReport(0, 0, (damage_parts(error),))
        found = tuple(_damages(folder, state))
        if left == 1 or not any(_is_missing(folder, file) for file, _ in found):
            break
        try:
            if manifest.read(folder) == state:
                break
        except (NoIndexError, IndexFault):
            break
        # A commit came in between: its manifest names other files.
    passages = sum(entry.passages - entry.deleted_passages for entry in state.segments)
    return CheckReport(len(state.segments), passages, found)


def _is_missing(folder: str, file: str) -> bool:
    return not os.path.lexists(os.path.join(folder, file))


def _damages(folder: str, state: Manifest) -> Iterator[Damage]:
    for entry in state.segments:
        try:
            yield from _damages_of_entry(folder, entry)
        except IndexDamagedError as error:
            yield damage_parts(error)
        except FileNotFoundError as error:
            yield os.path.basename(str(error.filename)), "it is missing"
        except (IndexFault, OSError) as error:
            yield entry.file, f"it cannot be read: {error}"


def _damages_of_entry(folder: str, entry: SegmentEntry) -> Iterator[Damage]:
    segment = open_segment(folder, entry)
    try:
        within = tuple(damages_of(segment))
        if not within:
            segment.file.check_all()
        for what in within or _of_sums(segment, entry):
            yield entry.file, what
        if entry.deletions is not None and not within:
            for what in _of_deletions(segment, entry):
                yield entry.deletions.file, what
    finally:
        segment.close()


def _of_sums(segment: Segment, entry: SegmentEntry) -> Iterator[str]:
    """Yield each count in the manifest that differs from the segment."""
    skipped = sum(map(bool, Blobs(segment.file, "file.skipped").all()))
    for name, said, found in (
        ("skipped files", entry.skipped, skipped),
        ("words", entry.body_length, _sum(segment, "passage.length")),
        ("words of titles", entry.title_length, _sum(segment, "passage.title")),
        ("bytes of text", entry.text_bytes, segment.text_bytes),
    ):
        if said != found:
            yield f"it holds {found:,} {name}, the manifest says {said:,}"


def _sum(segment: Segment, name: str) -> int:
    return sum(segment.file.column(name).whole())


def _of_deletions(segment: Segment, entry: SegmentEntry) -> Iterator[str]:
    assert segment.deletions is not None
    passages, files = segment.deletions
    if passages.count(1) != entry.deleted_passages:
        yield "it does not delete as many passages as the manifest says"
    file_of = segment.file.column("document.file").whole()
    documents = segment.file.column("passage.document").whole()
    if any(files[file_of[d]] != gone for d, gone in zip(documents, passages, strict=True)):
        yield "it deletes passages of files that it keeps, or keeps some of files that it deletes"
