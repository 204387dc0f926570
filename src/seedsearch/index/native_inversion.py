"""Inversion in C (core/c/invert.c): three times as fast as with NumPy, which need not be imported for it.

Here is what is better said in Python: folding, the stems of other languages than English, and which these are.
"""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.analysis.prepare import fold_character, fold_run
from seedsearch.analysis.stemming import OTHERS, Stems, marked, own_language
from seedsearch.analysis.tokenizer import UNSPACED_RANGES
from seedsearch.core import compiled
from seedsearch.engine.base import Text
from seedsearch.index.builder import Written
from seedsearch.index.deflate import TEXT_LEVEL, deflate
from seedsearch.index.dictionary import write_group_blocks, write_term_blocks
from seedsearch.index.segment_file import SegmentFileWriter
from seedsearch.index.stored_fields import Titles, utf8
from seedsearch.model import PassageSpan

# At the peak, when keys are sorted and columns made: measured over some tens of megabytes of text.
_BYTES_AN_OCCURRENCE = 15
_BYTES_A_TERM = 160
_BYTES_A_PASSAGE = 130

_LANGUAGES = sorted(OTHERS)
_NUMBERS = {language: number for number, language in enumerate(_LANGUAGES, 1)}


def _marked(term: bytes, language: int) -> bytes | None:
    """A term as that language has it; None where it is the same."""
    own = own_language(term.decode("utf-8", "surrogatepass"), _LANGUAGES[language - 1])
    return marked(term, own) if own else None


def _folded(run: bytes) -> bytes:
    """What a run that is not ASCII folds to."""
    return fold_run(run.decode("utf-8", "surrogatepass")).encode("utf-8", "surrogatepass")


def _letter(character: bytes) -> bytes | None:
    """What a character that is not ASCII folds to; None for one that joins the one before it."""
    folded = fold_character(character.decode("utf-8", "surrogatepass"))
    return None if folded is None else folded.encode("utf-8", "surrogatepass")


class NativeInversion:
    """The Inversion for where there is the C module."""

    def __init__(self) -> None:
        self._inverter = compiled.Inverter(_marked, _folded, _letter, UNSPACED_RANGES)
        self._stems = Stems()
        self._blocks: list[bytes] = []  # of texts, compressed

    @property
    def pending_bytes(self) -> int:
        """See Inversion."""
        inverter = self._inverter
        return (
            inverter.occurrences * _BYTES_AN_OCCURRENCE
            + inverter.terms * _BYTES_A_TERM
            + inverter.passages * _BYTES_A_PASSAGE
            + inverter.text_bytes // 2
        )

    def add(self, document: int, text: Text, spans: Sequence[PassageSpan], language: str) -> None:
        """See Inversion."""
        spans = spans if isinstance(spans, list) else list(spans)
        if self._inverter.add(document, text, spans, _NUMBERS.get(language, 0)):
            self._compress()

    def _add_stems(self) -> None:
        self._inverter.add_stems(self._stems.stem_encoded(self._inverter.without_stems()))

    def _compress(self) -> None:
        self._blocks += [deflate(block, TEXT_LEVEL) for block in self._inverter.take_blocks()]

    def write_texts(self, writer: SegmentFileWriter) -> int:
        """See Inversion."""
        self._add_stems()  # which cuts what is waiting
        total = self._inverter.text_bytes
        ends, block_ends = self._inverter.end_texts()
        self._compress()
        writer.blobs("text", self._blocks)
        writer.column("text.raw", *block_ends)
        writer.column("passage.text", *ends)
        self._blocks = []
        return total

    def write_postings(self, writer: SegmentFileWriter, titles: Titles) -> Written:
        """See Inversion."""
        inverter = self._inverter
        for title, language, passage in zip(*titles, strict=True):
            inverter.add_title(title, _NUMBERS.get(language, 0), passage)
        self._add_stems()
        columns = inverter.finish()
        writer.column("post.doc", "H", columns["doc"])
        _write_small(writer, "post.tf", columns["tf"])
        _write_small(writer, "occ.pos", columns["position"])
        _write_small(writer, "occ.member", columns["member"])
        writer.flush_behind()  # while dictionaries are compressed
        write_group_blocks(writer, columns["groups"], columns["group_firsts"])
        writer.column("group.base", *columns["group_bases"])
        write_term_blocks(writer, columns["terms"], columns["term_firsts"])
        writer.column("passage.length", *columns["lengths"])
        writer.column("passage.title", *columns["title_lengths"])
        return Written(columns["distinct"], columns["positions"], columns["title_positions"])

    def write_passages(self, writer: SegmentFileWriter) -> None:
        """See Inversion."""
        columns, headings = self._inverter.take_passages()
        for name, column in columns.items():
            writer.column(f"passage.{name}", *column)
        writer.blobs("heading", [b"", *map(utf8, headings)])


def _write_small(writer: SegmentFileWriter, name: str, columns: tuple[bytes, bytes, bytes]) -> None:
    low, over, high = columns
    writer.column(name, "B", low)
    writer.column(f"{name}.over", "I", over)
    writer.column(f"{name}.high", "I", high)
