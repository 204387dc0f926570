"""Deflate and checksum data for writing: with ISA-L if it is installed, else with zlib. zlib reads both."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

deflate: Callable[[bytes, int], bytes]
crc32: Callable[[Any, int], int]
try:
    from isal.isal_zlib import compress as deflate
    from isal.isal_zlib import crc32

    TEXT_LEVEL = 2
except ImportError:  # no wheels for this platform: zlib has the same format, but is slower
    deflate = zlib.compress
    crc32 = zlib.crc32
    TEXT_LEVEL = 1

SMALL_LEVEL = 1
"""For blocks of a few kilobytes, for which a higher level gains little."""
