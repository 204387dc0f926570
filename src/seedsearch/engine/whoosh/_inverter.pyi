"""Text in, the columns of a segment out, in C: see `native_inversion.py` and `_inverter.c`."""

from collections.abc import Callable
from typing import TypedDict

from seedsearch.analysis.prepare import Piece

class Inverted(TypedDict):
    """The columns of docs/index-format.md; a small column is its bytes, and over and high as uint32.

    `groups` and `terms` are blocks that are not compressed yet; `group_bases` are uint64; `distinct` counts terms.
    """

    groups: list[bytes]
    group_firsts: list[bytes]
    group_bases: bytes
    terms: list[bytes]
    term_firsts: list[bytes]
    doc: bytes
    tf: tuple[bytes, bytes, bytes]
    position: tuple[bytes, bytes, bytes]
    member: tuple[bytes, bytes, bytes]
    distinct: int

class Inverter:
    """A vocabulary, and the occurrences of its terms in the passages of one segment after the other.

    `marker(term, language)` gives a term as a language with a stemmer of its own has it, or None where it is the same;
    it is asked once for each. Raises OverflowError for what no segment can hold, ValueError for what does not fit
    together.
    """

    def __init__(self, marker: Callable[[bytes, int], bytes | None]) -> None: ...
    @property
    def terms(self) -> int:
        """How many terms the vocabulary has."""

    @property
    def occurrences(self) -> int:
        """How many occurrences in bodies the segment has so far."""

    def number(self, term: bytes) -> int:
        """The number of a term, which it gets if it is new."""

    def add(self, texts: list[bytes], pieces: list[Piece], languages: bytes) -> bytes:
        """Add the bodies of the next passages, prepared, with the pieces that their marks stand for.

        `languages` has a byte for each text: the number that `marker` is asked with, 0 for none. Returns the number of
        positions of each, as uint32.
        """

    def add_titles(
        self, texts: list[bytes], pieces: list[Piece], languages: bytes, passages: list[int]
    ) -> bytes:
        """Add titles, as `add` does bodies; `passages`, ascending, says where."""

    def without_stems(self) -> list[bytes]:
        """The terms that have no stem yet, in the order of their numbers."""

    def add_stems(self, stems: list[bytes]) -> None:
        """The stems of the terms that `without_stems` gave."""

    def finish(self) -> Inverted:
        """The segment's columns. The vocabulary stays, the occurrences go."""
