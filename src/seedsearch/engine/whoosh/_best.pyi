"""The best passages for several words, or a phrase of them, in C: see `quickly.py` and `_best.c`."""

from typing import TypeAlias

from typing_extensions import Buffer

Small: TypeAlias = tuple[Buffer, Buffer, Buffer, int]
"""A small column from an index on: low bytes; indices (uint32) and high parts (uint32) of its overflow; that index."""

Source: TypeAlias = tuple[bool, Buffer, Small, Small | None, Buffer | None, Small | None]
"""The postings of a group: whether they are of titles; passages (uint16) and frequencies; the member of each occurrence
and which are chosen (uint32), or None for all; positions, which `word` has no use for."""

Part: TypeAlias = tuple[int, Buffer, Buffer, Buffer | None, tuple[Source, ...]]
"""A segment's part of a word: the number of its first passage; lengths of bodies, and of titles; a byte for each
passage, not zero for deleted ones, or None; its sources."""

Passages: TypeAlias = tuple[int, list[tuple[float, int]]]
"""How many passages there are, and (score, passage) of the best of them, in no order."""

class Word:
    """The live passages of a word, and their scores."""

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""

class Keys:
    """Every occurrence of a word, of deleted passages too, as passage << 32 | position; titles as if they were passages
    so many further on."""

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""

def word(
    parts: tuple[Part, ...], weight: float, a: float, b: float, title_weight: float, /
) -> Word:
    """A word whose scores are weight * tf / (tf + a + b * length), titles counted `title_weight` times.

    Raises ValueError where columns are not what they should be.
    """

def keys(parts: tuple[Part, ...], passages: int, /) -> Keys:
    """A word's occurrences in an index of so many passages. Raises ValueError as `word` does."""

def any_of(words: tuple[Word, ...], most: int, /) -> Passages | None:
    """The passages that any of the words holds.

    The best are the `most` best, and all that come within 1e-9 of the last; None where very many are equally good. A
    score is the sum of those of the words, in their order.
    """

def all_of(words: tuple[Word, ...], most: int, /) -> Passages | None:
    """The same of the passages that all words hold. A score is the sum of those of the words, the rarest first."""

def phrase(
    keys: tuple[Keys, ...], words: tuple[Word, ...], passages: int, most: int, /
) -> Passages | None:
    """The same of the passages, of so many, in which all words stand one right after the other, in a body or a title,
    and which all `words` hold."""
