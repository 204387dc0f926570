"""Words and phrases, as most queries are, by one call of C each (core/c/search.c): what it takes, and what comes of it.

What it does not say, and other queries, are the executions' (`execute.py`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias, cast

from seedsearch.core import compiled
from seedsearch.engine.base import TITLE_WEIGHT
from seedsearch.engine.embedded.execute import Best, Found, Ranked, Statistics, together, weight_of
from seedsearch.engine.embedded.shelf import Item, Shelf
from seedsearch.engine.embedded.units import Source, Units
from seedsearch.index.segment import Segment
from seedsearch.query.ast import And, Exact, Or, Phrase, Query, Term

if TYPE_CHECKING:
    from seedsearch.core import _core

Find: TypeAlias = "Callable[[int], _core.Passages | None]"
"""What the core says of a query, for as many passages as are wanted."""

_MOST = 10_000
"""Who wants more passages wants nearly all of them."""

_MOST_PASSAGES = (1 << 31) - 1
_OVERHEAD = 1_000  # bytes of a unit beside what C has of it
_WORDS = frozenset((Term, Exact))


class Held(Item):
    """A unit as C has it."""

    __slots__ = ("keys", "weight", "word")

    def __init__(self, sources: tuple[Source, ...]) -> None:
        super().__init__(sources)
        self.word: _core.Word | None = None
        self.keys: _core.Keys | None = None
        self.weight = 0.0

    def measure(self) -> int:
        """See Item."""
        return _OVERHEAD + sum(own.nbytes for own in (self.word, self.keys) if own is not None)


class Quick:
    """Finds words and phrases in an index of these segments; keeps what it has read of them."""

    def __init__(
        self,
        segments: Sequence[Segment],
        bases: Sequence[int],
        units: Units,
        statistics: Statistics,
    ) -> None:
        self._segments = segments
        self._bases = bases
        self._units = units
        self._statistics = statistics
        self._shelf = Shelf(Held, segments)

    def found(self, query: Query, rest: Callable[[], Sequence[Found]]) -> FoundQuickly | None:
        """What matches a word, any or all of several words, or a phrase; None for others, and where nothing has them.

        `rest` is how an execution would find it.
        """
        find = self._find(query)
        return None if find is None else FoundQuickly(find, rest)

    def _find(self, query: Query) -> Find | None:
        kind = type(query)
        if kind is Phrase:
            phrase = cast(Phrase, query)
            found = [self._held(Exact(term, phrase.field)) for term in phrase.terms]
            if None in found:
                return None
            held = cast("list[Held]", found)
            keys = tuple([unit.keys or self._read_keys(unit) for unit in held])
            return partial(compiled.phrase, keys, tuple(map(self._word, held)), self._bases[-1])
        leaves = query.children if isinstance(query, And | Or) else (query,)
        if not _WORDS.issuperset(map(type, leaves)):
            return None
        found = [self._held(leaf) for leaf in cast("Sequence[Term | Exact]", leaves)]
        held = [unit for unit in found if unit is not None]
        if not held or (kind is And and len(held) < len(found)):
            return None
        return partial(
            compiled.all_of if kind is And else compiled.any_of, tuple(map(self._word, held))
        )

    def _held(self, leaf: Term | Exact) -> Held | None:
        """The unit of a leaf; None where nothing has it."""
        held = self._shelf.of_leaf(leaf)
        if held is None:
            unit = self._units.unit(leaf)
            if not unit.all_sources:
                return None
            held = self._shelf.unit(unit.all_sources)
            held.weight = weight_of(self._statistics, unit, unit.df, leaf.text)
            self._shelf.name(held, leaf)
            self._shelf.grown(held)
        return held

    def _word(self, held: Held) -> _core.Word:
        if held.word is None:
            a, b = self._statistics.norm()
            parts = self._parts(held.sources)
            held.word = compiled.word(parts, held.weight, a, b, TITLE_WEIGHT)
            self._shelf.grown(held)
        return held.word

    def _read_keys(self, held: Held) -> _core.Keys:
        held.keys = compiled.keys(self._parts(held.sources), self._bases[-1])
        self._shelf.grown(held)
        return held.keys

    def _parts(self, sources: Sequence[Source]) -> tuple[_core.Part, ...]:
        """The columns of a unit, by segment."""
        by_segment: dict[int, list[_core.Source]] = {}
        for source in sources:
            columns = _columns(self._segments[source.segment], source)
            by_segment.setdefault(source.segment, []).append(columns)
        return tuple(
            (self._bases[number], *_of_passages(self._segments[number]), tuple(own))
            for number, own in by_segment.items()
        )


def _of_passages(segment: Segment) -> tuple[memoryview, memoryview, bytes | None]:
    """What stands for each passage of a segment: the lengths of its body and title, and whether it is deleted."""
    lengths, titles = (segment.file.column(f"passage.{name}") for name in ("length", "title"))
    return lengths.whole(), titles.whole(), segment.deleted


def _columns(segment: Segment, source: Source) -> _core.Source:
    group, members = source.group, source.members
    chosen = None if members is None else array("I", members).tobytes()
    list_ = segment.posting_list(group)
    return source.title, list_, group.df, group.cf, len(group.members), chosen


class FoundQuickly:
    """Found, by `find`; `rest` works out everything, which may be in several parts."""

    __slots__ = ("_find", "_made", "_rest", "_size")

    def __init__(self, find: Find, rest: Callable[[], Sequence[Found]]) -> None:
        self._find = find
        self._rest = rest
        self._made: Sequence[Found] | None = None
        self._size = -1

    @property
    def size(self) -> int:
        """See Found."""
        if self._size < 0:
            found = self._find(0)
            assert found is not None  # nothing can be equally good where nothing is wanted
            self._size = found[0]
        return self._size

    def best(self, most: int | None) -> Best:
        """See Found."""
        found = self._find(most) if most is not None and 0 <= most <= _MOST else None
        if found is None:  # all, or very many that are equally good
            return together(self._all(), most)
        self._size, pairs = found
        new = tuple.__new__  # a third of the price of calling Ranked
        return Best([new(Ranked, (round(score, 9), doc, 1)) for score, doc in pairs])

    def all(self) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        """See Found."""
        return chain.from_iterable(part.all() for part in self._all())

    def _all(self) -> Sequence[Found]:
        if self._made is None:
            self._made = self._rest()
        return self._made


def quick(
    segments: Sequence[Segment], bases: Sequence[int], units: Units, statistics: Statistics
) -> Quick | None:
    """A Quick; None where the package was installed without its part in C, or for more passages than that counts."""
    if compiled is None or bases[-1] > _MOST_PASSAGES:
        return None
    return Quick(segments, bases, units, statistics)
