"""A segment of little text, in plain Python: byte for byte what `build.py` writes, but NumPy is not imported for it.

That import takes as long as the pages of some forty thousand characters; so does most of what a run changes.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.stemming import Stems, marked, own_language, unmarked
from seedsearch.analysis.tokenizer import tokenize
from seedsearch.engine.base import BatchBuilder, DocumentText, cut
from seedsearch.index.builder import SegmentBuilder
from seedsearch.index.dictionary import Keys, write_groups, write_terms
from seedsearch.index.manifest import SEGMENT, SegmentEntry, new_name
from seedsearch.index.numerics import import_numpy
from seedsearch.index.segment_file import SegmentFileWriter
from seedsearch.index.stored_fields import PassageTable, Tables, TextStore, utf8
from seedsearch.model import FileState

_LITTLE = 40_000
"""Characters; what is more is built with NumPy."""

_A_FILE = 100
"""Characters that a file counts for beside its text."""

_BYTES_A_CHARACTER = 100
"""While it is held and built, at most."""


class LittleBuilder:
    """The BatchBuilder for what may be little. It holds what comes, and hands it on where it becomes much."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._held: list[tuple[FileState, Sequence[DocumentText], int]] = []
        self._size = 0
        self._builder: BatchBuilder | None = None

    @property
    def pending_bytes(self) -> int:
        """The memory that finishing will need at its peak, about."""
        return self._builder.pending_bytes if self._builder else self._size * _BYTES_A_CHARACTER

    def add(self, state: FileState, documents: Sequence[DocumentText], *, place: int = 0) -> None:
        """Add a file with its documents, or with the next of them: see engine.base."""
        if self._builder is None:
            self._size += _A_FILE + sum(len(document.text) for document in documents)
            if self._size <= _LITTLE:
                self._held.append((state, documents, place))
                return
            self._builder = self._handed_on()
        self._builder.add(state, documents, place=place)

    def _handed_on(self) -> BatchBuilder:
        """A builder for much, which has what was held."""
        import_numpy()
        from seedsearch.index.array_inversion import (
            ArrayInversion,
        )  # start-up time: brings NumPy

        builder = SegmentBuilder(self._folder, ArrayInversion)
        for state, documents, place in self._held:
            builder.add(state, documents, place=place)
        self._held.clear()
        return builder

    def finish(self) -> object:
        """Write what was added; returns the SegmentEntry of each segment."""
        if self._builder is not None:
            return self._builder.finish()
        done = [self._write()] if self._held else []
        self._held.clear()
        self._size = 0
        return done

    def _write(self) -> SegmentEntry:
        tables, passages, texts = Tables(), PassageTable(), TextStore()
        words = _Words()
        body, title = _Field(words), _Field(words)
        for state, documents, place in self._held:
            tables.add_file(state)
            for number, (document, text, spans, before) in enumerate(documents, place):
                for passage in cut(text, spans):
                    texts.add((utf8(passage),))
                    body.add(passage, document.language)
                if spans:
                    at = tables.add_document(document, number, before, len(spans))
                    passages.add(at, spans)
        for text, language, first in zip(*tables.titles, strict=True):
            title.skip_to(first)
            title.add(text, language)
        title.skip_to(tables.passages)

        name = new_name(SEGMENT)
        writer = SegmentFileWriter(os.path.join(self._folder, name))
        try:
            texts.write(writer)
            terms = _write_postings(writer, body.inverted(), title.inverted())
            writer.numbers("passage.length", body.lengths)
            writer.numbers("passage.title", title.lengths)
            kinds = tables.write(writer)
            passages.write(writer)
            file = writer.close({"kinds": kinds, "terms": terms})
        except BaseException:
            writer.abandon()
            raise
        return tables.entry(name, file, (sum(body.lengths), sum(title.lengths)), texts.total)


class _Words:
    """Text to terms and terms to stems, all in UTF-8."""

    def __init__(self) -> None:
        self.stems = Stems().stem_encoded
        self._fold = Folder().fold
        self._keys: dict[tuple[str, str], bytes] = {}

    def terms(self, text: str, language: str) -> list[tuple[bytes, int]]:
        """The terms of a text, marked if the language stems them itself, and their positions."""
        known, found = self._keys, []
        for term, position, _, _ in tokenize(self._fold(text)):
            key = known.get((term, language))
            if key is None:
                key = marked(utf8(term), own_language(term, language))
                known[term, language] = key
            found.append((key, position))
        return found


class _Field:
    """The terms of one field, with their positions in each passage."""

    def __init__(self, words: _Words) -> None:
        self.lengths: list[int] = []  # of the passages so far, in positions
        self._words = words
        self._places: dict[bytes, dict[int, list[int]]] = {}

    def skip_to(self, passage: int) -> None:
        """Nothing stands in the passages before that one."""
        self.lengths += [0] * (passage - len(self.lengths))

    def add(self, text: str, language: str) -> None:
        """What stands in the next passage."""
        passage = len(self.lengths)
        last = -1
        for term, position in self._words.terms(text, language):
            self._places.setdefault(term, {}).setdefault(passage, []).append(position)
            last = max(last, position)
        self.lengths.append(last + 1)

    def inverted(self) -> _Inverted:
        """The field's terms and groups in order."""
        return _Inverted(self._places, self._words.stems(sorted(self._places)))


class _Inverted:
    """Terms and stem groups in order: `members` are the terms of each group, `group` that of each term."""

    def __init__(self, places: dict[bytes, dict[int, list[int]]], stems: list[bytes]) -> None:
        self.places = places
        self.terms = sorted(places)
        groups: dict[bytes, list[bytes]] = {}
        for term, stem in zip(self.terms, stems, strict=True):
            groups.setdefault(stem, []).append(term)
        self.stems = sorted(groups)
        self.members = [groups[stem] for stem in self.stems]
        number = {stem: at for at, stem in enumerate(self.stems)}
        self.group = [number[stem] for stem in stems]

    def passages(self, members: Sequence[bytes]) -> set[int]:
        """Those that hold any of some terms."""
        return {passage for term in members for passage in self.places.get(term, ())}


def _write_postings(writer: SegmentFileWriter, body: _Inverted, title: _Inverted) -> int:
    """Write the postings and dictionaries of both fields; see `invert.write_postings`."""
    docs, tfs, positions, which = array("H"), list[int](), list[int](), list[int]()
    of_groups: tuple[list[int], ...] = ([], [], [])  # df, cf, extra
    of_terms: tuple[list[int], ...] = ([], [], [])
    first = [0]
    in_body = dict(zip(body.stems, body.members, strict=True))
    for field in (body, title):
        for stem, members in zip(field.stems, field.members, strict=True):
            passages, before = sorted(field.passages(members)), len(positions)
            for passage in passages:
                start = len(positions)
                for member, term in enumerate(members):
                    found = field.places[term].get(passage, ())
                    positions.extend(found)
                    if len(members) > 1:
                        which.extend([member] * len(found))
                docs.append(passage)
                tfs.append(len(positions) - start)
            extra = 0
            if field is title:
                extra = len(set(passages) - body.passages(in_body.get(stem, ())))
            _append(of_groups, len(passages), len(positions) - before, extra)
            for term in members:
                there = field.places[term]
                beside = set(there) - body.passages([term]) if field is title else ()
                _append(of_terms, len(there), sum(map(len, there.values())), len(beside))
            first.append(first[-1] + len(members))
    of_all = [term for field in (body, title) for group in field.members for term in group]
    writer.column("post.doc", "H", docs)
    _write_small(writer, "post.tf", tfs)
    _write_small(writer, "occ.pos", positions)
    _write_small(writer, "occ.member", which)
    write_groups(
        writer, Keys(body.stems, title.stems), unmarked(of_all), first,
        (of_groups[0], of_groups[1], of_groups[2]), (of_terms[0], of_terms[1], of_terms[2]),
    )  # fmt: skip
    body_terms, title_terms = unmarked(body.terms), unmarked(title.terms)
    groups = body.group + [group + len(body.stems) for group in title.group]
    write_terms(writer, Keys(body_terms, title_terms), groups)
    return len({*body_terms, *title_terms})


def _append(columns: tuple[list[int], ...], *row: int) -> None:
    for column, value in zip(columns, row, strict=True):
        column.append(value)


def _write_small(writer: SegmentFileWriter, name: str, values: Sequence[int]) -> None:
    """A column of bytes; the few values above 255 stand in `name.over` too, by their index."""
    over = [at for at, value in enumerate(values) if value > 255]
    writer.column(name, "B", bytes([value & 255 for value in values]))
    writer.column(f"{name}.over", "I", array("I", over))
    writer.column(f"{name}.high", "I", array("I", [values[at] >> 8 for at in over]))
