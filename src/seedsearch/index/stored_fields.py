"""Store the tables of files, documents and passages, and the texts, as documents come.

docs/index-format.md describes the columns.
"""

from __future__ import annotations

import os
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, TypeAlias

from seedsearch.core import compiled
from seedsearch.corpus.found import FoundDocument
from seedsearch.index.dictionary import utf8
from seedsearch.index.line_steps import LONGEST_STEPS, STEPS_A_BLOCK
from seedsearch.index.segment import LANGUAGES_JOINT
from seedsearch.index.segment_file_writer import SMALL_LEVEL, TEXT_LEVEL, SegmentFileWriter, deflate
from seedsearch.model import Document, FileState, field_key
from seedsearch.record import NamedTuple

TEXT_BLOCK = 1 << 16
MOST_FIELDS = 1000
_LONGEST_FIELD = 1000  # characters of a name
_PLAIN = itemgetter("encoding", "errors", "confidence", "media_type")(
    vars(Document("", "", "utf-8"))
)


class TextStore:
    """Compresses texts into blocks of about TEXT_BLOCK bytes. A block ends with a text."""

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


def write_steps(writer: SegmentFileWriter, steps: Sequence[str]) -> None:
    """Write the steps of a segment's passages (model.py) in blocks, none if no passage has steps: see line_steps.py."""
    blocks: list[bytes] = []
    if any(steps):
        kept = [each if len(each) <= LONGEST_STEPS else "" for each in steps]
        for first in range(0, len(kept), STEPS_A_BLOCK):
            block = "\n".join(kept[first : first + STEPS_A_BLOCK])
            blocks.append(deflate(block.encode(), SMALL_LEVEL))
    writer.blobs("steps", blocks)


class Titles(NamedTuple):
    """The titles and languages of documents that begin in a segment, and the documents' first passages."""

    texts: list[str]
    languages: list[str]
    passages: list[int]


PlainFile: TypeAlias = tuple[FileState, str, str, int]
"""A plain text: its file, its title, "" if it has none, its language, and the number of its passages."""


class Tables:
    """The tables of files and documents of one segment, as growing lists.

    Files must come in the order of their paths' bytes, and not before the path `last`.
    """

    def __init__(self, last: bytes = b"") -> None:
        self.last = last
        self.paths: list[bytes] = []
        self.titles = Titles([], [], [])
        self.passages = 0
        # Facts of files and documents are packed at once into numbers and bytes. Later they would have left the
        # processor's caches, and freeing the objects would take as long again.
        self._sizes = array("Q")
        self._modified = array("q")
        self._changed = array("q")
        self._digests: list[bytes] = []
        self.skipped: dict[int, bytes] = {}  # by the number of the file; few files are skipped
        self._files, self._places, self._ordinals, self._of_kind = (array("I") for _ in range(4))
        self._titles: list[bytes] = []
        self._kinds: dict[tuple[Any, ...], int] = {}
        # Few documents have any of these.
        self._rest: dict[str, dict[int, bytes]] = {"id": {}, "member": {}, "fields": {}}
        self._field_names: dict[tuple[str, ...], int] = {}  # of a document; most have the same ones

    @property
    def documents(self) -> int:
        """The number of documents."""
        return len(self._titles)

    def add_file(self, state: FileState) -> None:
        """Add a file. If it is the last file again, only replace its state."""
        stored, size, modified, changed, digest, skipped = state
        path = os.fsencode(stored)
        if path <= self.last:
            self._come_back_to(path)
        self.last = path
        self.paths.append(path)
        self._sizes.append(size)
        self._modified.append(modified)
        self._changed.append(changed)
        self._digests.append(digest)
        if skipped:
            self.skipped[len(self.paths) - 1] = utf8(skipped)

    def _come_back_to(self, path: bytes) -> None:
        """Remove the last file's state, if `path` is that file."""
        if path < self.last:
            raise ValueError("files must be added in the order of their paths")
        if self.paths:  # else its documents are in the segment before
            for column in (self.paths, self._sizes, self._modified, self._changed, self._digests):
                column.pop()
            self.skipped.pop(len(self.paths), None)

    def add_document(
        self, document: Document, place: int, ordinal: int, passages: int, title_language: str
    ) -> int:
        """Add a document of the last file with its next `passages`; `ordinal` is the first one's.

        Return its number.
        """
        d, number = document, len(self._titles)
        language = LANGUAGES_JOINT.join((d.language, *d.also)) if d.also else d.language
        kind = d.encoding, d.errors, d.confidence, d.media_type, language
        self._add(kind, place, ordinal, d.title, passages, title_language)
        if d.id or d.member or d.fields:
            self._add_rest(number, document)
        return number

    def add_plain_files(self, files: Sequence[PlainFile]) -> int:
        """Add files with their one document each, a plain text in UTF-8. Return the number of their passages."""
        before = self.passages
        for state, title, language, passages in files:
            self.add_file(state)
            name = title or os.path.basename(state.path)
            self._add((*_PLAIN, language), 0, 0, name, passages, language)
        return self.passages - before

    def add_found(self, found: FoundDocument, place: int, language: str, passages: int) -> None:
        """Add a document of the last file that the core has found whole, in UTF-8."""
        number, kind = len(self._titles), (*_PLAIN[:3], found.media_type, language)
        self._add(kind, place, 0, found.title, passages, language)
        self._add_rest(number, found)

    def _add(
        self,
        kind: tuple[Any, ...],
        place: int,
        ordinal: int,
        title: str,
        passages: int,
        title_language: str,
    ) -> None:
        of_kind = self._kinds.setdefault(kind, len(self._kinds))
        self._files.append(len(self.paths) - 1)
        self._places.append(place)
        self._ordinals.append(ordinal)
        self._of_kind.append(of_kind)
        self._titles.append(utf8(title))
        if ordinal == 0 and passages:
            texts, languages, firsts = self.titles
            texts.append(title)
            languages.append(title_language)
            firsts.append(self.passages)
        self.passages += passages

    def _add_rest(self, number: int, document: Document | FoundDocument) -> None:
        if document.id:
            self._rest["id"][number] = utf8(document.id)
        if document.member:
            self._rest["member"][number] = utf8(document.member)
        if document.fields:
            self._rest["fields"][number], names = dumped(document.fields)
            self._field_names[names] = self._field_names.get(names, 0) + 1

    def write(self, writer: SegmentFileWriter) -> dict[str, list[Any]]:
        """Write the tables. Return the kinds of documents and the names of their fields, as facts of the segment."""
        writer.blobs("file.path", self.paths)
        writer.numbers("file.size", self._sizes)
        writer.column("file.mtime", "q", self._modified)
        writer.column("file.ctime", "q", self._changed)
        writer.blobs("file.digest", self._digests)
        writer.blobs("file.skipped", _filled(self.skipped, len(self.paths)))
        writer.numbers("document.file", self._files)
        writer.numbers("document.place", self._places)
        writer.numbers("document.ordinal", self._ordinals)
        writer.numbers("document.kind", self._of_kind)
        writer.blobs("document.title", self._titles)
        for name, values in self._rest.items():
            writer.blobs(f"document.{name}", _filled(values, self.documents))
        counts: Counter[str] = Counter()
        for names, count in self._field_names.items():
            for name in names:
                counts[name] += count
        most = (name for name, _ in counts.most_common())
        return {"kinds": [list(kind) for kind in self._kinds], "fields": field_names(most)}


def field_names(names: Iterable[str]) -> list[str]:
    """Return the first MOST_FIELDS names, as queries write them.

    No query can use the others, which are still stored.
    """
    keys = dict.fromkeys(map(field_key, names))
    return list(islice((key for key in keys if 0 < len(key) <= _LONGEST_FIELD), MOST_FIELDS))


def _filled(values: Mapping[int, bytes], count: int) -> list[bytes]:
    """Return a list of `count` values: the given ones by number, and b"" elsewhere."""
    column = [b""] * count
    for number, value in values.items():
        column[number] = value
    return column


def _plain_dumped(fields: tuple[tuple[str, str], ...]) -> tuple[bytes, tuple[str, ...]]:
    import json  # start-up time: few documents have fields

    return json.dumps(fields).encode(), tuple(name for name, _ in fields)


dumped = _plain_dumped if compiled is None else compiled.dumped
"""Return the fields of a document as JSON, and their names."""
