"""Running a query on one segment: the walk over the tree, whatever the scores are kept in.

There are two ways to keep them, and both give the same answers: `plain` (dicts and memory views: no import, best for
little work) and `arrays` (NumPy: best for much). `engine.py` chooses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeAlias, TypeVar

from seedsearch.engine.base import K1, B
from seedsearch.engine.embedded.units import Source, Unit, Units, term_weight
from seedsearch.query.ast import (
    And,
    Boost,
    Either,
    Exact,
    Filter,
    Fuzzy,
    Leaf,
    Maybe,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Wildcard,
)
from seedsearch.query.match import can_choose
from seedsearch.record import NamedTuple, Protocol

Scores = TypeVar("Scores")

Ready: TypeAlias = tuple[tuple[Source, ...], float]
"""A unit made ready for one segment: its sources, and its weight times K1 + 1."""


class Ranked(NamedTuple):
    """A passage, by its number in the whole index, with the score that ranks it: rounded to 9 digits.

    Where it stands for a document or a file, `matching` is how many of its passages match.
    """

    score: float
    passage: int
    matching: int = 1


class Best(NamedTuple):
    """The best passages of an execution.

    Where very many tie, only the first of them, by number, are there in each segment: then `cut` names the last one
    of each segment of which some were left out.
    """

    ranked: list[Ranked]
    cut: frozenset[int] = frozenset()


TINY = 1e-9
"""Rounding moves a score by less."""

TIED = 1_000
"""So many more than are wanted may come for a tie before it is cut."""


class Statistics(NamedTuple):
    """What scores depend on beside the postings: passages and mean length, deleted ones included."""

    passages: int
    mean_length: float

    def norm(self) -> tuple[float, float]:
        """The a and b of K1 * (1 - B + B * length / mean) = a + b * length."""
        return K1 * (1 - B), K1 * B / self.mean_length if self.mean_length else 0.0


def weight_of(statistics: Statistics, unit: Unit, df: int, text: str) -> float:
    """The weight of a unit that so many passages hold, times K1 + 1; the leaf has that text."""
    return term_weight(statistics.passages, df, unit.frequency, text) * (K1 + 1)


class Found(Protocol):
    """The live passages that match a query."""

    @property
    def size(self) -> int:
        """How many there are."""

    def best(self, most: int | None) -> Best:
        """At least the `most` best (None: all), and all that come within 1e-9 of the last: the first of these."""

    def all(self) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        """All of them by segment: its number, their numbers in it, their scores."""


def together(parts: Sequence[Found], most: int | None) -> Best:
    """The best of several parts. What scores less than the last that one of them gave is left out: it may not be all
    there is."""
    if len(parts) == 1:
        return parts[0].best(most)
    bests = [part.best(most) for part in parts]
    floor = float("-inf")
    for part, (ranked, _) in zip(parts, bests, strict=True):
        if len(ranked) < part.size:
            floor = max(floor, min((score for score, _, _ in ranked), default=floor))
    found = [one for best in bests for one in best.ranked if one.score >= floor]
    return Best(found, frozenset().union(*[best.cut for best in bests]))


class FoundScores(Generic[Scores]):
    """Found as scores of an execution, all of them worked out."""

    def __init__(self, execution: Execution[Scores], scores: Scores) -> None:
        self._execution = execution
        self._scores = scores

    @property
    def size(self) -> int:
        """See Found."""
        return self._execution.size(self._scores)

    def best(self, most: int | None) -> Best:
        """See Found."""
        return self._execution.best(self._scores, most)

    def all(self) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        """See Found."""
        return self._execution.found(self._scores)


class Execution(ABC, Generic[Scores]):
    """The walk. A subclass says what scores are, how they combine, and which segments it is about.

    Scores hold deleted passages too, until `live`.
    """

    def __init__(self, units: Units, statistics: Statistics) -> None:
        self._units = units
        self.statistics = statistics
        self.df_of: Callable[[Unit], int] = lambda unit: unit.df

    def run(self, query: Query) -> Found:
        """The live passages that match."""
        return FoundScores(self, self.scores(query))

    def scores(self, query: Query) -> Scores:
        """The scores of the live passages that match."""
        return self.live(self._walk(query))

    def _walk(self, query: Query) -> Scores:
        match query:
            case Term() | Exact() | Prefix() | Wildcard() | Fuzzy():
                return self.unit_scores(query)
            case Phrase(terms, field):
                leaves: list[Term | Exact] = [Exact(term, field) for term in terms]
                return self.together(leaves, None)
            case Near(terms, slop, field):
                return self.together([Term(term, field) for term in terms], slop)
            case And(children):
                return self._all_of(children)
            case Or(children):
                return self.any_of([self._walk(child) for child in children])
            case Either(children):
                return self.highest_of([self._walk(child) for child in children])
            case Not(child):
                return self.without(self.everything(), self._walk(child))
            case Maybe(required, optional):
                return self.maybe(self._walk(required), self._walk(optional))
            case Boost(child, factor):
                return self.scaled(self._walk(child), factor)
            case Filter() | Range():
                return self.filtered(query)
            case Nothing():
                return self.nothing()

    def _all_of(self, children: Sequence[Query]) -> Scores:
        leaves = [child for child in children if isinstance(child, Term | Exact)]
        filters = [child for child in children if isinstance(child, Filter | Range)]
        others: Sequence[Query] = [
            child
            for child in children
            if not isinstance(child, Term | Exact | Not | Filter | Range)
        ]
        if not leaves and not others and filters:
            others, filters = filters[:1], filters[1:]
        parts = [self._walk(child) for child in others]
        if leaves:
            parts.append(self.all_units(leaves))
        result = self.all_of(parts) if parts else self.everything()
        for leaf in filters:
            result = self.narrowed(result, leaf, inside=True)
        for child in children:
            match child:
                case Not(Filter() | Range() as leaf):
                    result = self.narrowed(result, leaf, inside=False)
                case Not(unwanted):
                    result = self.without(result, self._walk(unwanted))
        return result

    def ready(self, leaf: Leaf) -> Ready:
        """The sources of a leaf's unit in this segment, and its weight."""
        unit = self._units.unit(leaf)
        sources = self.sources(unit)
        if not sources:
            return sources, 0.0
        text = leaf.pattern if isinstance(leaf, Wildcard) else leaf.text
        return sources, weight_of(self.statistics, unit, self.df_of(unit), text)

    def unit_scores(self, leaf: Leaf) -> Scores:
        """The scores of one unit."""
        sources, weight = self.ready(leaf)
        return self.weighted(sources, weight) if sources else self.nothing()

    # ---------------------------------------------------------------------- for subclasses

    @abstractmethod
    def nothing(self) -> Scores:
        """No passage."""

    @abstractmethod
    def everything(self) -> Scores:
        """Every passage, with score 0."""

    @abstractmethod
    def sources(self, unit: Unit) -> tuple[Source, ...]:
        """The part of a unit that this execution is about."""

    @abstractmethod
    def filtered(self, leaf: Filter | Range) -> Scores:
        """Every passage of the documents that a filter lets through, with score 0."""

    @abstractmethod
    def narrowed(self, scores: Scores, leaf: Filter | Range, *, inside: bool) -> Scores:
        """Those of `scores` whose documents a filter lets through (`inside`), or does not."""

    @abstractmethod
    def weighted(self, sources: tuple[Source, ...], weight: float) -> Scores:
        """weight * tf / (tf + norm) for each passage of a unit's sources."""

    @abstractmethod
    def all_units(self, leaves: Sequence[Term | Exact]) -> Scores:
        """The passages that hold all these units, with the sum of their scores."""

    @abstractmethod
    def count(self, sources: tuple[Source, ...]) -> int:
        """How many passages a unit's sources hold."""

    @abstractmethod
    def together(self, leaves: Sequence[Term | Exact], slop: int | None) -> Scores:
        """Phrase (slop None) and Near: the passages that hold them, with the sum of all leaves' scores."""

    @abstractmethod
    def all_of(self, parts: Sequence[Scores]) -> Scores:
        """Passages that all parts hold, with the sum of their scores."""

    @abstractmethod
    def any_of(self, parts: Sequence[Scores]) -> Scores:
        """Passages that any part holds, with the sum of their scores."""

    @abstractmethod
    def highest_of(self, parts: Sequence[Scores]) -> Scores:
        """Passages that any part holds, with the highest of their scores."""

    @abstractmethod
    def without(self, scores: Scores, unwanted: Scores) -> Scores:
        """Those of `scores` that `unwanted` does not hold."""

    @abstractmethod
    def maybe(self, required: Scores, optional: Scores) -> Scores:
        """Those of `required`, with the scores of `optional` added where it holds them."""

    @abstractmethod
    def scaled(self, scores: Scores, factor: float) -> Scores:
        """The same passages, their scores times `factor`."""

    @abstractmethod
    def live(self, scores: Scores) -> Scores:
        """Without the deleted passages."""

    @abstractmethod
    def size(self, scores: Scores) -> int:
        """How many passages."""

    @abstractmethod
    def best(self, scores: Scores, most: int | None) -> Best:
        """See Found."""

    @abstractmethod
    def found(self, scores: Scores) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        """See Found.all."""


def near(places: Sequence[Sequence[int]], slop: int) -> bool:
    """Whether one position for each word can be chosen, all distinct, within the slop.

    Each window that begins at some position is tried: in it, words must be matched with positions one to one.
    """
    span = len(places) - 1 + slop
    for start in sorted({p for of_word in places for p in of_word}):
        inside = [[p for p in of_word if start <= p <= start + span] for of_word in places]
        if all(inside) and can_choose(inside):
            return True
    return False
