"""Which files belong to a part of an index that several machines write at the same time."""

from __future__ import annotations

import os
import zlib
from typing import Final

from seedsearch.record import NamedTuple

MOST_PARTS: Final = 4096


class Partition(NamedTuple):
    """Part `number` of `of`, counted from 1. The checksum of a stored path chooses its part."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, stored: str) -> bool:
        """Return whether a file belongs to this part."""
        return zlib.crc32(os.fsencode(stored)) % self.of == self.number - 1


def parse_partition(text: str) -> Partition | None:
    """Return the partition that `3/16` names, or None if it names none."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal()):
        return None
    found = Partition(int(number), int(of))
    return found if 1 <= found.number <= found.of <= MOST_PARTS else None
