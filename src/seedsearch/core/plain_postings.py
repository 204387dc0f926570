"""Reading a range of postings in plain Python: the twin of c/postings.h.

The numbers may be those of an index that somebody else made: each is compared with how many there are before it is used
as a place, and what does not fit is a ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedsearch.core import _core


def postings_of(
    source: _core.Source, passages: int, *, positions: bool
) -> Iterator[tuple[int, Sequence[int]]]:
    """(passage, its chosen occurrences) of a range, of a segment with so many passages; only those that have some.

    Occurrences are their positions, if these are asked for; else any numbers, one for each.
    """
    _, docs, frequencies, members, chosen, places = source
    docs = memoryview(docs).cast("B").cast("H")
    tfs = _values(frequencies)
    of_member = None if members is None else _values(members)
    wanted = frozenset(memoryview(chosen).cast("B").cast("I")) if chosen is not None else None
    if positions and places is None:
        raise ValueError("positions are wanted")
    position = _values(places) if positions and places is not None else None
    if len(tfs) != len(docs):
        raise ValueError("a frequency is wanted for each passage")
    before, at = -1, 0
    for doc, tf in zip(docs, tfs, strict=True):
        if not before < doc < passages:
            raise ValueError("passages ascend, and are there")
        before, start = doc, at
        at += tf
        if any(column is not None and at > len(column) for column in (of_member, position)):
            raise ValueError("occurrences are not as many as they should be")
        found: Sequence[int] = range(start, at)
        if of_member is not None and wanted is not None:
            found = [i for i in found if of_member[i] in wanted]
        if found:
            yield doc, found if position is None else [position[i] for i in found]


def _values(column: _core.Small) -> Sequence[int]:
    """The numbers of a small column."""
    low, over, high, start = column
    values = memoryview(low)
    indices, parts = (memoryview(part).cast("B").cast("I") for part in (over, high))
    if len(indices) != len(parts):
        raise ValueError("a high part is wanted for each index")
    if not len(indices):
        return values
    numbers = list(values)
    for at, part in zip(indices, parts, strict=True):
        if start <= at < start + len(numbers):
            numbers[at - start] += part << 8
    return numbers
