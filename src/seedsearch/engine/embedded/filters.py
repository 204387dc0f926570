"""Test filters against documents, only where a query needs the answer, and remember it.

Documents share most of what a filter looks at: all documents of one kind have one encoding and language, all
documents of one file one path. So a test runs once for each kind, file or document, on a Document with only those
values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from seedsearch.core import matching
from seedsearch.index.segment import Segment
from seedsearch.model import Document
from seedsearch.query.ast import Filter, Range
from seedsearch.query.match import fits_document, fits_value, is_of_rows, names_member

if TYPE_CHECKING:
    from seedsearch.core import _core

OUT = 1
IN = 2
_BY_ROW = 3  # a table: the filter tests its rows

_KEPT = 64  # remembered leaves

Leaf = TypeVar("Leaf")
Test = TypeVar("Test")
_Test: TypeAlias = Callable[[int], int]


class Known(Generic[Leaf, Test]):
    """The answers of tests that are known, by leaf and segment: a byte for each document or passage, 0 if untested.

    `test` makes the test of a leaf in a segment, `size` counts the segment's documents or passages.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        test: Callable[[Leaf, Segment], Test],
        size: Callable[[Segment], int],
    ) -> None:
        self._segments, self._test, self._size = segments, test, size
        self._known: dict[Leaf, tuple[tuple[Test, ...], tuple[bytearray, ...]]] = {}

    def of(self, leaf: Leaf) -> tuple[tuple[Test, ...], tuple[bytearray, ...]]:
        """Return the tests of a leaf and their answers, which the caller adds to."""
        known = self._known.get(leaf)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[leaf] = (
                tuple([self._test(leaf, segment) for segment in self._segments]),
                tuple([bytearray(self._size(segment)) for segment in self._segments]),
            )
        return known


class Filters:
    """The filters that queries used on some segments."""

    def __init__(self, segments: Sequence[Segment], table: _core.PassageTable) -> None:
        self._table = table
        self._known = Known[Filter | Range, _Test](segments, _test, _documents)

    def narrowed(
        self, matches: _core.Matches, leaf: Filter | Range, *, wanted: bool
    ) -> _core.Matches:
        """Return the matches whose document passes the filter, or fails it."""
        tests, of_documents = self._known.of(leaf)
        untested = matching.untested(self._table, matches, of_documents)
        for fits, known, documents in zip(tests, of_documents, untested, strict=False):
            for number in documents:
                known[number] = fits(number)
        return matching.narrowed(self._table, matches, of_documents, IN if wanted else OUT)

    def in_tables(self, matches: _core.Matches, leaf: Filter | Range) -> _core.Matches | None:
        """Return the matches in tables whose rows the filter tests one by one, or None if there are none.

        Call `narrowed` first.
        """
        of_documents = self._known.of(leaf)[1]
        if not any(_BY_ROW in known for known in of_documents):
            return None
        return matching.narrowed(self._table, matches, of_documents, _BY_ROW)


def _documents(segment: Segment) -> int:
    return segment.file.column("document.file").length


def _test(leaf: Filter | Range, segment: Segment) -> _Test:
    """Return the test of a document, by its number in the segment."""
    fits = fits_document(leaf)
    file = segment.file
    kinds: Sequence[Sequence[Any]] = file.facts["kinds"]
    if leaf.field in ("lang", "encoding"):
        of_kind = [_in_or_out(fits(_document("", kind))) for kind in kinds]
        kind_of = file.column("document.kind").whole()
        return lambda number: of_kind[kind_of[number]]
    if leaf.field == "path":
        return _test_of_paths(leaf, segment)
    if leaf.field == "type":
        return _test_of_types(segment, fits)

    def fits_fields(number: int) -> int:
        fields = segment.fields(number)
        if not fields:
            return OUT
        if is_of_rows(leaf, fields):
            return _BY_ROW
        return _in_or_out(fits(Document("", "", "", fields=fields)))

    return fits_fields


def _test_of_paths(leaf: Filter | Range, segment: Segment) -> _Test:
    if names_member(leaf):
        fits_member = fits_document(leaf)
        return lambda number: _in_or_out(fits_member(segment.document(number)))
    fits = fits_value(leaf)
    file_of = segment.file.column("document.file").whole()

    @cache
    def fits_file(number: int) -> int:
        return _in_or_out(fits(segment.file_path(number)))

    return lambda number: fits_file(file_of[number])


def _test_of_types(segment: Segment, fits: Callable[[Document], bool]) -> _Test:
    file = segment.file
    kinds: Sequence[Sequence[Any]] = file.facts["kinds"]
    kind_of = file.column("document.kind").whole()
    file_of = file.column("document.file").whole()

    @cache
    def fits_file(number: int, kind: int) -> int:
        return _in_or_out(fits(_document(segment.file_path(number), kinds[kind])))

    return lambda number: fits_file(file_of[number], kind_of[number])


def _in_or_out(fits: bool) -> int:
    return IN if fits else OUT


def _document(path: str, kind: Sequence[Any]) -> Document:
    encoding, errors, confidence, media_type, language = kind
    return Document(path, "", encoding, errors, confidence, "", "", media_type, language, ())
