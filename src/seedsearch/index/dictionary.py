"""The dictionaries of a segment: stem groups with their numbers, and terms in order.

Both are lists of sorted keys, cut into blocks that are compressed one by one; the first key of each block is kept
aside, so that looking a key up reads one block. A key is a field's byte and then the stem or the term; a stem may be
marked with its language (`tongues.py`), and a term then stands among the terms once for each group that it is in.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain, pairwise, repeat, takewhile
from typing import Any

from seedsearch.errors import IndexDamagedError
from seedsearch.index.segment_file import (
    Blobs,
    SegmentFile,
    SegmentFileWriter,
    inflate,
    narrowest,
)
from seedsearch.record import NamedTuple

BODY = b"b"
TITLE = b"t"

_GROUPS_A_BLOCK = 128
_TERMS_A_BLOCK = 256
_GROUPS_KEPT = 10_000  # that were looked up
_BLOCKS_KEPT = 2_000  # that were taken apart


class Group(NamedTuple):
    """A stem group of one segment and field.

    `members` are its terms, sorted. `postings` and `occurrences` are where its part of those columns begins,
    `df` and `cf` how long each is. `member_at` is where its part of the member column begins, -1 where it has
    but one member. `extra` counts the passages that hold it in their title and not in their body (title
    groups only). The `member_` tuples say the same for each member.
    """

    members: tuple[bytes, ...]
    postings: int
    df: int
    occurrences: int
    cf: int
    member_at: int
    extra: int
    member_df: tuple[int, ...]
    member_cf: tuple[int, ...]
    member_extra: tuple[int, ...]


# ------------------------------------------------------------------------------ writing


class Keys(NamedTuple):
    """Sorted keys, those of bodies before those of titles; here without the byte of their field."""

    bodies: list[bytes]
    titles: list[bytes]

    def total(self) -> int:
        """How many there are."""
        return len(self.bodies) + len(self.titles)

    def at(self, number: int) -> bytes:
        """One key, with its field."""
        rest = number - len(self.bodies)
        return TITLE + self.titles[rest] if rest >= 0 else BODY + self.bodies[number]

    def joined(self, start: int, end: int) -> bytes:
        """Keys with their fields, a line each: to put the fields between the lines is quicker than to make each key."""
        rest = len(self.bodies)
        parts = []
        if start < rest:
            parts.append(BODY + (b"\n" + BODY).join(self.bodies[start : min(end, rest)]))
        if end > rest:
            parts.append(
                TITLE + (b"\n" + TITLE).join(self.titles[max(start - rest, 0) : end - rest])
            )
        return b"\n".join(parts)


# Numbers come as NumPy arrays, or as lists from who has not imported NumPy.


def _packed(values: Any, ends: Sequence[int]) -> list[bytes]:
    """Numbers cut before each of `ends`, each part in the narrowest type: its code, then the numbers."""
    bounds = list(pairwise([0, *ends]))
    if isinstance(values, list):
        codes = [narrowest(max(values[a:b])) for a, b in bounds]
        return [
            code.encode() + array(code, values[a:b]).tobytes()
            for code, (a, b) in zip(codes, bounds, strict=True)
        ]
    if not ends:
        return []
    import numpy as np  # is there, for these are its arrays: start-up time

    codes = list(map(narrowest, np.maximum.reduceat(values, [0, *ends[:-1]]).tolist()))
    narrow = {code: values.astype(code) for code in set(codes)}
    return [
        code.encode() + narrow[code][a:b].tobytes()
        for code, (a, b) in zip(codes, bounds, strict=True)
    ]


def _totals(values: Any, ends: Sequence[int]) -> list[int]:
    """The sum of the numbers before each of `ends`."""
    if isinstance(values, list):
        sums = list(accumulate(values))
        return [sums[end - 1] for end in ends]
    totals: list[int] = values.cumsum()[[end - 1 for end in ends]].tolist() if ends else []
    return totals


def _sizes(first: Any, cf: Any) -> tuple[Any, Any]:
    """How many terms each group has, and its cf if these are several, else 0."""
    if isinstance(first, list):
        sizes = [b - a for a, b in pairwise(first)]
        return sizes, [n if size > 1 else 0 for n, size in zip(cf, sizes, strict=True)]
    counts = first[1:] - first[:-1]
    return counts, cf * (counts > 1)


def _ends(count: int, most: int) -> list[int]:
    """Where blocks of `most` end."""
    return [*range(most, count, most), count] if count else []


def write_groups(
    writer: SegmentFileWriter,
    keys: Keys,
    members: list[bytes],
    first_term: Any,
    of_groups: tuple[Any, Any, Any],
    of_terms: tuple[Any, Any, Any],
) -> None:
    """Write the group dictionary. `of_groups` and `of_terms` are df, cf and extra."""
    df, cf, _ = of_groups
    sizes, in_members = _sizes(first_term, cf)
    ends = _ends(keys.total(), _GROUPS_A_BLOCK)
    term_ends = [int(first_term[end]) for end in ends]
    columns = zip(
        *[_packed(column, ends) for column in (*of_groups, sizes)],
        *[_packed(column, term_ends) for column in of_terms],
        strict=True,
    )
    blocks: list[bytes] = []
    a = ta = 0
    for b, tb, packed in zip(ends, term_ends, columns, strict=True):
        parts = [keys.joined(a, b), b"\n".join(members[ta:tb]), *packed]
        blocks.append(array("I", map(len, parts)).tobytes() + b"".join(parts))
        a, ta = b, tb
    totals = [_totals(column, ends) for column in (df, cf, in_members)]
    bases = [0, 0, 0, *chain.from_iterable(zip(*totals, strict=True))]
    write_group_blocks(writer, blocks, _firsts(keys, ends))
    writer.numbers("group.base", bases)


def write_terms(writer: SegmentFileWriter, keys: Keys, group: Any) -> None:
    """Write the term dictionary: sorted keys with the number of the group that each belongs to."""
    ends = _ends(keys.total(), _TERMS_A_BLOCK)
    blocks: list[bytes] = []
    a = 0
    for b, packed in zip(ends, _packed(group, ends), strict=True):
        names = keys.joined(a, b)
        blocks.append(array("I", [len(names)]).tobytes() + names + packed)
        a = b
    write_term_blocks(writer, blocks, _firsts(keys, ends))


def _firsts(keys: Keys, ends: Sequence[int]) -> list[bytes]:
    return [keys.at(start) for start, _ in pairwise([0, *ends])]


def write_group_blocks(writer: SegmentFileWriter, blocks: list[bytes], firsts: list[bytes]) -> None:
    """Write the group dictionary from its blocks and their first keys, but for what its columns begin with."""
    writer.blobs("group", _deflated(blocks))
    writer.blobs("group.first", firsts)


def write_term_blocks(writer: SegmentFileWriter, blocks: list[bytes], firsts: list[bytes]) -> None:
    """Write the term dictionary from its blocks and their first keys."""
    writer.blobs("term", _deflated(blocks))
    writer.blobs("term.first", firsts)


def _deflated(blocks: list[bytes]) -> list[bytes]:
    from seedsearch.index.deflate import SMALL_LEVEL, deflate  # queries only inflate

    return [deflate(block, SMALL_LEVEL) for block in blocks]


# ------------------------------------------------------------------------------ reading


# Blocks that are not what they should be raise ValueError here; `Dictionary` says in which file.


def _unpack(data: bytes, count: int) -> Sequence[int]:
    if data[:1] not in (b"B", b"H", b"I", b"Q"):
        raise ValueError
    numbers = array(data[:1].decode())
    numbers.frombytes(data[1:])
    if len(numbers) != count:
        raise ValueError
    return numbers


class Block:
    """A block of groups, taken apart when first used."""

    __slots__ = ("bases", "cf", "df", "extra", "keys", "member_cf", "member_df", "member_extra",
                 "members", "sizes")  # fmt: skip

    def __init__(self, data: bytes, bases: tuple[int, int, int]) -> None:
        lengths = array("I", data[:36])
        parts: list[bytes] = []
        at = 36
        for length in lengths:
            parts.append(data[at : at + length])
            at += length
        self.keys = parts[0].split(b"\n")
        self.members = parts[1].split(b"\n")
        groups, terms = repeat(len(self.keys)), repeat(len(self.members))
        self.df, self.cf, self.extra, self.sizes = map(_unpack, parts[2:6], groups)
        self.member_df, self.member_cf, self.member_extra = map(_unpack, parts[6:9], terms)
        if 0 in self.sizes or sum(self.sizes) != len(self.members):
            raise ValueError
        self.bases = bases

    def group(self, i: int) -> Group:
        """The group of that number in the block."""
        postings, occurrences, members = self.bases
        df, cf, sizes = self.df, self.cf, self.sizes
        size = sizes[i]
        if size > 1:
            members += sum(c for c, s in zip(cf[:i], sizes[:i], strict=True) if s > 1)
        first = sum(sizes[:i])
        last = first + size
        return Group(
            tuple(self.members[first:last]),
            postings + sum(df[:i]),
            df[i],
            occurrences + sum(cf[:i]),
            cf[i],
            members if size > 1 else -1,
            self.extra[i],
            tuple(self.member_df[first:last]),
            tuple(self.member_cf[first:last]),
            tuple(self.member_extra[first:last]),
        )


class Dictionary:
    """The dictionaries of an open segment. Blocks are kept once they have been read."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self._groups = Blobs(file, "group")
        self._terms = Blobs(file, "term")
        self._group_firsts: list[bytes] | None = None
        self._term_firsts: list[bytes] | None = None
        self._blocks: dict[int, Block] = {}
        self._found: dict[bytes, Group | None] = {}

    def group(self, key: bytes) -> Group | None:
        """The group of that key (field and stem)."""
        try:
            return self._found[key]
        except KeyError:
            pass
        found = self._look_up(key)
        if len(self._found) > _GROUPS_KEPT:
            self._found.clear()
        self._found[key] = found
        return found

    def _look_up(self, key: bytes) -> Group | None:
        number = bisect_right(self._firsts(), key) - 1
        if number < 0:
            return None
        block = self._block(number)
        i = bisect_left(block.keys, key)
        return block.group(i) if i < len(block.keys) and block.keys[i] == key else None

    def _firsts(self) -> list[bytes]:
        if self._group_firsts is None:
            self._group_firsts = Blobs(self._file, "group.first").all()
        return self._group_firsts

    def _block(self, number: int) -> Block:
        block = self._blocks.get(number)
        if block is None:
            bases = self._file.column("group.base").slice(3 * number, 3 * number + 3)
            if len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.clear()
            block = self._blocks[number] = self._taken_apart(number, (bases[0], bases[1], bases[2]))
        return block

    def blocks(self) -> Iterator[Block]:
        """Every block of groups, in order: for checks."""
        return map(self._block, range(len(self._groups)))

    def _taken_apart(self, number: int, bases: tuple[int, int, int]) -> Block:
        try:
            return Block(self._inflate(self._groups[number]), bases)
        except ValueError:
            raise self._unreadable() from None

    def _inflate(self, data: bytes) -> bytes:
        found = inflate(data)
        if found is None:
            raise self._unreadable()
        return found

    def _unreadable(self) -> IndexDamagedError:
        return self._file.damaged("a block of its dictionary cannot be read")

    def group_at(self, number: int) -> tuple[bytes, Group]:
        """The key and the group of that number, in the order of keys."""
        block = self._block(number // _GROUPS_A_BLOCK)
        i = number % _GROUPS_A_BLOCK
        if i >= len(block.keys):
            raise self._unreadable()
        return block.keys[i], block.group(i)

    def export(self) -> tuple[list[bytes], list[bytes], list[int], list[int]]:
        """All keys, all members, how many of these each key has, and its cf: for merging."""
        keys: list[bytes] = []
        members: list[bytes] = []
        sizes: list[int] = []
        cf: list[int] = []
        for number in range(len(self._groups)):
            block = self._taken_apart(number, (0, 0, 0))
            keys += block.keys
            members += block.members
            sizes += block.sizes
            cf += block.cf
        return keys, members, sizes, cf

    def terms(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms from `start` on (field and term), in order, with the number of their group; once for each group."""
        if self._term_firsts is None:
            self._term_firsts = Blobs(self._file, "term.first").all()
        for number in range(max(bisect_right(self._term_firsts, start) - 1, 0), len(self._terms)):
            keys, groups = self._term_block(number)
            for i in range(bisect_left(keys, start), len(keys)):
                yield keys[i], groups[i]

    def shaped(self, start: bytes, shape: re.Pattern[bytes] | None) -> Iterator[tuple[bytes, int]]:
        """The terms that begin with `start` (field and term), as `terms` gives them; with a shape, only those of it.

        A block is searched as a whole, and not taken apart.
        """
        if self._term_firsts is None:
            self._term_firsts = Blobs(self._file, "term.first").all()
        firsts = self._term_firsts
        for number in range(max(bisect_right(firsts, start) - 1, 0), len(firsts)):
            if firsts[number] > start and not firsts[number].startswith(start):
                return
            found = (
                zip(*self._term_block(number), strict=True)
                if shape is None
                else self._of_shape(number, shape)
            )
            for key, group in found:
                if key.startswith(start):
                    yield key, group

    def _of_shape(self, number: int, shape: re.Pattern[bytes]) -> Iterator[tuple[bytes, int]]:
        """The terms of a block that have a shape, with the numbers of their groups."""
        data = self._inflate(self._terms[number])
        end = 4 + int.from_bytes(data[:4], "little")
        names, at, seen = data[4:end], 0, 0
        groups: Sequence[int] = ()
        for match in shape.finditer(names):
            if not groups:
                try:
                    groups = _unpack(data[end:], names.count(b"\n") + 1)
                except ValueError:
                    raise self._unreadable() from None
            at += names.count(b"\n", seen, match.start())
            seen = match.start()
            yield match[0], groups[at]

    def _term_block(self, number: int) -> tuple[list[bytes], Sequence[int]]:
        data = self._inflate(self._terms[number])
        try:
            size = array("I", data[:4])[0]
            keys = data[4 : 4 + size].split(b"\n")
            return keys, _unpack(data[4 + size :], len(keys))
        except (ValueError, IndexError):
            raise self._unreadable() from None

    def counts(
        self, start: bytes, fits: Callable[[bytes], bool]
    ) -> Iterator[tuple[bytes, int, int, int]]:
        """(term, df, cf, extra) of the terms that begin with `start` (field and term) and fit, in no order.

        `fits` is asked without the field. A term that stands in several groups comes once for each.
        """
        field, beginning = start[:1], start[1:]
        for number in self._blocks_of(start) if beginning else range(len(self._groups)):
            block = self._block(number)
            first = sum(block.sizes[: bisect_left(block.keys, field)])
            last = sum(block.sizes[: bisect_left(block.keys, bytes([field[0] + 1]))])
            columns = (block.members, block.member_df, block.member_cf, block.member_extra)
            for found in zip(*(column[first:last] for column in columns), strict=True):
                if found[0].startswith(beginning) and fits(found[0]):
                    yield found

    def _blocks_of(self, start: bytes) -> list[int]:
        """The blocks of the groups that have a term which begins with `start`."""
        found = takewhile(lambda term: term[0].startswith(start), self.terms(start))
        return sorted({group // _GROUPS_A_BLOCK for _, group in found})
