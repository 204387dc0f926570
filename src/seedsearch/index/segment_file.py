"""Read a segment's file: named columns of flat little-endian values, checked block by block.

::

  magic                8 bytes, MAGIC
  columns              each begins at a multiple of 8
  checksums            one CRC-32 (uint32) for each BLOCK bytes of everything before
  directory            JSON: the place of each column, and facts of the segment
  footer               uint64 offset and uint32 length of the directory, uint32 zero, 8 bytes MAGIC

The manifest has the file's length and a digest of everything from the checksums on; the checksums cover the rest.
Each open file reads and checks a block once, before its first use. A flipped bit, an unreadable disk or a truncated
file raises IndexDamagedError when the block is used.

Nothing in a file is ever executed or unpickled: values are numbers, bytes and JSON.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import sys
import zlib
from _thread import allocate_lock  # not `threading`: start-up time
from collections.abc import Callable, Iterable, Iterator
from errno import EIO, EISDIR, ELOOP, ENXIO
from io import BufferedReader, FileIO
from itertools import chain, pairwise
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, Literal, cast

from seedsearch.core import compiled
from seedsearch.digest import digest
from seedsearch.errors import IndexDamagedError, IndexFault

if TYPE_CHECKING:
    from seedsearch.core import _core

MAGIC = b"SEEDSEG1"
BLOCK = 1 << 12
"""The bytes that share a checksum. The size is small, because a query for one word reads little here and there."""

MOST_INFLATED = 1 << 26
"""The most bytes that a deflated block may inflate to."""

_BLOCKS_A_READ = 32  # at most: the data is still in the processor's cache when it is checked
_MOST_DIRECTORY = 1 << 23  # bytes
_MOST_COLUMNS = 1 << 8
_MOST_BYTES = 1 << 32  # of a file
_MOST_A_STRING = 1 << 16  # bytes, as the mean of many strings

FOOTER = struct.Struct("<QII8s")
_KINDS = [[str, str, number, str, str] for number in (float, int)]
ITEM = {"B": 1, "H": 2, "I": 4, "Q": 8, "q": 8}

if sys.byteorder != "little":  # pragma: no cover - columns are read in place
    raise ImportError("seedsearch reads its index in place and needs a little-endian machine")


_DAMAGED = "the index is damaged: "


def damage(file: str, what: str) -> IndexDamagedError:
    """Return the error that says what is wrong with a file of the index."""
    return IndexDamagedError(
        f"{_DAMAGED}{file}: {what}",
        "run `seedsearch index --rebuild` to build it again from the documents",
    )


def unreadable(file: str, error: OSError) -> IndexDamagedError:
    """Return the error for a file of the index that the disk cannot read."""
    return damage(file, f"it cannot be read: {error.strerror}")


def damage_parts(error: IndexDamagedError) -> tuple[str, str]:
    """Return the file and the fault, from an error that `damage` made."""
    file, _, what = error.message.removeprefix(_DAMAGED).partition(": ")
    return file, what


def open_regular(path: str) -> BufferedReader:
    """Open a file of the index for reading. This never waits, even if the file is a FIFO.

    Raise FileNotFoundError, IndexDamagedError if it is not a regular file, IndexFault if it cannot be opened.
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
            raise damage(os.path.basename(path), "it is not a regular file") from error
        raise IndexFault(f"cannot read {path}: {error.strerror}") from error
    if not S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise damage(os.path.basename(path), "it is not a regular file")
    return os.fdopen(fd, "rb")


def read_regular(path: str, most: int) -> bytes:
    """Return the contents of a file of the index.

    Raise as `open_regular`, and IndexDamagedError beyond `most` bytes.
    """
    name = os.path.basename(path)
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise damage(name, "it is too long")
        try:
            return file.read(most)
        except OSError as error:
            raise unreadable(name, error) from error


def inflate(
    data: bytes, size: int | None = None, least: int | None = None, most: int = MOST_INFLATED
) -> bytes | None:
    """Return the `size` bytes that `data` inflates to (None: any number), or None if it does not.

    With `least`, return only that many first bytes. Inflating stops at `size`, and always at `most`: a small file
    cannot fill the memory.
    """
    if size is not None:
        most = min(most, size)
    if most < 0:  # to zlib, that would be no limit
        return None
    stream = zlib.decompressobj()
    try:
        if least is not None and 0 < least < most:
            first = stream.decompress(data, least)
            return first if len(first) == least else None
        whole = stream.decompress(data, most + 1)
    except zlib.error:
        return None
    right = len(whole) <= most if size is None else len(whole) == size
    return whole if right and stream.eof and not stream.unused_data else None


class Column:
    """One column of an open segment file. Reading a value checks its block.

    A value never lies in two blocks: both columns and blocks begin at multiples of 8.
    """

    __slots__ = (
        "_check",
        "_checked",
        "_file",
        "_is_whole",
        "_offset",
        "_size",
        "code",
        "length",
        "view",
    )

    def __init__(self, file: SegmentFile, code: str, offset: int, length: int) -> None:
        self._file = file
        self._check = file.check
        self._checked = file.checked
        self._is_whole = False
        self._offset = offset
        self._size = ITEM[code]
        self.code = code
        self.length = length
        piece = file.raw[offset : offset + length * self._size]
        self.view: memoryview = piece.cast(cast('Literal["B", "H", "I", "Q", "q"]', code))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < self.length:
            raise self._file.damaged("a number points outside its column")
        at = self._offset + index * self._size
        if not self._checked[at // BLOCK]:
            self._check(at, at + self._size)
        return self.view[index]

    def slice(self, start: int, end: int) -> memoryview:
        """Return the values from `start` to `end`, checked."""
        if not 0 <= start <= end <= self.length:
            raise self._file.damaged("a number points outside its column")
        if start < end:
            self._check(self._offset + start * self._size, self._offset + end * self._size)
        return self.view[start:end]

    def whole(self) -> memoryview:
        """Return all values, checked."""
        if not self._is_whole:
            self._is_whole = len(self.slice(0, self.length)) == self.length
        return self.view[:]


class Blobs:
    """Byte strings, as `SegmentFileWriter.blobs` wrote them."""

    __slots__ = ("_bytes", "_ends", "_file")

    def __init__(self, file: SegmentFile, name: str) -> None:
        self._file = file
        self._bytes = file.column(name)
        self._ends = file.column(f"{name}.end")

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def size(self) -> int:
        """The size of all strings together, in bytes."""
        return self._bytes.length

    def __getitem__(self, index: int) -> bytes:
        return bytes(self.view(index))

    def view(self, index: int) -> memoryview:
        """Return a string in place, checked."""
        start, end = (self._ends[index - 1] if index else 0), self._ends[index]
        if end - start > MOST_INFLATED:
            raise self._file.damaged("it has a string that is too long")
        return self._bytes.slice(start, end)

    def _whole(self) -> bytes:
        if self.size > MOST_INFLATED + len(self) * _MOST_A_STRING:
            raise self._file.damaged("its strings are too long")
        return bytes(self._bytes.whole())

    def all(self) -> list[bytes]:
        """Return every string."""
        data = self._whole()
        if not data:
            return [data] * len(self)
        return [data[start:end] for start, end in self._ranges()]

    def decoded(self, decode: Callable[[bytes], str]) -> list[str]:
        """Return every string as text. If all are ASCII, `decode` is not called."""
        data = self._whole()
        if not data.isascii():
            return list(map(decode, self.all()))
        text = data.decode("ascii")
        return [text[start:end] for start, end in self._ranges()] if text else [""] * len(self)

    def _ranges(self) -> Iterator[tuple[int, int]]:
        ends = self._ends.whole().tolist()
        return zip(chain((0,), ends), ends, strict=False)

    def slice(self, first: int, last: int) -> list[bytes]:
        """Return the strings from number `first` to `last`."""
        base = self._ends[first - 1] if first else 0
        ends = self._ends.slice(first, last).tolist()
        data = bytes(self._bytes.slice(base, ends[-1] if ends else base))
        return [data[start - base : end - base] for start, end in pairwise([base, *ends])]


class SegmentFile:
    """An open segment file. Blocks are read into memory and checked when they are used.

    Raise IndexDamagedError if it cannot be read, or if its length, digest or a checksum is wrong.
    """

    def __init__(self, path: str, length: int, wanted: str) -> None:
        self.path = path
        self.length = length
        self._columns: dict[str, Column] = {}
        self._position = allocate_lock()  # threads share the position of the file
        self._file = cast(FileIO, open_regular(path).detach())
        try:
            if os.fstat(self._file.fileno()).st_size != length or length > _MOST_BYTES:
                raise self.damaged("its length is wrong")
            self._open_tail(wanted)
            self._memory = memoryview(_memory(self._covered)) if self._covered else memoryview(b"")
        except BaseException:
            self._file.close()
            raise
        self.raw = self._memory.toreadonly()
        self.reader = self._reader()

    def _reader(self) -> _core.SegmentReader | None:
        if compiled is None:
            return None
        number, sums = self._file.fileno(), self._crcs
        try:
            return compiled.SegmentReader(
                number, self._memory, self.checked, sums, zlib.crc32, self._directory
            )
        except ValueError:
            self._file.close()
            raise self.damaged("its directory is wrong") from None

    def _open_tail(self, wanted: str) -> None:
        # The directory says where the checksums begin, and the digest covers both. So the digest is computed from
        # there on, and only then is the rest believed.
        before = self.length - FOOTER.size
        footer = self._read(before, FOOTER.size) if before >= len(MAGIC) else b"\0" * FOOTER.size
        at, size, _, magic = FOOTER.unpack(footer)
        if magic != MAGIC or at + size != before or size > _MOST_DIRECTORY:
            raise self.damaged("its footer is wrong")
        import json  # as above

        try:
            data = self._read(at, size)
            directory = json.loads(data)
            covered, columns, facts = (directory[name] for name in ("covered", "columns", "facts"))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise self.damaged("its directory cannot be read") from None
        blocks = (covered + BLOCK - 1) // BLOCK if type(covered) is int else -1
        if covered + 4 * blocks != at:
            raise self.damaged("its directory is wrong")
        table = self._read(covered, 4 * blocks)
        if digest(table + data + footer) != wanted:
            raise self.damaged("the checksum of its directory is wrong")
        if not _are_facts(facts) or not _are_columns(columns, covered):
            raise self.damaged("its directory is wrong")
        self._crcs = memoryview(table).cast("I")
        self.checked = bytearray(blocks)
        self._covered = covered
        self._directory: dict[str, tuple[str, int, int]] = columns
        self.facts = {name: facts[name] for name in ("terms", "fields", "kinds")}

    def _read(self, at: int, size: int) -> bytearray:
        """Return `size` bytes of the file from `at` on."""
        data = bytearray(size)
        self._read_into(memoryview(data), at)
        return data

    def _read_into(self, memory: memoryview, at: int) -> None:
        """Fill the memory from offset `at` of the file."""
        try:
            with self._position:
                self._file.seek(at)
                done = 0
                while done < len(memory):
                    count = self._file.readinto(memory[done:])
                    if not count:
                        raise self.damaged("it was cut short")
                    done += count
        except OSError as error:
            raise unreadable(os.path.basename(self.path), error) from error

    def damaged(self, what: str) -> IndexDamagedError:
        """Return the error that says what is wrong with this file."""
        return damage(os.path.basename(self.path), what)

    def column(self, name: str, wanted: str = "") -> Column:
        """Return a column by its name. Its type must be `wanted`, if given. It is not read before it is used."""
        column = self._columns.get(name)
        if column is None:
            if name not in self._directory:
                raise self.damaged(f"its column {name} is missing")
            column = self._columns[name] = Column(self, *self._directory[name])
        if wanted and column.code != wanted:
            raise self.damaged(f"its column {name} has numbers of another type")
        return column

    def whole(self, table: str, names: str) -> list[memoryview]:
        """Return all values of some columns of a table, checked. Their names are separated by spaces."""
        return [self.column(f"{table}.{name}").whole() for name in names.split()]

    def lengths(self, names: Iterable[str]) -> set[int]:
        """Return the set of the lengths of these columns, 0 for a missing one."""
        none = ("", 0, 0)
        return {self._directory.get(name, none)[2] for name in names}

    def check(self, start: int, end: int) -> None:
        """Read and check the blocks that hold the bytes from `start` to `end`; each is read once."""
        if self.reader is None or not self.reader.read(start, end):
            self._check(start, end)

    def _check(self, start: int, end: int) -> None:
        # Other threads may do the same at the same time: so nothing is written to the memory that was not checked.
        checked = self.checked
        block, last = start // BLOCK, (end + BLOCK - 1) // BLOCK
        while (block := checked.find(0, block, last)) >= 0:
            most = min(last, block + _BLOCKS_A_READ)
            known = checked.find(1, block, most)
            stop = most if known < 0 else known
            place = slice(block * BLOCK, min(stop * BLOCK, self._covered))
            data = bytearray(place.stop - place.start)
            self._fill(memoryview(data), block)
            self._memory[place] = data
            checked[block:stop] = b"\1" * (stop - block)
            block = stop

    def _fill(self, memory: memoryview, first: int) -> None:
        """Read and check the blocks from `first` on, as many as the memory holds."""
        with memory:
            self._read_into(memory, first * BLOCK)
            for block, at in enumerate(range(0, len(memory), BLOCK), first):
                if zlib.crc32(memory[at : at + BLOCK]) != self._crcs[block]:
                    raise self.damaged(f"the checksum of block {block} is wrong")

    def check_all(self) -> None:
        """Read and check every block again. None is kept."""
        blocks = memoryview(bytearray(_BLOCKS_A_READ * BLOCK))
        for start in range(0, self._covered, len(blocks)):
            self._fill(blocks[: self._covered - start], start // BLOCK)
        if self._read(0, len(MAGIC)) != MAGIC:
            raise self.damaged("it does not begin as a segment does")

    def close(self) -> None:
        """Let go of the file, and of its memory unless a view of it is still in use."""
        if self.reader is not None:
            self.reader.close()
        self._file.close()
        views = [column.view for column in self._columns.values()]
        for held in (*views, self.raw, self._memory):
            with contextlib.suppress(BufferError):
                held.release()


def _memory(size: int) -> mmap.mmap:
    """Return memory that takes no room until it is written."""
    if sys.platform == "win32":
        return mmap.mmap(-1, size)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
    return mmap.mmap(-1, size, flags=flags)


def _are_columns(columns: Any, covered: int) -> bool:
    """Return whether each column has a type, a place and a length, and lies in the file."""
    if not isinstance(columns, dict) or len(columns) > _MOST_COLUMNS:
        return False
    for column in columns.values():
        try:
            code, offset, length = column
            end = offset + length * ITEM[code]
        except (KeyError, TypeError, ValueError):
            return False
        if type(offset) is not int or type(length) is not int or offset % 8:
            return False
        if offset < 0 or length < 0 or end > covered:
            return False
    return True


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
