"""Read the dictionaries of a segment: stem groups with their numbers, and terms in order.

Both are lists of sorted keys, cut into blocks. The first key of each block is stored separately, so a look-up reads
one block. A key is the byte of a field and then a stem or a term. A stem may be marked with its language
(`analysis.stemming`). A term is listed once for each group that lists it. Stem classes that are marked are also listed
by other keys (`classes`), in blocks like these.

Queries look up groups, so blocks of groups are read in place (`group_blocks.py`). Blocks of terms are deflated.

A group whose only member is its own key lists no member, and the term is not listed either. Most pairs of Chinese
characters, numbers and names are such groups. `dictionary_writer.py` writes the dictionaries; docs/index-format.md
describes their bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import compress, takewhile
from typing import Literal, TypeAlias

from seedsearch.core import compiled
from seedsearch.errors import IndexDamagedError
from seedsearch.index.group_blocks import GROUPS_A_BLOCK, Block, Group, bare, terms_of
from seedsearch.index.segment_file import Blobs, SegmentFile, inflate
from seedsearch.query.ast import Fuzzy, Prefix, Wildcard
from seedsearch.record import NamedTuple

Counts: TypeAlias = tuple[list[bytes], Sequence[int], Sequence[int], Sequence[int]]
"""Terms without their field, and df, cf and extra of each."""

BODY = b"b"
TITLE = b"t"

TERMS_A_BLOCK = 256
ROWS_A_BLOCK = 256
_NARROW: dict[bytes, Literal["B", "H", "I"]] = {b"B": "B", b"H": "H", b"I": "I"}
_LARGEST_BLOCK = 1 << 22  # bytes


def utf8(text: str) -> bytes:
    """Encode text as UTF-8, with lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def text_of(data: bytes) -> str:
    """Decode bytes that `utf8` made."""
    return data.decode("utf-8", "surrogatepass")


class Dictionary:
    """The dictionaries of an open segment."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self.reader = file.reader
        self._groups = Blobs(file, "group")
        self._terms = Blobs(file, "term")
        self._known_firsts: dict[str, list[bytes]] = {}
        self._bases = file.column("group.base")
        self._last_apart: tuple[int, Block] | None = None
        self._classes = Blobs(file, "class")
        self._last_classes: tuple[int, list[bytes]] | None = None

    def group(self, key: bytes) -> Group | None:
        """The group of that key (field and stem)."""
        found = find_groups((self,), (key,))
        return found[0][2] if found else None

    def look_up(self, key: bytes) -> Group | None:
        """The same in plain Python."""
        number = bisect_right(self._firsts(), key) - 1
        block = self._taken_apart(number) if number >= 0 else None
        return block.group(block.keys.index(key)) if block and key in block.keys else None

    def classes(self, key: bytes) -> Iterator[bytes]:
        """Yield the keys, without fields, of the stem classes that have rows under a key.

        These are the classes with that key except for the spelling of their stems, and the classes with a term whose
        own stem has that key when the term loses its accents: `dictionary_writer.class_rows`.
        """
        firsts = self._firsts("class")
        for number in range(max(bisect_left(firsts, key) - 1, 0), bisect_right(firsts, key)):
            rows = self._class_block(number)
            keys = rows[::2]
            yield from rows[2 * bisect_left(keys, key) + 1 : 2 * bisect_right(keys, key) : 2]

    def all_classes(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield every row of `classes`, in order. Raise IndexDamagedError if a block has another first key."""
        for number, first in enumerate(self._firsts("class")):
            rows = self._class_block(number)
            if rows[0] != first:
                raise self._unreadable()
            yield from zip(rows[::2], rows[1::2], strict=True)

    def _class_block(self, number: int) -> list[bytes]:
        """Return a block of rows: two keys each. The last one is kept, since languages share stems."""
        last = self._last_classes
        if last is None or last[0] != number:
            data = inflate(self._classes[number], most=_LARGEST_BLOCK)
            if data is None or data.count(b"\n") % 2 == 0:
                raise self._unreadable()
            last = self._last_classes = number, data.split(b"\n")
        return last[1]

    def group_at(self, number: int) -> Group:
        """The group of that number, in the order of keys."""
        found = None if self.reader is None else self.reader.group(number)
        if found is not None:
            return tuple.__new__(Group, found)
        block, index = divmod(number, GROUPS_A_BLOCK)
        apart = self._taken_apart(block)
        if index >= len(apart.lists):
            raise self._unreadable()
        return apart.group(index)

    def _firsts(self, name: str = "group") -> list[bytes]:
        """Return the first key of each block."""
        firsts = self._known_firsts.get(name)
        if firsts is None:
            firsts = self._known_firsts[name] = Blobs(self._file, f"{name}.first").all()
        return firsts

    def blocks(self) -> Iterator[Block]:
        """Yield every block of groups, in order."""
        return map(self._taken_apart, range(len(self._groups)))

    def group_blocks(self) -> list[bytes]:
        """Return every block of groups, as stored."""
        return self._groups.all()

    def _taken_apart(self, number: int) -> Block:
        """Return a block of groups, parsed. The last one is kept, since groups are often read in order."""
        last = self._last_apart
        if last is None or last[0] != number:
            try:
                last = number, Block(self._groups[number], self._bases[number])
            except ValueError:
                raise self._unreadable() from None
            self._last_apart = last
        return last[1]

    def _unreadable(self) -> IndexDamagedError:
        return self._file.damaged("a block of its dictionary cannot be read")

    # ---------------------------------------------------------------------- terms

    def terms(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield the terms from `start` on (field and term) in order, with their groups' numbers; once for each
        group.
        """
        from heapq import merge  # only for Whoosh and `terms`: start-up time

        return merge(self.listed(start), self._unlisted(start))

    def listed(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield the terms that their groups list."""
        for number in _from_block(self._firsts("term"), start):
            keys, groups = self._term_block(number)
            for i in range(bisect_left(keys, start), len(keys)):
                yield keys[i], groups[i]

    def _unlisted(self, start: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield the terms that are the keys of their groups."""
        for number in _from_block(self._firsts(), start):
            block = self._taken_apart(number)
            keys, listed = block.keys, block.listed
            for i in range(bisect_left(keys, start), len(keys)):
                if not listed[i]:
                    yield bare(keys[i]), number * GROUPS_A_BLOCK + i

    def fitting(self, field: bytes, pattern: TermPattern) -> Iterator[tuple[bytes, int]]:
        """Yield the terms of a field (field and term) that match, with their groups' numbers, in no order."""
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
        sought = words, language, least, most
        for number in range(len(self._groups)):
            try:
                if compiled is None:
                    found = list(self._taken_apart(number).words_with(*sought))
                else:
                    found = compiled.words_with(self._groups.view(number), *sought)
            except ValueError:
                raise self._unreadable() from None
            for word, group, is_title, term in found:
                yield word, number * GROUPS_A_BLOCK + group, is_title, term

    def _term_parts(self, number: int) -> tuple[bytes, bytes]:
        """The keys of a block of terms, a line each, and the packed numbers of their groups."""
        data = inflate(self._terms[number], most=_LARGEST_BLOCK)
        if data is None:
            raise self._unreadable()
        end = 4 + int.from_bytes(data[:4], "little")
        return data[4:end], data[end:]

    def _unpacked_groups(self, packed: bytes, names: bytes) -> Sequence[int]:
        try:
            numbers = memoryview(packed)[1:].cast(_NARROW[packed[:1]])
        except (KeyError, TypeError):
            raise self._unreadable() from None
        if len(numbers) != names.count(b"\n") + 1:
            raise self._unreadable()
        return numbers

    def _term_block(self, number: int) -> tuple[list[bytes], Sequence[int]]:
        names, packed = self._term_parts(number)
        return names.split(b"\n"), self._unpacked_groups(packed, names)

    def counts(self, start: bytes, fits: Callable[[bytes], bool] | None) -> Iterator[Counts]:
        """Yield the terms that begin with `start` (field and term) and fit, in no order, with their counts.

        `fits` gets the term without its field; None accepts all. A term in several groups comes once for each.
        """
        beginning = start[1:]
        blocks = self._blocks_of(start) if beginning else _with_beginning(self._firsts(), start)
        for number in blocks:
            terms, df, cf, extra = self._terms_of(number, start[:1])
            if beginning or fits is not None:
                chosen = [
                    term.startswith(beginning) and (fits is None or fits(term)) for term in terms
                ]
                terms = [*compress(terms, chosen)]
                df, cf, extra = ([*compress(column, chosen)] for column in (df, cf, extra))
            yield terms, df, cf, extra

    def _terms_of(self, number: int, field: bytes) -> Counts:
        try:
            if compiled is None:
                terms, *columns = terms_of(self._groups[number], field)
            else:
                terms, *columns = compiled.terms_of(self._groups.view(number), field)
        except ValueError:
            raise self._unreadable() from None
        df, cf, extra = (memoryview(column).cast("I") for column in columns)
        return terms, df, cf, extra

    def _blocks_of(self, start: bytes) -> list[int]:
        """Return the blocks of the groups that have a term beginning with `start`."""
        found = takewhile(lambda term: term[0].startswith(start), self.terms(start))
        return sorted({group // GROUPS_A_BLOCK for _, group in found})


def find_groups(
    dictionaries: Sequence[Dictionary], keys: tuple[bytes, ...]
) -> list[tuple[int, int, Group]]:
    """The groups of some keys: the number of the dictionary, that of the key, and the group, in this order."""
    readers = tuple([own.reader for own in dictionaries if own.reader is not None])
    if compiled is not None and len(readers) == len(dictionaries):
        found = compiled.find_groups(readers, keys)
        if found is not None:
            return [(number, key, tuple.__new__(Group, group)) for number, key, group in found]
    return [
        (number, place, group)
        for number, own in enumerate(dictionaries)
        for place, key in enumerate(keys)
        if (group := own.look_up(key)) is not None
    ]


def _from_block(firsts: Sequence[bytes], start: bytes) -> range:
    """Return the blocks that may hold keys from `start` on, given the first keys."""
    return range(max(bisect_right(firsts, start) - 1, 0), len(firsts))


def _with_beginning(firsts: Sequence[bytes], start: bytes) -> Iterator[int]:
    """Yield the blocks that may hold keys that begin with `start`."""
    return takewhile(
        lambda n: firsts[n] <= start or firsts[n].startswith(start), _from_block(firsts, start)
    )


# ---------------------------------------------------------------------- patterns


class TermPattern(NamedTuple):
    """The beginning of the terms, and a pattern for the rest.

    The rest is a glob of `*` and `?`. If `distance` is not negative, the rest is a word, with at most `distance`
    edits.
    """

    start: str
    rest: str = "*"
    distance: int = -1


def pattern_of(leaf: Prefix | Wildcard | Fuzzy) -> TermPattern:
    """Return the pattern of a leaf."""
    match leaf:
        case Prefix(text):
            return TermPattern(text)
        case Wildcard(pattern):
            start = re.split(r"[*?]", pattern, maxsplit=1)[0]
            return TermPattern(start, pattern[len(start) :])
        case Fuzzy(text, distance):
            return TermPattern("", text, distance)


def fitting_lines(names: bytes, field: bytes, pattern: TermPattern) -> list[tuple[int, bytes]]:
    """Return the lines (a field's byte and a term) that match, by number, without their language."""
    start, rest, distance = pattern
    begin = field + utf8(start)
    if compiled is not None:
        return compiled.fitting_lines(names, begin, utf8(rest), distance)
    return lines_that_fit(names, begin, rest, distance)


def lines_that_fit(names: bytes, begin: bytes, rest: str, distance: int) -> list[tuple[int, bytes]]:
    """Return the same as `fitting_lines`, in plain Python."""
    from seedsearch.query.match import fits_term  # start-up time: the core needs none of it

    fits = fits_term(Wildcard(rest) if distance < 0 else Fuzzy(rest, distance))
    lines = enumerate(names.split(b"\n"))
    terms = ((number, bare(line)) for number, line in lines if line.startswith(begin))
    return [(number, term) for number, term in terms if fits(text_of(term[len(begin) :]))]
