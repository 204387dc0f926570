"""Read cpio archives, old and new (bin, odc, newc, crc): each member is read like a file, within the limits."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import partial

from seedsearch.corpus.formats.archive import Member, all_members
from seedsearch.corpus.formats.limits import allowance_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import SourceFile

# The mode, the sizes of content and name, and the step to which both are padded.
_NEW = re.compile(
    rb"07070[12].{8}([0-9A-Fa-f]{8}).{32}([0-9A-Fa-f]{8}).{32}([0-9A-Fa-f]{8}).{8}", re.DOTALL
)
_OLD = re.compile(rb"070707.{12}([0-7]{6}).{35}([0-7]{6})([0-7]{11})", re.DOTALL)
_BINARY = struct.Struct("<H4xH12x3H")  # of the oldest kind
_KIND, _REGULAR = 0o170000, 0o100000
_LAST = b"TRAILER!!!"


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of all members, in the archive's order. Of truncated data, read the beginning."""
    yield from all_members(file, _members(data), allowance_of(file, len(data)))


def _members(data: bytes) -> Iterator[Member | Problem]:
    at, last = 0, ""
    while True:
        if head := _NEW.match(data, at):
            mode, size, name_size = (int(digits, 16) for digits in head.groups())
            step = 4
        elif head := _OLD.match(data, at):
            mode, name_size, size = (int(digits, 8) for digits in head.groups())
            step = 1
        elif data.startswith(b"\xc7\x71", at) and at + _BINARY.size <= len(data):
            _, mode, name_size, high, low = _BINARY.unpack_from(data, at)
            size, step = high << 16 | low, 2
        else:
            break
        begin = head.end() if head else at + _BINARY.size
        name = data[begin : begin + name_size].rstrip(b"\0")
        begin += name_size
        begin += -begin % step
        end = begin + size
        if name == _LAST:
            return
        if end > len(data):
            break
        if mode & _KIND == _REGULAR:
            last = name.decode("utf-8", "surrogateescape").removeprefix("./")
            yield Member(last, partial(bytes, data[begin:end]))
        at = end + -end % step
    if not last:
        raise Skip("broken cpio archive")
    yield Problem(f"after {last}", "breaks off")
