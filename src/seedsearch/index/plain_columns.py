"""Write the postings and dictionaries of a segment in plain Python, after inversion or for a merge.

An occurrence is a *place*: the number of the passage above 32 bits of position. So sorted places are occurrences by
passage, then by position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, repeat

from seedsearch.core.posting_list import encode
from seedsearch.index.dictionary import BODY, TITLE
from seedsearch.index.dictionary_writer import Counts, DictionaryWriter
from seedsearch.index.group_blocks import bare
from seedsearch.index.segment_file_writer import SegmentFileWriter
from seedsearch.record import Protocol

_POSITION_BITS = 32
_POSITION = (1 << _POSITION_BITS) - 1


class Field(Protocol):
    """The stem groups of bodies, or of titles. Stems and terms are marked with their languages."""

    def stems(self) -> list[bytes]:
        """Return the stems of the groups, in order."""

    def places(self, stem: bytes) -> Mapping[bytes, Sequence[int]]:
        """Return the places of each term of a group, in the order of terms; empty if there is no such group."""


def place(passage: int, position: int) -> int:
    """Return an occurrence as one number."""
    return passage << _POSITION_BITS | position


def write_postings(writer: SegmentFileWriter, body: Field, title: Field) -> int:
    """Write the posting lists and dictionaries of both fields. Return the number of distinct terms."""
    lists: list[bytes] = []
    dictionary = DictionaryWriter()
    distinct: set[bytes] = set()
    for field_byte, field in ((BODY, body), (TITLE, title)):
        listed: list[tuple[bytes, int]] = []
        for stem in field.stems():
            places = field.places(stem)
            if not places:  # all of its passages are deleted
                continue
            in_body = body.places(stem) if field is title else None
            list_of_group, counts = _list(places, in_body)
            of_members = [
                _counts(own, None if in_body is None else in_body.get(term, ()))
                for term, own in places.items()
            ]
            lists.append(list_of_group)
            number, members = dictionary.groups, list(map(bare, places))
            size = len(list_of_group)
            if dictionary.put_group(field_byte + stem, counts, size, members, of_members):
                listed += zip(places, repeat(number))
            distinct.update(members)
        for term, number in sorted(listed):
            dictionary.put_term(field_byte + bare(term), number)
    writer.column("postings", "B", b"".join(lists))
    dictionary.write(writer)
    return len(distinct)


def _list(
    places: Mapping[bytes, Sequence[int]], in_body: Mapping[bytes, Sequence[int]] | None
) -> tuple[bytes, Counts]:
    """Return the posting list of a group, and its counts."""
    occurrences = sorted(
        (place, member) for member, own in enumerate(places.values()) for place in own
    )
    members = [member for _, member in occurrences]
    positions = [place & _POSITION for place, _ in occurrences]
    docs, frequencies = [], []
    for doc, own in groupby(place >> _POSITION_BITS for place, _ in occurrences):
        docs.append(doc)
        frequencies.append(sum(1 for _ in own))
    beside = None if in_body is None else [place for own in in_body.values() for place in own]
    counts = Counts(len(docs), len(positions), _extra(docs, beside))
    return encode(docs, frequencies, members, positions, len(places)), counts


def _counts(places: Sequence[int], in_body: Sequence[int] | None) -> Counts:
    """Return the counts of a member."""
    docs = {place >> _POSITION_BITS for place in places}
    return Counts(len(docs), len(places), _extra(docs, in_body))


def _extra(docs: Sequence[int] | set[int], in_body: Sequence[int] | None) -> int:
    """Return the number of title passages that are not among the body passages; 0 for bodies."""
    if in_body is None:
        return 0
    return len(set(docs).difference(place >> _POSITION_BITS for place in in_body))
