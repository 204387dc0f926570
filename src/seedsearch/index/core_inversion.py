"""Inversion by the core (core/c/inverter.c), as specified in `plain_inversion.py`.

The core calls back for folding beyond ASCII and for the stems of languages other than English.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.passage_language import encoded, languages_in, own_words
from seedsearch.analysis.stemming import OTHERS, STEMMED_RANGES, Stems, marked
from seedsearch.analysis.tokenizer import UNSPACED_RANGES
from seedsearch.core import compiled
from seedsearch.corpus.split import FINDER
from seedsearch.corpus.title import title_in
from seedsearch.engine.base import Text
from seedsearch.index.builder import SegmentCounts, TakenText
from seedsearch.index.dictionary import text_of, utf8
from seedsearch.index.dictionary_writer import write_dictionary
from seedsearch.index.segment_file_writer import TEXT_LEVEL, SegmentFileWriter, deflate
from seedsearch.index.stored_fields import PlainFile, Titles
from seedsearch.model import FileState, PassageSpan

if TYPE_CHECKING:
    from seedsearch.core import _core

# Memory at the peak, when keys are sorted and columns made: measured over some tens of megabytes of text.
_BYTES_AN_OCCURRENCE = 15
_BYTES_A_TERM = 160
_BYTES_A_PASSAGE = 130

_folders = (Folder(), Folder(accents=True))
_stems = Stems()
_LANGUAGES = sorted(OTHERS)
_NUMBERS = {language: number for number, language in enumerate(_LANGUAGES, 1)}


def _marked(term: bytes, language: int) -> bytes:
    """Return the form of a spelling in a language, given by number."""
    return marked(_stems.form(text_of(term), _LANGUAGES[language - 1]))


def _folded(run: bytes, accents: int) -> bytes:
    """Return a run beyond ASCII, folded."""
    return utf8(_folders[accents].fold_run(text_of(run)))


def _letter(character: bytes, accents: int) -> bytes | None:
    """Return a character beyond ASCII, folded; None if it joins the character before it."""
    folded = _folders[accents].fold_character(text_of(character))
    return None if folded is None else utf8(folded)


def new_inverter() -> _core.Inverter:
    """Return an Inverter that folds, marks and stems as the Analyzer does."""
    return compiled.Inverter(_marked, _folded, _letter, UNSPACED_RANGES, STEMMED_RANGES)


def number_of_language(language: str) -> int:
    """Return the number of a language for an Inverter."""
    return _NUMBERS.get(language, 0)


class _Languages(dict[str, tuple[int, tuple[bytes, ...]]]):
    """For each language its number for an Inverter, and its own common words, once they are asked for."""

    def __missing__(self, language: str) -> tuple[int, tuple[bytes, ...]]:
        self[language] = found = number_of_language(language), encoded(own_words(language))
        return found


_languages = _Languages()


def _in_others(language: str, text: Text, spans: Sequence[PassageSpan]) -> bool:
    """Return whether passages of a text are in another language than `language`."""
    return bool(languages_in(language, text, spans))


class CoreInversion:
    """The Inversion that the core does."""

    def __init__(self) -> None:
        self._inverter = new_inverter()
        self._blocks: list[bytes] = []  # compressed texts

    @property
    def pending_bytes(self) -> int:
        occurrences, terms, passages, text_bytes = self._inverter.sizes()
        tables = terms * _BYTES_A_TERM + passages * _BYTES_A_PASSAGE
        return occurrences * _BYTES_AN_OCCURRENCE + tables + text_bytes // 2

    def add(self, document: int, text: Text, spans: Sequence[PassageSpan], language: str) -> None:
        spans = spans if isinstance(spans, list) else list(spans)
        if self._inverter.add(document, text, spans, number_of_language(language)):
            self._compress()

    def add_files(
        self, document: int, files: Iterator[tuple[FileState, bytes]], room: int
    ) -> Sequence[PlainFile]:
        if FINDER is None:
            return ()
        found = self._inverter.add_files(
            document, FINDER, files, room, _languages, _in_others, title_in
        )
        self._compress()
        return found

    def add_found(self, document: int, text: _core.FoundText, room: int) -> TakenText | None:
        found = self._inverter.add_found(document, text, room, _languages, _in_others)
        if found is None:
            return None
        if found[3]:
            self._compress()
        return found[:3]

    def _add_stems(self) -> None:
        self._inverter.add_stems(_stems.stem_by_script(self._inverter.without_stems()))

    def _compress(self) -> None:
        self._blocks += [deflate(block, TEXT_LEVEL) for block in self._inverter.take_blocks()]

    def write_texts(self, writer: SegmentFileWriter) -> int:
        self._add_stems()  # this analyses the texts that are still waiting
        total = self._inverter.sizes()[3]
        ends, block_ends = self._inverter.end_texts()
        self._compress()
        writer.blobs("text", self._blocks)
        writer.column("text.raw", *block_ends)
        writer.column("passage.text", *ends)
        self._blocks = []
        return total

    def write_postings(self, writer: SegmentFileWriter, titles: Titles) -> SegmentCounts:
        inverter = self._inverter
        for title, language, passage in zip(*titles, strict=True):
            inverter.add_title(title, number_of_language(language), passage)
        self._add_stems()
        columns = inverter.finish()
        write_columns(writer, columns)
        writer.column("passage.length", *columns["lengths"])
        writer.column("passage.title", *columns["title_lengths"])
        return SegmentCounts(columns["distinct"], columns["positions"], columns["title_positions"])

    def write_passages(self, writer: SegmentFileWriter) -> None:
        columns, headings = self._inverter.take_passages()
        for name, column in columns.items():
            writer.column(f"passage.{name}", *column)
        writer.blobs("heading", [b"", *map(utf8, headings)])


def write_columns(writer: SegmentFileWriter, columns: _core.Columns) -> None:
    """Write the postings and dictionaries that the core has made."""
    writer.column("postings", "B", columns["postings"])
    writer.flush_behind()  # while the dictionaries are compressed
    groups = columns["groups"], columns["group_firsts"]
    terms = columns["terms"], columns["term_firsts"]
    marked = columns["marked"].split(b"\n") if columns["marked"] else []
    write_dictionary(writer, groups, columns["group_bases"], terms, marked)
