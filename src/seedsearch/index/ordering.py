"""The order of very many byte strings, by their first sixteen bytes as two integers each."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from seedsearch.record import NamedTuple

Ints = npt.NDArray[Any]


_BEGINNING = 16  # bytes: two integers


class Ordering(NamedTuple):
    """`firsts`: for each distinct string, ascending, one place where it stands. `ranks`: for each string, its number
    among the distinct."""

    firsts: Ints
    ranks: Ints


def ordering(strings: npt.NDArray[np.object_]) -> Ordering:
    """Sort byte strings and number the distinct ones.

    A quarter of the price of `sorted` and a dict: two integers are compared in place of two objects. Only strings with
    equal beginnings are looked at as such.
    """
    if not len(strings):
        return Ordering(np.empty(0, np.int64), np.empty(0, np.int64))
    beginnings = np.fromiter(strings, f"S{_BEGINNING}", len(strings))
    halves = beginnings.view(">u8").reshape(-1, 2).astype(np.uint64)
    high, low = np.ascontiguousarray(halves[:, 0]), np.ascontiguousarray(halves[:, 1])
    order = _by_halves(high, low)
    high, low = high[order], low[order]
    new = np.ones(len(order), np.bool_)
    np.not_equal(high[1:], high[:-1], out=new[1:])
    new[1:] |= low[1:] != low[:-1]
    # Those that begin alike are alike if they end there too.
    same = np.flatnonzero(~new)
    sizes, before = _sizes(strings[order[same]]), _sizes(strings[order[same - 1]])
    unlike = same[(sizes > _BEGINNING) | (sizes != before)]
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(order))
    for run in np.unique(np.searchsorted(starts, unlike, "right") - 1).tolist():
        _settle(strings, order, new, int(starts[run]), int(ends[run]))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(new) - 1
    return Ordering(order[new], ranks)


def _by_halves(high: Ints, low: Ints) -> Ints:
    """The order by `high` and then `low`: most need only the one, whose sort alone is far quicker than one by both."""
    order = np.argsort(high)
    ordered = high[order]
    equal = ordered[1:] == ordered[:-1]
    tied = np.zeros(len(order), np.bool_)
    tied[1:] = equal
    tied[:-1] |= equal
    at = np.flatnonzero(tied)
    among = order[at]
    order[at] = among[np.lexsort((low[among], high[among]))]
    return order


def _sizes(strings: npt.NDArray[np.object_]) -> Ints:
    return np.fromiter(map(len, strings), np.int64, len(strings))


def _settle(
    strings: npt.NDArray[np.object_],
    order: Ints,
    new: npt.NDArray[np.bool_],
    start: int,
    end: int,
) -> None:
    """Bring strings that begin alike into their order, and mark those that differ from the one before."""
    places = sorted(order[start:end].tolist(), key=strings.__getitem__)
    order[start:end] = places
    new[start + 1 : end] = [strings[a] != strings[b] for a, b in pairwise(places)]
