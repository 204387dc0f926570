"""Text in, the columns of a segment out, in C: see `native_inversion.py` and `_inverter.c`."""

from collections.abc import Callable
from typing import TypeAlias, TypedDict

from seedsearch.model import PassageSpan

Column: TypeAlias = tuple[str, bytes]
"""A column of numbers: the code of its type (B, H, I, Q), and its bytes."""

class Inverted(TypedDict):
    """The columns of docs/index-format.md; a small column is its bytes, and over and high as uint32.

    `groups` and `terms` are blocks that are not compressed yet; `distinct` counts terms; `positions` and
    `title_positions` are the sums of the lengths.
    """

    groups: list[bytes]
    group_firsts: list[bytes]
    group_bases: Column
    terms: list[bytes]
    term_firsts: list[bytes]
    doc: bytes
    tf: tuple[bytes, bytes, bytes]
    position: tuple[bytes, bytes, bytes]
    member: tuple[bytes, bytes, bytes]
    lengths: Column
    title_lengths: Column
    positions: int
    title_positions: int
    distinct: int

class Inverter:
    """A vocabulary, and the texts and occurrences of its terms in the passages of one segment after the other.

    `marker(term, language)` gives a term as a language with a stemmer of its own has it, or None where it is the same.
    `folder(run)` gives what a run of characters that are not ASCII folds to, `letter(character)` what one of them
    folds to, or None where it joins the one before it: then its run is folded as one. `unspaced` are the first and
    last code points of the scripts that put no space between words, ascending. Bytes are UTF-8, with lone surrogates.
    `marker` and `letter` are asked once for each, `folder` for each run that is not too long.

    Raises OverflowError for what no segment can hold, ValueError for what does not fit together; no more can be
    added after an error.
    """

    def __init__(
        self,
        marker: Callable[[bytes, int], bytes | None],
        folder: Callable[[bytes], bytes],
        letter: Callable[[bytes], bytes | None],
        unspaced: tuple[tuple[int, int], ...],
    ) -> None: ...
    @property
    def terms(self) -> int:
        """How many terms the vocabulary has."""

    @property
    def occurrences(self) -> int:
        """How many occurrences in bodies the segment has so far."""

    @property
    def passages(self) -> int:
        """How many passages the segment has so far."""

    @property
    def text_bytes(self) -> int:
        """How many bytes the texts have so far."""

    def number(self, term: bytes) -> int:
        """The number of a term, which it gets if it is new."""

    def add(
        self, document: int, text: str | bytes, spans: list[PassageSpan], language: int
    ) -> bool:
        """Add the next passages, which `spans` say where to find in `text`, bytes in their bytes; `document` is their
        document's number.

        `language` is the number that `marker` is asked with, 0 for none. Says whether there are blocks to take.
        """

    def add_title(self, text: str, language: int, passage: int) -> None:
        """Add the title of a passage; passages must ascend."""

    def take_blocks(self) -> list[bytes]:
        """The texts so far that make a whole block, one block after the other; each once."""

    def end_texts(self) -> tuple[Column, Column]:
        """End the last block; where the text of each passage and each block ends."""

    def take_passages(self) -> tuple[dict[str, Column], list[str]]:
        """What the spans said, as columns by their names, and the headings in the order of their numbers, from 1."""

    def without_stems(self) -> list[bytes]:
        """The terms whose stem must be given, in the order of their numbers; cuts what was added and waits for it.

        English terms get theirs here, and numbers are their own stems.
        """

    def add_stems(self, stems: list[bytes]) -> None:
        """The stems of the terms that `without_stems` gave."""

    def finish(self) -> Inverted:
        """The segment's columns. The vocabulary and the texts stay, the occurrences go."""
