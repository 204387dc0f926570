"""Writing the dictionaries of a segment (docs/index-format.md): this is what core/c/dictionary.c does, too."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from seedsearch.index.deflate import SMALL_LEVEL, deflate
from seedsearch.index.dictionary import GROUPS_A_BLOCK, TERMS_A_BLOCK, bare
from seedsearch.index.segment_file import SegmentFileWriter, narrowest
from seedsearch.record import NamedTuple


class Counts(NamedTuple):
    """Of a group or a member: passages, occurrences, and passages that hold it in the title and not in the body."""

    df: int
    cf: int
    extra: int


class DictionaryWriter:
    """Takes the groups in the order of their keys, and then the terms that are listed, in order of theirs."""

    def __init__(self) -> None:
        self.groups = 0
        self._lists = 0  # bytes of all posting lists
        self._keys: list[bytes] = []
        self._members: list[bytes] = []
        self._of_groups: list[tuple[int, ...]] = []
        self._of_members: list[Counts] = []
        self._terms: list[bytes] = []
        self._group_of: list[int] = []
        self._group_blocks: list[bytes] = []
        self._group_firsts: list[bytes] = []
        self._bases: list[int] = []
        self._term_blocks: list[bytes] = []
        self._term_firsts: list[bytes] = []

    def put_group(
        self,
        key: bytes,
        counts: Counts,
        size: int,
        members: Sequence[bytes],
        of_members: Sequence[Counts],
    ) -> bool:
        """Add a group with the size of its posting list. Says whether its members are listed.

        They are not where the only one is the key itself and counts the same.
        """
        listed = (
            len(members) > 1 or bare(key[1:]) != members[0] or counts.extra != of_members[0].extra
        )
        if not self._keys:
            self._group_firsts.append(key)
            self._bases.append(self._lists)
        self._keys.append(key)
        self._of_groups.append((*counts, size, len(members) if listed else 0))
        if listed:
            self._members += members
            self._of_members += of_members
        self._lists += size
        self.groups += 1
        if len(self._keys) == GROUPS_A_BLOCK:
            self._end_groups()
        return listed

    def put_term(self, key: bytes, group: int) -> None:
        """Add a term (field and term), and the number of its group."""
        if not self._terms:
            self._term_firsts.append(key)
        self._terms.append(key)
        self._group_of.append(group)
        if len(self._terms) == TERMS_A_BLOCK:
            self._end_terms()

    def _end_groups(self) -> None:
        if not self._keys:
            return
        parts = [b"\n".join(self._keys), b"\n".join(self._members)]
        parts += map(_packed, zip(*self._of_groups, strict=True))
        parts += map(
            _packed, zip(*self._of_members, strict=True) if self._of_members else ((),) * 3
        )
        self._group_blocks.append(array("I", map(len, parts)).tobytes() + b"".join(parts))
        self._keys, self._members, self._of_groups, self._of_members = [], [], [], []

    def _end_terms(self) -> None:
        if self._terms:
            names = b"\n".join(self._terms)
            head = array("I", [len(names)]).tobytes()
            self._term_blocks.append(head + names + _packed(self._group_of))
        self._terms, self._group_of = [], []

    def write(self, writer: SegmentFileWriter) -> None:
        """Write the dictionaries' columns."""
        self._end_groups()
        self._end_terms()
        write_groups(writer, self._group_blocks, self._group_firsts)
        writer.numbers("group.base", [*self._bases, self._lists])
        write_terms(writer, self._term_blocks, self._term_firsts)


def _packed(values: Sequence[int]) -> bytes:
    """Numbers in the narrowest type that holds them: its code, then the numbers."""
    code = narrowest(max(values, default=0))
    return code.encode() + array(code, values).tobytes()


def write_groups(writer: SegmentFileWriter, blocks: list[bytes], firsts: list[bytes]) -> None:
    """Write blocks of groups and their first keys."""
    _write_blocks(writer, "group", blocks, firsts)


def write_terms(writer: SegmentFileWriter, blocks: list[bytes], firsts: list[bytes]) -> None:
    """Write blocks of terms and their first keys."""
    _write_blocks(writer, "term", blocks, firsts)


def _write_blocks(
    writer: SegmentFileWriter, name: str, blocks: list[bytes], firsts: list[bytes]
) -> None:
    writer.blobs(name, [deflate(block, SMALL_LEVEL) for block in blocks])
    writer.blobs(f"{name}.first", firsts)
