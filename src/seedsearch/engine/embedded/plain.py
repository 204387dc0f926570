"""Execution with dicts and memory views: nothing to import, and quicker than NumPy for little work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest, nsmallest
from typing import TypeAlias

from seedsearch.engine.base import TITLE_WEIGHT
from seedsearch.engine.embedded.execute import TIED, TINY, Best, Execution, Ranked, Statistics, near
from seedsearch.engine.embedded.filters import IN, OUT, Fittings
from seedsearch.engine.embedded.units import Source, Unit, Units
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Exact, Filter, Range, Term

Scored: TypeAlias = dict[int, float]


class PlainExecution(Execution[Scored]):
    """Scores are a dict from passage to score. It is about one segment, the one of that `number`."""

    def __init__(
        self, segment: Segment, number: int, base: int, units: Units, statistics: Statistics
    ) -> None:
        super().__init__(units, statistics)
        self.segment = segment
        self._base = base  # the segment's first passage, numbered through the index
        self._number = number
        self._fittings = Fittings(segment)

    def sources(self, unit: Unit) -> tuple[Source, ...]:
        return unit.sources[self._number]

    def nothing(self) -> Scored:
        return {}

    def everything(self) -> Scored:
        return dict.fromkeys(range(self.segment.passages), 0.0)

    def filtered(self, leaf: Filter | Range) -> Scored:
        fitting = self._fittings.of(leaf)
        known = fitting.look_at(range(fitting.count))
        document_of = self.segment.file.column("passage.document").whole()
        return {p: 0.0 for p, document in enumerate(document_of) if known[document] == IN}

    def narrowed(self, scores: Scored, leaf: Filter | Range, *, inside: bool) -> Scored:
        document_of = self.segment.file.column("passage.document").whole()
        known = self._fittings.of(leaf).look_at({document_of[p] for p in scores})
        wanted = IN if inside else OUT
        return {p: score for p, score in scores.items() if known[document_of[p]] == wanted}

    def weighted(self, sources: Sequence[Source], weight: float) -> Scored:
        a, b = self.statistics.norm()
        file = self.segment.file
        lengths = file.column("passage.length").whole()
        titles = file.column("passage.title").whole()
        twice = b * TITLE_WEIGHT
        return {
            doc: weight * tf / (tf + a + b * lengths[doc] + twice * titles[doc])
            for doc, tf in self.frequencies(sources)
        }

    def all_units(self, leaves: Sequence[Term | Exact]) -> Scored:
        units = [self.ready(leaf) for leaf in leaves]
        if not all(sources for sources, _ in units):
            return self.nothing()
        return self.all_of([self.weighted(sources, weight) for sources, weight in units])

    def count(self, sources: Sequence[Source]) -> int:
        return len(dict(self.frequencies(sources)))

    def frequencies(self, sources: Sequence[Source]) -> Iterable[tuple[int, int]]:
        """(passage, weighted occurrences) of a unit."""
        if len(sources) == 1 and not sources[0].title:
            return self._postings(sources[0])
        total: dict[int, int] = {}
        for source in sources:
            weight = TITLE_WEIGHT if source.title else 1
            for doc, tf in self._postings(source):
                total[doc] = total.get(doc, 0) + weight * tf
        return total.items()

    def _postings(self, source: Source) -> Iterator[tuple[int, int]]:
        """(passage, occurrences) of a source."""
        passages, frequencies, members, _ = self.segment.postings(source.group, positions=False)
        postings = zip(passages, frequencies, strict=True)
        return postings if source.members is None else _of_members(source, postings, members)

    # ---------------------------------------------------------------------- positions

    def together(self, leaves: Sequence[Term | Exact], slop: int | None) -> Scored:
        units = [self.sources(self._units.unit(leaf)) for leaf in leaves]
        if not all(units):
            return self.nothing()
        found = [
            self._standing_together(units, slop, title=title)
            for title in (False, True)
            if all(any(source.title is title for source in unit) for unit in units)
        ]
        if not found:
            return self.nothing()
        matched = self.any_of(found) if len(found) > 1 else found[0]
        if not self.size(matched):
            return matched
        units_ready = [self.ready(leaf) for leaf in leaves]
        return self.all_of([matched, *(self.weighted(*unit) for unit in units_ready)])

    def _standing_together(
        self, units: Sequence[tuple[Source, ...]], slop: int | None, *, title: bool
    ) -> Scored:
        """The passages in whose body, or title, the words stand as a phrase, or near each other; with score 0.

        `units` has the sources of each word, of both fields.
        """
        sources = [[source for source in unit if source.title is title] for unit in units]
        by_size = sorted(range(len(sources)), key=lambda i: sum(s.group.df for s in sources[i]))
        held: list[dict[int, list[int]]] = [{} for _ in sources]
        wanted: set[int] | None = None
        for i in by_size:
            held[i] = self.places(sources[i], wanted)
            wanted = set(held[i])
        result: Scored = {}
        for doc in sorted(wanted or ()):
            places = [of_word[doc] for of_word in held]
            together = _consecutive(places) if slop is None else near(places, slop)
            if together:
                result[doc] = 0.0
        return result

    def places(self, sources: Sequence[Source], wanted: set[int] | None) -> dict[int, list[int]]:
        """The positions of a word in each passage, of the wanted ones."""
        result: dict[int, list[int]] = {}
        for source in sources:
            passages, frequencies, members, positions = self.segment.postings(source.group)
            chosen = None if source.members is None else frozenset(source.members)
            at = 0
            for doc, tf in zip(passages, frequencies, strict=True):
                if wanted is None or doc in wanted:
                    found = [
                        positions[i]
                        for i in range(at, at + tf)
                        if chosen is None or members[i] in chosen
                    ]
                    if found:
                        result.setdefault(doc, []).extend(found)
                at += tf
        return result

    # ---------------------------------------------------------------------- combinations

    def all_of(self, parts: Sequence[Scored]) -> Scored:
        if len(parts) == 1:
            return parts[0]
        smallest = min(parts, key=len)
        return {
            doc: sum(part[doc] for part in parts)
            for doc in smallest
            if all(doc in part for part in parts)
        }

    def any_of(self, parts: Sequence[Scored]) -> Scored:
        result: Scored = {}
        for part in parts:
            if not result:
                result = dict(part)
                continue
            get = result.get
            for doc, score in part.items():
                result[doc] = get(doc, 0.0) + score
        return result

    def highest_of(self, parts: Sequence[Scored]) -> Scored:
        result: Scored = {}
        for part in parts:
            for doc, score in part.items():
                if score >= result.get(doc, score):
                    result[doc] = score
        return result

    def without(self, scores: Scored, unwanted: Scored) -> Scored:
        return {doc: score for doc, score in scores.items() if doc not in unwanted}

    def maybe(self, required: Scored, optional: Scored) -> Scored:
        return {doc: score + optional.get(doc, 0.0) for doc, score in required.items()}

    def scaled(self, scores: Scored, factor: float) -> Scored:
        return {doc: factor * score for doc, score in scores.items()}

    def live(self, scores: Scored) -> Scored:
        deleted = self.segment.deleted
        if deleted is None:
            return scores
        return {doc: score for doc, score in scores.items() if not deleted[doc]}

    def size(self, scores: Scored) -> int:
        return len(scores)

    def best(self, scores: Scored, most: int | None) -> Best:
        floor = float("-inf")
        if most is not None and most < len(scores):
            if most < 1:
                return Best([])
            # All that can rank among the best are kept.
            floor = nlargest(most, scores.values())[-1] - TINY
        ranked = [Ranked(round(s, 9), self._base + doc) for doc, s in scores.items() if s >= floor]
        if most is None or len(ranked) <= most + TIED:
            return Best(ranked)
        ranked = nsmallest(most, ranked, key=lambda r: (-r.score, r.passage))
        return Best(ranked, frozenset([ranked[-1].passage]))

    def found(self, scores: Scored) -> Iterator[tuple[int, Sequence[int], Sequence[float]]]:
        yield self._number, list(scores), list(scores.values())


def _of_members(
    source: Source, postings: Iterable[tuple[int, int]], members: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """The postings of the members that are meant."""
    wanted = frozenset(source.members or ())
    at = 0
    for doc, tf in postings:
        count = sum(member in wanted for member in members[at : at + tf])
        at += tf
        if count:
            yield doc, count


def _consecutive(places: Sequence[Sequence[int]]) -> bool:
    """Whether the words' positions hold a run: one each, one right after the other."""
    starts = set(places[0])
    for i, of_word in enumerate(places[1:], 1):
        starts.intersection_update(position - i for position in of_word)
    return bool(starts)
