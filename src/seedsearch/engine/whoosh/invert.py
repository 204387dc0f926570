"""Inversion: occurrences of terms in, the postings and dictionaries of a segment out.

Occurrences are brought into the order group, passage, term, position by one sort of packed 64-bit keys; the columns
are read off the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seedsearch.engine.whoosh.dictionary import BODY, TITLE, write_groups, write_terms
from seedsearch.engine.whoosh.format import SegmentFileWriter

Ints = npt.NDArray[Any]


class Occurring(NamedTuple):
    """Occurrences of one field: terms by their number in the sorted list `terms`, passages, positions."""

    terms: list[bytes]
    term: Ints
    doc: Ints
    position: Ints


class Grouping(NamedTuple):
    """How the sorted terms of a field form stem groups. Groups are in the order of their stems."""

    stems: list[bytes]
    group: Ints  # of each term
    member: Ints  # of each term, in its group
    by_group: Ints  # terms in the order group, member
    first: Ints  # of each group, its first term in by_group; and the number of terms


class Postings(NamedTuple):
    """Occurrences in order, as the columns of a segment want them.

    `df` and `cf` are by group (passages, occurrences); `doc` and `tf` by posting; `position` by occurrence; `member`
    by occurrence of groups with several members; `term_df` and `term_cf` by term, in the order group, member.
    `triples` are the distinct (group, passage, member), ascending, packed; `shifts` are the bits of a member, and
    of passage and member.
    """

    df: Ints
    cf: Ints
    doc: Ints
    tf: Ints
    position: Ints
    member: Ints
    term_df: Ints
    term_cf: Ints
    triples: Ints
    shifts: tuple[np.uint64, np.uint64]


def group_terms(terms: list[bytes], stem_of: Callable[[bytes], bytes]) -> Grouping:
    """Group sorted terms by their stems."""
    stem_list = list(map(stem_of, terms))
    stems = sorted(set(stem_list))
    rank = dict(zip(stems, range(len(stems)), strict=True))
    group = np.array(list(map(rank.__getitem__, stem_list)), np.int64)
    by_group = np.argsort(group, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(stems)))])
    member = np.empty(len(terms), np.int64)
    member[by_group] = np.arange(len(terms)) - first[group[by_group]]
    return Grouping(stems, group, member, by_group, first)


def invert(
    term: Ints, doc: Ints, position: Ints, group_of: Ints, member_of: Ints, first: Ints
) -> Postings:
    """Sort occurrences and read off the postings.

    `term`, `doc` and `position` have one entry an occurrence, `group_of` and `member_of` one a term; `first` is the
    first term of each group, and the number of terms.
    """
    doc_bits, member_bits, position_bits = (
        int(values.max(initial=0)).bit_length() for values in (doc, member_of, position)
    )
    shifts = np.uint64(member_bits), np.uint64(member_bits + doc_bits)
    triple_of_term = (group_of.astype(np.uint64) << shifts[1]) | member_of.astype(np.uint64)
    if doc_bits + member_bits + position_bits + len(first).bit_length() <= 64:
        by_position = np.uint64(position_bits)
        key = (triple_of_term << by_position)[term]
        key |= doc.astype(np.uint64) << (shifts[0] + by_position)
        key |= position.astype(np.uint64)
        key.sort()
        kind = np.uint16 if position_bits <= 16 else np.uint32
        position = (key & np.uint64((1 << position_bits) - 1)).astype(kind)
        key >>= by_position
    else:
        key = triple_of_term[term] | (doc.astype(np.uint64) << shifts[0])
        order = np.lexsort((position, key))
        key, position = key[order], position[order]
    return _read_off(key, position, shifts, first)


def _read_off(
    key: Ints, position: Ints, shifts: tuple[np.uint64, np.uint64], first: Ints
) -> Postings:
    """`key` is each occurrence's (group, passage, member), ascending."""
    count, groups, terms = len(key), len(first) - 1, int(first[-1])
    by_member, by_doc = shifts
    members = key & np.uint64((1 << int(by_member)) - 1)
    new = _changes(key)
    triples = key[new]
    term_of = first[(triples >> by_doc).astype(np.int64)] + members[new].astype(np.int64)
    runs = np.diff(np.append(new, count))
    pairs = triples >> by_member
    first_of_pair = _changes(pairs)
    pairs = pairs[first_of_pair]
    doc_mask = np.uint64((1 << int(by_doc - by_member)) - 1)
    group = (pairs >> (by_doc - by_member)).astype(np.int64)
    tf = np.diff(np.append(new[first_of_pair], count))
    several = np.repeat((np.diff(first) > 1)[group], tf)
    return Postings(
        df=np.bincount(group, minlength=groups),
        cf=_sums(group, tf, groups),
        doc=(pairs & doc_mask).astype(np.uint16),
        tf=tf,
        position=position,
        member=members[several],
        term_df=np.bincount(term_of, minlength=terms),
        term_cf=_sums(term_of, runs, terms),
        triples=triples,
        shifts=shifts,
    )


def _changes(key: Ints) -> Ints:
    """Where a value differs from the one before it; the first always does."""
    if not len(key):
        return np.empty(0, np.int64)
    return np.concatenate([[0], np.flatnonzero(key[1:] != key[:-1]) + 1])


def _sums(which: Ints, values: Ints, count: int) -> Ints:
    """The sum of the values of each kind. Exact: doubles hold whole numbers up to 2**53."""
    return np.bincount(which, weights=values, minlength=count).astype(np.int64)


def write_postings(
    writer: SegmentFileWriter, body: Occurring, title: Occurring, stem_of: Callable[[bytes], bytes]
) -> None:
    """Invert both fields and write their dictionaries and postings. Title groups follow body groups."""
    in_body, in_title = group_terms(body.terms, stem_of), group_terms(title.terms, stem_of)
    groups, terms = len(in_body.stems), len(body.terms)
    group_of = np.concatenate([in_body.group, in_title.group + groups])
    first = np.concatenate([in_body.first[:-1], in_title.first + terms])
    postings = invert(
        np.concatenate([body.term, title.term + terms]),
        np.concatenate([body.doc, title.doc]),
        np.concatenate([body.position, title.position]),
        group_of,
        np.concatenate([in_body.member, in_title.member]),
        first,
    )
    extra, term_extra = _title_only(postings, in_body, in_title, body.terms, title.terms)
    members = [body.terms[i] for i in in_body.by_group.tolist()]
    members += [title.terms[i] for i in in_title.by_group.tolist()]
    write_groups(
        writer,
        [BODY + stem for stem in in_body.stems] + [TITLE + stem for stem in in_title.stems],
        members,
        first,
        (postings.df, postings.cf, extra),
        (postings.term_df, postings.term_cf, term_extra),
    )
    keys = [BODY + term for term in body.terms] + [TITLE + term for term in title.terms]
    write_terms(writer, keys, group_of)
    writer.column("post.doc", "H", postings.doc)
    write_small(writer, "post.tf", postings.tf)
    write_small(writer, "occ.pos", postings.position)
    write_small(writer, "occ.member", postings.member)


def _title_only(
    postings: Postings,
    body: Grouping,
    title: Grouping,
    body_terms: list[bytes],
    title_terms: list[bytes],
) -> tuple[Ints, Ints]:
    """By group and by term: the passages that hold it in their title and not in their body."""
    groups, terms = len(body.stems), len(body_terms)
    extra = np.zeros(groups + len(title.stems), np.int64)
    term_extra = np.zeros(terms + len(title_terms), np.int64)
    by_member, by_doc = postings.shifts
    start = np.searchsorted(postings.triples, np.uint64(groups) << by_doc)
    held, triples = postings.triples[:start], postings.triples[start:]
    if not len(triples):
        return extra, term_extra
    group = (triples >> by_doc).astype(np.int64) - groups
    doc = (triples & np.uint64((1 << int(by_doc)) - 1)) >> by_member
    member = (triples & np.uint64((1 << int(by_member)) - 1)).astype(np.int64)

    rank = dict(zip(body.stems, range(groups), strict=True))
    same_group = np.array([rank.get(stem, -1) for stem in title.stems], np.int64)
    rank = dict(zip(body_terms, body.member.tolist(), strict=True))
    same_member = np.array(
        [rank.get(title_terms[i], -1) for i in title.by_group.tolist()], np.int64
    )

    wanted = (same_group[group].astype(np.uint64) << by_doc) | (doc << by_member)
    pair_at = np.minimum(np.searchsorted(held, wanted), max(len(held) - 1, 0))
    term = title.first[group] + member
    own = wanted | np.maximum(same_member[term], 0).astype(np.uint64)
    own_at = np.minimum(np.searchsorted(held, own), max(len(held) - 1, 0))
    known = same_group[group] >= 0
    if len(held):
        pair_missing = ~(known & (held[pair_at] >> by_member == wanted >> by_member))
        own_missing = ~(known & (same_member[term] >= 0) & (held[own_at] == own))
    else:
        pair_missing = own_missing = np.ones(len(triples), np.bool_)
    distinct = np.zeros(len(triples), np.bool_)
    distinct[_changes(triples >> by_member)] = True
    extra[groups:] = np.bincount(group[distinct & pair_missing], minlength=len(title.stems))
    term_extra[terms:] = np.bincount(term[own_missing], minlength=len(title_terms))
    return extra, term_extra


def write_small(writer: SegmentFileWriter, name: str, values: Ints) -> None:
    """A column of bytes; the few values above 255 stand in `name.over` too, by their index."""
    over = np.flatnonzero(values > 255)
    writer.column(name, "B", values.astype(np.uint8))  # the low byte
    writer.column(f"{name}.over", "I", over.astype(np.uint32))
    writer.column(f"{name}.high", "I", (values[over] >> 8).astype(np.uint32))
