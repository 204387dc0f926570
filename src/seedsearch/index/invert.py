"""Inversion: occurrences of terms in, the postings and dictionaries of a segment out.

Occurrences are brought into the order group, passage, term, position by one sort of packed 64-bit keys; the columns
are read off the result.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, cast

import numpy as np

from seedsearch.analysis.stemming import unmarked
from seedsearch.index.dictionary import Keys, write_groups, write_terms
from seedsearch.index.lexicon import (
    Field,
    Ints,
    Lexicon,
    Numbered,
    Part,
    Strings,
    lexicon,
)
from seedsearch.index.segment_file import SegmentFileWriter
from seedsearch.record import NamedTuple


class RankedPart(NamedTuple):
    """Some occurrences. `term` numbers terms in a way of its own; `rank` gives, for each of these numbers, that of the
    sorted terms of bodies, and after them of titles. `term`, `doc` and `position` have one entry an occurrence."""

    rank: Ints
    term: Ints
    doc: Ints
    position: Ints


class Postings(NamedTuple):
    """Occurrences in order, as the columns of a segment want them; the long ones in slices.

    `df` and `cf` are by group (passages, occurrences); `doc` and `tf` by posting; `position` by occurrence; `member`
    by occurrence of groups with several members; `term_df` and `term_cf` by term, in the order group, member.
    `held` says of each key asked for whether it is there.
    """

    df: Ints
    cf: Ints
    doc: list[Ints]
    tf: list[Ints]
    position: list[Ints]
    member: list[Ints]
    term_df: Ints
    term_cf: Ints
    held_pairs: Ints
    held_triples: Ints


class Asked(NamedTuple):
    """(group, passage, member) to look for, ascending; and (group, passage). Three and two arrays of one length."""

    triples: tuple[Ints, Ints, Ints]
    pairs: tuple[Ints, Ints]


def invert(
    parts: list[RankedPart],
    group_of: Ints,
    member_of: Ints,
    first: Ints,
    asked: Asked,
    room: Ints | None = None,
) -> Postings:
    """Sort occurrences and read off the postings. `parts` is emptied, so that its memory can go.

    `group_of` and `member_of` have one entry a term; `first` is the first term of each group, and the number of
    terms; `room` is that of `write_postings`.
    """
    doc_bits = max((int(part.doc.max(initial=0)).bit_length() for part in parts), default=0)
    position_bits = max(
        (int(part.position.max(initial=0)).bit_length() for part in parts), default=0
    )
    member_bits = int(member_of.max(initial=0)).bit_length()
    layout = _Layout(np.uint64(member_bits), np.uint64(doc_bits))
    of_term = layout.pack(group_of, 0, member_of)
    if doc_bits + member_bits + position_bits + len(first).bit_length() <= 64:
        key = _packed(parts, of_term, layout, np.uint64(position_bits), room)
        key.sort()
        return _read_off(key, None, np.uint64(position_bits), layout, first, asked)
    position = np.concatenate([part.position for part in parts])
    key = _packed(parts, of_term, layout, np.uint64(0), None)
    order = np.lexsort((position, key))
    return _read_off(key[order], position[order], np.uint64(0), layout, first, asked)


def _packed(
    parts: list[RankedPart],
    of_term: Ints,
    layout: _Layout,
    by_position: np.uint64,
    room: Ints | None,
) -> Ints:
    """The keys of all occurrences, in the order of the parts; without positions where these have no bits."""
    total = sum(len(part.term) for part in parts)
    in_place = room is not None and len(room) >= total
    key = room[:total] if room is not None and in_place else np.empty(total, np.uint64)
    at = 0
    while parts:
        rank, term, doc, position = parts.pop(0)
        if not len(term):
            continue
        own = key[at : at + len(term)]
        if in_place:  # the columns lie where the keys are to stand
            term, doc, position = term.copy(), doc.copy(), position.copy()
        # A number that does not occur has no rank of its own: what stands for it is never taken.
        np.take(np.take(of_term << by_position, rank, mode="clip"), term, out=own)
        own |= doc.astype(np.uint64) << (layout.member_bits + by_position)
        if by_position:
            own |= position.astype(np.uint64)
        at += len(own)
    return key


class _Layout(NamedTuple):
    """How group, passage and member are packed into one number, in this order."""

    member_bits: np.uint64
    doc_bits: np.uint64

    def pack(self, group: Any, doc: Any, member: Any) -> Ints:
        groups, docs, members = (
            np.asarray(part).astype(np.uint64) for part in (group, doc, member)
        )
        above = np.bitwise_or(groups << self.doc_bits, docs) << self.member_bits
        return cast(Ints, np.bitwise_or(above, members))

    def group_start(self, group: int) -> np.uint64:
        return np.uint64(group << int(self.doc_bits + self.member_bits))


def _read_off(
    key: Ints,
    position: Ints | None,
    by_position: np.uint64,
    layout: _Layout,
    first: Ints,
    asked: Asked,
) -> Postings:
    """Work through the sorted keys, a slice of whole groups at a time: what fits the processor's memory."""
    groups, terms = len(first) - 1, int(first[-1])
    by_group = layout.doc_bits + layout.member_bits + by_position
    df, cf = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    term_df, term_cf = np.zeros(terms, np.int64), np.zeros(terms, np.int64)
    several = np.diff(first) > 1
    triples, pairs = layout.pack(*asked.triples), layout.pack(*asked.pairs, 0)
    held_triples, held_pairs = np.zeros(len(triples), np.bool_), np.zeros(len(pairs), np.bool_)
    mask = np.uint64((1 << int(by_position)) - 1)
    kind = np.uint16 if position is None and by_position <= 16 else np.uint32
    columns: list[tuple[Ints, ...]] = []
    at = 0
    while at < len(key):
        end = min(at + _SLICE, len(key))
        next_group = int(key[end - 1] >> by_group) + 1
        if end < len(key):
            end = int(np.searchsorted(key, layout.group_start(next_group) << by_position))
        part = key[at:end]
        place = part & mask if position is None else position[at:end]
        own = part >> by_position
        slice_ = _Slice(own, int(key[at] >> by_group), next_group, layout)
        group_part, term_part = (
            slice(slice_.group, next_group),
            slice(first[slice_.group], first[next_group]),
        )
        df[group_part], cf[group_part] = slice_.by_group()
        term_df[term_part], term_cf[term_part] = slice_.by_term(first)
        columns.append(
            tuple(
                map(_narrow, (slice_.doc, slice_.tf, place.astype(kind), slice_.members(several)))
            )
        )
        slice_.look_up(triples, held_triples, np.uint64(0))
        slice_.look_up(pairs, held_pairs, layout.member_bits)
        at = end
    docs, tf, places, members = ([part[i] for part in columns] for i in range(4))
    return Postings(df, cf, docs, tf, places, members, term_df, term_cf, held_pairs, held_triples)


class _Slice:
    """The occurrences of the groups from `group` to `next_group`: `key` is (group, passage, member), ascending."""

    def __init__(self, key: Ints, group: int, next_group: int, layout: _Layout) -> None:
        self.group = group
        self._next = next_group
        self._layout = layout
        self._key = key
        new = _changes(key)
        self._triples = key[new]
        self._runs = np.diff(np.append(new, len(key)))
        pairs = self._triples >> layout.member_bits
        first_of_pair = _changes(pairs)
        pairs = pairs[first_of_pair]
        self._group = (pairs >> layout.doc_bits).astype(np.int64) - group
        self.doc = (pairs & np.uint64((1 << int(layout.doc_bits)) - 1)).astype(np.uint16)
        self.tf = np.diff(np.append(new[first_of_pair], len(key)))

    def by_group(self) -> tuple[Ints, Ints]:
        """df and cf of each group."""
        count = self._next - self.group
        return np.bincount(self._group, minlength=count), _sums(self._group, self.tf, count)

    def by_term(self, first: Ints) -> tuple[Ints, Ints]:
        """df and cf of each term."""
        low, high = int(first[self.group]), int(first[self._next])
        by_group = self._layout.doc_bits + self._layout.member_bits
        term = first[(self._triples >> by_group).astype(np.int64)] - low
        term += (self._triples & self._member_mask()).astype(np.int64)
        return np.bincount(term, minlength=high - low), _sums(term, self._runs, high - low)

    def members(self, several: Ints) -> Ints:
        """The member of each occurrence, in groups that have several."""
        kept = np.repeat(several[self.group : self._next][self._group], self.tf)
        members: Any = self._key[kept] & self._member_mask()
        return cast(
            Ints, members.astype(np.uint16 if self._layout.member_bits <= 16 else np.uint32)
        )

    def look_up(self, wanted: Ints, held: Ints, shift: np.uint64) -> None:
        """Set `held` for what stands here of the ascending `wanted`; the lowest `shift` bits do not matter."""
        low, high = np.searchsorted(
            wanted, [self._layout.group_start(self.group), self._layout.group_start(self._next)]
        )
        own = wanted[low:high]
        at = np.minimum(np.searchsorted(self._triples, own), len(self._triples) - 1)
        held[low:high] = self._triples[at] >> shift == own >> shift

    def _member_mask(self) -> np.uint64:
        return np.uint64((1 << int(self._layout.member_bits)) - 1)


_SLICE = 1 << 17
_NONE = np.empty(0, np.uint16)


def _changes(key: Ints) -> Ints:
    """Where a value differs from the one before it; the first always does."""
    if not len(key):
        return np.empty(0, np.int64)
    changed = np.empty(len(key), np.bool_)
    changed[0] = True
    np.not_equal(key[1:], key[:-1], out=changed[1:])
    return np.flatnonzero(changed)


def _sums(which: Ints, values: Ints, count: int) -> Ints:
    """The sum of the values of each kind. Exact: doubles hold whole numbers up to 2**53."""
    return np.bincount(which, weights=values, minlength=count).astype(np.int64)


def write_postings(
    writer: SegmentFileWriter,
    vocabularies: list[Numbered],
    body: list[Part],
    title: list[Part],
    room: Ints | None = None,
) -> int:
    """Invert both fields and write their postings and dictionaries. Title groups follow body groups.

    `body` is emptied on the way. `room`, if given, is memory (uint64) that its parts lie in, one after the other, each
    as many items as it has occurrences: it is used for sorting. Returns how many distinct terms there are.
    """
    words = lexicon(vocabularies, body, title)
    in_body, in_title = words.body, words.title
    groups, terms = len(in_body.stems), len(in_body.terms)
    group_of = np.concatenate([in_body.group, in_title.group + groups])
    first = np.concatenate([in_body.first[:-1], in_title.first + terms])
    titles = _Titles(words, title)
    after = [rank + terms for rank in in_title.ranks]
    parts = [RankedPart(in_body.ranks[which], *columns) for which, *columns in body]
    parts += [RankedPart(after[which], *columns) for which, *columns in title]
    body.clear()
    member_of = np.concatenate([in_body.member, in_title.member])
    postings = invert(parts, group_of, member_of, first, titles.asked(), room)
    extra, term_extra = titles.only_there(postings)
    distinct = terms + titles.terms_only_there - _only_by_language(in_body, in_title)
    body_terms, title_terms = _unmarked(in_body), _unmarked(in_title)
    members = np.concatenate([body_terms[in_body.by_group], title_terms[in_title.by_group]])
    docs = [part.astype(np.uint16) for part in postings.doc]
    writer.column("post.doc", "H", np.concatenate([_NONE, *docs]))
    write_small(writer, "post.tf", postings.tf)
    write_small(writer, "occ.pos", postings.position)
    write_small(writer, "occ.member", postings.member)
    write_groups(
        writer,
        Keys(in_body.stems.tolist(), in_title.stems.tolist()),
        members.tolist(),
        first,
        (postings.df, postings.cf, np.concatenate([np.zeros(groups, np.int64), extra])),
        (
            postings.term_df,
            postings.term_cf,
            np.concatenate([np.zeros(terms, np.int64), term_extra]),
        ),
    )
    keys = Keys(body_terms.tolist(), title_terms.tolist())
    write_terms(writer, keys, group_of)
    return distinct


def _unmarked(field: Field) -> Strings:
    """The terms of a field without their languages."""
    bare = field.terms.copy()
    surfaces = unmarked(bare[field.marked].tolist())
    bare[field.marked] = np.fromiter(surfaces, np.object_, len(surfaces))
    return bare


def _only_by_language(body: Field, title: Field) -> int:
    """How many of the distinct terms differ from another by nothing but a language."""
    marked = {term for field in (body, title) for term in field.terms[field.marked].tolist()}
    surfaces = set(unmarked(list(marked)))
    if not surfaces:
        return 0
    bodies, titles = body.terms.tolist(), title.terms.tolist()
    plain = sum(_is_in(surface, bodies) or _is_in(surface, titles) for surface in surfaces)
    return len(marked) - len(surfaces) + plain


def _is_in(term: bytes, terms: list[bytes]) -> bool:
    """Whether a term is among sorted ones."""
    at = bisect_left(terms, term)
    return at < len(terms) and terms[at] == term


class _Titles:
    """Counts the passages that hold a title's group or term in the title and not in the body.

    Each distinct (group, passage) and (term, passage) of the titles is looked for among the body's.
    """

    def __init__(self, words: Lexicon, titles: list[Part]) -> None:
        title = words.title
        self._counts = len(title.stems), len(title.terms)
        same_member = np.append(words.body.member, -1)[words.same_term]
        self.terms_only_there = int(np.count_nonzero(same_member < 0))
        order = np.empty(len(title.terms), np.int64)
        order[title.by_group] = np.arange(len(title.terms))

        terms = np.concatenate(
            [_NONE, *(title.ranks[part.vocabulary][part.term] for part in titles)]
        )
        docs = np.concatenate([_NONE, *(part.doc for part in titles)])
        group, doc = _distinct(title.group[terms], docs)
        self._group, self._pairs = group, _ascending(words.same_group[group], doc)
        term, doc = _distinct(terms, docs)
        self._term = order[term]
        same_group = words.same_group[title.group[term]]
        self._triples = _ascending(same_group, doc, same_member[term])

    def asked(self) -> Asked:
        """What to look for among the body's postings."""
        group, doc, member = self._triples[1]
        return Asked((group, doc, member), (self._pairs[1][0], self._pairs[1][1]))

    def only_there(self, postings: Postings) -> tuple[Ints, Ints]:
        """By title group and by title term (in the order group, member): how many are not in the body."""
        groups, terms = self._counts
        lacking = np.ones(len(self._group), np.bool_)
        lacking[self._pairs[0][postings.held_pairs]] = False
        term_lacking = np.ones(len(self._term), np.bool_)
        term_lacking[self._triples[0][postings.held_triples]] = False
        return (
            np.bincount(self._group[lacking], minlength=groups),
            np.bincount(self._term[term_lacking], minlength=terms),
        )


def _distinct(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """The distinct pairs of two arrays of numbers below 2**32."""
    key = np.sort((a.astype(np.int64) << 32) | b.astype(np.int64))
    key = key[_changes(key)]
    return key >> 32, key & 0xFFFFFFFF


def _ascending(*columns: Ints) -> tuple[Ints, tuple[Ints, ...]]:
    """The rows without a -1, in ascending order: which they were, and their columns."""
    kept = np.flatnonzero(np.logical_and.reduce([column >= 0 for column in columns]))
    kept = kept[np.lexsort([column[kept] for column in reversed(columns)])]
    return kept, tuple(column[kept] for column in columns)


def write_small(writer: SegmentFileWriter, name: str, parts: list[Ints]) -> None:
    """A column of bytes; the few values above 255 stand in `name.over` too, by their index."""
    lows = [part.astype(np.uint8) for part in parts]  # the low bytes
    over: list[Ints] = []
    high: list[Ints] = []
    at = 0
    for part in parts:
        if part.dtype != np.uint8:
            large = np.flatnonzero(part > 255)
            over.append(large + at)
            high.append(part[large] >> 8)
        at += len(part)
    parts.clear()
    writer.column(name, "B", np.concatenate([np.empty(0, np.uint8), *lows]))
    for ending, values in (("over", over), ("high", high)):
        joined = np.concatenate([np.empty(0, np.uint32), *values]).astype(np.uint32)
        writer.column(f"{name}.{ending}", "I", joined)


def _narrow(values: Ints) -> Ints:
    """The same numbers as bytes, if they all are below 256."""
    if values.dtype == np.uint16 and len(values) and values.max() > 255:
        return values
    return values.astype(np.uint8) if values.max(initial=0) < 256 else values
