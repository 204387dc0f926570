"""The terms of a segment in their order, of bodies and of titles, and the stem groups that they form.

Both fields' terms are sorted together, once: most terms of titles stand in bodies too, and the order says where.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from seedsearch.index.ordering import ordering
from seedsearch.record import NamedTuple

Ints = npt.NDArray[Any]
Strings = npt.NDArray[np.object_]
"""Byte strings, which an array of objects puts into another order in half the time that a list takes."""


class Numbered(NamedTuple):
    """A vocabulary: terms by number, and in parallel their stems. A term may have several numbers.

    `marked` are the numbers of those that are marked with a language.
    """

    terms: list[bytes]
    stems: list[bytes]
    marked: list[int]


class Part(NamedTuple):
    """Some occurrences: `vocabulary` says which one numbers their terms; the others have one entry an occurrence."""

    vocabulary: int
    term: Ints
    doc: Ints
    position: Ints


class Field(NamedTuple):
    """The terms of a field, sorted, and its stem groups in the order of their stems.

    `ranks` gives, for each vocabulary, the rank of each of its numbers that occurs in the field.
    """

    terms: Strings
    stems: Strings
    group: Ints  # of each term
    member: Ints  # of each term, in its group
    by_group: Ints  # terms in the order group, member
    first: Ints  # of each group, its first term in by_group; and the number of terms
    marked: Ints  # terms that are marked with a language
    ranks: list[Ints]


class Lexicon(NamedTuple):
    """Both fields, and where the terms and groups of titles stand in bodies: -1 where they do not."""

    body: Field
    title: Field
    same_term: Ints
    same_group: Ints


def lexicon(vocabularies: list[Numbered], body: list[Part], title: list[Part]) -> Lexicon:
    """Arrange the terms that occur in the parts of either field."""
    used = [_used(vocabularies, parts) for parts in (body, title)]
    numbers = [np.flatnonzero(a | b) for a, b in zip(*used, strict=True)]
    terms, stems = (
        np.concatenate(
            [_strings([]), *(_strings(a)[own] for a, own in zip(of_all, numbers, strict=True))]
        )
        for of_all in ([v.terms for v in vocabularies], [v.stems for v in vocabularies])
    )
    firsts, ranks = ordering(terms)
    stems = stems[firsts]
    stem_firsts, group = ordering(stems)
    ranks_of = _by_vocabulary(ranks, numbers)
    marked = np.zeros(len(firsts), np.bool_)
    for vocabulary, own, ranks in zip(vocabularies, numbers, ranks_of, strict=True):
        marked[ranks[np.isin(own, vocabulary.marked)]] = True
    both = _All(terms[firsts], stems[stem_firsts], group, marked, ranks_of)
    (in_body, body_term, body_group), (in_title, title_term, title_group) = (
        _field(both, vocabularies, numbers, used_there) for used_there in used
    )
    return Lexicon(in_body, in_title, body_term[title_term >= 0], body_group[title_group >= 0])


def _strings(values: list[bytes]) -> Strings:
    return np.fromiter(values, np.object_, len(values))


class _All(NamedTuple):
    """The terms and the groups of both fields together, sorted; the group of each term, and whether it is marked; by
    vocabulary the rank of each number that occurs."""

    terms: Strings
    stems: Strings
    group: Ints
    marked: Ints
    ranks: list[Ints]


def _used(vocabularies: list[Numbered], parts: list[Part]) -> list[Ints]:
    """For each vocabulary, which of its numbers occur."""
    used: list[Ints] = [np.zeros(len(vocabulary.terms), np.bool_) for vocabulary in vocabularies]
    for part in parts:
        used[part.vocabulary][part.term] = True
    return used


def _by_vocabulary(ranks: Ints, numbers: list[Ints]) -> list[Ints]:
    ends = accumulate(map(len, numbers))
    return [ranks[end - len(own) : end] for own, end in zip(numbers, ends, strict=True)]


def _field(
    both: _All, vocabularies: list[Numbered], numbers: list[Ints], used: list[Ints]
) -> tuple[Field, Ints, Ints]:
    """A field; and for all terms and all groups their place in it, -1 where it has none."""
    has_term = np.zeros(len(both.terms), np.bool_)
    for own, ranks, there in zip(numbers, both.ranks, used, strict=True):
        has_term[ranks[there[own]]] = True
    place = np.where(has_term, np.cumsum(has_term) - 1, -1)
    has_group = np.zeros(len(both.stems), np.bool_)
    has_group[both.group[has_term]] = True
    place_of_group = np.where(has_group, np.cumsum(has_group) - 1, -1)
    group = place_of_group[both.group[has_term]]
    by_group = np.argsort(group, kind="stable")
    first = np.concatenate(
        [[0], np.cumsum(np.bincount(group, minlength=int(np.count_nonzero(has_group))))]
    )
    member = np.empty(len(group), np.int64)
    member[by_group] = np.arange(len(group)) - first[group[by_group]]
    ranks_of = []
    for vocabulary, own, ranks in zip(vocabularies, numbers, both.ranks, strict=True):
        rank = np.zeros(len(vocabulary.terms), np.int64)
        rank[own] = place[ranks]
        ranks_of.append(rank)
    field = Field(
        both.terms[has_term],
        both.stems[has_group],
        group,
        member,
        by_group,
        first,
        np.flatnonzero(both.marked[has_term]),
        ranks_of,
    )
    return field, place, place_of_group
