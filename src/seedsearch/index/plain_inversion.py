"""Inversion in plain Python. It specifies the postings of a segment; the core writes the same bytes faster.

A text is cut into terms with their positions. In a language with a stemmer of its own, a term is marked with the
language, so it differs from the same letters elsewhere. Terms with one stem are a group.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from seedsearch.analysis import Analyzer
from seedsearch.analysis.stemming import OTHERS, Stems, marked
from seedsearch.engine.base import Text, cut
from seedsearch.index.builder import SegmentCounts
from seedsearch.index.dictionary import utf8
from seedsearch.index.plain_columns import place, write_postings
from seedsearch.index.segment_file_writer import SegmentFileWriter
from seedsearch.index.stored_fields import PassageTable, TextStore, Titles
from seedsearch.model import PassageSpan

# Memory at the peak, when the columns are made: measured over some megabytes of text.
_BYTES_AN_OCCURRENCE = 25
_BYTES_A_TERM = 600
_BYTES_A_PASSAGE = 600


class PlainInversion:
    """The Inversion without the core."""

    def __init__(self) -> None:
        self._stems = Stems()
        self._analyzer = Analyzer()
        self._begin()

    def _begin(self) -> None:
        self._terms: dict[tuple[str, str], bytes] = {}  # by letters and language
        self._body, self._title = _Field(), _Field()
        self._passages = PassageTable()
        self._texts = TextStore()

    @property
    def pending_bytes(self) -> int:
        return (
            self._body.occurrences * _BYTES_AN_OCCURRENCE
            + len(self._terms) * _BYTES_A_TERM
            + len(self._texts.ends) * _BYTES_A_PASSAGE
            + self._texts.total // 2
        )

    def add(self, document: int, text: Text, spans: Sequence[PassageSpan], language: str) -> None:
        self._passages.add(document, spans)
        for passage in cut(text, spans):
            self._texts.add((utf8(passage),))
            self._add_text(self._body, passage, language)

    def add_files(self, document: int, files: object, room: int) -> tuple[()]:
        return ()  # Python reads every file here

    def add_found(self, document: int, text: object, room: int) -> None:
        return None  # without the core, nothing is found

    def _add_text(self, field: _Field, text: str, language: str) -> None:
        """Add the terms of the next passage."""
        known, length = self._terms, 0
        for term, position, _, _ in self._analyzer.tokens(text, language):
            key = known.get((term, language))
            if key is None:
                key = utf8(term)
                if language in OTHERS:
                    key = marked(self._analyzer.form(term, language))
                known[term, language] = key
            field.add(key, position)
            length = max(length, position + 1)
        field.lengths.append(length)

    def write_texts(self, writer: SegmentFileWriter) -> int:
        self._texts.write(writer)
        return self._texts.total

    def write_postings(self, writer: SegmentFileWriter, titles: Titles) -> SegmentCounts:
        body, title = self._body, self._title
        for text, language, first in zip(*titles, strict=True):
            title.skip_to(first)
            self._add_text(title, text, language)
        title.skip_to(len(body.lengths))
        for field in (body, title):
            field.group_by(self._stems)
        terms = write_postings(writer, body, title)
        writer.numbers("passage.length", body.lengths)
        writer.numbers("passage.title", title.lengths)
        return SegmentCounts(terms, sum(body.lengths), sum(title.lengths))

    def write_passages(self, writer: SegmentFileWriter) -> None:
        self._passages.write(writer)
        self._begin()


class _Field:
    """The occurrences of the terms of bodies, or of titles."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        """The lengths of the passages so far, in positions."""
        self.occurrences = 0
        self._places: dict[bytes, array[int]] = {}
        self._groups: dict[bytes, list[bytes]] = {}

    def skip_to(self, passage: int) -> None:
        """Add empty passages before `passage`."""
        self.lengths += [0] * (passage - len(self.lengths))

    def add(self, term: bytes, position: int) -> None:
        """Add an occurrence of a term in the next passage."""
        places = self._places.get(term)
        if places is None:
            places = self._places[term] = array("Q")
        places.append(place(len(self.lengths), position))
        self.occurrences += 1

    def group_by(self, stems: Stems) -> None:
        """Group the terms by their stems."""
        terms = sorted(self._places)
        for term, stem in zip(terms, stems.stem_encoded(terms), strict=True):
            self._groups.setdefault(stem, []).append(term)

    def stems(self) -> list[bytes]:
        return sorted(self._groups)

    def places(self, stem: bytes) -> dict[bytes, Sequence[int]]:
        return {term: self._places[term] for term in self._groups.get(stem, ())}
