"""Words near each other, for all passages at once.

Every occurrence of a word is one number, its passage above its position, so that a window of positions is a range of
numbers and one search finds whether a word stands in it. Where no position is shared by two of the words (a
compound shares one with its first part, a word asked for twice all of them), a window that holds all of them is an
answer; where some is, `execute.near` looks whether each word can have a position of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seedsearch.engine.embedded.execute import near
from seedsearch.engine.embedded.words import distinct

Ints = npt.NDArray[Any]

_SHIFT = 32


def near_each_other(occurrences: Sequence[tuple[Ints, Ints]], slop: int) -> Ints:
    """The passages, ascending, in which the words stand together with at most `slop` other words among them.

    Each word's occurrences are passages and positions, as `words.Word.places` gives them.
    """
    words = [np.sort((passage << _SHIFT) + place) for passage, place in occurrences]
    starts = np.concatenate(words)
    starts.sort()
    again = starts[1:] == starts[:-1]
    shared = starts[1:][again] >> _SHIFT
    starts = starts[np.flatnonzero(np.concatenate([[True], ~again]))]
    # A position is far below the shift, and so the window of a very large slop ends in its own passage.
    span = min(len(words) - 1 + slop, (1 << _SHIFT) - 1 - (1 << 24))
    for word in words:
        at = np.searchsorted(word, starts)
        inside = np.flatnonzero(at < len(word))
        starts = starts[inside[word[at[inside]] <= starts[inside] + span]]
    found = distinct(starts >> _SHIFT)
    doubtful = np.isin(found, shared)
    if not doubtful.any():
        return found
    kept = ~doubtful
    for i in np.flatnonzero(doubtful).tolist():
        kept[i] = near([_places(word, int(found[i])) for word in words], slop)
    return found[np.flatnonzero(kept)]


def _places(word: Ints, passage: int) -> list[int]:
    first, last = np.searchsorted(word, [passage << _SHIFT, (passage + 1) << _SHIFT])
    places: list[int] = (word[first:last] & ((1 << _SHIFT) - 1)).tolist()
    return places
