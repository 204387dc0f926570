"""Inversion with NumPy: texts are analysed a megabyte at a time, occurrences lie in one arena until they are sorted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np

from seedsearch.analysis.bulk import BulkAnalyzer
from seedsearch.analysis.stemming import Stems
from seedsearch.engine.base import Text, cut
from seedsearch.index.builder import Written
from seedsearch.index.invert import write_postings
from seedsearch.index.lexicon import Ints, Numbered, Part
from seedsearch.index.segment_file import SegmentFileWriter
from seedsearch.index.stored_fields import PassageTable, TextStore, Titles
from seedsearch.index.tongues import Tongues
from seedsearch.model import PassageSpan

_ARENA = 12 << 20
"""Room for so many occurrences; memory that is not touched costs nothing. What goes beyond is kept apart."""

# At the peak, when keys are sorted and columns made: measured over some tens of megabytes of text.
_BYTES_AN_OCCURRENCE = 18
_BYTES_A_TERM = 250
_BYTES_A_PASSAGE = 400
_CHARACTERS_AN_OCCURRENCE = 5
_ANALYSE_AT = 1 << 20  # characters of text that wait to be analysed together


class ArrayInversion:
    """The Inversion for where there is no C module."""

    def __init__(self) -> None:
        self._bulk = BulkAnalyzer()
        self._tongues = Tongues(self._bulk.vocabulary)
        self._stem_encoded = Stems().stem_encoded
        self._stems: list[bytes] = []  # of the vocabulary's terms, by number
        self._arena = np.empty(_ARENA, np.uint64)
        self._begin()

    def _begin(self) -> None:
        self._parts: list[Part] = []
        self._in_arena = True
        self._count = 0  # of occurrences
        self._lengths: list[Ints] = []
        self._passages = PassageTable()
        self._texts = TextStore()
        self._waiting: list[str] = []
        self._languages: list[str] = []  # of the texts that wait
        self._waiting_size = 0

    @property
    def pending_bytes(self) -> int:
        """See Inversion."""
        count = self._count + self._waiting_size // _CHARACTERS_AN_OCCURRENCE
        return (
            count * _BYTES_AN_OCCURRENCE
            + len(self._bulk.vocabulary) * _BYTES_A_TERM
            + len(self._texts.ends) * _BYTES_A_PASSAGE
            + self._texts.total // 2
        )

    def add(self, document: int, text: Text, spans: Sequence[PassageSpan], language: str) -> None:
        """See Inversion."""
        self._passages.add(document, spans)
        texts = cut(text, spans)
        self._texts.add([text.encode("utf-8", "surrogatepass") for text in texts])
        self._waiting.extend(texts)
        self._languages.extend(repeat(language, len(texts)))
        self._waiting_size += sum(map(len, texts))
        if self._waiting_size >= _ANALYSE_AT:
            self._analyse()

    def _analyse(self) -> None:
        found = self._bulk.analyse(self._waiting)
        term = self._tongues.told_apart(found.term, found.text, self._languages)
        first = sum(map(len, self._lengths))
        self._parts.append(Part(0, *self._stored(term, found.text + first, found.position)))
        self._count += len(found.term)
        self._lengths.append(found.lengths)
        self._waiting, self._waiting_size, self._languages = [], 0, []

    def _stored(self, term: Ints, doc: Ints, position: Ints) -> tuple[Ints, Ints, Ints]:
        """The columns, laid into the arena: 8 bytes for each occurrence, where its sort key will stand."""
        start, count = self._count, len(term)
        fits = start + count <= len(self._arena) and position.max(initial=0) < 1 << 16
        if not fits or not self._in_arena:
            self._in_arena = False
            return term, doc.astype(np.uint16), position
        own = self._arena[start : start + count]
        halves, quarters = own.view(np.int32), own.view(np.uint16)
        columns = halves[:count], quarters[2 * count : 3 * count], quarters[3 * count :]
        columns[0][:], columns[1][:], columns[2][:] = term, doc, position
        return columns

    def write_texts(self, writer: SegmentFileWriter) -> int:
        """See Inversion."""
        self._texts.write(writer)
        return self._texts.total

    def write_postings(self, writer: SegmentFileWriter, titles: Titles) -> Written:
        """See Inversion."""
        self._analyse()
        body_lengths = np.concatenate(self._lengths)
        found = self._bulk.analyse(titles.texts)
        term = self._tongues.told_apart(found.term, found.text, titles.languages)
        firsts = np.array(titles.passages, np.int64)
        title_lengths = np.zeros(len(body_lengths), np.int64)
        title_lengths[firsts] = found.lengths
        title = [Part(0, term, firsts[found.text], found.position)]
        room = self._arena if self._in_arena else None
        terms = write_postings(writer, [self._numbered()], self._parts, title, room)
        writer.numbers("passage.length", body_lengths.tolist())
        writer.numbers("passage.title", title_lengths.tolist())
        return Written(terms, int(body_lengths.sum()), int(title_lengths.sum()))

    def write_passages(self, writer: SegmentFileWriter) -> None:
        """See Inversion."""
        self._passages.write(writer)
        self._begin()

    def _numbered(self) -> Numbered:
        """The vocabulary with its stems."""
        terms = self._bulk.vocabulary.encoded()
        self._stems += self._stem_encoded(terms[len(self._stems) :])
        return Numbered(terms, self._stems, self._tongues.marked)
