"""Passages put together: the documents, or the files, that the passages of an answer belong to.

A large file comes in several parts, of one segment or of several, and so does the document that stands at a cut. Such
parts are brought together by their names; all others are known by where they stand.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from seedsearch.engine.base import Grouping, group_score
from seedsearch.index.segment import Segment
from seedsearch.record import NamedTuple

Matches: TypeAlias = Iterable[tuple[int, Sequence[int], Sequence[float]]]
"""The passages that match, by segment: its number, their numbers in it, their scores."""

Part: TypeAlias = tuple[int, int]
"""A document or file, or a part of it, as it stands in one segment: the segment's number, and its own."""


class Group(NamedTuple):
    """A document or file: its score, its best passage (segment and number), how many passages match."""

    score: float
    segment: int
    passage: int
    matching: int


class Groups:
    """The documents, or files, of an index, by where they stand."""

    def __init__(self, segments: Sequence[Segment], by: Grouping) -> None:
        self._segments = segments
        self._by = by
        self._joined = dict(_joined(segments, by))

    def of(self, found: Matches) -> Iterator[Group]:
        """The groups of the passages that match, in no order."""
        members: dict[Part, list[tuple[float, int, int]]] = {}
        for segment, passages, scores in found:
            part_of = self._parts(segment)
            for passage, score in zip(passages, scores, strict=True):
                part = (segment, part_of[passage])
                members.setdefault(self._joined.get(part, part), []).append(
                    (-round(score, 9), segment, passage)
                )
        for group in members.values():
            yield self._group(group)

    def _parts(self, segment: int) -> Sequence[int]:
        """The document, or file, of each passage of a segment."""
        file = self._segments[segment].file
        documents = file.column("passage.document").whole()
        if self._by == "document":
            return documents
        file_of = file.column("document.file").whole().tolist()
        return [file_of[document] for document in documents]

    def _group(self, members: list[tuple[float, int, int]]) -> Group:
        if len(members) > 1:
            members.sort()
        first, segment, passage = members[0]
        tied = [m for m in members[1:] if m[0] == first and m[1] != segment]
        if tied:
            _, segment, passage = min([members[0], *tied], key=self._place)
        return Group(
            group_score([-m[0] for m in members], self._by), segment, passage, len(members)
        )

    def _place(self, member: tuple[float, int, int]) -> tuple[int, int]:
        return self._segments[member[1]].place(member[2])


def _joined(segments: Sequence[Segment], by: Grouping) -> Iterator[tuple[Part, Part]]:
    """For each part of what stands in several segments, the part that stands for all of them."""
    names = {name for segment in segments for name in _going_on(segment, by)}
    for path, place in sorted(names):
        parts = [
            (number, part)
            for number, segment in enumerate(segments)
            for part in _parts_named(segment, path, place)
        ]
        yield from ((part, parts[0]) for part in parts)


def _going_on(segment: Segment, by: Grouping) -> Iterator[tuple[bytes, int]]:
    """The path, and the place in its file (-1: of the file itself), of what began in another segment."""
    file = segment.file
    columns = (file.column(f"document.{name}").whole() for name in ("file", "place", "ordinal"))
    before = -1
    for of_file, place, ordinal in zip(*columns, strict=True):
        if ordinal or (by == "file" and place and of_file != before):
            path = os.fsencode(segment.file_path(of_file))
            yield path, (place if by == "document" else -1)
        before = of_file


def _parts_named(segment: Segment, path: bytes, place: int) -> Iterator[int]:
    for number in segment.live_files_at(path):
        if place < 0:
            yield number
            continue
        of_file = segment.file.column("document.file").whole()
        first, last = bisect_left(of_file, number), bisect_right(of_file, number)
        places = segment.file.column("document.place").whole()
        yield from (document for document in range(first, last) if places[document] == place)
