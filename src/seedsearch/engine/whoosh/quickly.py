"""The best passages for words and phrases by one call of C (`_best.c`); what it does not say NumPy works out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from seedsearch.engine.whoosh.execute import Best, Found, Ranked
from seedsearch.engine.whoosh.words import Keys, Scored

try:
    from seedsearch.engine.whoosh import _best as _best  # arrays.py asks for it here
except ImportError:  # installed without a C compiler: the same answers, more slowly
    _best = None  # type: ignore[assignment]

_MOST = 10_000
"""Who wants more passages wants nearly all of them, which NumPy does as well."""


Find: TypeAlias = "Callable[[int], _best.Passages | None]"
"""What `_best` says of a query, for as many as are wanted."""


class FoundQuickly:
    """Found, by `find`; `rest` works out everything."""

    __slots__ = ("_find", "_rest", "_size")

    def __init__(self, find: Find, rest: Callable[[], Found]) -> None:
        self._find = find
        self._rest = rest
        self._size = -1

    @property
    def size(self) -> int:
        """See Found."""
        if self._size < 0:
            found = self._find(0)
            self._size = found[0] if found is not None else self._rest().size
        return self._size

    def best(self, most: int | None) -> Best:
        """See Found."""
        found = self._find(most) if most is not None and 0 < most <= _MOST else None
        if found is None:  # all, or very many that are equally good
            return self._rest().best(most)
        self._size, pairs = found
        new = tuple.__new__  # a third of the price of calling Ranked
        return Best([new(Ranked, (round(score, 9), doc, 1)) for score, doc in pairs])

    def all(self) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        """See Found."""
        return self._rest().all()


def word_of(scored: Scored) -> _best.Word:
    """A word's live passages and scores, as `_best` has them."""
    return _best.Word(scored.docs, scored.scores)


def scored_of(word: _best.Word) -> Scored:
    """The same for NumPy again."""
    docs = np.frombuffer(word.docs, np.uint32).astype(np.int64)
    return Scored(docs, np.frombuffer(word.scores, np.float64), positive=True)


def keys_of(keys: Keys) -> _best.Keys:
    """A word's occurrences, as `_best` has them."""
    return _best.Keys(keys)
