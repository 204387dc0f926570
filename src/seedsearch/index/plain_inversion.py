"""Invert and merge in plain Python. It specifies the postings of a segment; the core writes the same bytes faster.

A text is cut into terms with their positions. In a language with a stemmer of its own, a term is marked with the
language, so it differs from the same letters elsewhere. Terms with one stem are a group.

An occurrence is a *place*: the number of the passage above 32 bits of position. So sorted places are occurrences by
passage, then by position. To merge, every posting list is decoded to the places of its members' occurrences, with the
new numbers of the passages. The places are then written as for one segment.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import TypeAlias

from seedsearch.analysis import Analyzer
from seedsearch.analysis.stemming import OTHERS, Stems, marked, marked_by_key
from seedsearch.core.posting_list import GONE, encode
from seedsearch.engine.base import Text, cut
from seedsearch.index.builder import SegmentCounts
from seedsearch.index.dictionary import BODY, TITLE, utf8
from seedsearch.index.dictionary_writer import Counts, DictionaryWriter
from seedsearch.index.group_blocks import bare
from seedsearch.index.segment import Segment
from seedsearch.index.segment_file_writer import SegmentFileWriter
from seedsearch.index.stored_fields import TextStore, Titles
from seedsearch.model import PassageSpan

# Memory at the peak, when the columns are made: measured over some megabytes of text.
_BYTES_AN_OCCURRENCE = 25
_BYTES_A_TERM = 600
_BYTES_A_PASSAGE = 600

_POSITION_BITS = 32
_POSITION = (1 << _POSITION_BITS) - 1


class PlainInversion:
    """The Inversion without the core."""

    def __init__(self) -> None:
        self._stems = Stems()
        self._analyzer = Analyzer()
        self._begin()

    def _begin(self) -> None:
        self._terms: dict[tuple[str, str], bytes] = {}  # by letters and language
        self._body, self._title = _InvertedField(), _InvertedField()
        self._spans: list[PassageSpan] = []
        self._document_of: list[int] = []
        self._texts = TextStore()

    @property
    def pending_bytes(self) -> int:
        return (
            self._body.occurrences * _BYTES_AN_OCCURRENCE
            + len(self._terms) * _BYTES_A_TERM
            + len(self._texts.ends) * _BYTES_A_PASSAGE
            + self._texts.total // 2
        )

    def add(self, document: int, text: Text, spans: Sequence[PassageSpan], language: str) -> None:
        self._document_of.extend([document] * len(spans))
        self._spans.extend(spans)
        for passage in cut(text, spans):
            self._texts.add((utf8(passage),))
            self._add_text(self._body, passage, language)

    def add_files(self, document: int, files: object, room: int) -> tuple[()]:
        return ()  # Python reads every file here

    def add_found(self, document: int, text: object, room: int) -> None:
        return None  # without the core, nothing is found

    def _add_text(self, field: _InvertedField, text: str, language: str) -> None:
        """Add the terms of the next passage."""
        known, length = self._terms, 0
        for term, position, _, _ in self._analyzer.tokens(text, language):
            key = known.get((term, language))
            if key is None:
                key = utf8(term)
                if language in OTHERS:
                    key = marked(self._analyzer.form(term, language))
                known[term, language] = key
            field.add(key, position)
            length = max(length, position + 1)
        field.lengths.append(length)

    def write_texts(self, writer: SegmentFileWriter) -> int:
        self._texts.write(writer)
        return self._texts.total

    def write_postings(self, writer: SegmentFileWriter, titles: Titles) -> SegmentCounts:
        body, title = self._body, self._title
        for text, language, first in zip(*titles, strict=True):
            title.skip_to(first)
            self._add_text(title, text, language)
        title.skip_to(len(body.lengths))
        for field in (body, title):
            field.group_by(self._stems)
        terms = _write_postings(writer, body, title)
        writer.numbers("passage.length", body.lengths)
        writer.numbers("passage.title", title.lengths)
        return SegmentCounts(terms, sum(body.lengths), sum(title.lengths))

    def write_passages(self, writer: SegmentFileWriter) -> None:
        spans = self._spans
        headings: dict[str, int] = {"": 0}
        writer.numbers("passage.document", self._document_of)
        writer.numbers("passage.line", [s.line_start for s in spans])
        writer.numbers("passage.lines", [s.line_end - s.line_start for s in spans])
        writer.numbers("passage.byte", [s.byte_start + 1 for s in spans])  # 0 means no bytes
        writer.numbers("passage.bytes", [s.byte_end - s.byte_start for s in spans])
        writer.numbers("passage.page", [s.page for s in spans])
        writer.numbers(
            "passage.heading", [headings.setdefault(s.heading, len(headings)) for s in spans]
        )
        writer.blobs("heading", [utf8(h) for h in headings])
        self._begin()


class _InvertedField:
    """The occurrences of the terms of bodies, or of titles. Stems and terms are marked with their languages."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        """The lengths of the passages so far, in positions."""
        self.occurrences = 0
        self._places: dict[bytes, array[int]] = {}
        self._groups: dict[bytes, list[bytes]] = {}

    def skip_to(self, passage: int) -> None:
        """Add empty passages before `passage`."""
        self.lengths += [0] * (passage - len(self.lengths))

    def add(self, term: bytes, position: int) -> None:
        """Add an occurrence of a term in the next passage."""
        places = self._places.get(term)
        if places is None:
            places = self._places[term] = array("Q")
        places.append(_place(len(self.lengths), position))
        self.occurrences += 1

    def group_by(self, stems: Stems) -> None:
        """Group the terms by their stems."""
        terms = sorted(self._places)
        for term, stem in zip(terms, stems.stem_encoded(terms), strict=True):
            self._groups.setdefault(stem, []).append(term)

    def stems(self) -> list[bytes]:
        """Return the stems of the groups, in order."""
        return sorted(self._groups)

    def places(self, stem: bytes) -> dict[bytes, Sequence[int]]:
        """Return the places of each term of a group, in the order of terms; empty if there is no such group."""
        return {term: self._places[term] for term in self._groups.get(stem, ())}


# ------------------------------------------------------------------------------ merging


def merge_postings(
    writer: SegmentFileWriter, segments: Sequence[Segment], renumber: Sequence[array[int]]
) -> int:
    """Write the live postings of several segments as one; `renumber` has the new number of each passage.

    Return the number of distinct terms. Raise ValueError if a segment is invalid.
    """
    body, title = (_MergedField(segments, renumber, field) for field in (BODY, TITLE))
    return _write_postings(writer, body, title)


class _MergedField:
    """The groups of bodies, or of titles, in all segments."""

    def __init__(
        self, segments: Sequence[Segment], renumber: Sequence[Sequence[int]], field: bytes
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
                        places.setdefault(term, array("Q")).append(_place(new, positions[i]))
                at += frequency
        return {term: places[term] for term in sorted(places)}


# ------------------------------------------------------------------------------ writing


_Field: TypeAlias = _InvertedField | _MergedField


def _place(passage: int, position: int) -> int:
    """Return an occurrence as one number."""
    return passage << _POSITION_BITS | position


def _write_postings(writer: SegmentFileWriter, body: _Field, title: _Field) -> int:
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
            counts, of_members = _counts(places, body.places(stem) if field is title else None)
            lists.append(_list(places))
            number, members, size = dictionary.groups, list(map(bare, places)), len(lists[-1])
            if dictionary.put_group(field_byte + stem, counts, size, members, of_members):
                listed += zip(places, repeat(number))
            distinct.update(members)
        for term, number in sorted(listed):
            dictionary.put_term(field_byte + bare(term), number)
    writer.column("postings", "B", b"".join(lists))
    dictionary.write(writer)
    return len(distinct)


def _counts(
    places: Mapping[bytes, Sequence[int]], in_body: Mapping[bytes, Sequence[int]] | None
) -> tuple[Counts, list[Counts]]:
    """Return the counts of a group and of its members. Of a group of titles, `in_body` is the same group of bodies."""

    def counts(own: Sequence[int], beside: Sequence[int]) -> Counts:
        docs, in_bodies = ({n >> _POSITION_BITS for n in found} for found in (own, beside))
        return Counts(len(docs), len(own), 0 if in_body is None else len(docs - in_bodies))

    beside = in_body or {}
    everywhere = [list(chain.from_iterable(own.values())) for own in (places, beside)]
    return counts(*everywhere), [counts(own, beside.get(term, ())) for term, own in places.items()]


def _list(places: Mapping[bytes, Sequence[int]]) -> bytes:
    """Return the posting list of a group."""
    occurrences = sorted(
        (place, member) for member, own in enumerate(places.values()) for place in own
    )
    members = [member for _, member in occurrences]
    positions = [place & _POSITION for place, _ in occurrences]
    docs = Counter(place >> _POSITION_BITS for place, _ in occurrences)
    return encode([*docs], [*docs.values()], members, positions, len(places))


def counts_of(segment: Segment, key: bytes) -> tuple[Counts, dict[bytes, Counts]]:
    """Return the counts of a group and of its members, by what its posting list has."""
    field, stem = key[:1], key[1:]
    everything = [range(segment.passages)]
    places = _MergedField([segment], everything, field).places(stem)
    body = _MergedField([segment], everything, BODY)
    of_group, of_members = _counts(places, body.places(stem) if field == TITLE else None)
    return of_group, dict(zip(map(bare, places), of_members, strict=True))
