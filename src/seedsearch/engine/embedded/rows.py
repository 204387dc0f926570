"""Read the rows of tables for a query: test them against filters, and return their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import add, eq

from seedsearch.index.dictionary import text_of
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Filter, Range
from seedsearch.query.match import fits_row, needle
from seedsearch.rows import Table, is_table, stated


def row_test(leaf: Filter | Range, segment: Segment) -> Callable[[Sequence[int]], Iterator[bool]]:
    """Return a function that tests whether rows of tables fit, by the numbers of their passages, in order."""
    word = needle(leaf)
    document_of = segment.file.column("passage.document").whole()
    goes_on = _goes_on(segment)

    @cache
    def of_table(document: int) -> Callable[[str], bool]:
        return fits_row(leaf, segment.fields(document))

    def fit(passages: Sequence[int]) -> Iterator[bool]:
        for passage, row in zip(passages, _rows(segment, passages, goes_on), strict=True):
            if word and row.isascii() and word not in row.lower():
                yield False
            else:
                yield of_table(document_of[passage])(text_of(row))

    return fit


def fields_of(segment: Segment, begins: Iterable[bool]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the fields of documents and rows. `begins` says which documents begin here and are not deleted."""
    deleted = segment.deleted
    goes_on = _goes_on(segment)
    for number, is_first in enumerate(begins):
        fields = segment.fields(number)
        if is_first:
            yield stated(fields)
        passages = segment.passages_of(range(number, number + 1))
        if is_table(fields) and not (deleted and deleted[passages.start]):
            read = Table(fields).fields
            begin_rows = [n for n in passages if not (n and goes_on[n - 1])]
            for row in _rows(segment, begin_rows, goes_on):
                yield tuple(read(text_of(row)))


def row_texts(segment: Segment, passages: Sequence[int]) -> Iterator[str]:
    """Return the text of the row of each passage."""
    return map(text_of, _rows(segment, passages, _goes_on(segment)))


def _rows(segment: Segment, passages: Sequence[int], goes_on: bytes) -> Iterator[bytes]:
    """Yield the text of the row of each passage. A cut row is joined from all passages on the same lines."""
    for passage, text in zip(passages, segment.texts(passages), strict=True):
        first = last = passage
        while first and goes_on[first - 1]:
            first -= 1
        while goes_on[last]:
            last += 1
        yield text if first == last else b" ".join(segment.texts(range(first, last + 1)))


def _goes_on(segment: Segment) -> bytes:
    """Return a byte for each passage: 1 if the next passage of its document begins on its last line."""
    line, lines, document = segment.file.whole("passage", "line lines document")
    touch = map(eq, map(add, line, lines), line[1:])
    same = map(eq, document, document[1:])
    return bytes(map(min, touch, same)) + b"\0"
