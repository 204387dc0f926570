"""The best passages for several words, or a phrase of them, in C: see `quickly.py` and `_best.c`."""

from typing import Any, TypeAlias

import numpy.typing as npt

Passages: TypeAlias = tuple[int, list[tuple[float, int]]]
"""How many passages there are, and (score, passage) of the best of them, in no order."""

class Word:
    """The passages of a word (int64, ascending, below 2^31) and their scores (float64, above zero): a copy.

    Raises ValueError where they are not so.
    """

    def __new__(cls, docs: npt.NDArray[Any], scores: npt.NDArray[Any], /) -> Word: ...
    @property
    def docs(self) -> bytes:
        """The passages, as uint32."""
    @property
    def scores(self) -> bytes:
        """The scores."""
    @property
    def nbytes(self) -> int:
        """The memory that it takes."""

class Keys:
    """Every occurrence of a word (uint64, ascending), as `words.joined_keys` gives them: a copy.

    Raises ValueError where they do not ascend.
    """

    def __new__(cls, keys: npt.NDArray[Any], /) -> Keys: ...
    @property
    def nbytes(self) -> int:
        """The memory that it takes."""

def any_of(words: tuple[Word, ...], most: int, /) -> Passages | None:
    """The passages that any of the words holds.

    The best are the `most` best, and all that come within 1e-9 of the last; None where these are too many. A score is
    the sum of those of the words, in their order.
    """

def all_of(words: tuple[Word, ...], most: int, /) -> Passages | None:
    """The same of the passages that all words hold. A score is the sum of those of the words, the rarest first."""

def phrase(
    keys: tuple[Keys, ...], words: tuple[Word, ...], passages: int, most: int, /
) -> Passages | None:
    """The same of the passages, of so many, in which all words stand one right after the other, in a body or a title,
    and which all `words` hold."""
