"""A reader of a segment's file that is in memory and has nothing but one block of groups."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedsearch.core import _core


def reader_of(block: bytes, base: int = 0) -> _core.SegmentReader:
    """The reader of such a file; the first posting list of the block begins at `base`. Every key is in the block."""
    # Tests can hide the core and still ask for it. Without one, they are skipped before they come here.
    from seedsearch.core import _core

    size = len(block)
    memory = bytearray(block + size.to_bytes(8, "little") + bytes(8) + base.to_bytes(8, "little"))
    directory = {
        "group": ("B", 0, size),
        "group.end": ("Q", size, 1),
        "group.first": ("B", 0, 0),
        "group.first.end": ("Q", size + 8, 1),
        "group.base": ("Q", size + 16, 1),
    }
    blocks = len(memory) // 4096 + 1
    read = bytearray(b"\1" * blocks)
    return _core.SegmentReader(0, memory, read, bytes(4 * blocks), zlib.crc32, directory)
