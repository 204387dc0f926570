"""Deflating, for those who write: ISA-L where it is installed, else zlib. Any zlib inflates what comes out."""

from __future__ import annotations

import zlib
from collections.abc import Callable

deflate: Callable[[bytes, int], bytes]
try:
    from isal.isal_zlib import compress as deflate

    TEXT_LEVEL = 2
except ImportError:  # a platform without its wheels: the same format, more slowly
    deflate = zlib.compress
    TEXT_LEVEL = 1

SMALL_LEVEL = 1
"""For blocks of a few kilobytes, where a higher level gains little."""
