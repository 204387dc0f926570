"""Order matches: the best first, up to a limit, with at most some from each file.

The core orders passages by score, then by number, which within a segment is the order of paths and places. If
passages of several segments tie, their paths and places decide.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice, pairwise, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias, cast

from seedsearch.core import compiled, matching
from seedsearch.engine.base import PerFile
from seedsearch.index.segment import Segment

if TYPE_CHECKING:
    from seedsearch.core import _core

Ranked: TypeAlias = tuple[float, int]
"""A score rounded to 9 digits, and the passage's number in the whole index."""

_LOWEST = float("-inf")
_BATCH = 16  # passages whose files are looked up together
_PATHS_KEPT = 10_000
_FEW = 16  # passages that are sorted faster than merged
_SCORE = itemgetter(0)
_NUMBER = itemgetter(1)


class _Paths(dict[tuple[int, int], str]):
    """The paths of files, by the number of the segment and that of the file."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def __missing__(self, place: tuple[int, int]) -> str:
        if len(self) >= _PATHS_KEPT:
            self.clear()
        path = self[place] = self._segments[place[0]].file_path(place[1])
        return path


class Ranker:
    """Orders matches."""

    def __init__(self, segments: Sequence[Segment], bases: tuple[int, ...]) -> None:
        self._segments = segments
        self._bases = bases
        readers = [segment.file.reader for segment in segments]
        self._readers = tuple([reader for reader in readers if reader is not None])
        self._path_at = _Paths(segments)
        self._passages = bases[-1] + segments[-1].passages if segments else 0

    def locate(self, passage: int) -> tuple[Segment, int]:
        """Return the segment of a passage, and its number there."""
        number = bisect_right(self._bases, passage) - 1
        return self._segments[number], passage - self._bases[number]

    def all(
        self, matches: _core.Matches, per_file: int | None
    ) -> tuple[Sequence[float], Sequence[int]]:
        """Return the scores and numbers of all matches in order, at most `per_file` from a file."""
        found = matching.ranked(matches)
        scores, passages = memoryview(found[0]).cast("d"), memoryview(found[1]).cast("I")
        if per_file is None and len(self._segments) == 1:
            return scores, passages
        in_order, admits = self._in_order(zip(scores, passages, strict=True)), PerFile(per_file)
        of_files = zip(in_order, repeat("")) if per_file is None else self._with_paths(in_order)
        kept_scores, kept = array("d"), array("I")
        for (score, passage), path in of_files:
            if admits.admits(path):
                kept_scores.append(score)
                kept.append(passage)
        return kept_scores, kept

    def paths(self, passages: Iterable[int]) -> Iterator[str]:
        """Yield the path of the file of each passage."""
        left = iter(passages)
        while batch := list(islice(left, _BATCH)):
            yield from self._paths(batch)

    def best(
        self, find: Callable[[int], _core.Best], limit: int, per_file: int | None
    ) -> tuple[int, list[Ranked]]:
        """Return the number of matches and the best `limit`, at most `per_file` from a file.

        `find(n)` returns the best n.
        """
        limit = min(limit, self._passages)  # what counts for the core fits into 32 bits
        most = limit if per_file is None else 2 * limit + 10
        while True:
            most = min(most, self._passages)
            size, pairs, ties = find(most)
            if per_file is None and not ties:
                first = pairs[: limit + 1]
                if _are_distinct(first):
                    return size, first[:limit]
                return size, list(islice(self._in_order(pairs), limit))
            # Matches that score less than the last of the `most` best may be missing from `pairs`.
            floor = _LOWEST if len(pairs) == size else pairs[most - 1][0] if most else _LOWEST
            chosen, is_certain = self._chosen(pairs, limit, per_file, floor, ties)
            if is_certain:
                return size, chosen
            most *= 8

    def _chosen(
        self,
        pairs: Sequence[Ranked],
        limit: int,
        per_file: int | None,
        floor: float,
        ties: Collection[int],
    ) -> tuple[list[Ranked], bool]:
        """Return the best in order, and whether no other match could be among them."""
        chosen: list[Ranked] = []
        admits = PerFile(per_file).admits
        ordered = pairs if _are_distinct(pairs) else self._in_order(pairs)
        for pair, path in (
            zip(ordered, repeat("")) if per_file is None else self._with_paths(ordered)
        ):
            if len(chosen) == limit:
                return chosen, True
            if pair[0] < floor:
                return chosen, False
            if admits(path):
                chosen.append(pair)
            if pair[1] in ties:
                return chosen, len(chosen) == limit
        return chosen, len(chosen) == limit or floor == _LOWEST

    def _with_paths(self, pairs: Iterable[Ranked]) -> Iterator[tuple[Ranked, str]]:
        """Yield each pair and the path of its file."""
        left = iter(pairs)
        while batch := list(islice(left, _BATCH)):
            yield from zip(batch, self._paths([number for _, number in batch]), strict=True)

    def _paths(self, passages: list[int]) -> list[str]:
        """Return the path of the file of each passage."""
        if len(self._readers) == len(self._segments):
            places = compiled.files_of(self._readers, self._bases, passages)
            if None not in places:
                return list(map(self._path_at.__getitem__, cast("list[tuple[int, int]]", places)))
        return [self._path(passage) for passage in passages]

    def _path(self, passage: int) -> str:
        segment, own = self.locate(passage)
        return segment.path(own)

    def _in_order(self, pairs: Iterable[Ranked]) -> Iterator[Ranked]:
        if len(self._segments) == 1:
            yield from pairs
            return
        tied: list[Ranked] = []
        score = _LOWEST
        for pair in pairs:
            if pair[0] == score:
                tied.append(pair)
                continue
            if len(tied) > 1:
                yield from self._by_place(tied)
            elif tied:
                yield tied[0]
            score, tied = pair[0], [pair]
        yield from self._by_place(tied)

    def _by_place(self, tied: Sequence[Ranked]) -> Iterable[Ranked]:
        if len(tied) < 2 or self.locate(tied[0][1])[0] is self.locate(tied[-1][1])[0]:
            return tied
        return sorted(tied, key=self._place) if len(tied) <= _FEW else self._merged(tied)

    def _merged(self, tied: Sequence[Ranked]) -> Iterator[Ranked]:
        """Yield matches of several segments that tie, by path and place, and read no more places than are asked for."""
        from heapq import merge  # few queries have such ties: start-up time

        bounds = [bisect_left(tied, base, key=_NUMBER) for base in self._bases[1:]]
        of_segments = (tied[a:b] for a, b in pairwise((0, *bounds, len(tied))))
        return merge(*of_segments, key=self._place)

    def _place(self, pair: Ranked) -> tuple[bytes, int, int]:
        segment, own = self.locate(pair[1])
        return os.fsencode(segment.path(own)), *segment.place(own)


def _are_distinct(pairs: Sequence[Ranked]) -> bool:
    """Return whether no scores tie, the usual case."""
    return len(set(map(_SCORE, pairs))) == len(pairs)


def count_at(matches: _core.Matches, counts: Sequence[int], passage: int) -> int:
    """Return the count of a passage, from counts parallel to the matches."""
    return counts[bisect_left(memoryview(matches.passages).cast("I"), passage)]
