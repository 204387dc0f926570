"""Limit the output of compressed files, so that a small bomb cannot fill the memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from seedsearch.corpus.formats.registry import ZSTANDARD
from seedsearch.corpus.skip import Skip, needs
from seedsearch.model import SourceFile

MAX_OUTPUT = 256 << 20
"""The most bytes that one file may unpack to, with all its members."""

MAX_RATIO = 200
"""The most output in multiples of a file's size, once the output exceeds `FREE_OUTPUT`.

Text shrinks to a fifth, a log to a fiftieth. Data that shrinks to less than a two-hundredth has no content.
"""

FREE_OUTPUT = 8 << 20

MAX_DEPTH = 3
"""The deepest nesting of members in members."""

_DEEPER = 4
_STEP = 1 << 20
_FIRST_PIECE = 1 << 12
_PADDING = re.compile(rb"\0*+")
_STREAM = re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")


class Allowance:
    """The output in bytes that a file of a given size may still have; `take` is called with the size of each piece.

    A member of the file `outer` has its own allowance. All members of members together have `_DEEPER` times the
    allowance of the outermost file.
    """

    def __init__(self, size: int, outer: Allowance | None = None, level: int = 1) -> None:
        self._most = min(MAX_OUTPUT, max(FREE_OUTPUT, size * MAX_RATIO))
        self._taken = 0
        self._all = 0  # of the outermost file: the output of everything inside it
        self._first: Allowance = outer._first if outer else self
        self.depth: int = outer.depth + level if outer else 0

    @property
    def left(self) -> int:
        """The number of bytes left."""
        first = self._first
        return min(self._most - self._taken, _DEEPER * first._most - first._all)

    def take(self, size: int) -> None:
        """Take `size` bytes. Raise Skip if that exceeds the allowance."""
        self._taken += size
        self._first._all += size
        if self.left < 0:
            most = self._most if self._taken > self._most else _DEEPER * self._first._most
            raise Skip(f"decompresses to more than {most:,} bytes")


def allowance_of(file: SourceFile | None, size: int) -> Allowance:
    """Return the allowance of a file, or of a member of one, that has `size` bytes."""
    given = file.outer if file else None
    return given if isinstance(given, Allowance) else Allowance(size)


def zstandard() -> Callable[[], Any]:
    """Return what makes a decompressor of Zstandard. Raise Skip if its library is not installed."""
    try:
        return cast(Callable[[], Any], import_module(ZSTANDARD).ZstdDecompressor)
    except ImportError:
        raise needs("zstd") from None


def unfolded(data: bytes, make: Callable[[], Any], allowance: Allowance) -> tuple[bytes, str]:
    """Return the decompressed streams of `data`, and why some are missing, or "".

    `make` returns a decompressor for one stream, of zlib, bz2, lzma or zstd. The output before a damaged place is kept.
    Raise Skip if the allowance is exceeded.
    """
    parts: list[bytes] = []
    trouble, at = "", 0
    while not trouble:
        stream = make()
        try:
            at, trouble = _unfold(stream, data, at, parts, allowance)
        except MemoryError as error:
            raise Skip("takes too much memory to decompress") from error
        except Exception as error:  # LZMAError and zlib.error have no base class in common
            if isinstance(error, Skip):
                raise
            trouble = "damaged"
        padded = _PADDING.match(data, at)
        at = padded.end() if padded else at
        if not _STREAM.match(data, at):
            break  # the rest is no stream, but perhaps a signature
    return b"".join(parts), trouble


def _unfold(
    stream: Any, data: bytes, at: int, parts: list[bytes], allowance: Allowance
) -> tuple[int, str]:
    """Decompress the stream at `at` into `parts`. Return its end, and whether it breaks off, in words.

    The first pieces are small: unused input is copied, and there may be many short streams.
    """
    size = _FIRST_PIECE
    piece = b""
    while not stream.eof:
        if not piece and getattr(stream, "needs_input", True):
            piece = data[at : at + size]
            at, size = at + len(piece), min(2 * size, _STEP)
        out = stream.decompress(piece, _STEP)
        allowance.take(len(out))
        parts.append(out)
        if not out and not piece and not stream.eof:
            return at, "breaks off"
        # zlib returns its unused input; the others keep it.
        piece = getattr(stream, "unconsumed_tail", b"")
    return at - len(stream.unused_data), ""
