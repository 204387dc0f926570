"""Count matches by document. The core counts; only the facts to count by are read from documents.

In a table with a requested column, the matching rows are read, some 200,000 a second.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from seedsearch.engine.base import Tally
from seedsearch.engine.embedded.grouping import parts_at
from seedsearch.engine.embedded.rows import row_texts
from seedsearch.engine.embedded.snapshot import Snapshot
from seedsearch.index.segment import Segment
from seedsearch.index.segment_file import Blobs
from seedsearch.model import field_key
from seedsearch.query.ast import Query
from seedsearch.rows import Fields, Table, stated

_MANY = 8


def tallies_of(snapshot: Snapshot, query: Query, wanted: Callable[[str], bool]) -> Iterator[Tally]:
    """Return the number of matching passages by document: see engine.base."""
    is_wanted = cache(lambda name: wanted(field_key(name)))
    matches = snapshot.executor.matches(query)
    best, counts = snapshot.groups("document").of(matches)
    numbers, firsts = (memoryview(found.passages).cast("I") for found in (matches, best))
    bounds = zip(snapshot.segments, snapshot.bases, snapshot.bases[1:], strict=False)
    for segment, base, end in bounds:
        low, high = bisect_left(firsts, base), bisect_left(firsts, end)
        document_of = segment.file.column("passage.document").whole()
        has_wanted = any(map(wanted, segment.file.facts["fields"]))
        read = _reader(segment, high - low)
        for first, count in zip(firsts[low:high], counts[low:high], strict=True):
            document = document_of[first - base]
            if not has_wanted:
                yield read(document, (), count)
                continue
            fields = segment.fields(document)
            columns = [name for name, value in fields if not value and is_wanted(name)]
            known = tuple([own for own in stated(fields) if is_wanted(own[0])])
            if not columns:
                yield read(document, known, count)
                continue
            row = Table(fields).reader(columns)
            for part, passages in _in_parts(snapshot, segment, document, numbers):
                for text in row_texts(part, passages):
                    yield read(document, (*known, *row(text)), 1)


def _reader(segment: Segment, documents: int) -> Callable[[int, Fields, int], Tally]:
    """Return a function that makes the tallies of so many documents of a segment."""
    kinds = segment.file.facts["kinds"]
    kind_of, file_of = segment.file.whole("document", "kind file")
    path_of: Callable[[int], str] = segment.file_path
    new = tuple.__new__
    if documents * _MANY > segment.file_count():  # reading all is faster than one by one
        path_of = dict(enumerate(Blobs(segment.file, "file.path").decoded(os.fsdecode))).__getitem__

    def read(document: int, fields: Fields, count: int) -> Tally:
        _, _, _, media_type, language = kinds[kind_of[document]]
        return new(Tally, (path_of(file_of[document]), media_type, language, fields, count))

    return read


def _in_parts(
    snapshot: Snapshot, segment: Segment, document: int, matching: Sequence[int]
) -> Iterator[tuple[Segment, list[int]]]:
    """Yield the segments of the parts of a document, and the matching passages there, by their numbers in it."""
    file = segment.file.column("document.file")[document]
    place = segment.file.column("document.place")[document]
    path = os.fsencode(segment.file_path(file))
    for _, number, part in parts_at(snapshot.segments, path, place):
        base = snapshot.bases[number]
        own = snapshot.segments[number].passages_of(range(part, part + 1))
        low, high = (bisect_left(matching, base + end) for end in (own.start, own.stop))
        yield snapshot.segments[number], [passage - base for passage in matching[low:high]]
