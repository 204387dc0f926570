"""Specify in plain Python how queries combine postings and matches; the compiled core does the same.

`_core.pyi` describes the arguments and results of each function. This module defines how they are computed, and the
C (c/scoring.c, combine.c, positions.c, topk.c) does it faster. `plain_postings.py` has the data types.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from heapq import nlargest
from math import sqrt
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from seedsearch.core.plain_postings import Matches, PassageTable, Postings, TableSegment
from seedsearch.core.plain_postings import passage_table as passage_table  # the core has it, too
from seedsearch.core.posting_list import chosen_in
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from seedsearch.core import _core

AnyNumber = TypeVar("AnyNumber", int, float)
_Words: TypeAlias = "tuple[_core.Together, ...]"
_Weights: TypeAlias = tuple[float, ...]
_Parts: TypeAlias = tuple[Matches, ...]

TINY = 1e-9
"""Rounding changes a score by less."""

TIED = 1_000
"""Ties are cut if they exceed the wanted number of passages by more than this."""


# ------------------------------------------------------------------------ from an index


def postings(
    table: PassageTable, parts: tuple[_core.Part, ...], within: Matches | None
) -> Postings:
    """Add up the frequencies of all ranges. An occurrence in a title counts `title_weight` times."""
    found: dict[int, int] = {}
    for number, sources in parts:
        segment = table.segments[number]
        for source in sources:
            weight = table.title_weight if source[0] else 1
            for doc, places in chosen_in(source, len(segment.lengths), positions=False):
                passage = segment.base + doc
                if within is None or passage in within.score_of:
                    found[passage] = found.get(passage, 0) + weight * len(places)
    if any(tf >= 1 << 32 for tf in found.values()):
        raise ValueError("a term is too frequent")
    return Postings(_ascending(found))


def scored(table: PassageTable, postings: Postings, weight: float) -> Matches:
    found: dict[int, float] = {}
    for passage, number, doc in table.located(postings.frequency_of):
        segment = table.segments[number]
        if segment.deleted is None or not segment.deleted[doc]:
            found[passage] = _score(table, segment, doc, postings.frequency_of[passage], weight)
    return Matches(found)


def _score(table: PassageTable, segment: TableSegment, doc: int, tf: int, weight: float) -> float:
    return _checked(tf * weight / (table.a + table.b * table.length(segment, doc) + tf))


def _checked(score: float) -> float:
    if not 0 < score < float("inf"):
        raise ValueError("passages are there, and their scores are above zero")
    return score


def around(table: PassageTable, postings: Postings, weight: float) -> Matches:
    tfs: dict[int, int] = {}
    for passage, tf in postings.frequency_of.items():
        document = table.document_of[passage]
        tfs[document] = tfs.get(document, 0) + tf
    lengths = dict.fromkeys(tfs, 0)
    for passage, number, doc in table.located(range(table.passages)):
        if table.document_of[passage] in lengths:
            length = table.length(table.segments[number], doc)
            lengths[table.document_of[passage]] += length
    b = table.b * (table.document_of[-1] + 1) / table.passages if tfs else 0.0
    scores = {n: tf * weight / (table.a + b * lengths[n] + tf) for n, tf in tfs.items()}
    return Matches({n: _checked(score) for n, score in scores.items()})


def with_documents(table: PassageTable, matches: Matches, around: _Parts) -> Matches:
    documents = any_of(around).score_of
    numbers = table.document_of
    return Matches({p: s + documents.get(numbers[p], 0.0) for p, s in matches.score_of.items()})


# ------------------------------------------------------------------------ put together


def everything(table: PassageTable) -> Matches:
    return Matches(
        {
            segment.base + doc: 0.0
            for segment in table.segments
            for doc in range(len(segment.lengths))
            if segment.deleted is None or not segment.deleted[doc]
        }
    )


def all_of(parts: _Parts) -> Matches:
    first, *others = [part.score_of for part in sorted(parts, key=len)]
    found = {}
    for passage, score in first.items():
        if all(passage in other for other in others):
            for other in others:
                score += other[passage]
            found[passage] = score
    return Matches(found)


def any_of(parts: _Parts) -> Matches:
    return _united(parts, lambda one, other: one + other)


def highest_of(parts: _Parts) -> Matches:
    return _united(parts, max)


def _united(parts: _Parts, combine: Callable[[float, float], float]) -> Matches:
    found: dict[int, float] = {}
    for part in parts:
        for passage, score in part.score_of.items():
            found[passage] = combine(found[passage], score) if passage in found else score
    return Matches(_ascending(found))


def within(matches: Matches, others: Matches) -> Matches:
    kept = matches.score_of.items()
    return Matches({passage: score for passage, score in kept if passage in others.score_of})


def without(matches: Matches, unwanted: Matches) -> Matches:
    kept = matches.score_of.items()
    return Matches({passage: score for passage, score in kept if passage not in unwanted.score_of})


def maybe(required: Matches, optional: Matches) -> Matches:
    found = required.score_of.items()
    more = optional.score_of
    return Matches({p: score + more[p] if p in more else score for p, score in found})


def boosted(matches: Matches, factor: float) -> Matches:
    return Matches({passage: score * factor for passage, score in matches.score_of.items()})


def untested(table: PassageTable, matches: Matches, known: tuple[Buffer, ...]) -> list[list[int]]:
    found: list[dict[int, None]] = [{} for _ in table.segments]
    for _, number, document in _documents(table, matches, known):
        if not memoryview(known[number])[document]:
            found[number][document] = None
    return [list(own) for own in found]


def narrowed(
    table: PassageTable, matches: Matches, known: tuple[Buffer, ...], wanted: int
) -> Matches:
    found = {}
    for passage, number, document in _documents(table, matches, known):
        if memoryview(known[number])[document] == wanted:
            found[passage] = matches.score_of[passage]
    return Matches(found)


def _documents(
    table: PassageTable, matches: Matches, of_documents: Sequence[Buffer]
) -> Iterator[tuple[int, int, int]]:
    """Yield (passage, number of its segment, number of its document there)."""
    if len(of_documents) != len(table.segments):
        raise ValueError("one for each segment is wanted")
    for passage, number, doc in table.located(matches.score_of):
        document = table.segments[number].documents[doc]
        if document >= len(memoryview(of_documents[number])):
            raise ValueError("a document is not there")
        yield passage, number, document


class _Group(NamedTuple):
    rank: tuple[float, int, int]
    matching: int


def grouped(
    table: PassageTable,
    matches: Matches,
    numbers: tuple[Buffer, ...],
    orders: tuple[Buffer, ...],
    count: int,
) -> tuple[Matches, bytes]:
    """A group's best passage has the highest rounded score; then the least order, then the least number."""
    of_document = [memoryview(column).cast("B").cast("I") for column in numbers]
    order_of = [memoryview(column).cast("B").cast("I") for column in orders]
    groups: dict[int, _Group] = {}
    for passage, number, document in _documents(table, matches, of_document):
        group = of_document[number][document]
        if group >= count:
            raise ValueError("a document is not there")
        rank = (-round(matches.score_of[passage], 9), order_of[number][document], passage)
        known = groups.get(group)
        best = rank if known is None else min(rank, known.rank)
        groups[group] = _Group(best, 1 if known is None else known.matching + 1)
    found = sorted((group.rank[2], -group.rank[0], group.matching) for group in groups.values())
    counts = array("I", [matching for _, _, matching in found])
    return Matches({passage: score for passage, score, _ in found}), counts.tobytes()


# ------------------------------------------------------------------------ positions


def phrase(
    table: PassageTable, parts: _Words, weights: _Weights, within: Matches | None
) -> Matches:
    return _together(_shared(table, parts, weights, within), consecutive)


def near(
    table: PassageTable, parts: _Words, weights: _Weights, within: Matches | None, slop: int
) -> Matches:
    if slop < 0:
        raise ValueError("a slop is not below zero")
    shared = _shared(table, parts, weights, within)
    return _together(shared, lambda places: within_slop(places, slop))


def beside(
    table: PassageTable, parts: _Words, weights: _Weights, within: Matches | None, reach: int
) -> Matches:
    if len(weights) != 2:
        raise ValueError("lists for two words are wanted")
    found: dict[int, float] = {}
    for passage, places, scores in _shared(table, parts, weights, within):
        one, other = zip(*places, strict=True)
        close = max(map(partial(closeness, reach=reach), map(sorted, one), map(sorted, other)))
        if close:
            found[passage] = min(scores) * sqrt(close)
    return Matches(found)


def closeness(one: Sequence[int], other: Sequence[int], reach: int) -> float:
    """Return how close two words with these ascending positions are: see engine/bm25f.py."""
    close = 0.0
    for position in one:
        before, after = bisect_left(other, position), bisect_right(other, position)
        if after < len(other) and other[after] - position <= reach:
            close = max(close, 1 / (other[after] - position))
        if before and position - other[before - 1] <= reach:
            close = max(close, 0.5 / (position - other[before - 1]))
    return close


class _Places(NamedTuple):
    """The positions of a word in the body and in the title of a passage."""

    body: list[int]
    title: list[int]


_Shared: TypeAlias = tuple[int, list[tuple[list[int], ...]], list[float]]
"""A passage; the positions of several words in its body and in its title; and the words' scores."""


def _together(shared: Iterator[_Shared], stand: Callable[[Sequence[list[int]]], bool]) -> Matches:
    """Return the passages in whose body or title the positions of the words pass the test `stand`."""
    return Matches(
        {
            passage: sum(scores)
            for passage, places, scores in shared
            if any(all(own) and stand(own) for own in places)
        }
    )


def _shared(
    table: PassageTable, parts: _Words, weights: _Weights, within: Matches | None
) -> Iterator[_Shared]:
    """Yield the live passages that have all words."""
    for number, words in parts:
        if not len(words) == len(weights) > 0:
            raise ValueError("lists for each word are wanted")
        segment = table.segments[number]
        of_words = [_places(segment, sources) for sources in words]
        for doc in sorted(set(of_words[0]).intersection(*of_words)):
            passage = segment.base + doc
            is_live = segment.deleted is None or not segment.deleted[doc]
            if is_live and (within is None or passage in within.score_of):
                places = [of_word[doc] for of_word in of_words]
                tfs = [len(body) + table.title_weight * len(title) for body, title in places]
                scores = zip(tfs, weights, strict=True)
                fields = list(zip(*places, strict=True))
                yield passage, fields, [_score(table, segment, doc, *own) for own in scores]


def _places(segment: TableSegment, sources: Sequence[_core.Source]) -> dict[int, _Places]:
    """Return the positions of a word in the passages of a segment."""
    found: dict[int, _Places] = {}
    for source in sources:
        for doc, positions in chosen_in(source, len(segment.lengths), positions=True):
            own = found.setdefault(doc, _Places([], []))
            (own.title if source[0] else own.body).extend(positions)
    return found


def consecutive(places: Sequence[Sequence[int]]) -> bool:
    """Return whether the positions contain a run: one of each word, one right after the other."""
    starts = set(places[0])
    for i, of_word in enumerate(places[1:], 1):
        starts.intersection_update(position - i for position in of_word)
    return bool(starts)


def within_slop(places: Sequence[Sequence[int]], slop: int) -> bool:
    """Return whether one position of each word can be chosen, all different, within the slop.

    Each window that begins at a position is tried.
    """
    span = len(places) - 1 + slop
    for start in sorted({position for of_word in places for position in of_word}):
        inside = [[p for p in of_word if start <= p <= start + span] for of_word in places]
        if all(inside) and can_choose(inside):
            return True
    return False


def can_choose(places: Sequence[Sequence[int]]) -> bool:
    """Return whether one place of each list can be chosen, all different (bipartite matching, Kuhn 1955)."""
    owner: dict[int, int] = {}

    def place_for(index: int, tried: set[int]) -> bool:
        for place in places[index]:
            if place in tried:
                continue
            tried.add(place)
            if place not in owner or place_for(owner[place], tried):
                owner[place] = index
                return True
        return False

    return all(place_for(index, set()) for index in range(len(places)))


# ------------------------------------------------------------------------ the best


def best(table: PassageTable, matches: Matches, most: int) -> _core.Best:
    if most < 0:
        raise ValueError("how many are wanted is above zero")
    found = matches.score_of.items()
    size = len(matches)
    if most == 0:
        return size, [], ()
    floor = nlargest(most, matches.score_of.values())[-1] - TINY if most < size else 0.0
    kept = [(score, passage) for passage, score in found if score >= floor]
    ties: tuple[int, ...] = ()
    if len(kept) > most + TIED:
        kept, ties = _without_ties(table, kept, most)
    return size, _in_order(kept), ties


def _without_ties(
    table: PassageTable, kept: list[tuple[float, int]], most: int
) -> tuple[list[tuple[float, int]], tuple[int, ...]]:
    """Keep the first `most` of each segment of the passages that tie with the last one.

    All stay if a score is so little above the least one that rounding may make them equal.
    """
    least = min(score for score, _ in kept)
    if any(least < score < least + 3 * TINY for score, _ in kept):
        return kept, ()
    tied = [passage for score, passage in kept if score == least]
    left: set[int] = set()
    last: list[int] = []
    for number in range(len(table.segments)):
        own = [passage for passage, at, _ in table.located(tied) if at == number]
        left.update(own[:most])
        if len(own) > most:
            last.append(own[most - 1])
    return [pair for pair in kept if pair[0] > least or pair[1] in left], tuple(last)


def best_of_word(
    table: PassageTable, parts: tuple[_core.Part, ...], weight: float, most: int
) -> _core.Best | None:
    return best(table, scored(table, postings(table, parts, None), weight), most)


def best_of_any(
    table: PassageTable, parts: _Parts, extras: _Parts, around: _Parts, most: int
) -> _core.Best:
    found = reduce(maybe, extras, any_of(parts))
    return best(table, with_documents(table, found, around) if around else found, most)


def best_of_all(table: PassageTable, parts: _Parts, most: int) -> _core.Best:
    return best(table, all_of(parts), most)


def ranked(matches: Matches) -> tuple[bytes, bytes]:
    pairs = _in_order((score, passage) for passage, score in matches.score_of.items())
    scores = array("d", [score for score, _ in pairs])
    return scores.tobytes(), array("I", [passage for _, passage in pairs]).tobytes()


def _in_order(pairs: Iterable[tuple[float, int]]) -> list[tuple[float, int]]:
    rounded = ((round(score, 9), passage) for score, passage in pairs)
    return sorted(rounded, key=lambda pair: (-pair[0], pair[1]))


def _ascending(found: dict[int, AnyNumber]) -> dict[int, AnyNumber]:
    return {passage: found[passage] for passage in sorted(found)}
