"""Write the dictionaries of a segment (docs/index-format.md). core/c/dictionary.c does the same."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain

from seedsearch.analysis.stemming import AS_SPELT, MARK, Stems, class_of
from seedsearch.core.posting_list import code
from seedsearch.index.deflate import SMALL_LEVEL, deflate
from seedsearch.index.dictionary import ROWS_A_BLOCK, TERMS_A_BLOCK, text_of, utf8
from seedsearch.index.group_blocks import GROUPS_A_BLOCK, bare, counts, string
from seedsearch.index.segment_file_writer import SegmentFileWriter, narrowest
from seedsearch.record import NamedTuple


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
        self._group_blocks: list[bytes] = []
        self._group_firsts: list[bytes] = []
        self._bases: list[int] = []
        self._term_blocks: list[bytes] = []
        self._term_firsts: list[bytes] = []
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
            self._group_firsts.append(key)
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
            self._term_firsts.append(key)
        self._terms.append(key)
        self._group_of.append(group)
        if len(self._terms) == TERMS_A_BLOCK:
            self._end_terms()

    def _end_groups(self) -> None:
        if self._in_block:
            self._group_blocks.append(bytes(self._block))
        self._block.clear()
        self._in_block, self._key = 0, b""

    def _end_terms(self) -> None:
        if self._terms:
            names = b"\n".join(self._terms)
            head = array("I", [len(names)]).tobytes()
            self._term_blocks.append(head + names + _packed(self._group_of))
        self._terms, self._group_of = [], []

    def write(self, writer: SegmentFileWriter) -> None:
        """Write the columns of the dictionaries."""
        self._end_groups()
        self._end_terms()
        write_groups(writer, self._group_blocks, self._group_firsts)
        writer.numbers("group.base", [*self._bases, self._lists])
        write_terms(writer, self._term_blocks, self._term_firsts)
        write_classes(writer, self._marked)


def _packed(values: Sequence[int]) -> bytes:
    """Return numbers in the narrowest type that holds them: the code of the type, then the numbers."""
    code = narrowest(max(values, default=0))
    return code.encode() + array(code, values).tobytes()


def write_groups(writer: SegmentFileWriter, blocks: list[bytes], firsts: list[bytes]) -> None:
    """Write the blocks of groups and their first keys."""
    writer.blobs("group", blocks)
    writer.blobs("group.first", firsts)


def write_terms(writer: SegmentFileWriter, blocks: list[bytes], firsts: list[bytes]) -> None:
    """Write the blocks of terms and their first keys."""
    writer.blobs("term", [deflate(block, SMALL_LEVEL) for block in blocks])
    writer.blobs("term.first", firsts)


def write_classes(writer: SegmentFileWriter, marked: Sequence[bytes]) -> None:
    """Write the rows of the stem classes in languages that stem spellings: see `class_rows`."""
    rows = class_rows(marked)
    parts = [rows[at : at + ROWS_A_BLOCK] for at in range(0, len(rows), ROWS_A_BLOCK)]
    blocks = [b"\n".join(chain.from_iterable(part)) for part in parts]
    writer.blobs("class", [deflate(block, SMALL_LEVEL) for block in blocks])
    writer.blobs("class.first", [part[0][0] for part in parts])


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
