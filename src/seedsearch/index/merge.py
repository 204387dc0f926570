"""Merge several segments into one, without deleted passages.

Passages are renumbered. This module copies their records and texts. The core (core/c/merge.c) merges the postings, or
`plain_inversion.py` if there is no core.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from seedsearch.core import compiled
from seedsearch.core.posting_list import GONE
from seedsearch.index.manifest import SEGMENT, SegmentEntry, new_name
from seedsearch.index.segment import Segment
from seedsearch.index.segment_file import Blobs
from seedsearch.index.segment_file_writer import SegmentFileWriter
from seedsearch.index.stored_fields import TextStore, field_names, write_steps
from seedsearch.record import NamedTuple

_Value = TypeVar("_Value")


class _File(NamedTuple):
    path: bytes
    source: int
    number: int
    documents: range
    passages: range


class _Rows:
    """Rows of a table in the order of the new segment: runs of rows that are neighbours in their sources, too."""

    def __init__(self, segments: Sequence[Segment], rows: Iterable[tuple[int, range]]) -> None:
        self._segments = segments
        self.runs: list[tuple[int, range]] = []
        for source, own in rows:
            last, before = self.runs[-1] if self.runs else (-1, own)
            if source == last and own.start == before.stop:
                self.runs[-1] = source, range(before.start, own.stop)
            elif own:
                self.runs.append((source, own))

    def _taken(self, columns: Sequence[Sequence[_Value]]) -> Iterator[Sequence[_Value]]:
        return (columns[source][own.start : own.stop] for source, own in self.runs)

    def numbers(self, name: str) -> list[int]:
        """Return a column."""
        return [
            *chain.from_iterable(self._taken([s.file.column(name).whole() for s in self._segments]))
        ]

    def strings(self, name: str) -> list[bytes]:
        """Return a column of strings."""
        return [
            *chain.from_iterable(self._taken([Blobs(s.file, name).all() for s in self._segments]))
        ]

    def joined(
        self, name: str, values: Sequence[Sequence[_Value]], known: dict[_Value, int]
    ) -> list[int]:
        """Return a column of numbers of values, which each source numbers by itself. Add new values to `known`."""
        columns = self._taken([segment.file.column(name).whole() for segment in self._segments])
        return [
            known.setdefault(values[source][number], len(known))
            for (source, _), column in zip(self.runs, columns, strict=True)
            for number in column
        ]


def merge(folder: str, segments: Sequence[Segment]) -> SegmentEntry:
    """Write one segment with everything in the given segments that is not deleted."""
    files = _files(segments)
    passages = _Rows(segments, ((file.source, file.passages) for file in files))
    name = new_name(SEGMENT)
    writer = SegmentFileWriter(os.path.join(folder, name))
    try:
        text = _write_text(writer, segments, passages)
        writer.flush_behind()  # while the postings are merged
        terms = _write_postings(writer, segments, passages)
        lengths = _write_passages(writer, segments, passages)
        kinds, documents = _write_documents(writer, segments, files)
        skipped = _write_files(writer, segments, files)
        names = field_names(name for segment in segments for name in segment.file.facts["fields"])
        size, digest = writer.close({"kinds": kinds, "fields": names, "terms": terms})
    except BaseException:
        writer.abandon()
        raise
    count = sum(len(file.passages) for file in files)
    return SegmentEntry(name, size, digest, len(files), skipped, documents, count, *lengths, text)


def _files(segments: Sequence[Segment]) -> list[_File]:
    """Return the files that are not deleted, in the order of the new segment."""
    files: list[_File] = []
    for source, segment in enumerate(segments):
        dead = segment.deletions.files if segment.deletions else None
        for number, path in enumerate(Blobs(segment.file, "file.path").all()):
            if dead is None or not dead[number]:
                documents = segment.documents_of_file(number)
                passages = segment.passages_of(documents)
                files.append(_File(path, source, number, documents, passages))
    files.sort(key=lambda file: file[:3])
    if len({file.path for file in files}) < len(files):  # parts of one file, from several segments
        files.sort(key=lambda file: (file.path, _place(segments, file)))
    return files


def _place(segments: Sequence[Segment], file: _File) -> tuple[int, int]:
    """Return the place in its file of the first passage that a segment has of a file."""
    return segments[file.source].place(file.passages.start) if file.passages else (0, 0)


def _write_text(writer: SegmentFileWriter, segments: Sequence[Segment], passages: _Rows) -> int:
    store = TextStore()
    for source, own in passages.runs:
        store.add(map(segments[source].text, own))
    store.write(writer)
    return store.total


def _write_postings(writer: SegmentFileWriter, segments: Sequence[Segment], passages: _Rows) -> int:
    """Write the postings and the dictionaries. Return the number of distinct terms."""
    renumber = [array("I", [GONE]) * segment.passages for segment in segments]
    count = 0
    for source, own in passages.runs:
        renumber[source][own.start : own.stop] = array("I", range(count, count + len(own)))
        count += len(own)
    if compiled is None:
        from seedsearch.index.plain_inversion import merge_postings  # start-up time

        return merge_postings(writer, segments, renumber)
    from seedsearch.index.core_inversion import write_columns  # start-up time

    parts = tuple(
        (tuple(segment.dictionary.group_blocks()), segment.file.column("postings").whole(), own)
        for segment, own in zip(segments, renumber, strict=True)
    )
    columns = compiled.merge(parts, count)
    write_columns(writer, columns)
    return columns["distinct"]


def _write_passages(
    writer: SegmentFileWriter, segments: Sequence[Segment], passages: _Rows
) -> tuple[int, int]:
    """Write the records of passages. Return the sums of the lengths of bodies and titles."""
    sums = {}
    for name in ("line", "lines", "byte", "bytes", "page", "length", "title"):
        values = passages.numbers(f"passage.{name}")
        writer.numbers(f"passage.{name}", values)
        sums[name] = sum(values)
    headings: dict[bytes, int] = {b"": 0}
    names = [Blobs(segment.file, "heading").all() for segment in segments]
    writer.numbers("passage.heading", passages.joined("passage.heading", names, headings))
    writer.blobs("heading", list(headings))
    steps: list[str] = []
    for source, own in passages.runs:
        has_steps = bool(segments[source].stored_steps)
        steps += map(segments[source].steps, own) if has_steps else [""] * len(own)
    write_steps(writer, steps)
    return sums["length"], sums["title"]


def _write_documents(
    writer: SegmentFileWriter, segments: Sequence[Segment], files: Sequence[_File]
) -> tuple[list[list[Any]], int]:
    """Write the table of documents. Return their kinds and their number."""
    documents = _Rows(segments, ((file.source, file.documents) for file in files))
    file_of: list[int] = []
    of_passage: list[int] = []
    columns = [segment.file.column("passage.document").whole() for segment in segments]
    for number, file in enumerate(files):
        shift = len(file_of) - file.documents.start
        own = columns[file.source][file.passages.start : file.passages.stop]
        of_passage += [document + shift for document in own]
        file_of += [number] * len(file.documents)
    kinds: dict[tuple[Any, ...], int] = {}
    own_kinds = [[tuple(kind) for kind in segment.file.facts["kinds"]] for segment in segments]
    writer.numbers("document.file", file_of)
    for name in ("place", "ordinal"):
        writer.numbers(f"document.{name}", documents.numbers(f"document.{name}"))
    writer.numbers("document.kind", documents.joined("document.kind", own_kinds, kinds))
    for name in ("title", "id", "member", "fields"):
        writer.blobs(f"document.{name}", documents.strings(f"document.{name}"))
    writer.numbers("passage.document", of_passage)
    return [list(kind) for kind in kinds], len(file_of)


def _write_files(
    writer: SegmentFileWriter, segments: Sequence[Segment], files: Sequence[_File]
) -> int:
    """Write the table of files. Return how many were skipped, in whole or in part."""
    rows = _Rows(segments, ((f.source, range(f.number, f.number + 1)) for f in files))
    reasons = rows.strings("file.skipped")
    writer.blobs("file.path", [file.path for file in files])
    writer.blobs("file.digest", rows.strings("file.digest"))
    writer.blobs("file.skipped", reasons)
    writer.numbers("file.size", rows.numbers("file.size"))
    for name in ("mtime", "ctime"):
        writer.column(f"file.{name}", "q", array("q", rows.numbers(f"file.{name}")))
    return sum(map(bool, reasons))
