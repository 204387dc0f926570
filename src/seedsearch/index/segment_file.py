"""A segment's file: named columns of flat little-endian values, checked block by block.

::

    magic                8 bytes, MAGIC
    columns              each begins at a multiple of 8
    checksums            one CRC-32 (uint32) for each BLOCK bytes of all that stands before
    directory            JSON: where each column lies, and facts of the segment
    footer               uint64 offset and uint32 length of the directory, uint32 zero, 8 bytes MAGIC

The manifest holds the file's length and the SHA-256 of everything from the checksums on; the checksums cover
the rest. A block is checked once for each open file, before its first use: a flipped bit is an
IndexDamagedError or was never looked at.

Nothing in a file is ever executed or unpickled: values are numbers, bytes and JSON.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from errno import EIO, EISDIR, ELOOP, ENXIO
from itertools import accumulate, chain, pairwise
from stat import S_ISREG
from typing import Any, BinaryIO, Literal, cast

from seedsearch.digest import sha256
from seedsearch.errors import IndexDamagedError, IndexFault
from seedsearch.index.durable import sync

MAGIC = b"SEEDSEG1"
BLOCK = 1 << 12
"""Bytes that have a checksum of their own: a query for one word reads little here and there."""

MOST_INFLATED = 1 << 26
"""The most bytes that one deflated block may stand for."""

_LONG = 1 << 12  # bytes
_WORTH_FLUSHING = 1 << 20  # bytes: a thread for less gains nothing

_FOOTER = struct.Struct("<QII8s")
_KINDS = [[str, str, number, str, str] for number in (float, int)]
_ITEM = {"B": 1, "H": 2, "I": 4, "Q": 8, "q": 8}

if sys.byteorder != "little":  # pragma: no cover - columns are read in place
    raise ImportError("seedsearch reads its index in place and needs a little-endian machine")


_DAMAGED = "the index is damaged: "


def damage(file: str, what: str) -> IndexDamagedError:
    """The error that says what is wrong with a file of the index."""
    return IndexDamagedError(
        f"{_DAMAGED}{file}: {what}",
        "run `seedsearch index --rebuild` to build it again from the documents",
    )


def damage_parts(error: IndexDamagedError) -> tuple[str, str]:
    """The file and what is wrong with it, from an error that `damage` made."""
    file, _, what = error.message.removeprefix(_DAMAGED).partition(": ")
    return file, what


def open_regular(path: str) -> BinaryIO:
    """Open a file of the index for reading; never waits, even if a FIFO is in its place.

    Raises FileNotFoundError, IndexDamagedError where it is no file, IndexFault where it cannot be opened.
    """
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK", "O_NOFOLLOW"):
        flags |= getattr(os, name, 0)
    try:
        fd = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        if error.errno in (EISDIR, ELOOP, ENXIO, EIO):
            raise damage(os.path.basename(path), "it is not a file that can be read") from error
        raise IndexFault(f"cannot read {path}: {error.strerror}") from error
    if not S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise damage(os.path.basename(path), "it is not a file that can be read")
    return os.fdopen(fd, "rb")


def inflate(data: bytes, size: int | None = None) -> bytes | None:
    """The `size` bytes that were deflated to `data` (None: however many); None where it is not so.

    Stops at `size`, and in any case at MOST_INFLATED: a small file cannot fill the memory.
    """
    most = MOST_INFLATED if size is None else size
    if most < 0:  # to zlib, that would be no limit
        return None
    stream = zlib.decompressobj()
    try:
        whole = stream.decompress(data, min(most, MOST_INFLATED) + 1)
    except zlib.error:
        return None
    right = len(whole) <= most if size is None else len(whole) == size
    return whole if right and stream.eof and not stream.unused_data else None


def narrowest(largest: int) -> str:
    """The type code of the narrowest unsigned column that holds `largest`."""
    return next(code for code in "BHIQ" if largest < 1 << (8 * _ITEM[code]))


class SegmentFileWriter:
    """Writes one segment file. `close` makes it durable and returns its (length, digest)."""

    def __init__(self, path: str) -> None:
        from seedsearch.index.deflate import crc32  # the query path writes nothing

        self._crc32 = crc32
        self._path = path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(path, flags, 0o600), "wb", buffering=1 << 18)
        self._columns: dict[str, list[Any]] = {}
        self._crcs: list[int] = []
        self._block = crc32(b"", 0)
        self._at = self._flushed = 0
        self._flushes: list[_Flush] = []
        self._write(MAGIC)

    def column(self, name: str, code: str, data: Any) -> None:
        """Add a column: `code` is its type (B, H, I, Q unsigned; q signed), `data` a buffer of it."""
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        self._begin_column(name, code, len(view) // _ITEM[code])
        self._write(view)
        self._end_column()

    def _begin_column(self, name: str, code: str, count: int) -> None:
        self._columns[name] = [code, self._at, count]

    def _end_column(self) -> None:
        self._write(bytes(-self._at % 8))

    def numbers(self, name: str, values: Sequence[int]) -> None:
        """Add a column of non-negative numbers in the narrowest type that holds them."""
        from array import array  # the query path writes nothing

        code = narrowest(max(values, default=0))
        typecode = {"B": "B", "H": "H", "I": "I", "Q": "Q"}[code]
        self.column(name, code, array(typecode, values))

    def blobs(self, name: str, values: Sequence[bytes]) -> None:
        """Add byte strings as two columns: `name`, all of them end to end, and `name.end`."""
        ends = list(accumulate(map(len, values)))
        at = ends[-1] if ends else 0
        # Long ones are not put together first: that would take as much memory again.
        self._begin_column(name, "B", at)
        for part in values if at > _LONG * len(values) else [b"".join(values)]:
            self._write(part)
        self._end_column()
        self.numbers(f"{name}.end", ends)

    def flush_behind(self) -> None:
        """Let the system bring to the disk what has come so far, while more is made: `close` will wait for less."""
        self._file.flush()
        if self._at - self._flushed < _WORTH_FLUSHING or not hasattr(os, "fdatasync"):
            return
        self._flushed = self._at
        with contextlib.suppress(RuntimeError):  # no thread can be had
            self._flushes.append(_Flush(self._file.fileno()))

    def close(self, facts: Mapping[str, Any]) -> tuple[int, str]:
        """Write the checksums, the directory and the footer, and see them onto the disk."""
        import json  # start-up time: who begins to index needs it at the end

        if self._at % BLOCK:
            self._crcs.append(self._block)
        covered = self._at
        table = struct.pack(f"<{len(self._crcs)}I", *self._crcs)
        directory = json.dumps(
            {"covered": covered, "columns": self._columns, "facts": facts}, separators=(",", ":")
        ).encode()
        footer = _FOOTER.pack(covered + len(table), len(directory), 0, MAGIC)
        tail = table + directory + footer
        self._file.write(tail)
        self._file.flush()
        for flush in self._flushes:
            flush.wait()
        sync(self._file.fileno())
        self._file.close()
        return covered + len(tail), sha256(tail).hexdigest()

    def abandon(self) -> None:
        """Close and remove what was written."""
        for (
            flush
        ) in self._flushes:  # or the descriptor might be another file's before they look at it
            with contextlib.suppress(OSError):
                flush.wait()
        try:
            self._file.close()
        finally:  # a full disk is reported again where the rest is written
            os.unlink(self._path)

    def _write(self, data: Any) -> None:
        view = memoryview(data)
        self._file.write(view)
        while len(view):
            room = BLOCK - self._at % BLOCK
            piece = view[:room]
            self._block = self._crc32(piece, self._block)
            self._at += len(piece)
            if self._at % BLOCK == 0:
                self._crcs.append(self._block)
                self._block = self._crc32(b"", 0)
            view = view[room:]


class _Flush:
    """A thread that has the system bring a file to the disk."""

    def __init__(self, descriptor: int) -> None:
        import _thread  # not `threading`, whose threads are waited for until they have begun: start-up time

        self._error: OSError | None = None
        self._done = _thread.allocate_lock()
        self._done.acquire()
        _thread.start_new_thread(self._run, (descriptor,))

    def _run(self, descriptor: int) -> None:
        try:
            os.fdatasync(descriptor)
        except OSError as error:
            self._error = error
        finally:
            self._done.release()

    def wait(self) -> None:
        """Wait for it. Raises the OSError that it met, for the system tells of that but once."""
        with self._done:
            pass
        if self._error is not None:
            raise self._error


class Column:
    """One column of an open segment file. Reading checks the blocks that are touched.

    A value never lies in two blocks: columns begin at multiples of 8, and blocks do too.
    """

    __slots__ = ("_checked", "_file", "_is_whole", "_offset", "_size", "code", "length", "view")

    def __init__(self, file: SegmentFile, code: str, offset: int, length: int) -> None:
        self._file = file
        self._checked = file.checked
        self._is_whole = False
        self._offset = offset
        self._size = _ITEM[code]
        self.code = code
        self.length = length
        piece = file.raw[offset : offset + length * self._size]
        self.view: memoryview = piece.cast(cast(Literal["B", "H", "I", "Q", "q"], code))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < self.length:
            raise self._file.damaged("a number points outside its column")
        if not self._checked[(self._offset + index * self._size) // BLOCK]:
            self.check(index, index + 1)
        return self.view[index]

    def slice(self, start: int, end: int) -> memoryview:
        """The values from `start` to `end`, checked."""
        if not 0 <= start <= end <= self.length:
            raise self._file.damaged("a number points outside its column")
        if start < end:
            first = (self._offset + start * self._size) // BLOCK
            last = (self._offset + end * self._size - 1) // BLOCK
            if first != last or not self._checked[first]:
                self.check(start, end)
        return self.view[start:end]

    def whole(self) -> memoryview:
        """All values, checked."""
        if not self._is_whole:
            self._is_whole = len(self.slice(0, self.length)) == self.length
        return self.view[:]

    def placed(self) -> tuple[memoryview, int]:
        """The values, not checked, and the byte of the file at which they begin: for `compiled.row`."""
        return self.view, self._offset

    def check(self, start: int, end: int) -> None:
        """Check the blocks that hold the values from `start` to `end`."""
        size = self._size
        self._file.check(self._offset + start * size, self._offset + end * size)


class Blobs:
    """Byte strings, as `SegmentFileWriter.blobs` wrote them."""

    __slots__ = ("_bytes", "_ends")

    def __init__(self, file: SegmentFile, name: str) -> None:
        self._bytes = file.column(name)
        self._ends = file.column(f"{name}.end")

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def size(self) -> int:
        """Bytes of all of them together."""
        return self._bytes.length

    def __getitem__(self, index: int) -> bytes:
        return bytes(self.view(index))

    def view(self, index: int) -> memoryview:
        """A string where it lies, checked."""
        start = self._ends[index - 1] if index else 0
        return self._bytes.slice(start, self._ends[index])

    def all(self) -> list[bytes]:
        """Every string."""
        data = bytes(self._bytes.whole())
        if not data:
            return [data] * len(self)
        return [data[start:end] for start, end in self._ranges()]

    def decoded(self, decode: Callable[[bytes], str]) -> list[str]:
        """Every string as text; where all is ASCII, `decode` is not asked."""
        data = bytes(self._bytes.whole())
        if not data.isascii():
            return list(map(decode, self.all()))
        text = data.decode("ascii")
        return [text[start:end] for start, end in self._ranges()] if text else [""] * len(self)

    def _ranges(self) -> Iterator[tuple[int, int]]:
        ends = self._ends.whole().tolist()
        return zip(chain((0,), ends), ends, strict=False)

    def slice(self, first: int, last: int) -> list[bytes]:
        """The strings from number `first` to `last`."""
        base = self._ends[first - 1] if first else 0
        ends = self._ends.slice(first, last).tolist()
        data = bytes(self._bytes.slice(base, ends[-1] if ends else base))
        return [data[start - base : end - base] for start, end in pairwise([base, *ends])]


class SegmentFile:
    """An open segment file: mapped into memory, checked on use.

    Raises IndexDamagedError where length, digest or a checksum is wrong.
    """

    def __init__(self, path: str, length: int, digest: str) -> None:
        self.path = path
        self._columns: dict[str, Column] = {}
        with open_regular(path) as file:
            if os.fstat(file.fileno()).st_size != length or length < len(MAGIC) + _FOOTER.size:
                raise self.damaged("its length is wrong")
            self._map = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ)
        self.raw = memoryview(self._map)
        self._crcs = self.raw[:0]
        try:
            self._open_tail(digest)
        except BaseException:
            self.close()
            raise

    def _open_tail(self, digest: str) -> None:
        # The checksums begin where `covered` says, which is in the directory that the digest
        # vouches for; so the digest is computed from there, and everything else is believed after it.
        at, size, _, magic = _FOOTER.unpack(self.raw[-_FOOTER.size :])
        if magic != MAGIC or at + size + _FOOTER.size != len(self.raw):
            raise self.damaged("its footer is wrong")
        import json  # as above

        try:
            directory = json.loads(bytes(self.raw[at : at + size]))
            covered, columns, facts = (directory[name] for name in ("covered", "columns", "facts"))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise self.damaged("its directory cannot be read") from None
        if type(covered) is not int or not 0 <= covered <= at:
            raise self.damaged("its directory is wrong")
        with self.raw[covered:] as tail:
            if sha256(tail).hexdigest() != digest:
                raise self.damaged("the checksum of its directory is wrong")
        blocks = (covered + BLOCK - 1) // BLOCK
        if at - covered != 4 * blocks or not _are_facts(facts) or not isinstance(columns, dict):
            raise self.damaged("its directory is wrong")
        self._crcs = self.raw[covered:at].cast("I")
        self.checked = bytearray(blocks)
        self._covered = covered
        self._directory: dict[str, Any] = columns
        self.facts: dict[str, Any] = facts

    def damaged(self, what: str) -> IndexDamagedError:
        """The error that says what is wrong with this file."""
        return damage(os.path.basename(self.path), what)

    def column(self, name: str, wanted: str = "") -> Column:
        """The column of that name, of a wanted type where there is but one. It is not read before it is used."""
        column = self._columns.get(name)
        if column is None:
            try:
                code, offset, length = self._directory[name]
                end = offset + length * _ITEM[code]
                right = offset >= 0 and length >= 0 and end <= self._covered
                if not right or offset % 8 or {type(offset), type(length)} != {int}:
                    raise ValueError
            except (KeyError, TypeError, ValueError):
                raise self.damaged(f"its column {name} is missing or wrong") from None
            column = self._columns[name] = Column(self, code, offset, length)
        if wanted and column.code != wanted:
            raise self.damaged(f"its column {name} has numbers of another type")
        return column

    def names(self) -> list[str]:
        """The names of all columns."""
        return list(self._directory)

    def check(self, start: int, end: int) -> None:
        """Check the blocks that hold the bytes from `start` to `end`; each is checked once."""
        checked = self.checked
        for block in range(start // BLOCK, (end + BLOCK - 1) // BLOCK):
            if not checked[block]:
                at = block * BLOCK
                data = self.raw[at : min(at + BLOCK, self._covered)]
                if zlib.crc32(data) != self._crcs[block]:
                    raise self.damaged(f"the checksum of block {block} is wrong")
                checked[block] = 1

    def check_all(self) -> None:
        """Check every block again, whether it was checked before or not."""
        self.checked[:] = bytes(len(self.checked))  # the columns look at it too
        self.check(0, self._covered)
        if self.raw[: len(MAGIC)] != MAGIC:
            raise self.damaged("its beginning is not that of a segment")

    def close(self) -> None:
        """Let go of the mapping, unless a view of it is still in use."""
        views = [column.view for column in self._columns.values()]
        for held in (*views, self._crcs, self.raw):
            with contextlib.suppress(BufferError):
                held.release()
        with contextlib.suppress(BufferError):  # an array still looks at it: it goes when that goes
            self._map.close()


def _are_facts(facts: Any) -> bool:
    """Whether these are the facts of a segment: its number of terms, its kinds of documents and their fields."""
    return (
        isinstance(facts, dict)
        and type(facts.get("terms")) is int
        and isinstance(fields := facts.get("fields"), list)
        and all(isinstance(name, str) for name in fields)
        and isinstance(kinds := facts.get("kinds"), list)
        and all(
            isinstance(kind, list) and [type(k) for k in kind] in _KINDS and 0 <= kind[2] <= 1
            for kind in kinds
        )
    )
