"""Specify the bytes of posting lists in plain Python; c/postings.c does the same.

**Numbers** have one code. Its first byte gives its length; small numbers take one byte:

==============  ====================================================  ===============
first byte      value                                                 up to
==============  ====================================================  ===============
0 to 223        the byte itself                                       223
224 to 239      224 + (first - 224) * 256 + the next byte             4,319
240 to 247      4,320 + (first - 240) * 65,536 + the next two,        528,607
                high byte first
248             the next four bytes, low byte first                   4,294,967,295
249 to 255      not used
==============  ====================================================  ===============

**A posting list** has df passages and cf occurrences. It has four parts:

1. A skip table, if df is above BLOCK. It has four numbers for each block of BLOCK postings (the last block may be
   shorter): its last passage, less the last passage of the block before; the bytes of its postings; its occurrences;
   the bytes of its positions.
2. The postings: for each passage the gap to the one before (the number of passages in between), doubled, plus 1 if
   its frequency is 1; then its frequency, if it is not 1. The first gap is the passage itself.
3. The positions of each passage, ascending: the first as it is, each other one less the one before.
4. The member of each occurrence, if the group has several: each in as many bits as the last member's number has,
   the lowest bit first, padded to a whole byte. Occurrences are ordered by passage, then position, then member.

Every number is checked before it is used as a place or a size. Invalid bytes raise ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core

GONE = (1 << 32) - 1
"""Replaces the new number of a passage that is not merged."""

BLOCK = 128
"""Postings in a block. A list with more postings has a skip table."""

_TWO, _THREE, _FIVE = 224, 240, 248  # first bytes of codes with these lengths
_FIRST_OF_THREE = _TWO + (_THREE - _TWO) * 256
_FIRST_OF_FIVE = _FIRST_OF_THREE + (_FIVE - _THREE) * 65_536
_MOST = (1 << 32) - 1

Bytes: TypeAlias = bytes | bytearray | memoryview


class Decoded(NamedTuple):
    """A posting list: ascending passages and their frequencies; the member and the position of each occurrence.

    `members` is empty if there is only one, `positions` if they were not requested.
    """

    passages: Sequence[int]
    frequencies: Sequence[int]
    members: Sequence[int]
    positions: Sequence[int]


# ------------------------------------------------------------------------------ writing


def code(value: int) -> bytes:
    """Return a number in its code."""
    if value < _TWO:
        return bytes((value,))
    if value < _FIRST_OF_THREE:
        return (value - _TWO + (_TWO << 8)).to_bytes(2, "big")
    if value < _FIRST_OF_FIVE:
        return (value - _FIRST_OF_THREE + (_THREE << 16)).to_bytes(3, "big")
    return bytes((_FIVE,)) + value.to_bytes(4, "little")


_coded = lru_cache(1 << 16)(code)


def encode(
    passages: Sequence[int],
    frequencies: Sequence[int],
    members: Sequence[int],
    positions: Sequence[int],
    member_count: int,
) -> bytes:
    """Return the posting list of a group with `member_count` members: see Decoded."""
    postings, places = bytearray(), bytearray()
    codes, ends = [0], [0]  # where each passage's bytes end
    last, at = -1, 0
    for passage, frequency in zip(passages, frequencies, strict=True):
        postings += _coded(2 * (passage - last - 1) + (frequency == 1))
        if frequency != 1:
            postings += _coded(frequency)
        places += _coded(positions[at])
        for before, position in pairwise(positions[at : at + frequency]):
            places += _coded(position - before)
        codes.append(len(postings))
        ends.append(len(places))
        last, at = passage, at + frequency
    table = _table(passages, frequencies, codes, ends) if len(passages) > BLOCK else []
    return b"".join((*map(_coded, table), postings, places, _packed(members, member_count)))


def member_bits(member_count: int) -> int:
    """Return the bits for a member's number in a group with `member_count` members."""
    return (member_count - 1).bit_length()


def _packed(members: Sequence[int], member_count: int) -> bytes:
    bits = member_bits(member_count)
    packed = bytearray()
    pending = held = 0
    for member in members if bits else ():
        pending |= member << held
        held += bits
        while held >= 8:
            packed.append(pending & 255)
            pending >>= 8
            held -= 8
    if held:
        packed.append(pending)
    return bytes(packed)


# ------------------------------------------------------------------------------ reading


def decode(
    data: Bytes, df: int, cf: int, member_count: int, passages: int, *, positions: bool = True
) -> Decoded:
    """Decode a posting list, in a segment with `passages` passages.

    Raise ValueError if it is not a list of `df` passages and `cf` occurrences.
    """
    data = bytes(data)
    member_bytes = (cf * member_bits(member_count) + 7) // 8
    if not (0 < df <= cf <= len(data) and df <= passages and member_count > 0):
        raise ValueError("a list has passages, occurrences and members")
    members_at = len(data) - member_bytes
    if members_at < 0:
        raise ValueError("a list is too short")
    table: list[int] = []
    at = 0
    for _ in range(4 * -(-df // BLOCK) if df > BLOCK else 0):
        value, at = number_at(data, at, members_at)
        table.append(value)
    docs, frequencies, codes = _read_postings(data, at, members_at, (df, cf, passages))
    places, place_codes = _read_positions(data, codes[-1], members_at, frequencies)
    if place_codes[-1] != members_at:
        raise ValueError("a list has more than its positions")
    if df > BLOCK and table != _table(docs, frequencies, codes, place_codes):
        raise ValueError("a skip table and its list do not agree")
    members = _unpacked(data[members_at:], cf, member_count)
    return Decoded(docs, frequencies, members, places if positions else ())


def _read_postings(
    data: bytes, at: int, end: int, most: tuple[int, int, int]
) -> tuple[list[int], list[int], list[int]]:
    """Return passages, frequencies, and where the postings begin and each one ends; `most` is (df, cf, passages)."""
    df, cf, passages = most
    docs: list[int] = []
    frequencies: list[int] = []
    ends = [at]
    last, total = -1, 0
    for _ in range(df):
        value, at = number_at(data, at, end)
        frequency = 1
        if not value & 1:
            frequency, at = number_at(data, at, end)
            if frequency < 2:
                raise ValueError("a frequency of 1 takes no number")
        last += (value >> 1) + 1
        total += frequency
        if last >= passages or total > cf:
            raise ValueError("passages are there, and occurrences are as many as they should be")
        docs.append(last)
        frequencies.append(frequency)
        ends.append(at)
    if total != cf:
        raise ValueError("occurrences are not as many as they should be")
    return docs, frequencies, ends


def _read_positions(
    data: bytes, at: int, end: int, frequencies: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Return the positions of all occurrences, and where the positions begin and those of each passage end."""
    positions: list[int] = []
    ends = [at]
    for frequency in frequencies:
        position = 0
        for _ in range(frequency):
            step, at = number_at(data, at, end)
            position += step
            if position > _MOST:
                raise ValueError("a position is too large")
            positions.append(position)
        ends.append(at)
    return positions, ends


def _table(
    docs: Sequence[int], frequencies: Sequence[int], codes: Sequence[int], places: Sequence[int]
) -> list[int]:
    """Return the skip table that the list must have."""
    table: list[int] = []
    last = 0
    for start in range(0, len(docs), BLOCK):
        end = min(start + BLOCK, len(docs))
        occurrences = sum(frequencies[start:end])
        table += (
            docs[end - 1] - last, codes[end] - codes[start], occurrences, places[end] - places[start],
        )  # fmt: skip
        last = docs[end - 1]
    return table


def _unpacked(data: bytes, cf: int, member_count: int) -> list[int]:
    """Return the members of `cf` occurrences, or [] if the group has only one."""
    bits = member_bits(member_count)
    whole = int.from_bytes(data, "little")
    if whole >> cf * bits:
        raise ValueError("a list ends with something else")
    if not bits:
        return []
    members: list[int] = []
    for start in range(0, cf, 8):  # whole bytes at a time: shifting a long integer is slow
        part = int.from_bytes(data[start * bits // 8 : (start + 8) * bits // 8], "little")
        for _ in range(min(8, cf - start)):
            members.append(part & (1 << bits) - 1)
            part >>= bits
    if max(members) >= member_count:
        raise ValueError("its occurrences are of terms that are not there")
    return members


def number_at(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the number whose code begins at `at`, and where the next one begins."""
    first = data[at] if at < end else 255
    size = 1 if first < _TWO else 2 if first < _THREE else 3 if first < _FIVE else 5
    if first > _FIVE or at + size > end:
        raise ValueError("a number cannot be read")
    if size == 1:
        return first, at + 1
    if size == 2:
        return _TWO + (first - _TWO) * 256 + data[at + 1], at + 2
    if size == 3:
        value = int.from_bytes(data[at + 1 : at + 3], "big")
        return _FIRST_OF_THREE + (first - _THREE) * 65_536 + value, at + 3
    value = int.from_bytes(data[at + 1 : at + 5], "little")
    if value < _FIRST_OF_FIVE:
        raise ValueError("a number is longer than it need be")
    return value, at + 5


def chosen_in(
    source: _core.Source, passages: int, *, positions: bool
) -> Iterator[tuple[int, Sequence[int]]]:
    """Yield (passage, its chosen occurrences) of a query's list, for passages that have some.

    `passages` is the number of passages in the segment. Occurrences are their positions if requested, else arbitrary
    numbers, one for each.
    """
    _, data, df, cf, member_count, chosen = source
    decoded = decode(bytes(data), df, cf, member_count, passages, positions=positions)
    wanted = None if chosen is None else frozenset(memoryview(chosen).cast("B").cast("I"))
    at = 0
    for passage, frequency in zip(decoded.passages, decoded.frequencies, strict=True):
        found: Sequence[int] = range(at, at + frequency)
        at += frequency
        if wanted is not None:
            of_member = decoded.members or bytes(cf)
            found = [i for i in found if of_member[i] in wanted]
        if found:
            yield passage, [decoded.positions[i] for i in found] if positions else found
