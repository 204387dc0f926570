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


class Placed(NamedTuple):
    """A document in a segment.

    Its file's number here, its place in the file, its first passage's ordinal, and how many passages it has here.
    """

    file: int
    document: Document
    place: int
    ordinal: int
    passages: int


class Tables:
    """The tables of files and documents of one segment, as lists that grow.

    Files must come in the order of their paths' bytes, and not before the path `last`.
    """

    def __init__(self, last: bytes = b"") -> None:
        self.last = last
        self.states: list[FileState] = []
        self.documents: list[Placed] = []
        self.passages = 0

    def add_file(self, state: FileState) -> None:
        """A file, or what there is to say of it when its last documents come."""
        path = os.fsencode(state.path)
        if path < self.last:
            raise ValueError("files must be added in the order of their paths")
        self.last = path
        if self.states and self.states[-1].path == state.path:
            self.states[-1] = state
        else:
            self.states.append(state)

    def add_document(self, document: Document, place: int, ordinal: int, passages: int) -> int:
        """A document of the last file with its next passages, the first of which has that ordinal: its number."""
        values = len(self.states) - 1, document, place, ordinal, passages
        self.documents.append(tuple.__new__(Placed, values))  # half the price of calling Placed
        self.passages += passages
        return len(self.documents) - 1

    def titled(self) -> tuple[list[int], list[Document]]:
        """The documents that begin in this segment, and the first passage of each."""
        firsts: list[int] = []
        titled: list[Document] = []
        first = 0
        for _, document, _, ordinal, passages in self.documents:
            if ordinal == 0 and passages:
                firsts.append(first)
                titled.append(document)
            first += passages
        return firsts, titled

    def entry(
        self, name: str, file: tuple[int, str], positions: tuple[int, int], text_bytes: int
    ) -> SegmentEntry:
        """What the manifest says of the segment: `file` is (length, digest), `positions` those of bodies and titles."""
        skipped = sum(1 for state in self.states if state.skipped)
        return SegmentEntry(
            name, *file, len(self.states), skipped, len(self.documents), self.passages,
            *positions, text_bytes,
        )  # fmt: skip

    def write(self, writer: SegmentFileWriter) -> list[list[Any]]:
        """Write the tables; returns the kinds of document, for the segment's facts."""
        self._write_files(writer)
        return self._write_documents(writer)

    def _write_files(self, writer: SegmentFileWriter) -> None:
        states = self.states
        writer.blobs("file.path", [os.fsencode(s.path) for s in states])
        writer.numbers("file.size", [s.size for s in states])
        writer.column("file.mtime", "q", array("q", [s.mtime_ns for s in states]))
        writer.column("file.ctime", "q", array("q", [s.ctime_ns for s in states]))
        writer.blobs("file.digest", [s.digest for s in states])
        writer.blobs("file.skipped", [utf8(s.skipped) if s.skipped else b"" for s in states])

    def _write_documents(self, writer: SegmentFileWriter) -> list[list[Any]]:
        kinds: dict[tuple[Any, ...], int] = {}
        kind_of: list[int] = []
        documents = [placed.document for placed in self.documents]
        for d in documents:
            kind = (d.encoding, d.errors, d.confidence, d.media_type, d.language)
            kind_of.append(kinds.setdefault(kind, len(kinds)))
        writer.numbers("document.file", [placed.file for placed in self.documents])
        writer.numbers("document.place", [placed.place for placed in self.documents])
        writer.numbers("document.ordinal", [placed.ordinal for placed in self.documents])
        writer.numbers("document.kind", kind_of)
        writer.blobs("document.title", [utf8(d.title) for d in documents])
        writer.blobs("document.id", [utf8(d.id) if d.id else b"" for d in documents])
        writer.blobs("document.member", [utf8(d.member) if d.member else b"" for d in documents])
        writer.blobs(
            "document.fields",
            [_dumped(d.fields) if d.fields else b"" for d in documents],
        )
        return [list(kind) for kind in kinds]


def _dumped(fields: tuple[tuple[str, str], ...]) -> bytes:
    import json  # start-up time: few documents have fields

    return json.dumps(fields).encode()


def utf8(text: str) -> bytes:
    """UTF-8, lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass")
