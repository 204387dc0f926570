"""Read an open segment: its records, texts, postings and deletions."""

from __future__ import annotations

import os
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain, compress, repeat
from operator import add, not_
from typing import TYPE_CHECKING, TypeVar

from seedsearch.core import compiled
from seedsearch.core.posting_list import Decoded, decode
from seedsearch.digest import digest
from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.errors import IndexDamagedError
from seedsearch.index.dictionary import Dictionary, text_of
from seedsearch.index.group_blocks import Group
from seedsearch.index.line_steps import StoredSteps, lowest
from seedsearch.index.manifest import SegmentEntry
from seedsearch.index.segment_file import Blobs, Column, SegmentFile, damage, inflate, read_regular
from seedsearch.model import Document, FileState, Passage
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core

_Item = TypeVar("_Item")

TABLES = tuple(
    tuple(f"{table}.{name}" for name in names.split())
    for table, names in (
        ("file", "path.end digest.end skipped.end size mtime ctime"),
        ("document", "title.end id.end member.end fields.end file place ordinal kind"),
        ("passage", "document line lines byte bytes page heading length title text"),
    )
)
"""The columns that have one value for each file, for each document and for each passage."""

LANGUAGES_JOINT = "+"
"""Stands between the languages in a document's kind: its own, then those that only passages are in."""

_DOCUMENTS_KEPT = 5_000  # that stay as they were read
_PATHS_KEPT = 10_000
_DEFLATED_NOTHING = 1 << 10  # bytes that deflating adds, at most
_PATHS_A_SEARCH = 100  # paths read in the time of one search
_FARTHEST = (1 << 63) - 1  # the largest byte offset, line, page or ordinal
_TEXTS_KEPT = 1 << 23  # bytes of inflated text that are kept


def _fields(text: str) -> tuple[tuple[str, str], ...]:
    """Return the fields of a document. Few documents have any."""
    if not text:
        return ()
    import json  # start-up time: an indexing run does not need it at first

    return tuple((str(name), str(value)) for name, value in json.loads(text))


MADE = Passage, Passage._fields, Document, Document._fields, _fields
"""What the core makes of rows: see `passages` in `_core.pyi`."""


class Deletions(NamedTuple):
    """One byte for each passage and one for each file of a segment: 1 if it is deleted."""

    passages: bytes
    files: bytes

    def pack(self) -> bytes:
        """Return the deletions as stored, deflated."""
        return zlib.compress(self.passages + self.files, 6)


class Segment:
    """One segment of an open index."""

    def __init__(self, file: SegmentFile, passages: int, deletions: Deletions | None) -> None:
        self.file = file
        self.passages = passages
        self.deletions = deletions
        self.dictionary = Dictionary(file)
        self._postings = file.column("postings", "B")
        self._length = file.column("passage.length")
        self._title = file.column("passage.title")
        self._paths = Blobs(file, "file.path")
        self._document_of = file.column("passage.document")
        self.known_documents: dict[int, Document] = {}
        """The documents that were read and stay, by their numbers in this segment."""
        self._strings: dict[str, Blobs] = {}
        self._path_cache: dict[int, str] = {}
        self._texts: dict[int, bytes] = {}
        self.stored_steps = StoredSteps(file)
        self._texts_size = 0

    @property
    def deleted(self) -> bytes | None:
        """One byte for each passage, 1 if it is deleted; None if none is."""
        return self.deletions.passages if self.deletions else None

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of its documents and passages that have a stemmer of their own."""
        from seedsearch.analysis.stemming import OTHERS  # for queries alone: start-up time

        codes = (kind[4].split(LANGUAGES_JOINT) for kind in self.file.facts["kinds"])
        return tuple(sorted(OTHERS.intersection(*[chain.from_iterable(codes)])))

    def languages_of_documents(self) -> Iterator[tuple[list[str], int]]:
        """The languages of documents and their passages, and how many documents have these, deleted ones too."""
        kinds, of_documents = self.file.facts["kinds"], self._of_document[1].whole()
        if of_documents.itemsize == 1:  # the usual case; to count bytes is much faster
            numbers = bytes(of_documents)
            counts = {kind: numbers.count(kind) for kind in range(len(kinds))}
            if sum(counts.values()) != len(numbers):
                raise self.file.damaged("a document has a kind that is not listed")
        else:
            counts = Counter(of_documents)
        for kind, count in counts.items():
            if count:
                yield kinds[kind][4].split(LANGUAGES_JOINT), count

    # ---------------------------------------------------------------------- postings

    def of_passages(self) -> _core.Segment:
        """Return the columns of passages, as the core takes them."""
        lengths, titles, documents = self.file.whole("passage", "length title document")
        if len(lengths) != self.passages:
            raise self.file.damaged("its columns of passages differ in length")
        return lengths, titles, documents, self.deleted

    def source(self, group: Group, chosen: bytes | None, *, title: bool) -> _core.Source:
        """Return the postings of a stem class, as the core takes them; `chosen` are forms as uint32, None for all."""
        return title, self._posting_list(group), group.df, group.cf, len(group.members), chosen

    def _posting_list(self, group: Group) -> memoryview:
        """Return the bytes of a group's posting list."""
        return self._postings.slice(group.start, group.start + group.size)

    def postings(self, group: Group) -> Decoded:
        """Return a group's posting list, decoded. Raise ValueError if it does not agree with the dictionary."""
        numbers = group.df, group.cf, len(group.members), self.passages
        return decode(self._posting_list(group), *numbers)

    # ---------------------------------------------------------------------- records

    def length(self, passage: int) -> int:
        """Return the weighted length of a passage: positions of the body plus TITLE_WEIGHT times those of the title."""
        return self._length[passage] + TITLE_WEIGHT * self._title[passage]

    def path(self, passage: int) -> str:
        """Return the path of a passage's file."""
        return self.file_path(self._of_document[0][self._document_of[passage]])

    def file_path(self, number: int) -> str:
        """Return the path of a file, by its number in this segment."""
        path = self._path_cache.get(number)
        if path is None:
            if len(self._path_cache) > _PATHS_KEPT:
                self._path_cache.clear()
            reader = self.file.reader
            found = None if reader is None else reader.path(number)
            path = os.fsdecode(self._paths[number] if found is None else found)
            self._path_cache[number] = path
        return path

    def place(self, passage: int) -> tuple[int, int]:
        """Return a passage's place in its file: its document's, and its own in the document."""
        document = self._document_of[passage]
        return self._of_document[2][document], self._ordinal(passage, document)

    def _ordinal(self, passage: int, document: int) -> int:
        first = bisect_left(self._document_of.whole(), document)
        return self._of_document[3][document] + passage - first

    # Looking the columns up by name for each record would take longer than reading them.

    @cached_property
    def _of_passage(self) -> tuple[Column, ...]:
        names = ("line", "lines", "byte", "bytes", "page", "heading")
        return tuple(self.file.column(f"passage.{name}") for name in names)

    @cached_property
    def _of_document(self) -> tuple[Column, ...]:
        return tuple(
            self.file.column(f"document.{name}") for name in ("file", "kind", "place", "ordinal")
        )

    def document(self, number: int) -> Document:
        """Return a document, by its number in this segment."""
        document = self.known_documents.get(number)
        if document is None:
            if len(self.known_documents) > _DOCUMENTS_KEPT:
                self.known_documents.clear()
            document = self.known_documents[number] = self._read_document(number)
        return document

    def _read_document(self, number: int) -> Document:
        file, kind = self._of_document[0][number], self._of_document[1][number]
        names = ("title", "id", "member")
        title, own_id, member = [self._string(f"document.{name}", number) for name in names]
        encoding, errors, confidence, media_type, language, also = self._kinds[kind]
        return Document(
            self.file_path(file),
            title,
            encoding,
            errors,
            confidence,
            own_id,
            member,
            media_type,
            language,
            self.fields(number),
            also,
        )

    @cached_property
    def known(self) -> tuple[dict[int, Document], list[_core.KindOfDocument]]:
        """Return what the core takes to make documents: those that were read and stay, and all kinds."""
        return self.known_documents, self._kinds

    @cached_property
    def _kinds(self) -> list[_core.KindOfDocument]:
        """Return the kinds of documents, with their own language and the others."""
        split = ((kind, kind[4].split(LANGUAGES_JOINT)) for kind in self.file.facts["kinds"])
        return [(*kind[:4], own[0], tuple(own[1:])) for kind, own in split]

    def fields(self, number: int) -> tuple[tuple[str, str], ...]:
        """Return the fields of a document, by its number in this segment."""
        return _fields(self._string("document.fields", number))

    def _string(self, name: str, number: int) -> str:
        strings = self._strings.get(name)
        if strings is None:
            strings = self._strings[name] = Blobs(self.file, name)
        return text_of(strings[number]) if strings.size else ""

    def passage(self, number: int) -> Passage:
        """Return a passage with its text."""
        return self.with_text(self.record(number), number)

    def with_text(self, record: Passage, number: int) -> Passage:
        """Return a passage's record with its text added."""
        return record.replace(text=text_of(self.text(number)))

    def record(self, number: int) -> Passage:
        """Return a passage without its text.

        Raise IndexDamagedError if its place is beyond any file: readers go to these places.
        """
        if self.file.reader is not None and (found := self._by_core(self.file.reader, number)):
            return found
        document = self._document_of[number]
        line, lines, byte, size, page, heading = [column[number] for column in self._of_passage]
        ordinal = self._ordinal(number, document)
        if max(line + lines, byte + size, page, ordinal) > _FARTHEST:
            raise self._out_of_reach()
        return Passage(
            self.document(document),
            ordinal,
            "",
            line,
            line + lines,
            byte - 1 if byte else None,
            byte - 1 + size if byte else None,
            page or None,
            self._string("heading", heading) if heading else "",
            self.steps(number),
        )

    def _by_core(self, reader: _core.SegmentReader, number: int) -> Passage | None:
        """Return a passage without its text, where the core can read it."""
        found = compiled.passages((reader,), (0,), [number], (self.known,), MADE)[0]
        return None if found is None else self.with_steps(found, number)

    def with_steps(self, record: Passage, number: int) -> Passage:
        """Return a passage's record with its steps, which the core does not read."""
        steps = self.steps(number)
        return record.replace(steps=steps) if steps else record

    def steps(self, passage: int) -> str:
        """Return the steps of a passage: see Passage."""
        steps = self.stored_steps.of(passage)
        if "-" in steps and lowest(steps, self._of_passage[0][passage]) < 0:
            raise self._out_of_reach()
        return steps

    def check_places(self) -> None:
        """Raise IndexDamagedError if the place of any passage is beyond any file."""
        line, lines, byte, size, page, _ = (column.whole() for column in self._of_passage)
        ordinal = self._of_document[3].whole()
        ends = (
            map(add, line, lines),
            map(add, byte, size),
            page,
            map(add, ordinal, repeat(self.passages)),
        )
        if max(max(places, default=0) for places in ends) > _FARTHEST:
            raise self._out_of_reach()

    def _out_of_reach(self) -> IndexDamagedError:
        return self.file.damaged("a passage lies where no file has anything")

    @property
    def text_bytes(self) -> int:
        """The size of all texts, in bytes."""
        return sum(self.file.column("passage.text").whole()[-1:])

    def text(self, passage: int) -> bytes:
        """Return the text of a passage, in UTF-8."""
        ends = self.file.column("passage.text")
        start, end = (ends[passage - 1] if passage else 0), ends[passage]
        raw_ends = self.file.column("text.raw").whole()
        block = bisect_right(raw_ends, start)
        begin = raw_ends[block - 1] if block else 0
        if end <= start:
            return b""
        return self.text_block(block, end - begin)[start - begin : end - begin]

    def texts(self, passages: Iterable[int]) -> Iterator[bytes]:
        """Yield the texts of ascending passages, in UTF-8. This is faster than one by one."""
        ends = self.file.column("passage.text").whole()
        raw_ends = self.file.column("text.raw").whole()
        data, begin, limit = b"", 0, 0
        for passage in passages:
            start, end = (ends[passage - 1] if passage else 0), ends[passage]
            if end > start and not begin <= start < limit:
                block = bisect_right(raw_ends, start)
                begin, limit = (raw_ends[block - 1] if block else 0), raw_ends[block]
                data = self.text_block(block)
            yield data[start - begin : end - begin] if end > start else b""

    def text_block(self, number: int, least: int | None = None) -> bytes:
        """Return the texts of a block, by the block's number.

        If `least` is given, only that many first bytes are sure to be there: the first call inflates no more.
        """
        ends = self.file.column("text.raw")
        size = ends[number] - (ends[number - 1] if number else 0)
        known = self._texts.get(number, b"")
        if known and len(known) >= (size if least is None else least):
            return known
        found = inflate(Blobs(self.file, "text")[number], size, None if known else least)
        if found is None:
            raise self.file.damaged("a block of its text cannot be read")
        if self._texts_size + len(found) > _TEXTS_KEPT:
            self._texts.clear()
            self._texts_size = 0
        self._texts[number] = found
        self._texts_size += len(found)
        return found

    # ---------------------------------------------------------------------- files

    def file_count(self) -> int:
        """Return the number of files, including deleted and skipped ones."""
        return len(self._paths)

    def live_states(self, *, skipped: bool = False) -> Iterator[FileState]:
        """Yield the files that are not deleted; with `skipped`, only files skipped in whole or in part."""
        if not skipped:
            return self._live(self._all_states())
        if not len(self.file.column("file.skipped")):
            return iter(())
        return (state for state in self._live(self._all_states()) if state.skipped)

    def _all_states(self) -> Iterator[FileState]:
        file = self.file
        rows = zip(
            self._paths.decoded(os.fsdecode),
            file.column("file.size").whole(),
            file.column("file.mtime").whole(),
            file.column("file.ctime").whole(),
            Blobs(file, "file.digest").all(),
            Blobs(file, "file.skipped").decoded(bytes.decode),
            strict=False,
        )
        # Calling FileState for each takes three times as long, and there may be a million.
        return map(tuple.__new__, repeat(FileState), rows)

    def _live(self, of_files: Iterable[_Item]) -> Iterator[_Item]:
        """Yield the items of files that are not deleted."""
        if self.deletions is None:
            return iter(of_files)
        return compress(of_files, map(not_, self.deletions.files))

    def live_paths(self) -> Iterator[bytes]:
        """Yield the path of each file that is not deleted."""
        return self._live(self._paths.all())

    def live_files_at(self, path: bytes) -> Iterator[int]:
        """Yield the numbers of the parts of the file at this path that are not deleted."""
        dead = self.deletions.files if self.deletions else None
        for number in self._files_at(path):
            if dead is None or not dead[number]:
                yield number

    def _files_at(self, path: bytes) -> range:
        """Return the numbers of the parts of the file at a path: files are sorted by path."""
        reader = self.file.reader
        found = None if reader is None else reader.files_at(path)
        return range(*found or (bisect_left(self._paths, path), bisect_right(self._paths, path)))

    def states_at(self, path: bytes) -> Iterator[FileState]:
        """Yield the state of each part of the file at this path that is not deleted."""
        file = self.file
        for number in self.live_files_at(path):
            yield FileState(
                os.fsdecode(path),
                file.column("file.size")[number],
                file.column("file.mtime")[number],
                file.column("file.ctime")[number],
                Blobs(file, "file.digest")[number],
                Blobs(file, "file.skipped")[number].decode(),
            )

    def files_at(self, paths: Collection[bytes]) -> Iterator[int]:
        """Yield the numbers of the files at these paths, including deleted ones. A path may have several."""
        if len(paths) * _PATHS_A_SEARCH > len(self._paths):
            yield from (number for number, path in enumerate(self._paths.all()) if path in paths)
            return
        for path in paths:
            yield from self._files_at(path)

    def documents_of_file(self, number: int) -> range:
        """Return the documents of a file, which are consecutive and in order."""
        files = self.file.column("document.file").whole()
        return range(bisect_left(files, number), bisect_right(files, number))

    def passages_of(self, documents: range) -> range:
        """Return the passages of consecutive documents, which are consecutive too."""
        document_of = self._document_of.whole()
        return range(*(bisect_left(document_of, n) for n in (documents.start, documents.stop)))

    def passages_of_file(self, number: int) -> range:
        """Return the passages of a file."""
        return self.passages_of(self.documents_of_file(number))

    def close(self) -> None:
        """Close the file."""
        self.file.close()


# ------------------------------------------------------------------------------ opening


def open_segment(folder: str, entry: SegmentEntry) -> Segment:
    """Open a segment with its deletions. Raise FileNotFoundError and IndexDamagedError."""
    file = SegmentFile(os.path.join(folder, entry.file), entry.bytes, entry.digest)
    try:
        _agree(file, entry)
        return Segment(file, entry.passages, _read_deletions(folder, entry))
    except BaseException:
        file.close()
        raise


def _agree(file: SegmentFile, entry: SegmentEntry) -> None:
    """Check that the manifest and the segment have the same numbers of rows: everything is looked up by row."""
    for table, count in zip(TABLES, (entry.files, entry.documents, entry.passages), strict=True):
        if file.lengths(table) != {count}:
            raise file.damaged("it holds another number of rows than the manifest says")
    if len(file.facts["kinds"]) > entry.documents:
        raise file.damaged("it has more kinds of documents than documents")


def _read_deletions(folder: str, entry: SegmentEntry) -> Deletions | None:
    if entry.deletions is None:
        return None
    name, size, wanted = entry.deletions
    if size > 2 * (entry.passages + entry.files) + _DEFLATED_NOTHING:
        raise damage(name, "it is too long")
    data = read_regular(os.path.join(folder, name), size)
    if len(data) != size:
        raise damage(name, "its length is wrong")
    if digest(data) != wanted:
        raise damage(name, "its checksum is wrong")
    flags = inflate(data, entry.passages + entry.files)
    if flags is None or flags.translate(None, b"\0\1"):
        raise damage(name, "it cannot be read")
    return Deletions(flags[: entry.passages], flags[entry.passages :])
