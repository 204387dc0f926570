"""Merge several segments into one, without deleted passages.

Passages are renumbered. This module copies their records and texts. The core (core/c/merge.c) merges the postings, or
`plain_merge.py` if there is no core.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from typing import Any

from seedsearch.core import compiled
from seedsearch.core.posting_list import GONE
from seedsearch.index.manifest import SEGMENT, SegmentEntry, new_name
from seedsearch.index.segment import Segment
from seedsearch.index.segment_file import Blobs
from seedsearch.index.segment_file_writer import SegmentFileWriter
from seedsearch.index.stored_fields import LineSteps, TextStore, field_names
from seedsearch.record import NamedTuple

_PASSAGE_COLUMNS = ("line", "lines", "byte", "bytes", "page", "length", "title")


class _File(NamedTuple):
    path: bytes
    source: int
    number: int
    passages: range


class _Run(NamedTuple):
    """Passages that are neighbours both in a source and in the new segment."""

    source: int
    start: int
    stop: int


class _Order(NamedTuple):
    """The order of the new segment: its files, and its passages as runs."""

    files: list[_File]
    runs: list[_Run]
    passages: int


def merge(folder: str, segments: Sequence[Segment]) -> SegmentEntry:
    """Write one segment with everything in the given segments that is not deleted."""
    order = _order(segments)
    name = new_name(SEGMENT)
    writer = SegmentFileWriter(os.path.join(folder, name))
    try:
        text = _write_text(writer, segments, order)
        writer.flush_behind()  # while the postings are merged
        terms = _write_postings(writer, segments, order)
        lengths = _write_passages(writer, segments, order)
        _write_steps(writer, segments, order)
        kinds, documents = _write_documents(writer, segments, order)
        skipped = _write_files(writer, segments, order)
        names = field_names(name for segment in segments for name in segment.file.facts["fields"])
        size, digest = writer.close({"kinds": kinds, "fields": names, "terms": terms})
    except BaseException:
        writer.abandon()
        raise
    return SegmentEntry(
        name, size, digest, len(order.files), skipped, documents, order.passages, *lengths, text
    )


def _order(segments: Sequence[Segment]) -> _Order:
    files: list[_File] = []
    for source, segment in enumerate(segments):
        dead = segment.deletions.files if segment.deletions else None
        for number, path in enumerate(Blobs(segment.file, "file.path").all()):
            if dead is None or not dead[number]:
                files.append(_File(path, source, number, segment.passages_of_file(number)))
    files.sort(key=lambda file: file[:3])
    if len({file.path for file in files}) < len(files):  # parts of one file, from several segments
        files.sort(key=lambda file: (file.path, _place(segments, file)))
    runs: list[_Run] = []
    for _, source, _, passages in files:
        if runs and runs[-1].source == source and runs[-1].stop == passages.start:
            runs[-1] = runs[-1]._replace(stop=passages.stop)
        elif passages:
            runs.append(_Run(source, passages.start, passages.stop))
    return _Order(files, runs, sum(len(file.passages) for file in files))


def _place(segments: Sequence[Segment], file: _File) -> tuple[int, int]:
    """Return the place in its file of the first passage that a segment has of a file."""
    return segments[file.source].place(file.passages.start) if file.passages else (0, 0)


# ------------------------------------------------------------------------------ records


def _columns(segments: Sequence[Segment], name: str) -> list[memoryview]:
    """Return a column of each segment."""
    return [segment.file.column(name).whole() for segment in segments]


def _strings(segments: Sequence[Segment], name: str) -> list[list[bytes]]:
    """Return the strings of each segment."""
    return [Blobs(segment.file, name).all() for segment in segments]


def _gather(segments: Sequence[Segment], order: _Order, name: str) -> list[int]:
    """Return a passage column in the new order."""
    columns = _columns(segments, f"passage.{name}")
    values: list[int] = []
    for source, start, stop in order.runs:
        values += columns[source][start:stop]
    return values


def _write_passages(
    writer: SegmentFileWriter, segments: Sequence[Segment], order: _Order
) -> tuple[int, int]:
    sums = {}
    for name in _PASSAGE_COLUMNS:
        values = _gather(segments, order, name)
        writer.numbers(f"passage.{name}", values)
        sums[name] = sum(values)
    headings: dict[bytes, int] = {b"": 0}
    columns, local = _columns(segments, "passage.heading"), _strings(segments, "heading")
    numbers: list[int] = []
    for source, start, stop in order.runs:
        names = local[source]
        numbers += (
            headings.setdefault(names[n], len(headings)) for n in columns[source][start:stop]
        )
    writer.numbers("passage.heading", numbers)
    writer.blobs("heading", list(headings))
    return sums["length"], sums["title"]


def _write_steps(writer: SegmentFileWriter, segments: Sequence[Segment], order: _Order) -> None:
    steps = LineSteps()
    for source, start, stop in order.runs:
        segment, numbers = segments[source], range(start, stop)
        steps.add(
            [segment.steps(number) for number in numbers]
            if segment.stored_steps
            else [""] * len(numbers)
        )
    steps.write(writer)


def _write_documents(
    writer: SegmentFileWriter, segments: Sequence[Segment], order: _Order
) -> tuple[list[list[Any]], int]:
    kinds: dict[tuple[Any, ...], int] = {}
    rows: list[tuple[int, int, int, int]] = []  # file, place, ordinal, kind
    places: list[tuple[int, int]] = []  # source, number there
    of_passage: list[int] = []
    columns = [segment.file.whole("document", "place ordinal kind") for segment in segments]
    documents = _columns(segments, "passage.document")
    for new_file, file in enumerate(order.files):
        place, ordinal, kind = columns[file.source]
        last = -1
        for passage in file.passages:
            number = documents[file.source][passage]
            if number != last:
                last = number
                value = tuple(segments[file.source].file.facts["kinds"][kind[number]])
                rows.append(
                    (new_file, place[number], ordinal[number], kinds.setdefault(value, len(kinds)))
                )
                places.append((file.source, number))
            of_passage.append(len(rows) - 1)
    for at, name in enumerate(("file", "place", "ordinal", "kind")):
        writer.numbers(f"document.{name}", [row[at] for row in rows])
    for name in ("title", "id", "member", "fields"):
        local = _strings(segments, f"document.{name}")
        writer.blobs(f"document.{name}", [local[source][number] for source, number in places])
    writer.numbers("passage.document", of_passage)
    return [list(kind) for kind in kinds], len(rows)


def _write_files(writer: SegmentFileWriter, segments: Sequence[Segment], order: _Order) -> int:
    writer.blobs("file.path", [file.path for file in order.files])
    digests, reasons = (
        [local[file.source][file.number] for file in order.files]
        for local in (_strings(segments, f"file.{name}") for name in ("digest", "skipped"))
    )
    writer.blobs("file.digest", digests)
    writer.blobs("file.skipped", reasons)
    for name in ("size", "mtime", "ctime"):
        columns = _columns(segments, f"file.{name}")
        numbers = [columns[file.source][file.number] for file in order.files]
        if name == "size":
            writer.numbers("file.size", numbers)
        else:
            writer.column(f"file.{name}", "q", array("q", numbers))
    return sum(1 for reason in reasons if reason)


def _write_text(writer: SegmentFileWriter, segments: Sequence[Segment], order: _Order) -> int:
    store = TextStore()
    for source, start, stop in order.runs:
        store.add(map(segments[source].text, range(start, stop)))
    store.write(writer)
    return store.total


# ------------------------------------------------------------------------------ postings


def _write_postings(writer: SegmentFileWriter, segments: Sequence[Segment], order: _Order) -> int:
    renumber = _renumbered(segments, order)
    if compiled is None:
        from seedsearch.index.plain_merge import merge_postings  # start-up time

        return merge_postings(writer, segments, renumber)
    from seedsearch.index.core_inversion import write_columns  # start-up time

    parts = tuple(
        (tuple(segment.dictionary.group_blocks()), segment.file.column("postings").whole(), own)
        for segment, own in zip(segments, renumber, strict=True)
    )
    columns = compiled.merge(parts, order.passages)
    write_columns(writer, columns)
    return columns["distinct"]


def _renumbered(segments: Sequence[Segment], order: _Order) -> list[array[int]]:
    """Return, for each segment, the new number of each passage, or GONE if it is deleted."""
    renumber = [array("I", [GONE]) * segment.passages for segment in segments]
    first = 0
    for source, start, stop in order.runs:
        last = first + stop - start
        renumber[source][start:stop] = array("I", range(first, last))
        first = last
    return renumber
