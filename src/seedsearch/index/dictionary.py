"""Reading the dictionaries of a segment: stem groups with their numbers, and terms in order.

Both are lists of sorted keys, cut into blocks that are compressed one by one; the first key of each block is kept
aside, so that looking a key up reads one block. A key is a field's byte and then the stem or the term. A stem may be
marked with its language (`analysis.stemming`); a term stands among the terms once for each group that lists it.

A group whose only member is its own key lists no member, and the term does not stand among the terms: most pairs of
Chinese characters, numbers and names are such. `dictionary_writer.py` writes all this; docs/index-format.md has the
bytes.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile

from seedsearch.analysis.stemming import MARK
from seedsearch.core import compiled
from seedsearch.errors import IndexDamagedError
from seedsearch.index.segment_file import Blobs, SegmentFile, inflate
from seedsearch.index.term_patterns import TermPattern, fitting_lines
from seedsearch.record import NamedTuple

BODY = b"b"
TITLE = b"t"

GROUPS_A_BLOCK = 128
TERMS_A_BLOCK = 256
_GROUPS_KEPT = 10_000  # that were looked up
_BLOCKS_KEPT = 1 << 24  # bytes of blocks that stay inflated
_LARGEST_BLOCK = 1 << 22  # bytes
PARTS = 10
"""Of a block of groups: keys and members, and eight columns of numbers."""

_HEADER = 4 * PARTS  # bytes: the length of each part


class Group(NamedTuple):
    """A stem group of one segment and field.

    `members` are its terms, sorted. `start` is where its posting list begins, and `size` how many bytes that has, with
    `df` passages and `cf` occurrences. `extra` counts the passages that hold it in their title and not in their body
    (title groups only). The `member_` tuples say the same for each member.
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


def utf8(text: str) -> bytes:
    """UTF-8, lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass")


def text_of(data: bytes) -> str:
    """The text of such bytes."""
    return data.decode("utf-8", "surrogatepass")


def bare(key: bytes) -> bytes:
    """A key or a term without its language."""
    return key.partition(MARK)[0]


# Blocks that are not what they should be raise ValueError here; `Dictionary` says in which file.


def _unpack(data: bytes, count: int) -> Sequence[int]:
    if data[:1] not in (b"B", b"H", b"I"):
        raise ValueError
    numbers = array(data[:1].decode())
    numbers.frombytes(data[1:])
    if len(numbers) != count:
        raise ValueError
    return numbers


def _parts(data: bytes) -> list[bytes]:
    """The parts of a block of groups."""
    parts: list[bytes] = []
    at = _HEADER
    for length in array("I", data[:_HEADER]):
        parts.append(data[at : at + length])
        at += length
    if at != len(data):
        raise ValueError
    return parts


class Block:
    """A block of groups, taken apart. The first of its posting lists begins at `base`."""

    def __init__(self, data: bytes, base: int) -> None:
        self._names, self._members, *self._numbers = _parts(data)
        self.base = base

    @cached_property
    def keys(self) -> list[bytes]:
        """The keys of the groups, with their fields."""
        return self._names.split(b"\n")

    @cached_property
    def members(self) -> list[bytes]:
        """The members that are listed, of one group after the other."""
        return self._members.split(b"\n") if len(self._numbers[5]) > 1 else []

    @cached_property
    def columns(self) -> list[Sequence[int]]:
        """For each group: df, cf, extra, the size of its list, how many members it lists."""
        count = self._names.count(b"\n") + 1
        columns = [_unpack(part, count) for part in self._numbers[:5]]
        if sum(columns[4]) != len(self.members):
            raise ValueError
        return columns

    @property
    def lists(self) -> Sequence[int]:
        """The size of each group's posting list."""
        return self.columns[3]

    @property
    def listed(self) -> Sequence[int]:
        """How many members each group lists."""
        return self.columns[4]

    @cached_property
    def member_columns(self) -> list[Sequence[int]]:
        """For each listed member: df, cf, extra."""
        return [_unpack(part, len(self.members)) for part in self._numbers[5:]]

    def check(self) -> None:
        """Take everything apart. Raises ValueError."""
        assert len(self.columns) + len(self.member_columns) == PARTS - 2

    def group(self, i: int) -> Group:
        """The group of that number in the block."""
        df, cf, extra, size, listed = [column[i] for column in self.columns]
        start = self.base + sum(self.lists[:i])
        if not listed:
            return Group(
                (bare(self.keys[i][1:]),), start, size, df, cf, extra, (df,), (cf,), (extra,)
            )
        first = sum(self.listed[:i])
        last = first + listed
        of_members = [tuple(column[first:last]) for column in self.member_columns]
        return Group(tuple(self.members[first:last]), start, size, df, cf, extra, *of_members)


class Dictionary:
    """The dictionaries of an open segment. Blocks are kept once they have been read."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self._groups = Blobs(file, "group")
        self._terms = Blobs(file, "term")
        self._known_firsts: dict[str, list[bytes]] = {}
        self._bases = file.column("group.base")
        self._blocks: dict[int, bytes] = {}
        self._blocks_size = 0
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
        return None if number < 0 else self._in_block(number, key, 0)

    def group_at(self, number: int) -> Group:
        """The group of that number, in the order of keys."""
        group = self._in_block(number // GROUPS_A_BLOCK, None, number % GROUPS_A_BLOCK)
        if group is None:
            raise self._unreadable()
        return group

    def key_at(self, number: int) -> bytes:
        """The key of the group of that number."""
        try:
            return _parts(self._block(number // GROUPS_A_BLOCK))[0].split(b"\n")[
                number % GROUPS_A_BLOCK
            ]
        except (ValueError, IndexError):
            raise self._unreadable() from None

    def _in_block(self, number: int, key: bytes | None, index: int) -> Group | None:
        """The group of a key in a block, or of an index there."""
        data, base = self._block(number), self._bases[number]
        try:
            if compiled is not None:
                found = compiled.read_group(data, base, key, index)
                return None if found is None else Group._make(found)
            block = Block(data, base)
            if key is not None:
                index = block.keys.index(key) if key in block.keys else -1
            return block.group(index) if 0 <= index < len(block.keys) else None
        except ValueError:
            raise self._unreadable() from None

    def _firsts(self, name: str = "group") -> list[bytes]:
        """The first key of each block."""
        firsts = self._known_firsts.get(name)
        if firsts is None:
            firsts = self._known_firsts[name] = Blobs(self._file, f"{name}.first").all()
        return firsts

    def _block(self, number: int) -> bytes:
        block = self._blocks.get(number)
        if block is None:
            block = self._inflate(self._groups[number])
            if self._blocks_size + len(block) > _BLOCKS_KEPT:
                self._blocks.clear()
                self._blocks_size = 0
            self._blocks[number] = block
            self._blocks_size += len(block)
        return block

    def blocks(self) -> Iterator[Block]:
        """Every block of groups, in order. They are not kept."""
        return map(self._taken_apart, range(len(self._groups)))

    def group_blocks(self) -> list[bytes]:
        """Every block of groups as it was before it was compressed."""
        return list(map(self._inflate, self._groups.all()))

    def _taken_apart(self, number: int) -> Block:
        try:
            block = Block(self._inflate(self._groups[number]), self._bases[number])
            block.check()
        except ValueError:
            raise self._unreadable() from None
        return block

    def _inflate(self, data: bytes) -> bytes:
        found = inflate(data, most=_LARGEST_BLOCK)
        if found is None:
            raise self._unreadable()
        return found

    def _unreadable(self) -> IndexDamagedError:
        return self._file.damaged("a block of its dictionary cannot be read")

    # ---------------------------------------------------------------------- terms

    def terms(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms from `start` on (field and term), in order, with the number of their group; once for each group."""
        return heapq.merge(self.listed(start), self._unlisted(start))

    def listed(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms that their groups list."""
        for number in _from_block(self._firsts("term"), start):
            keys, groups = self._term_block(number)
            for i in range(bisect_left(keys, start), len(keys)):
                yield keys[i], groups[i]

    def _unlisted(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms that are their groups' keys."""
        for number in _from_block(self._firsts(), start):
            names, listed = self._group_keys(number)
            keys = names.split(b"\n")
            for i in range(bisect_left(keys, start), len(keys)):
                if not listed[i]:
                    yield bare(keys[i]), number * GROUPS_A_BLOCK + i

    def fitting(self, field: bytes, pattern: TermPattern) -> Iterator[tuple[bytes, int]]:
        """The terms of a field that fit (field and term), with the numbers of their groups, in no order."""
        start = field + utf8(pattern.start)
        for number in _with_beginning(self._firsts("term"), start):
            names, packed = self._term_parts(number)
            found = fitting_lines(names, field, pattern)
            groups = self._unpacked_groups(packed, names) if found else ()
            for i, key in found:
                yield key, groups[i]
        for number in _with_beginning(self._firsts(), start):
            names, listed = self._group_keys(number)
            for i, key in fitting_lines(names, field, pattern):
                if not listed[i]:
                    yield key, number * GROUPS_A_BLOCK + i

    def _group_keys(self, number: int) -> tuple[bytes, Sequence[int]]:
        """The keys of a block of groups, a line each, and how many members each lists."""
        try:
            parts = _parts(self._block(number))
            return parts[0], _unpack(parts[6], parts[0].count(b"\n") + 1)
        except ValueError:
            raise self._unreadable() from None

    def _term_parts(self, number: int) -> tuple[bytes, bytes]:
        """The keys of a block of terms, a line each, and the packed numbers of their groups."""
        data = self._inflate(self._terms[number])
        end = 4 + int.from_bytes(data[:4], "little")
        return data[4:end], data[end:]

    def _unpacked_groups(self, packed: bytes, names: bytes) -> Sequence[int]:
        try:
            return _unpack(packed, names.count(b"\n") + 1)
        except ValueError:
            raise self._unreadable() from None

    def _term_block(self, number: int) -> tuple[list[bytes], Sequence[int]]:
        names, packed = self._term_parts(number)
        return names.split(b"\n"), self._unpacked_groups(packed, names)

    def counts(
        self, start: bytes, fits: Callable[[bytes], bool] | None
    ) -> Iterator[tuple[bytes, int, int, int]]:
        """(term, df, cf, extra) of the terms that begin with `start` (field and term) and fit, in no order.

        `fits` is asked without the field; None for all. A term that is in several groups comes once for each.
        """
        beginning = start[1:]
        blocks = self._blocks_of(start) if beginning else _with_beginning(self._firsts(), start)
        for number in blocks:
            found = _members(self._taken_apart(number), start[:1])
            if beginning:
                found = filter(lambda term: term[0].startswith(beginning), found)
            yield from found if fits is None else filter(lambda term: fits(term[0]), found)

    def _blocks_of(self, start: bytes) -> list[int]:
        """The blocks of the groups that have a term which begins with `start`."""
        found = takewhile(lambda term: term[0].startswith(start), self.terms(start))
        return sorted({group // GROUPS_A_BLOCK for _, group in found})


def _from_block(firsts: Sequence[bytes], start: bytes) -> range:
    """The blocks that may hold keys from `start` on, by their first keys."""
    return range(max(bisect_right(firsts, start) - 1, 0), len(firsts))


def _with_beginning(firsts: Sequence[bytes], start: bytes) -> Iterator[int]:
    """The blocks that may hold keys which begin with `start`."""
    return takewhile(
        lambda n: firsts[n] <= start or firsts[n].startswith(start), _from_block(firsts, start)
    )


def _members(block: Block, field: bytes) -> Iterator[tuple[bytes, int, int, int]]:
    """(term, df, cf, extra) of the members of a block's groups of a field."""
    first = bisect_left(block.keys, field)
    last = bisect_left(block.keys, bytes([field[0] + 1]))
    columns = (block.keys, *block.columns[:3], block.listed)
    for key, *counts, listed in zip(*(column[first:last] for column in columns), strict=True):
        if not listed:
            yield bare(key[1:]), counts[0], counts[1], counts[2]
    start, end = sum(block.listed[:first]), sum(block.listed[:last])
    listed_columns = (block.members, *block.member_columns)
    yield from zip(*(column[start:end] for column in listed_columns), strict=True)
