"""Bulk build: documents in, segment files out.

Texts are compressed and analysed a megabyte at a time as they come; a full segment is inverted (`invert.py`) and
written. docs/index-format.md describes the columns.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from itertools import repeat

import numpy as np

from seedsearch.analysis.bulk import BulkAnalyzer
from seedsearch.analysis.stemming import Stems
from seedsearch.engine.base import DocumentText
from seedsearch.engine.whoosh.format import SegmentFileWriter
from seedsearch.engine.whoosh.invert import write_postings
from seedsearch.engine.whoosh.lexicon import Ints, Numbered, Part
from seedsearch.engine.whoosh.manifest import SegmentEntry
from seedsearch.engine.whoosh.policy import MAX_PASSAGES
from seedsearch.engine.whoosh.tables import Tables, TextStore
from seedsearch.engine.whoosh.tongues import Tongues
from seedsearch.model import FileState

_ANALYSE_AT = 1 << 20  # characters of text that wait to be analysed together
_ARENA = 12 << 20
"""Room for so many occurrences; memory that is not touched costs nothing. What goes beyond is kept apart."""

# At the peak, when keys are sorted and columns made: measured over some tens of megabytes of text.
_BYTES_AN_OCCURRENCE = 18
_BYTES_A_TERM = 250
_BYTES_A_PASSAGE = 400


class SegmentBuilder:
    """The BatchBuilder of this engine. Files must come in the order of their paths' bytes.

    `finish` returns the SegmentEntry of each segment that was written into `folder`.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._bulk = BulkAnalyzer()
        self._tongues = Tongues(self._bulk.vocabulary)
        self._stem_encoded = Stems().stem_encoded
        self._stems: list[bytes] = []  # of the vocabulary's terms, by number
        self._arena = np.empty(_ARENA, np.uint64)
        self._done: list[SegmentEntry] = []
        self._begin(b"")

    def _begin(self, last_path: bytes) -> None:
        self._tables = Tables(last_path)
        self._text = TextStore()
        self._waiting: list[str] = []
        self._languages: list[str] = []  # of the texts that wait
        self._waiting_size = 0
        self._analysed: list[tuple[Ints, Ints, Ints]] = []
        self._in_arena = True
        self._analysed_count = 0
        self._lengths: list[Ints] = []
        self._passages = 0

    @property
    def pending_bytes(self) -> int:
        """The memory that finishing will need at its peak, about."""
        coming = self._analysed_count + self._waiting_size // 5
        return (
            coming * _BYTES_AN_OCCURRENCE
            + len(self._bulk.vocabulary) * _BYTES_A_TERM
            + self._passages * _BYTES_A_PASSAGE
            + self._text.total // 2
        )

    def add(self, state: FileState, documents: Sequence[DocumentText], *, place: int = 0) -> None:
        """Add a file with its documents, or with the next of them: see engine.base."""
        self._tables.add_file(state)
        for number, document in enumerate(documents, place):
            self._add_document(state, number, document)

    def _add_document(self, state: FileState, place: int, added: DocumentText) -> None:
        document, text, spans, before = added
        done = 0
        while done < len(spans):
            if self._passages == MAX_PASSAGES:
                self._write()
                self._tables.add_file(state)  # a file may go on in the next segment
            taken = spans[done : done + MAX_PASSAGES - self._passages]
            self._tables.add_passages(document, place, before + done, taken)
            self._languages.extend(repeat(document.language, len(taken)))
            self._add_texts([text[span[0] : span[1]] for span in taken])
            self._passages += len(taken)
            done += len(taken)

    def _add_texts(self, texts: list[str]) -> None:
        self._text.add([text.encode("utf-8", "surrogatepass") for text in texts])
        self._waiting.extend(texts)
        self._waiting_size += sum(map(len, texts))
        if self._waiting_size >= _ANALYSE_AT:
            self._analyse()

    def _analyse(self) -> None:
        found = self._bulk.analyse(self._waiting)
        term = self._tongues.told_apart(found.term, found.text, self._languages)
        first = self._passages_analysed()
        self._analysed.append(self._stored(term, found.text + first, found.position))
        self._analysed_count += len(found.term)
        self._lengths.append(found.lengths)
        self._waiting, self._waiting_size, self._languages = [], 0, []

    def _stored(self, term: Ints, doc: Ints, position: Ints) -> tuple[Ints, Ints, Ints]:
        """The columns, laid into the arena: 8 bytes for each occurrence, where its sort key will stand."""
        start, count = self._analysed_count, len(term)
        fits = start + count <= len(self._arena) and position.max(initial=0) < 1 << 16
        if not fits or not self._in_arena:
            self._in_arena = False
            return term, doc.astype(np.uint16), position
        own = self._arena[start : start + count]
        halves, quarters = own.view(np.int32), own.view(np.uint16)
        columns = halves[:count], quarters[2 * count : 3 * count], quarters[3 * count :]
        columns[0][:], columns[1][:], columns[2][:] = term, doc, position
        return columns

    def _passages_analysed(self) -> int:
        return sum(map(len, self._lengths))

    def finish(self) -> list[SegmentEntry]:
        """Write what is left, and say what was written."""
        if self._tables.states:
            self._write()
        done, self._done = self._done, []
        self._begin(b"")
        return done

    # ---------------------------------------------------------------------- writing

    def _write(self) -> None:
        self._analyse()
        tables = self._tables
        body_lengths = np.concatenate(self._lengths)
        firsts, titled = tables.titled()
        found = self._bulk.analyse([document.title for document in titled])
        languages = [document.language for document in titled]
        title_term = self._tongues.told_apart(found.term, found.text, languages)
        title_lengths = np.zeros(len(body_lengths), np.int64)
        title_lengths[firsts] = found.lengths
        vocabulary = self._numbered()
        body = [Part(0, *columns) for columns in self._analysed]
        self._analysed.clear()
        title = [Part(0, title_term, np.array(firsts, np.int64)[found.text], found.position)]
        room = self._arena if self._in_arena else None

        name = f"{secrets.token_hex(8)}.seg"
        writer = SegmentFileWriter(os.path.join(self._folder, name))
        try:
            terms = write_postings(writer, [vocabulary], body, title, room)
            writer.numbers("passage.length", body_lengths.tolist())
            writer.numbers("passage.title", title_lengths.tolist())
            kinds = tables.write(writer)
            self._text.write(writer)
            size, digest = writer.close({"kinds": kinds, "terms": terms})
        except BaseException:
            writer.abandon()
            raise
        positions = int(body_lengths.sum()), int(title_lengths.sum())
        self._done.append(tables.entry(name, (size, digest), positions, self._text.total))
        self._begin(tables.last)

    def _numbered(self) -> Numbered:
        """The vocabulary with its stems."""
        terms = self._bulk.vocabulary.encoded()
        self._stems += self._stem_encoded(terms[len(self._stems) :])
        return Numbered(terms, self._stems, self._tongues.marked)
