"""Inversion in C (`_inverter.c`): three times as fast as with NumPy, which need not be imported for it.

Here is what is better said in Python: folding and what is not ASCII (`prepare.py`), stems, languages.
"""

from __future__ import annotations

from array import array

from seedsearch.analysis.prepare import Pieces, prepare
from seedsearch.analysis.stemming import OTHERS, Stems, marked, own_language
from seedsearch.engine.whoosh import _inverter
from seedsearch.engine.whoosh.build import Titles, Written
from seedsearch.engine.whoosh.dictionary import write_group_blocks, write_term_blocks
from seedsearch.engine.whoosh.format import SegmentFileWriter

# At the peak, when keys are sorted and columns made: measured over some tens of megabytes of text.
_BYTES_AN_OCCURRENCE = 20
_BYTES_A_TERM = 250
_CHARACTERS_AN_OCCURRENCE = 5

_LANGUAGES = sorted(OTHERS)
_NUMBERS = {language: number for number, language in enumerate(_LANGUAGES, 1)}


def _marked(term: bytes, language: int) -> bytes | None:
    """A term as that language has it; None where it is the same."""
    own = own_language(term.decode("utf-8", "surrogatepass"), _LANGUAGES[language - 1])
    return marked(term, own) if own else None


class NativeInversion:
    """The Inversion for where there is the C module."""

    def __init__(self) -> None:
        self._inverter = _inverter.Inverter(_marked)
        self._pieces = Pieces(self._inverter.number)
        self._stems = Stems()
        self._lengths = array("I")

    @property
    def pending_bytes(self) -> int:
        """See Inversion."""
        inverter = self._inverter
        return inverter.occurrences * _BYTES_AN_OCCURRENCE + inverter.terms * _BYTES_A_TERM

    def occurrence_bytes(self, characters: int) -> int:
        """See Inversion."""
        return characters // _CHARACTERS_AN_OCCURRENCE * _BYTES_AN_OCCURRENCE

    def add(self, texts: list[str], languages: list[str]) -> None:
        """See Inversion."""
        prepared, foreign = prepare(texts)
        pieces = list(map(self._pieces.of, foreign))
        self._lengths.frombytes(self._inverter.add(prepared, pieces, _numbered(languages)))

    def write(self, writer: SegmentFileWriter, titles: Titles) -> Written:
        """See Inversion."""
        inverter = self._inverter
        prepared, foreign = prepare(titles.texts)
        pieces = list(map(self._pieces.of, foreign))
        languages = _numbered(titles.languages)
        found = array("I", inverter.add_titles(prepared, pieces, languages, titles.passages))
        title_lengths = [0] * len(self._lengths)
        for passage, length in zip(titles.passages, found, strict=True):
            title_lengths[passage] = length
        inverter.add_stems(self._stems.stem_encoded(inverter.without_stems()))
        columns = inverter.finish()
        bases = array("Q", columns["group_bases"])
        write_group_blocks(writer, columns["groups"], columns["group_firsts"], bases)
        write_term_blocks(writer, columns["terms"], columns["term_firsts"])
        writer.column("post.doc", "H", columns["doc"])
        _write_small(writer, "post.tf", columns["tf"])
        _write_small(writer, "occ.pos", columns["position"])
        _write_small(writer, "occ.member", columns["member"])
        body_lengths, self._lengths = self._lengths.tolist(), array("I")
        return Written(columns["distinct"], body_lengths, title_lengths)


def _numbered(languages: list[str]) -> bytes:
    """A byte for each language: its number, 0 for those that mark nothing."""
    return bytes([_NUMBERS.get(language, 0) for language in languages])


def _write_small(writer: SegmentFileWriter, name: str, columns: tuple[bytes, bytes, bytes]) -> None:
    low, over, high = columns
    writer.column(name, "B", low)
    writer.column(f"{name}.over", "I", over)
    writer.column(f"{name}.high", "I", high)
