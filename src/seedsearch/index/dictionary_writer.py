"""Write the dictionaries of a segment (docs/index-format.md). core/c/dictionary.c does the same."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeAlias

from seedsearch.analysis.stemming import AS_SPELT, MARK, Stems, class_of
from seedsearch.core.posting_list import code
from seedsearch.index.dictionary import ROWS_A_BLOCK, TERMS_A_BLOCK, text_of, utf8
from seedsearch.index.group_blocks import GROUPS_A_BLOCK, bare, counts, string
from seedsearch.index.segment_file_writer import SMALL_LEVEL, SegmentFileWriter, deflate, narrowest
from seedsearch.record import NamedTuple

Blocks: TypeAlias = tuple[list[bytes], list[bytes]]
"""Blocks that are not deflated, and the first key of each."""


class Counts(NamedTuple):
    """Counts of a group or a member: passages, occurrences, and passages that have it only in the title."""

    df: int
    cf: int
    extra: int


class DictionaryWriter:
    """Takes the groups in the order of their keys, then the listed terms in order."""

    def __init__(self) -> None:
        self.groups = 0
        self._lists = 0  # bytes of all posting lists
        self._block = bytearray()  # the current block
        self._in_block = 0  # its number of groups
        self._key = b""  # the key of its last group
        self._terms: list[bytes] = []
        self._group_of: list[int] = []
        self._bases: list[int] = []
        self._group_blocks: Blocks = [], []
        self._term_blocks: Blocks = [], []
        self._marked: list[bytes] = []  # see `class_rows`

    def put_group(
        self,
        key: bytes,
        of_group: Counts,
        size: int,
        members: Sequence[bytes],
        of_members: Sequence[Counts],
    ) -> bool:
        """Add a group; `size` is the size of its posting list in bytes. Return whether its members are listed.

        A single member that is the key itself and has the same counts is not listed.
        """
        listed = (
            len(members) > 1 or bare(key[1:]) != members[0] or of_group.extra != of_members[0].extra
        )
        if not self._in_block:
            self._group_blocks[1].append(key)
            self._bases.append(self._lists)
        self._block += string(self._key, key) + counts(*of_group)
        self._block += code(size) + code(len(members) if listed else 0)
        before = key[1:]
        for name, of_member in zip(members, of_members, strict=True) if listed else ():
            self._block += string(before, name) + counts(*of_member)
            before = name
        if MARK in key:
            self._marked += chain.from_iterable((name, key[1:]) for name in members)
        self._key = key
        self._lists += size
        self.groups += 1
        self._in_block += 1
        if self._in_block == GROUPS_A_BLOCK:
            self._end_groups()
        return listed

    def put_term(self, key: bytes, group: int) -> None:
        """Add a term (field and term) with the number of its group."""
        if not self._terms:
            self._term_blocks[1].append(key)
        self._terms.append(key)
        self._group_of.append(group)
        if len(self._terms) == TERMS_A_BLOCK:
            self._end_terms()

    def _end_groups(self) -> None:
        if self._in_block:
            self._group_blocks[0].append(bytes(self._block))
        self._block.clear()
        self._in_block, self._key = 0, b""

    def _end_terms(self) -> None:
        if self._terms:
            names = b"\n".join(self._terms)
            head = array("I", [len(names)]).tobytes()
            groups = narrowest(self._group_of)
            self._term_blocks[0].append(head + names + groups.typecode.encode() + groups.tobytes())
        self._terms, self._group_of = [], []

    def write(self, writer: SegmentFileWriter) -> None:
        """Write the columns of the dictionaries."""
        self._end_groups()
        self._end_terms()
        bases = narrowest([*self._bases, self._lists])
        of_blocks = bases.typecode, bases
        write_dictionary(writer, self._group_blocks, of_blocks, self._term_blocks, self._marked)


def write_dictionary(
    writer: SegmentFileWriter,
    groups: Blocks,
    bases: tuple[str, Any],
    terms: Blocks,
    marked: Sequence[bytes],
) -> None:
    """Write the columns of the dictionaries. `bases` is a typed column, `marked` as `class_rows` takes it."""
    writer.blobs("group", groups[0])
    writer.blobs("group.first", groups[1])
    writer.column("group.base", *bases)
    rows = class_rows(marked)
    parts = [rows[at : at + ROWS_A_BLOCK] for at in range(0, len(rows), ROWS_A_BLOCK)]
    classes = [b"\n".join(chain.from_iterable(part)) for part in parts], [p[0][0] for p in parts]
    for name, (blocks, firsts) in (("term", terms), ("class", classes)):
        writer.blobs(name, [deflate(block, SMALL_LEVEL) for block in blocks])
        writer.blobs(f"{name}.first", firsts)


def class_rows(marked: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Return rows of two keys, sorted: a key that a query's word may have, and the key of a stem class that it means.

    `marked` has a term and the key of its stem class (without the field) in turn, for each term of a language that
    stems spellings. A query's word also means the terms whose stem is the same when both lose their accents
    (`analysis.stemming.Sense`). Such a term may be in another class: *électricité* is in `electr fr=électr`, and the
    word *electricite* has the key `electricit fr`. A class with accents in its stem has a row under its key without
    them, too.
    """
    terms: dict[bytes, dict[tuple[bytes, bytes], None]] = {}
    for term, key in zip(marked[::2], marked[1::2], strict=True):
        language = key.partition(MARK)[2].partition(AS_SPELT)[0]
        terms.setdefault(language, {})[term, key] = None
    stems, rows = Stems(), set[tuple[bytes, bytes]]()
    for language, pairs in terms.items():
        plain = stems.unaccented([text_of(term) for term, _ in pairs], language.decode())
        for found, (_, key) in zip(plain, pairs, strict=True):
            rows |= {(utf8(found), key), (class_of(key), key)}
    return sorted(row for row in rows if row[0] != row[1])
