"""Merge postings in plain Python. It specifies merging; core/c/merge.c does the same.

Every posting list is decoded to the places of its members' occurrences, with the new numbers of the passages. The
places are then written as for one segment.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from seedsearch.analysis.stemming import marked_by_key
from seedsearch.core.posting_list import GONE
from seedsearch.index.dictionary import BODY, TITLE
from seedsearch.index.plain_columns import place, write_postings
from seedsearch.index.segment import Segment
from seedsearch.index.segment_file_writer import SegmentFileWriter


def merge_postings(
    writer: SegmentFileWriter, segments: Sequence[Segment], renumber: Sequence[array[int]]
) -> int:
    """Write the live postings of several segments as one; `renumber` has the new number of each passage.

    Return the number of distinct terms. Raise ValueError if a segment is invalid.
    """
    body, title = (_Field(segments, renumber, field) for field in (BODY, TITLE))
    return write_postings(writer, body, title)


class _Field:
    """The groups of bodies, or of titles, in all segments."""

    def __init__(
        self, segments: Sequence[Segment], renumber: Sequence[array[int]], field: bytes
    ) -> None:
        self._segments = segments
        self._renumber = renumber
        self._field = field

    def stems(self) -> list[bytes]:
        keys = {
            key
            for segment in self._segments
            for block in segment.dictionary.blocks()
            for key in block.keys
        }
        return sorted(key[1:] for key in keys if key[:1] == self._field)

    def places(self, stem: bytes) -> dict[bytes, Sequence[int]]:
        places: dict[bytes, array[int]] = {}
        for segment, renumber in zip(self._segments, self._renumber, strict=True):
            group = segment.dictionary.group(self._field + stem)
            if group is None:
                continue
            passages, frequencies, members, positions = segment.postings(group)
            at = 0
            for passage, frequency in zip(passages, frequencies, strict=True):
                new = renumber[passage]
                if new != GONE:
                    for i in range(at, at + frequency):
                        member = group.members[members[i] if members else 0]
                        term = marked_by_key(member, stem)
                        places.setdefault(term, array("Q")).append(place(new, positions[i]))
                at += frequency
        return {term: places[term] for term in sorted(places)}
