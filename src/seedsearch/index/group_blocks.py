"""Read and write the bytes of a block of groups, in plain Python. c/dictionary.c does the same.

A block has up to GROUPS_A_BLOCK groups in the order of their keys. A group consists of

1. its key, a *string*; the string before it is the previous key, at first the empty string;
2. its *counts*;
3. the number of bytes of its posting list, and the number of members that it lists;
4. for each listed member a string, its name, and its counts. The string before the first name is the group's key
   without the byte of its field.

A *string* begins with a byte. Its four high bits are the number of first bytes (15 at most) that the string shares
with the string before it. Its four low bits are the number of bytes that follow; 15 means that the next number is
added to it.

*Counts* are a number: four times df, plus 2 if cf equals df, plus 1 if extra is not 0. Then comes cf - df if it is
not 0, and then extra if it is not 0.

Numbers have the code of posting lists (core/posting_list.py). Invalid bytes raise ValueError.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import TypeAlias

from seedsearch.analysis.stemming import AS_SPELT, MARK
from seedsearch.core import compiled
from seedsearch.core.posting_list import code, number_at
from seedsearch.record import NamedTuple

GROUPS_A_BLOCK = 128

_MOST_SHARED = _LONG_REST = 15
_ONCE_EACH, _HAS_EXTRA = 2, 1
_MOST = (1 << 32) - 1

Parts: TypeAlias = tuple[bytes, ...]
"""The keys of a block, one a line, and the names of the listed members, one a line.

Then columns of uint32: df, cf, extra, bytes of the posting list and number of listed members of the groups; df, cf
and extra of the members.
"""


class Group(NamedTuple):
    """A stem group of one segment and field.

    `members` are its terms, sorted. `start` is the offset of its posting list, and `size` its length in bytes; it
    has `df` passages and `cf` occurrences. `extra` counts the passages that have the group in their title and not in
    their body (title groups only). The `member_` tuples are the same counts for each member.
    """

    members: tuple[bytes, ...]
    start: int
    size: int
    df: int
    cf: int
    extra: int
    member_df: tuple[int, ...]
    member_cf: tuple[int, ...]
    member_extra: tuple[int, ...]


def bare(key: bytes) -> bytes:
    """Return a key or a term without its language."""
    return key.partition(MARK)[0]


# ------------------------------------------------------------------------------ writing


def string(before: bytes, text: bytes) -> bytes:
    """Encode a string by its difference from the string before it."""
    shared = 0
    while shared < min(_MOST_SHARED, len(text), len(before)) and before[shared] == text[shared]:
        shared += 1
    rest = text[shared:]
    least = min(len(rest), _LONG_REST)
    more = code(len(rest) - least) if least == _LONG_REST else b""
    return bytes([shared << 4 | least]) + more + rest


def counts(df: int, cf: int, extra: int) -> bytes:
    """Encode the counts of a group or a member."""
    first = code(df << 2 | _ONCE_EACH * (cf == df) | _HAS_EXTRA * (extra != 0))
    return b"".join((first, *(code(number) for number in (cf - df, extra) if number)))


# ------------------------------------------------------------------------------ reading


class _Reader:
    """Reads a block from its beginning."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._data)

    def number(self) -> int:
        value, self._at = number_at(self._data, self._at, len(self._data))
        return value

    def string(self, before: bytes) -> bytes:
        if self.is_done:
            raise ValueError("a string is too short")
        first = self._data[self._at]
        self._at += 1
        shared, size = first >> 4, first & _LONG_REST
        if size == _LONG_REST:
            size += self.number()
        rest = self._data[self._at : self._at + size]
        self._at += size
        if shared > len(before) or len(rest) < size or b"\n" in rest:
            raise ValueError("a string is too short, or has a line end")
        return before[:shared] + rest

    def counts(self) -> tuple[int, int, int]:
        first = self.number()
        more = 0 if first & _ONCE_EACH else self.number()
        extra = self.number() if first & _HAS_EXTRA else 0
        df = first >> 2
        if df + more > _MOST or (not first & _ONCE_EACH and not more) or (first & 1 and not extra):
            raise ValueError("a block's counts cannot be read")
        return df, df + more, extra


_Counts: TypeAlias = tuple[int, int, int]


def _groups(
    data: bytes,
) -> Iterator[tuple[bytes, _Counts, tuple[int, int], list[tuple[bytes, _Counts]]]]:
    """Yield the key, the counts, the size of the posting list with the number of listed members, and these members, of
    each group of a block.
    """
    reader = _Reader(data)
    key = b""
    while not reader.is_done:
        key = reader.string(key)
        own, size, listed = reader.counts(), reader.number(), reader.number()
        if key[:1] not in (b"b", b"t"):
            raise ValueError("a key is of a field")
        name = key[1:]
        members: list[tuple[bytes, _Counts]] = []
        while len(members) < listed:
            name = reader.string(name)
            members.append((name, reader.counts()))
        yield key, own, (size, listed), members


def take_apart(data: bytes) -> Parts:
    """Return the parts of a block."""
    keys: list[bytes] = []
    names: list[bytes] = []
    numbers: list[array[int]] = [array("I") for _ in range(8)]
    for key, own, sizes, members in _groups(data):
        keys.append(key)
        for column, value in zip(numbers, own + sizes, strict=False):
            column.append(value)
        for name, counted in members:
            names.append(name)
            for column, value in zip(numbers[5:], counted, strict=True):
                column.append(value)
    return b"\n".join(keys), b"\n".join(names), *(column.tobytes() for column in numbers)


def terms_of(data: bytes, field: bytes) -> tuple[list[bytes], bytes, bytes, bytes]:
    """Return the terms of a field, once for each group, with columns of their df, cf and extra (uint32)."""
    terms: list[bytes] = []
    df, cf, extra = columns = array("I"), array("I"), array("I")
    for key, own, _, members in _groups(data):
        for term, counted in (members or [(bare(key[1:]), own)]) if key[:1] == field else ():
            terms.append(term)
            for column, value in zip(columns, counted, strict=True):
                column.append(value)
    return terms, df.tobytes(), cf.tobytes(), extra.tobytes()


class Block:
    """A parsed block. Its first posting list begins at `base`.

    `names` are the keys, one a line; `members` are the listed members of all groups, in order. `columns` are df, cf,
    extra, the size of the posting list in bytes (`lists`) and the number of listed members (`listed`) of each group;
    `member_columns` are df, cf and extra of each member.
    """

    def __init__(self, data: bytes, base: int) -> None:
        parts = take_apart(data) if compiled is None else compiled.take_apart(data)
        self.names, members, *numbers = parts
        columns: list[Sequence[int]] = [memoryview(part).cast("I") for part in numbers]
        self.columns, self.member_columns = columns[:5], columns[5:]
        self.lists, self.listed = columns[3:5]
        self.members = members.split(b"\n") if len(columns[5]) else []
        self.base = base

    @property
    def keys(self) -> list[bytes]:
        """The keys of the groups, with their fields."""
        return self.names.split(b"\n")

    def words_with(
        self, words: tuple[tuple[bytes, bytes], ...], language: bytes, least: int, most: int
    ) -> Iterator[tuple[int, int, bool, bytes]]:
        """The terms of groups of a language in which words stand: the word's number, the group's, whether that
        is of titles, and the term.

        Of a word there are a beginning of terms that go on after it, and what may stand near their ends: at least so
        many bytes stand before that, and at most so many after it.
        """
        members = iter(self.members)
        for number, (key, listed) in enumerate(zip(self.keys, self.listed, strict=True)):
            bare_key, mark, named = key.partition(MARK)
            names = [next(members) for _ in range(listed)] or [bare_key[1:]]
            if mark and named.partition(AS_SPELT)[0] == language:
                for name, (word, (start, part)) in product(names, enumerate(words)):
                    tail = name[max(least, len(name) - len(part) - most) :]
                    if (name.startswith(start) and name != start) or part in tail:
                        yield word, number, key[:1] == b"t", name

    def marked(self) -> Iterator[bytes]:
        """Yield the terms of groups that are marked with a language, each with its group's key without the field."""
        members = iter(self.members)
        for key, listed in zip(self.keys, self.listed, strict=True):
            names = list(islice(members, listed))
            if MARK in key:
                for name in names or [bare(key[1:])]:
                    yield name
                    yield key[1:]

    def group(self, i: int) -> Group:
        """Return the group with number `i` in the block."""
        df, cf, extra, size, listed = [column[i] for column in self.columns]
        start = self.base + sum(self.lists[:i])
        if not listed:
            name = bare(self.keys[i][1:])
            return Group((name,), start, size, df, cf, extra, (df,), (cf,), (extra,))
        first = sum(self.listed[:i])
        last = first + listed
        of_members = [tuple(column[first:last]) for column in self.member_columns]
        return Group(tuple(self.members[first:last]), start, size, df, cf, extra, *of_members)
