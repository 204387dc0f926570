"""Merging: several segments in, one out, without what is deleted.

Postings are taken back to occurrences, renumbered, and inverted again by the builder's own code.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from seedsearch.analysis.stemming import MARK
from seedsearch.index.dictionary import BODY
from seedsearch.index.invert import write_postings
from seedsearch.index.lexicon import Ints, Numbered, Part
from seedsearch.index.manifest import SEGMENT, SegmentEntry, new_name
from seedsearch.index.segment import Segment, Small
from seedsearch.index.segment_file import Blobs, SegmentFileWriter
from seedsearch.index.stored_fields import TextStore
from seedsearch.index.tongues import remarked
from seedsearch.record import NamedTuple

_PASSAGE_COLUMNS = ("line", "lines", "byte", "bytes", "page", "length", "title")
_TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32, "Q": np.uint64, "q": np.int64}


class _File(NamedTuple):
    path: bytes
    source: int
    number: int
    passages: range


class Merged(NamedTuple):
    """The order of the new segment: for each new passage its source and its number there."""

    files: list[_File]
    source: Ints
    number: Ints
    renumber: list[Ints]  # by source: new number of each passage, -1 where it is gone


def merge(folder: str, segments: Sequence[Segment]) -> SegmentEntry:
    """Write one segment with everything that is live in the given ones."""
    order = _order(segments)
    name = new_name(SEGMENT)
    writer = SegmentFileWriter(os.path.join(folder, name))
    try:
        terms = _write_postings(writer, segments, order)
        lengths = _write_passages(writer, segments, order)
        kinds, documents = _write_documents(writer, segments, order)
        skipped = _write_files(writer, segments, order)
        text = _write_text(writer, segments, order)
        size, digest = writer.close({"kinds": kinds, "terms": terms})
    except BaseException:
        writer.abandon()
        raise
    return SegmentEntry(
        name, size, digest, len(order.files), skipped, documents, len(order.source), *lengths, text
    )


def _order(segments: Sequence[Segment]) -> Merged:
    files: list[_File] = []
    for source, segment in enumerate(segments):
        dead = segment.deletions.files if segment.deletions else None
        for number, path in enumerate(Blobs(segment.file, "file.path").all()):
            if dead is None or not dead[number]:
                files.append(_File(path, source, number, segment.passages_of_file(number)))
    files.sort()
    if len({file.path for file in files}) < len(files):  # a file's parts, from several segments
        files.sort(key=lambda file: (file.path, _place(segments, file)))
    sources: Ints = np.repeat(
        np.array([f.source for f in files], np.int64), [len(f.passages) for f in files]
    )
    numbers: Ints = np.concatenate(
        [np.empty(0, np.int64), *(np.arange(f.passages.start, f.passages.stop) for f in files)]
    )
    renumber = []
    for place, segment in enumerate(segments):
        new = np.full(segment.passages, -1, np.int64)
        own = sources == place
        new[numbers[own]] = np.flatnonzero(own)
        renumber.append(new)
    return Merged(files, sources, numbers, renumber)


def _place(segments: Sequence[Segment], file: _File) -> tuple[int, int]:
    """Where in its file the first passage stands that a segment has of it."""
    return segments[file.source].place(file.passages.start) if file.passages else (0, 0)


# ------------------------------------------------------------------------------ records


def _column(segment: Segment, name: str) -> Ints:
    column = segment.file.column(name)
    return np.frombuffer(column.whole(), _TYPES[column.code]).astype(np.int64)


def _gather(segments: Sequence[Segment], order: Merged, name: str) -> Ints:
    """A passage column in the new order."""
    result = np.empty(len(order.source), np.int64)
    for place, segment in enumerate(segments):
        own = order.source == place
        result[own] = _column(segment, name)[order.number[own]]
    return result


def _write_passages(
    writer: SegmentFileWriter, segments: Sequence[Segment], order: Merged
) -> tuple[int, int]:
    sums = {}
    for name in _PASSAGE_COLUMNS:
        values = _gather(segments, order, f"passage.{name}")
        writer.numbers(f"passage.{name}", values.tolist())
        sums[name] = int(values.sum())
    headings: dict[bytes, int] = {b"": 0}
    local = [Blobs(segment.file, "heading").all() for segment in segments]
    numbers = _gather(segments, order, "passage.heading").tolist()
    writer.numbers(
        "passage.heading",
        [
            headings.setdefault(local[source][number], len(headings))
            for source, number in zip(order.source.tolist(), numbers, strict=True)
        ],
    )
    writer.blobs("heading", list(headings))
    return sums["length"], sums["title"]


def _write_documents(
    writer: SegmentFileWriter, segments: Sequence[Segment], order: Merged
) -> tuple[list[list[Any]], int]:
    kinds: dict[tuple[Any, ...], int] = {}
    rows: list[tuple[int, int, int, int]] = []  # file, place, ordinal, kind
    places: list[tuple[int, int]] = []  # source, number there
    of_passage: list[int] = []
    columns = [
        [segment.file.column(f"document.{name}").whole() for name in ("place", "ordinal", "kind")]
        for segment in segments
    ]
    documents = [segment.file.column("passage.document").whole() for segment in segments]
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
        local = [Blobs(segment.file, f"document.{name}").all() for segment in segments]
        writer.blobs(f"document.{name}", [local[source][number] for source, number in places])
    writer.numbers("passage.document", of_passage)
    return [list(kind) for kind in kinds], len(rows)


def _write_files(writer: SegmentFileWriter, segments: Sequence[Segment], order: Merged) -> int:
    writer.blobs("file.path", [file.path for file in order.files])
    digests, reasons = (
        [local[file.source][file.number] for file in order.files]
        for local in (
            [Blobs(segment.file, f"file.{name}").all() for segment in segments]
            for name in ("digest", "skipped")
        )
    )
    writer.blobs("file.digest", digests)
    writer.blobs("file.skipped", reasons)
    for name in ("size", "mtime", "ctime"):
        columns = [segment.file.column(f"file.{name}").whole() for segment in segments]
        numbers = [columns[file.source][file.number] for file in order.files]
        if name == "size":
            writer.numbers("file.size", numbers)
        else:
            writer.column(f"file.{name}", "q", np.array(numbers, np.int64))
    return sum(1 for reason in reasons if reason)


def _write_text(writer: SegmentFileWriter, segments: Sequence[Segment], order: Merged) -> int:
    store = TextStore()
    places = zip(order.source.tolist(), order.number.tolist(), strict=True)
    store.add(segments[source].text(number) for source, number in places)
    store.write(writer)
    return store.total


# ------------------------------------------------------------------------------ postings


def _write_postings(writer: SegmentFileWriter, segments: Sequence[Segment], order: Merged) -> int:
    vocabularies: list[Numbered] = []
    body: list[Part] = []
    title: list[Part] = []
    for which, (segment, renumber) in enumerate(zip(segments, order.renumber, strict=True)):
        vocabulary, of_body, of_title = _occurrences(segment, renumber)
        vocabularies.append(vocabulary)
        body.append(Part(which, *of_body))
        title.append(Part(which, *of_title))
    return write_postings(writer, vocabularies, body, title)


def _occurrences(
    segment: Segment, renumber: Ints
) -> tuple[Numbered, tuple[Ints, Ints, Ints], tuple[Ints, Ints, Ints]]:
    """The terms of all groups; the live occurrences of bodies and of titles: member, passage, position."""
    keys, members, sizes, cf = segment.dictionary.export()
    stems: list[bytes] = []
    for key, size in zip(keys, sizes, strict=True):
        stems += repeat(key[1:], size)
    of_bodies = sum(cf[: sum(1 for key in keys if key[:1] == BODY)])
    group_sizes = np.array(sizes, np.int64)
    first_term = np.concatenate([[0], np.cumsum(group_sizes)])
    docs = np.frombuffer(segment.docs.whole(), np.uint16)
    tf = small(segment.tfs, 0, len(docs))
    if not sum(cf) == int(tf.sum(dtype=np.int64)) == len(segment.file.column("occ.pos")):
        raise segment.file.damaged("its occurrences are not as many as they should be")
    doc = renumber[np.repeat(docs, tf)]
    group = np.repeat(np.arange(len(keys)), np.array(cf, np.int64))
    term = first_term[group]
    several = np.flatnonzero(group_sizes[group] > 1)
    term[several] += small(segment.members, 0, len(several))
    position = small(segment.positions, 0, len(doc))
    live = np.flatnonzero(doc >= 0)
    bodies, titles = np.split(live, [np.searchsorted(live, of_bodies)])
    marked = remarked(members, stems)
    places = [i for i, term in enumerate(marked) if MARK in term] if marked is not members else []
    return (
        Numbered(marked, stems, places),
        (term[bodies], doc[bodies], position[bodies]),
        (term[titles], doc[titles], position[titles]),
    )


def small(column: Small, start: int, end: int) -> npt.NDArray[Any]:
    """The values of a small column."""
    low, over, high = column.parts(start, end)
    values: npt.NDArray[Any] = np.frombuffer(low, np.uint8)
    if len(over):
        values = values.astype(np.int64)
        at = np.frombuffer(over, np.uint32).astype(np.int64) - start
        values[at] += np.frombuffer(high, np.uint32).astype(np.int64) << 8
    return values
