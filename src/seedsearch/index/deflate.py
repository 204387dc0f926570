"""Deflating and checksums for those who write: by ISA-L where it is installed, else by zlib, which reads them too."""

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
except ImportError:  # a platform without its wheels: the same format, more slowly
    deflate = zlib.compress
    crc32 = zlib.crc32
    TEXT_LEVEL = 1

SMALL_LEVEL = 1
"""For blocks of a few kilobytes, where a higher level gains little."""
