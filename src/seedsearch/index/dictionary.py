"""Reading the dictionaries of a segment: stem groups with their numbers, and terms in order.

Both are lists of sorted keys, cut into blocks. The first key of each block is kept aside, so that looking a key up
reads one block. A key is a field's byte and then the stem or the term. A stem may be marked with its language
(`analysis.stemming`); a term stands among the terms once for each group that lists it.

Queries look up groups, so their blocks are read where they lie (`group_blocks.py`). Blocks of terms are deflated.

A group whose only member is its own key lists no member, and the term does not stand among the terms: most pairs of
Chinese characters, numbers and names are such. `dictionary_writer.py` writes all this; docs/index-format.md has the
bytes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

from seedsearch.analysis.stemming import class_of
from seedsearch.core import compiled
from seedsearch.errors import IndexDamagedError
from seedsearch.index.group_blocks import GROUPS_A_BLOCK, Block, Group, bare
from seedsearch.index.segment_file import Blobs, SegmentFile, inflate
from seedsearch.index.term_patterns import TermPattern, fitting_lines

BODY = b"b"
TITLE = b"t"

TERMS_A_BLOCK = 256
_LARGEST_BLOCK = 1 << 22  # bytes
_FEW = 10  # keys: to search for so many takes less than to make a list of the first keys


def utf8(text: str) -> bytes:
    """UTF-8, lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass")


def text_of(data: bytes) -> str:
    """The text of such bytes."""
    return data.decode("utf-8", "surrogatepass")


def _unpack(data: bytes, count: int) -> Sequence[int]:
    if data[:1] not in (b"B", b"H", b"I"):
        raise ValueError
    numbers = array(data[:1].decode())
    numbers.frombytes(data[1:])
    if len(numbers) != count:
        raise ValueError
    return numbers


class Dictionary:
    """The dictionaries of an open segment."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self._groups = Blobs(file, "group")
        self._terms = Blobs(file, "term")
        self._first_keys = Blobs(file, "group.first")
        self._asked = 0
        self._known_firsts: dict[str, list[bytes]] = {}
        self._bases = file.column("group.base")
        self._last_apart: tuple[int, Block] | None = None
        self._last_terms: tuple[int, tuple[bytes, bytes]] | None = None

    def group(self, key: bytes) -> Group | None:
        """The group of that key (field and stem)."""
        self._asked += 1
        few = self._asked <= _FEW and compiled is not None
        number = bisect_right(self._first_keys if few else self._firsts(), key) - 1
        return None if number < 0 else self._in_block(number, key, 0)

    def spellings(self, key: bytes) -> Iterator[Group]:
        """The groups of a stem class that is marked with its language: one for each way in which its stem is spelt."""
        for number in _with_beginning(self._firsts(), key):
            keys = self._taken_apart(number).keys
            for i in range(bisect_left(keys, key), len(keys)):
                if class_of(keys[i]) != key:
                    break
                yield self.group_at(number * GROUPS_A_BLOCK + i)

    def group_at(self, number: int) -> Group:
        """The group of that number, in the order of keys."""
        group = self._in_block(number // GROUPS_A_BLOCK, None, number % GROUPS_A_BLOCK)
        if group is None:
            raise self._unreadable()
        return group

    def key_at(self, number: int) -> bytes:
        """The key of the group of that number."""
        block, index = divmod(number, GROUPS_A_BLOCK)
        keys = self._taken_apart(block).keys
        if index >= len(keys):
            raise self._unreadable()
        return keys[index]

    def _in_block(self, number: int, key: bytes | None, index: int) -> Group | None:
        """The group of a key in a block, or of an index there."""
        if compiled is None:
            block = self._taken_apart(number)
            if key is not None:
                index = block.keys.index(key) if key in block.keys else -1
            return block.group(index) if 0 <= index < len(block.keys) else None
        try:
            found = compiled.read_group(self._groups.view(number), self._bases[number], key, index)
        except ValueError:
            raise self._unreadable() from None
        return None if found is None else tuple.__new__(Group, found)

    def _firsts(self, name: str = "group") -> list[bytes]:
        """The first key of each block."""
        firsts = self._known_firsts.get(name)
        if firsts is None:
            firsts = self._known_firsts[name] = Blobs(self._file, f"{name}.first").all()
        return firsts

    def blocks(self) -> Iterator[Block]:
        """Every block of groups, in order."""
        return map(self._taken_apart, range(len(self._groups)))

    def group_blocks(self) -> list[bytes]:
        """Every block of groups, as it is stored."""
        return self._groups.all()

    def _taken_apart(self, number: int) -> Block:
        """A block of groups; the last one is kept, since groups are often asked for in order."""
        last = self._last_apart
        if last is None or last[0] != number:
            try:
                last = number, Block(self._groups[number], self._bases[number])
            except ValueError:
                raise self._unreadable() from None
            self._last_apart = last
        return last[1]

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
        from heapq import merge  # for Whoosh and `terms` alone: start-up time

        return merge(self.listed(start), self._unlisted(start))

    def listed(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms that their groups list."""
        for number in _from_block(self._firsts("term"), start):
            keys, groups = self._term_block(number)
            for i in range(bisect_left(keys, start), len(keys)):
                yield keys[i], groups[i]

    def _unlisted(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms that are their groups' keys."""
        for number in _from_block(self._firsts(), start):
            block = self._taken_apart(number)
            keys, listed = block.keys, block.listed
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
            block = self._taken_apart(number)
            for i, key in fitting_lines(block.names, field, pattern):
                if not block.listed[i]:
                    yield key, number * GROUPS_A_BLOCK + i

    def words_with(
        self, words: tuple[tuple[bytes, bytes], ...], language: bytes, least: int, most: int
    ) -> Iterator[tuple[int, int, bool, bytes]]:
        """The terms of a language in which words stand (see `Block.words_with`)."""
        for number in range(len(self._groups)):
            found = self._in_terms(number, words, language, least, most)
            for word, group, is_title, term in found:
                yield word, number * GROUPS_A_BLOCK + group, is_title, term

    def _in_terms(
        self,
        number: int,
        words: tuple[tuple[bytes, bytes], ...],
        language: bytes,
        least: int,
        most: int,
    ) -> Iterable[tuple[int, int, bool, bytes]]:
        if compiled is None:
            return self._taken_apart(number).words_with(words, language, least, most)
        try:
            return compiled.words_with(self._groups.view(number), words, language, least, most)
        except ValueError:
            raise self._unreadable() from None

    def _term_parts(self, number: int) -> tuple[bytes, bytes]:
        """The keys of a block of terms, a line each, and the packed numbers of their groups."""
        last = self._last_terms
        if last is None or last[0] != number:  # the languages of an index ask for the same ones
            data = self._inflate(self._terms[number])
            end = 4 + int.from_bytes(data[:4], "little")
            last = self._last_terms = number, (data[4:end], data[end:])
        return last[1]

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
    keys = block.keys
    first = bisect_left(keys, field)
    last = bisect_left(keys, bytes([field[0] + 1]))
    columns = (keys, *block.columns[:3], block.listed)
    for key, *counts, listed in zip(*(column[first:last] for column in columns), strict=True):
        if not listed:
            yield bare(key[1:]), counts[0], counts[1], counts[2]
    start, end = sum(block.listed[:first]), sum(block.listed[:last])
    listed_columns = (block.members, *block.member_columns)
    yield from zip(*(column[start:end] for column in listed_columns), strict=True)
