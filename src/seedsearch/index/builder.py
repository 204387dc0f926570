"""Build segments of a batch of documents in bounded memory.

An `Inversion` compresses, analyses and inverts the texts: `core_inversion.py` if the core is installed, else
`plain_inversion.py`. Both write the same bytes. docs/index-format.md describes the columns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.analysis.passage_language import languages_in
from seedsearch.corpus.found import FoundDocument
from seedsearch.engine.base import Added, DocumentText, Text, with_text
from seedsearch.index.manifest import MAX_FILES, MAX_PASSAGES, SEGMENT, SegmentEntry, new_name
from seedsearch.index.segment_file_writer import SegmentFileWriter
from seedsearch.index.stored_fields import PlainFile, Tables, Titles, write_steps
from seedsearch.model import FileState, PassageSpan
from seedsearch.record import NamedTuple, Protocol

if TYPE_CHECKING:
    from seedsearch.core import _core

_BYTES_A_DOCUMENT = 500  # for a document and its file


class SegmentCounts(NamedTuple):
    """What was written of a segment: the number of distinct terms, and of positions in bodies and in titles."""

    terms: int
    body_positions: int
    title_positions: int


TakenText: TypeAlias = tuple[str, int, list[str] | None]
"""The language of a found text, the number of its passages, and their steps (model.py), if any has some."""


class Inversion(Protocol):
    """Takes the passages of a segment and writes its texts, postings, dictionaries and records.

    Then the next begins.
    """

    def add(self, document: int, text: Text, spans: Sequence[PassageSpan], language: str) -> None:
        """Take the next passages of document number `document`, whose text is in `language`."""

    def add_files(
        self, document: int, files: Iterator[tuple[FileState, bytes]], room: int
    ) -> Sequence[PlainFile]:
        """Take all passages of plain texts, from the bytes of their files. The first is document number `document`.

        Stop at the first file in which one pass over the bytes does not find them all, or if there are more than
        `room` together.
        """

    def add_found(self, document: int, text: _core.FoundText, room: int) -> TakenText | None:
        """Take all passages of document number `document` as the core has found them.

        Return None, and take nothing, if there are more than `room`, or if some are in another language.
        """

    @property
    def pending_bytes(self) -> int:
        """The memory that writing needs at its peak, approximately, in bytes."""

    def write_texts(self, writer: SegmentFileWriter) -> int:
        """Write the texts, before anything else. Return their size in bytes."""

    def write_postings(self, writer: SegmentFileWriter, titles: Titles) -> SegmentCounts:
        """Write the postings, the dictionaries and the lengths of the passages."""

    def write_passages(self, writer: SegmentFileWriter) -> None:
        """Write the records of the passages, and start the next segment."""


class SegmentBuilder:
    """The BatchBuilder of this engine. Files must come in the order of their paths' bytes.

    `finish` returns the SegmentEntry of each segment written into `folder`.
    """

    def __init__(self, folder: str, inversion: Callable[[], Inversion]) -> None:
        self._folder = folder
        self._inversion = inversion()
        self._done: list[SegmentEntry] = []
        self._begin(b"")

    def _begin(self, last_path: bytes) -> None:
        self._tables = Tables(last_path)
        self._passages = 0
        self._steps: list[str] = []

    @property
    def pending_bytes(self) -> int:
        """The memory that finishing needs at its peak, approximately, in bytes."""
        return self._inversion.pending_bytes + self._tables.documents * _BYTES_A_DOCUMENT

    def add(self, state: FileState, documents: Sequence[Added], *, place: int = 0) -> None:
        """Add a file with its documents, or with its next ones: see engine.base."""
        if len(self._tables.paths) >= MAX_FILES:
            self._write()
        self._tables.add_file(state)
        for document in documents:
            if not isinstance(document, FoundDocument):
                self._add_document(state, place, document)
            elif not self._add_found(place, document):
                self._add_document(state, place, with_text(document))
            place += 1

    def add_files(self, files: Iterator[tuple[FileState, bytes]]) -> int:
        """Add files of plain text, as long as one pass over the bytes finds their documents: see engine.base."""
        tables = self._tables
        some = islice(files, MAX_FILES - len(tables.paths))
        found = self._inversion.add_files(tables.documents, some, MAX_PASSAGES - self._passages)
        passages = tables.add_plain_files(found)
        self._steps += [""] * passages
        self._passages += passages
        return len(found)

    def _add_found(self, place: int, document: FoundDocument) -> bool:
        """Add a document as the core has found it, if Python need not see its passages."""
        tables = self._tables
        found = self._inversion.add_found(
            tables.documents, document.text, MAX_PASSAGES - self._passages
        )
        if found is None:
            return False
        language, passages, steps = found
        tables.add_found(document, place, language, passages)
        self._steps += steps or [""] * passages
        self._passages += passages
        return True

    def _add_document(self, state: FileState, place: int, added: DocumentText) -> None:
        document, text, spans, before = added
        done, total = 0, len(spans)
        language = document.language
        others = languages_in(language, text, spans)
        if others:
            document = document.replace(also=tuple(sorted({*others.values()})))
        while done < total:
            room = MAX_PASSAGES - self._passages
            if room < min(
                total - done, MAX_PASSAGES
            ):  # a document is scored as a whole, in one segment
                self._write()
                self._tables.add_file(state)  # a file may continue in the next segment
                room = MAX_PASSAGES
            taken = spans if total <= room and not done else spans[done : done + room]
            count = len(taken)
            title_language = others.get(0, language)
            number = self._tables.add_document(
                document, place, before + done, count, title_language
            )
            for of, at, end in _runs(language, others, done, done + count):
                run = spans[at:end] if others else taken
                self._inversion.add(number, text, run, of)
            self._steps += [span.steps for span in taken]
            self._passages += count
            done += count

    def finish(self) -> list[SegmentEntry]:
        """Write the last segment. Return the entries of all segments written."""
        if self._tables.paths:
            self._write()
        done, self._done = self._done, []
        self._begin(b"")
        return done

    def _write(self) -> None:
        tables = self._tables
        name = new_name(SEGMENT)
        writer = SegmentFileWriter(os.path.join(self._folder, name))
        try:
            text_bytes = self._inversion.write_texts(writer)
            writer.flush_behind()  # while the postings are inverted
            written = self._inversion.write_postings(writer, tables.titles)
            facts = tables.write(writer)
            self._inversion.write_passages(writer)
            write_steps(writer, self._steps)
            size, digest = writer.close({**facts, "terms": written.terms})
        except BaseException:
            writer.abandon()
            raise
        files = len(tables.paths), len(tables.skipped)
        counts = *files, tables.documents, tables.passages, *written[1:], text_bytes
        self._done.append(SegmentEntry(name, size, digest, *counts))
        self._begin(tables.last)


def _runs(
    language: str, others: Mapping[int, str], start: int, end: int
) -> Iterator[tuple[str, int, int]]:
    """Return the runs of adjacent passages in one language, from `start` to `end`: (language, start, end)."""
    if not others:
        yield language, start, end
        return
    for of, run in groupby(range(start, end), lambda number: others.get(number, language)):
        numbers = list(run)
        yield of, numbers[0], numbers[-1] + 1
