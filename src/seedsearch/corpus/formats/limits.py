"""What a compressed file may unfold to, so that a small bomb cannot fill the memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from seedsearch.corpus.skip import Skip
from seedsearch.model import SourceFile

MAX_OUTPUT = 256 << 20
"""Bytes that one file may unfold to, all its members together."""

MAX_RATIO = 200
"""How many times its size a file may unfold to, once that is more than `FREE_OUTPUT`.

Text shrinks to a fifth, a log to a fiftieth; what shrinks to less than a two-hundredth says nothing.
"""

FREE_OUTPUT = 8 << 20

MAX_DEPTH = 3
"""How deep a member of a member may lie."""

_DEEPER = 4
_STEP = 1 << 20
_FIRST_PIECE = 1 << 12
_PADDING = re.compile(rb"\0*+")


class Allowance:
    """How much output a file of a given size still has; `take` is called with the size of each piece.

    A member of the file `outer` has an allowance of its own; all members of members together have `_DEEPER` times
    that of the outermost file.
    """

    def __init__(self, size: int, outer: Allowance | None = None, level: int = 1) -> None:
        self._most = min(MAX_OUTPUT, max(FREE_OUTPUT, size * MAX_RATIO))
        self._taken = 0
        self._all = 0  # of the outermost file: what everything inside it took
        self._first: Allowance = outer._first if outer else self
        self.depth: int = outer.depth + level if outer else 0

    @property
    def left(self) -> int:
        """Bytes that may still come."""
        first = self._first
        return min(self._most - self._taken, _DEEPER * first._most - first._all)

    def take(self, size: int) -> None:
        """So many bytes more. Raises Skip when that is too much."""
        self._taken += size
        self._first._all += size
        if self.left < 0:
            most = self._most if self._taken > self._most else _DEEPER * self._first._most
            raise Skip(f"unfolds to more than {most:,} bytes")


def allowance_of(file: SourceFile | None, size: int) -> Allowance:
    """What a file, or a member of one, with so many bytes may unfold to."""
    given = file.outer if file else None
    return given if isinstance(given, Allowance) else Allowance(size)


def unfolded(data: bytes, make: Callable[[], Any], allowance: Allowance) -> tuple[bytes, str]:
    """The streams in `data`, one after the other, decompressed; and why not all of it, or "".

    `make` gives a decompressor for one stream, of zlib, bz2 or lzma. What comes before a damaged
    place is kept. Raises Skip when it is too much.
    """
    parts: list[bytes] = []
    trouble, at = "", 0
    while not trouble:
        stream = make()
        try:
            at, trouble = _unfold(stream, data, at, parts, allowance)
        except MemoryError as error:
            raise Skip("needs too much memory to unfold") from error
        except Exception as error:  # LZMAError and zlib.error have no class in common
            if isinstance(error, Skip):
                raise
            trouble = "damaged"
        padded = _PADDING.match(data, at)
        at = padded.end() if padded else at
        if not data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), at):
            break  # no further stream, but a signature or nothing
    return b"".join(parts), trouble


def _unfold(
    stream: Any, data: bytes, at: int, parts: list[bytes], allowance: Allowance
) -> tuple[int, str]:
    """Decompress the stream at a place into `parts`; gives where it ends, and says so if it breaks off.

    It gets small pieces at first: what it does not use is copied, and there may be many short streams.
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
        # zlib gives back what it has not used yet; the others keep it themselves.
        piece = getattr(stream, "unconsumed_tail", b"")
    return at - len(stream.unused_data), ""
