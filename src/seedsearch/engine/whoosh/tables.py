"""What a segment has beside its postings: tables of files, documents and passages, and their texts.

As they come from documents, and without NumPy. docs/index-format.md describes the columns.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from seedsearch.engine.whoosh.deflate import TEXT_LEVEL, deflate
from seedsearch.engine.whoosh.format import SegmentFileWriter
from seedsearch.engine.whoosh.manifest import SegmentEntry
from seedsearch.model import Document, FileState, PassageSpan
from seedsearch.record import NamedTuple

TEXT_BLOCK = 1 << 16


class TextStore:
    """Compresses texts as they come, into blocks of about TEXT_BLOCK bytes that end with a text."""

    def __init__(self) -> None:
        self._pending: list[bytes] = []
        self._size = 0
        self.total = 0
        self.ends: list[int] = []
        self.blocks: list[bytes] = []
        self.block_ends: list[int] = []

    def add(self, texts: Iterable[bytes]) -> None:
        """Add the texts of passages."""
        pending, size, total, ends = self._pending, self._size, self.total, self.ends
        for text in texts:
            pending.append(text)
            size += len(text)
            total += len(text)
            ends.append(total)
            if size >= TEXT_BLOCK:
                self.total = total
                self._flush()
                size = 0
        self._size, self.total = size, total

    def _flush(self) -> None:
        if self._pending:
            self.blocks.append(deflate(b"".join(self._pending), TEXT_LEVEL))
            self.block_ends.append(self.total)
            self._pending.clear()
            self._size = 0

    def write(self, writer: SegmentFileWriter) -> None:
        """Write the text columns."""
        self._flush()
        writer.blobs("text", self.blocks)
        writer.numbers("text.raw", self.block_ends)
        writer.numbers("passage.text", self.ends)


class PassageTable:
    """What is known of each passage of a segment, as lists that grow."""

    def __init__(self) -> None:
        self._spans: list[PassageSpan] = []
        self._document_of: list[int] = []

    def add(self, document: int, spans: Sequence[PassageSpan]) -> None:
        """Add the next passages, of a document by its number."""
        self._document_of.extend([document] * len(spans))
        self._spans.extend(spans)

    def write(self, writer: SegmentFileWriter) -> None:
        """Write the records of the passages."""
        spans = self._spans
        headings: dict[str, int] = {"": 0}
        writer.numbers("passage.document", self._document_of)
        writer.numbers("passage.line", [s.line_start for s in spans])
        writer.numbers("passage.lines", [s.line_end - s.line_start for s in spans])
        writer.numbers("passage.byte", [s.byte_start + 1 for s in spans])  # 0: has no bytes
        writer.numbers("passage.bytes", [s.byte_end - s.byte_start for s in spans])
        writer.numbers("passage.page", [s.page for s in spans])
        writer.numbers(
            "passage.heading", [headings.setdefault(s.heading, len(headings)) for s in spans]
        )
        writer.blobs("heading", [utf8(h) for h in headings])


class Titles(NamedTuple):
    """The titles of documents that begin in a segment, their languages, and their documents' first passages."""

    texts: list[str]
    languages: list[str]
    passages: list[int]


class Tables:
    """The tables of files and documents of one segment, as lists that grow.

    Files must come in the order of their paths' bytes, and not before the path `last`.
    """

    def __init__(self, last: bytes = b"") -> None:
        self.last = last
        self.states: list[FileState] = []
        self.titles = Titles([], [], [])
        self.passages = 0
        self._skipped = 0  # of the files, once these are written
        # Of each document, as they come: looked at later, they would have left the processor's caches.
        self._file_of: list[int] = []
        self._places: list[int] = []
        self._ordinals: list[int] = []
        self._kinds: dict[tuple[Any, ...], int] = {}
        self._kind_of: list[int] = []
        self._titles: list[bytes] = []
        # What few have.
        self._rest: dict[str, dict[int, bytes]] = {"id": {}, "member": {}, "fields": {}}

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len(self._file_of)

    def add_file(self, state: FileState) -> None:
        """A file, or what there is to say of it when its last documents come."""
        path = os.fsencode(state[0])
        if path > self.last:
            self.last = path
            self.states.append(state)
        elif path < self.last:
            raise ValueError("files must be added in the order of their paths")
        elif self.states:
            self.states[-1] = state
        else:  # which has documents in the segment before
            self.states.append(state)

    def add_document(self, document: Document, place: int, ordinal: int, passages: int) -> int:
        """A document of the last file with its next passages, the first of which has that ordinal: its number."""
        number, title, language = len(self._file_of), document.title, document.language
        self._file_of.append(len(self.states) - 1)
        self._places.append(place)
        self._ordinals.append(ordinal)
        d = document
        kind = d.encoding, d.errors, d.confidence, d.media_type, language
        self._kind_of.append(self._kinds.setdefault(kind, len(self._kinds)))
        self._titles.append(utf8(title))
        if d.id or d.member or d.fields:
            self._add_rest(number, document)
        if ordinal == 0 and passages:
            texts, languages, firsts = self.titles
            texts.append(title)
            languages.append(language)
            firsts.append(self.passages)
        self.passages += passages
        return number

    def _add_rest(self, number: int, document: Document) -> None:
        if document.id:
            self._rest["id"][number] = utf8(document.id)
        if document.member:
            self._rest["member"][number] = utf8(document.member)
        if document.fields:
            self._rest["fields"][number] = _dumped(document.fields)

    def entry(
        self, name: str, file: tuple[int, str], positions: tuple[int, int], text_bytes: int
    ) -> SegmentEntry:
        """What the manifest says of the segment that was written.

        `file` is (length, digest), `positions` those of bodies and titles.
        """
        return SegmentEntry(
            name, *file, len(self.states), self._skipped, self.documents, self.passages,
            *positions, text_bytes,
        )  # fmt: skip

    def write(self, writer: SegmentFileWriter) -> list[list[Any]]:
        """Write the tables; returns the kinds of document, for the segment's facts."""
        self._write_files(writer)
        return self._write_documents(writer)

    def _write_files(self, writer: SegmentFileWriter) -> None:
        states = self.states
        # Items by their numbers, which is quicker than by their names.
        writer.blobs("file.path", [os.fsencode(s[0]) for s in states])
        writer.numbers("file.size", [s[1] for s in states])
        writer.column("file.mtime", "q", array("q", [s[2] for s in states]))
        writer.column("file.ctime", "q", array("q", [s[3] for s in states]))
        writer.blobs("file.digest", [s[4] for s in states])
        skipped = [utf8(s[5]) if s[5] else b"" for s in states]
        writer.blobs("file.skipped", skipped)
        self._skipped = len(skipped) - skipped.count(b"")

    def _write_documents(self, writer: SegmentFileWriter) -> list[list[Any]]:
        writer.numbers("document.file", self._file_of)
        writer.numbers("document.place", self._places)
        writer.numbers("document.ordinal", self._ordinals)
        writer.numbers("document.kind", self._kind_of)
        writer.blobs("document.title", self._titles)
        for name, values in self._rest.items():
            column = [b""] * self.documents
            for number, value in values.items():
                column[number] = value
            writer.blobs(f"document.{name}", column)
        return [list(kind) for kind in self._kinds]


def _dumped(fields: tuple[tuple[str, str], ...]) -> bytes:
    import json  # start-up time: few documents have fields

    return json.dumps(fields).encode()


def utf8(text: str) -> bytes:
    """UTF-8, lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass")
