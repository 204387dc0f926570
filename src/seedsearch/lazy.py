"""Sequences whose items are made each time they are read, and are not kept: for answers with very many hits."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

_T = TypeVar("_T")
_R = TypeVar("_R")


class Lazy(Sequence[_T]):
    """A sequence of the items that `make` yields for places, which are numbers, in their order."""

    __slots__ = ("_make", "_places")

    def __init__(
        self, places: Sequence[int], make: Callable[[Sequence[int]], Iterable[_T]]
    ) -> None:
        self._places = places
        self._make = make

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[_T]:
        return iter(self._make(self._places))

    @overload
    def __getitem__(self, at: int) -> _T: ...
    @overload
    def __getitem__(self, at: slice) -> Lazy[_T]: ...
    def __getitem__(self, at: int | slice) -> _T | Lazy[_T]:
        if isinstance(at, slice):
            return Lazy(self._places[at], self._make)
        return next(iter(self._make([self._places[at]])))

    def at(self, places: Iterable[int]) -> Lazy[_T]:
        """Return the items at some places."""
        return Lazy(array("I", map(self._places.__getitem__, places)), self._make)

    def then(self, make: Callable[[Lazy[_T]], Iterable[_R]]) -> Lazy[_R]:
        """Return what `make` yields for the items, one for each, when it is read."""
        return Lazy(self._places, lambda places: make(Lazy(places, self._make)))


def chosen(items: Sequence[_T], places: Iterable[int]) -> Sequence[_T]:
    """Return the items at some places; those of a lazy sequence are lazy."""
    return items.at(places) if isinstance(items, Lazy) else tuple(map(items.__getitem__, places))


def mapped(function: Callable[..., _R], *items: Sequence[Any]) -> Sequence[_R]:
    """Return what a function makes of the items of sequences of the same length, lazily if one of them is lazy."""
    if not any(isinstance(own, Lazy) for own in items):
        return tuple(map(function, *items))

    def make(places: Sequence[int]) -> Iterator[_R]:
        read = [o.at(places) if isinstance(o, Lazy) else map(o.__getitem__, places) for o in items]
        return map(function, *read)

    return Lazy(range(len(items[0])), make)
