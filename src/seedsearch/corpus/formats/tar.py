"""Read tar archives: each member is read like a file, within the limits.

The standard library takes quadratic time for hostile headers, in some versions for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from seedsearch.corpus.formats.archive import Member, all_members
from seedsearch.corpus.formats.limits import allowance_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import SourceFile

_BLOCK = 512
_SIZE, _CHECKSUM, _KIND, _PREFIX = (
    slice(124, 136),
    slice(148, 156),
    slice(156, 157),
    slice(345, 500),
)
_REGULAR = (b"0", b"\0", b"7", b"S")
_WITHOUT_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")
_SPARSE, _LONG_NAME, _LONG_LINK, _FOR_NEXT, _FOR_ALL = b"S", b"L", b"K", (b"x", b"X"), b"g"
# A flag in the header of a sparse file, and in the blocks after it
_MORE_HOLES, _MORE_HOLES_AGAIN = 482, 504
_DIGITS = 18  # the most of a number


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of all members, in the archive's order. Of truncated data, read the beginning.

    Raise Skip if the archive is broken from the start.
    """
    yield from all_members(file, _members(data), allowance_of(file, len(data)))


def _members(data: bytes) -> Iterator[Member | Problem]:
    """Yield the regular files. Links and devices have no content of their own."""
    stated: dict[bytes, bytes] = {}  # by headers before the header of a member
    last, at = "", 0
    while any(head := data[at : at + _BLOCK]):
        kind, begin, size = head[_KIND], at + _BLOCK, _number(head[_SIZE])
        if size < 0 or not _is_head(head):
            at = len(data) + 1
            break
        if kind in _REGULAR:
            size = int(stated.get(b"size", size))
        if kind == _SPARSE:
            begin = _after_holes(data, begin)
        content = data[begin : begin + size] if kind in (_LONG_NAME, *_FOR_NEXT) else b""
        at = begin + (0 if kind in _WITHOUT_CONTENT else -(-size // _BLOCK) * _BLOCK)
        if kind == _LONG_NAME:
            stated[b"path"] = content.rstrip(b"\0")
        elif kind in _FOR_NEXT:
            stated.update(_records(content))
        elif kind not in (_LONG_LINK, _FOR_ALL):
            name = stated.get(b"GNU.sparse.name") or stated.get(b"path") or _name(head)
            if kind in _REGULAR and not name.endswith(b"/"):
                last = name.decode("utf-8", "surrogateescape").removeprefix("./")
                is_sparse = kind == _SPARSE or any(key.startswith(b"GNU.sparse.") for key in stated)
                yield Member(last, partial(_content, data, begin, size, is_sparse))
            stated = {}
    if at > len(data):
        if not last:
            raise Skip("broken tar archive")
        yield Problem(f"after {last}", "breaks off")


def _content(data: bytes, begin: int, size: int, is_sparse: bool) -> bytes:
    """Return a member's bytes. Raise Skip for a sparse file, whose bytes are not in the archive."""
    if is_sparse:
        raise Skip("a sparse file")
    return data[begin : begin + size]


def _is_head(head: bytes) -> bool:
    """Return whether the checksum of a header is right. Some programs add bytes with a sign."""
    counted = head[: _CHECKSUM.start] + b" " * 8 + head[_CHECKSUM.stop :]
    signed = sum(counted) - 256 * sum(byte > 127 for byte in counted)
    return len(head) == _BLOCK and _number(head[_CHECKSUM]) in (sum(counted), signed)


def _number(field: bytes) -> int:
    """Return a number of a header, or -1 if it is none."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.partition(b"\0")[0].strip() or b"0", 8)
    except ValueError:
        return -1


def _name(head: bytes) -> bytes:
    name = head[:100].partition(b"\0")[0]
    prefix = head[_PREFIX].partition(b"\0")[0] if head[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _after_holes(data: bytes, at: int) -> int:
    """Return where the content of a sparse file begins: after the blocks that go on with its list of holes."""
    more = data[at - _BLOCK + _MORE_HOLES]
    while more and at + _BLOCK <= len(data):
        more = data[at + _MORE_HOLES_AGAIN]
        at += _BLOCK
    return at


def _records(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield what an extended header states. Each record begins with its length, in digits."""
    at = 0
    while (space := header.find(b" ", at, at + _DIGITS)) > at and header[at:space].isdigit():
        end = at + int(header[at:space])
        if end <= space:
            return
        key, _, value = header[space + 1 : end - 1].partition(b"=")
        if key != b"size" or (value.isdigit() and len(value) < _DIGITS):
            yield key, value
        at = end
