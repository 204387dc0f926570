"""Which documents of a segment a filter lets through: looked at when they are asked for, and remembered.

What a filter looks at is mostly shared: documents of one kind have one encoding and language, those of one file one
path. So a test runs once for each kind, file or document, on a Document that holds no more than what it looks at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias

from seedsearch.index.segment import Segment
from seedsearch.index.segment_file import Blobs
from seedsearch.model import Document
from seedsearch.query.ast import Filter, Range
from seedsearch.query.match import fits_document

OUT = 1
IN = 2

_KEPT = 64  # filters that are remembered in a segment


class Fitting:
    """The documents of one segment and one filter: a byte for each, OUT or IN, 0 where nobody has asked yet."""

    def __init__(self, leaf: Filter | Range, segment: Segment) -> None:
        self._fits = _test(leaf, segment)
        self.count = segment.file.column("document.file").length
        self.known = bytearray(self.count)

    def look_at(self, documents: Iterable[int]) -> bytearray:
        """The bytes of all documents, certain for those that are named, by their numbers in the segment."""
        known, fits = self.known, self._fits
        for number in documents:
            if not known[number]:
                known[number] = IN if fits(number) else OUT
        return known


class Fittings:
    """The filters that one segment was asked for."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._made: dict[Filter | Range, Fitting] = {}

    def of(self, leaf: Filter | Range) -> Fitting:
        """The Fitting of a filter."""
        fitting = self._made.get(leaf)
        if fitting is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            fitting = self._made[leaf] = Fitting(leaf, self._segment)
        return fitting


_Test: TypeAlias = Callable[[int], bool]


def _test(leaf: Filter | Range, segment: Segment) -> _Test:
    """The test for a document, by its number in the segment."""
    fits = fits_document(leaf)
    file = segment.file
    kinds: Sequence[Sequence[Any]] = file.facts["kinds"]
    if leaf.field in ("lang", "encoding"):
        of_kind = [fits(_document("", kind)) for kind in kinds]
        kind_of = file.column("document.kind").whole()
        return lambda number: of_kind[kind_of[number]]
    if leaf.field in ("path", "type"):
        return _test_of_files(leaf, segment, fits)
    fields = Blobs(file, "document.fields")

    def fits_fields(number: int) -> bool:
        stored = fields[number]
        if not stored:
            return False  # there is no value that could fit
        pairs = tuple((str(name), str(value)) for name, value in json.loads(stored))
        return fits(Document("", "", "", fields=pairs))

    return fits_fields


def _test_of_files(
    leaf: Filter | Range, segment: Segment, fits: Callable[[Document], bool]
) -> _Test:
    file = segment.file
    kinds: Sequence[Sequence[Any]] = file.facts["kinds"]
    kind_of = file.column("document.kind").whole()
    file_of = file.column("document.file").whole()

    @cache
    def fits_file(number: int, kind: int) -> bool:
        return fits(_document(segment.file_path(number), kinds[kind]))

    if leaf.field == "path":
        return lambda number: fits_file(file_of[number], 0)
    return lambda number: fits_file(file_of[number], kind_of[number])


def _document(path: str, kind: Sequence[Any]) -> Document:
    encoding, errors, confidence, media_type, language = kind
    return Document(path, "", encoding, errors, confidence, "", "", media_type, language, ())
