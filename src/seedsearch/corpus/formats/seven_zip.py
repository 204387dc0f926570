"""Read 7z archives: each member is read like a file, within the limits. The standard library decompresses them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial
from typing import Any

from seedsearch.corpus.formats.archive import Member, all_members
from seedsearch.corpus.formats.limits import Allowance, allowance_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile
from seedsearch.record import NamedTuple

_HEAD = 32
_END, _HEADER, _FILES, _PACKED_HEADER = 0x00, 0x01, 0x05, 0x17
_PACKED, _FOLDERS, _PARTS, _SIZES, _CHECKS, _FOLDER, _UNPACKED, _COUNTS = 6, 7, 8, 9, 10, 11, 12, 13
_EMPTY, _NAMES, _ATTRIBUTES = 0x0E, 0x11, 0x15
_COPY, _LZMA, _LZMA_2, _DELTA = b"\0", b"\3\1\1", b"\x21", b"\3"
_DEFLATE, _BZIP_2, _AES = b"\4\1\x08", b"\4\2\2", b"\6\xf1\7\1"
# Filters of machine code: identifiers of 7z, and their identifiers in liblzma.
_CODE_FILTERS = {
    b"\3\3\1\3": 4, b"\3\3\2\5": 5, b"\3\3\4\1": 6, b"\3\3\5\1": 7, b"\3\3\7\1": 8, b"\3\3\x08\5": 9,
    b"\4": 4, b"\5": 5, b"\6": 6, b"\7": 7, b"\x08": 8, b"\x09": 9,
}  # fmt: skip
_MOST = 1_000_000  # of anything that is counted
_MOST_MEMORY = 128 << 20
_STEP = 1 << 20
_SYMLINK = 0o120000


class _Folder(NamedTuple):
    """A stream of several members.

    `coders` are pairs of identifier and properties, starting at the packed bytes. `begin` and `end` are the range of
    the packed bytes, and `size` is the unpacked size in bytes.
    """

    coders: tuple[tuple[bytes, bytes], ...]
    begin: int
    end: int
    size: int


class _Entry(NamedTuple):
    """A member: its name, the number of its folder (-1 for none), and its range in the unpacked folder."""

    name: str
    folder: int
    begin: int
    end: int


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the documents of all members, in order. Raise Skip if the archive is broken or encrypted."""
    allowance = allowance_of(file, len(data))
    archive = _Archive(data, allowance)
    try:
        entries = archive.entries()
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise Skip("broken 7z archive") from error
    members = (Member(entry.name, partial(archive.read, entry)) for entry in entries)
    yield from all_members(file, members, allowance)


class _Archive:
    """An archive in memory."""

    def __init__(self, data: bytes, allowance: Allowance) -> None:
        self._data, self._allowance = data, allowance
        self._folders: list[_Folder] = []
        self._parts: list[
            tuple[int, int, int]
        ] = []  # folder, begin and end of each file that is not empty
        self._checked: list[bool] = []  # which folders have a checksum
        self._unfolded: tuple[int, bytes | Skip] = (-1, b"")

    def entries(self) -> list[_Entry]:
        """Return the members that are files."""
        begin, size = struct.unpack_from("<QQ", self._data, 12)
        head = self._data[_HEAD + begin : _HEAD + begin + size]
        for _ in range(4):  # a list of members may be packed, and packed again
            source = _Source(head)
            kind = source.byte()
            if kind == _HEADER:
                return self._listed(source)
            if kind != _PACKED_HEADER:
                break
            self._streams(source)
            if not self._folders:
                break
            head = self._unfold(self._folders[0])
            self._folders, self._parts = [], []
        raise Skip("broken 7z archive")

    def _listed(self, source: _Source) -> list[_Entry]:
        entries: list[_Entry] = []
        while kind := source.byte():
            if kind == 4:
                self._streams(source)
            elif kind == _FILES:
                entries = self._files(source)
            else:
                break
        return entries

    def _streams(self, source: _Source) -> None:
        """Read the places of the packed bytes, their coders and their unpacked sizes."""
        begin = 0
        packed: list[int] = []
        while kind := source.byte():
            if kind == _PACKED:
                begin = _HEAD + source.number()
                count = source.count()
                while inner := source.byte():
                    if inner == _SIZES:
                        packed = [source.number() for _ in range(count)]
                    elif inner == _CHECKS:
                        source.checks(count)
            elif kind == _FOLDERS:
                self._read_folders(source, begin, packed)
                self._parts = [(n, 0, folder.size) for n, folder in enumerate(self._folders)]
            elif kind == _PARTS:
                self._read_parts(source)

    def _read_folders(self, source: _Source, begin: int, packed: list[int]) -> None:
        source.byte()
        count = source.count()
        source.byte()
        chains = [source.chain() for _ in range(count)]
        source.byte()
        self._checked = [False] * count
        for coders, which in chains:
            sizes = [source.number() for _ in coders]
            size = packed.pop(0)
            self._folders.append(_Folder(coders, begin, begin + size, sizes[which]))
            begin += size
        while kind := source.byte():
            if kind == _CHECKS:
                self._checked = source.checks(count)

    def _read_parts(self, source: _Source) -> None:
        counts = [1] * len(self._folders)
        kind = source.byte()
        if kind == _COUNTS:
            counts = [source.count() for _ in self._folders]
            kind = source.byte()
        self._parts = []
        for number, (folder, count) in enumerate(zip(self._folders, counts, strict=True)):
            at = 0
            for _ in range(count - 1 if kind == _SIZES else 0):
                size = source.number()
                self._parts.append((number, at, at + size))
                at += size
            if count:
                self._parts.append((number, at, folder.size))
        if kind == _SIZES:
            kind = source.byte()
        if kind == _CHECKS:
            known = zip(counts, self._checked, strict=True)
            source.checks(sum(count for count, checked in known if count != 1 or not checked))
            kind = source.byte()

    def _files(self, source: _Source) -> list[_Entry]:
        count = source.count()
        names: list[str] = [""] * count
        empty = [False] * count
        modes = [0] * count
        while kind := source.byte():
            inner = _Source(source.take(source.number()))
            if kind == _EMPTY:
                empty = inner.bits(count)
            elif kind == _NAMES:
                inner.byte()
                names = inner.rest().decode("utf-16-le", "replace").split("\0")[:count]
            elif kind == _ATTRIBUTES:
                known = inner.bits(count) if not inner.byte() else [True] * count
                inner.byte()
                modes = [
                    struct.unpack("<I", inner.take(4))[0] >> 16 if is_known else 0
                    for is_known in known
                ]
        parts = iter(self._parts)
        return [
            _Entry(name, *part)
            for name, is_empty, mode in zip(names, empty, modes, strict=True)
            if not is_empty and (part := next(parts, None)) and mode & 0o170000 != _SYMLINK
        ]

    def read(self, entry: _Entry) -> bytes:
        """Return the bytes of a member. Raise Skip if its stream cannot be unpacked."""
        number, unfolded = self._unfolded
        if number != entry.folder:
            try:
                unfolded = self._unfold(self._folders[entry.folder])
            except Skip as skip:
                unfolded = skip
            self._unfolded = (entry.folder, unfolded)
        if isinstance(unfolded, Skip):
            raise unfolded
        if len(unfolded) < entry.end:
            raise Skip("damaged")
        return unfolded[entry.begin : entry.end]

    def _unfold(self, folder: _Folder) -> bytes:
        content = self._data[folder.begin : folder.end]
        for decoder in _decoders(folder.coders):
            content = self._run(decoder, content, folder.size)
        return content[: folder.size]

    def _run(self, decoder: Any, content: bytes, size: int) -> bytes:
        """Return the output of a decoder for these bytes, up to `size` bytes."""
        parts: list[bytes] = []
        total = 0
        try:
            while total < size and not decoder.eof:
                piece = decoder.decompress(content, min(_STEP, size - total))
                content = getattr(decoder, "unconsumed_tail", b"")
                if not piece and not content:
                    break
                self._allowance.take(len(piece))
                parts.append(piece)
                total += len(piece)
        except (Skip, MemoryError):
            raise
        except Exception as error:  # zlib, bz2 and lzma errors have no base class in common
            raise Skip("damaged") from error
        return b"".join(parts)


class _Plain:
    """The decoder of bytes that are not packed."""

    eof = False
    unconsumed_tail = b""

    def decompress(self, data: bytes, most: int) -> bytes:
        """Return the first `most` bytes."""
        self.unconsumed_tail = data[most:]
        return data[:most]


def _decoders(coders: tuple[tuple[bytes, bytes], ...]) -> Iterator[Any]:
    """Yield the decoders of a stream in order. Successive coders of liblzma are one decoder."""
    from bz2 import BZ2Decompressor
    from lzma import FORMAT_RAW, LZMADecompressor
    from zlib import decompressobj

    chain: list[dict[str, int]] = []
    for name, properties in coders:
        if found := _filter(name, properties):
            chain.insert(0, found)
            continue
        if name == _AES:
            raise Skip("encrypted")
        if chain or name not in (_COPY, _DEFLATE, _BZIP_2):
            raise Skip("compressed in an unknown way")
        yield (
            _Plain()
            if name == _COPY
            else BZ2Decompressor()
            if name == _BZIP_2
            else decompressobj(-15)
        )
    if chain:
        if chain[-1]["id"] not in (0x21, 0x4000000000000001):
            raise Skip("compressed in an unknown way")
        yield LZMADecompressor(FORMAT_RAW, filters=chain)


def _filter(name: bytes, properties: bytes) -> dict[str, int] | None:
    """Return a coder as a filter of liblzma, or None if it is none."""
    if name == _LZMA:
        lc, rest = properties[0] % 9, properties[0] // 9
        return {"id": 0x4000000000000001, "lc": lc, "lp": rest % 5, "pb": rest // 5,
                "dict_size": _affordable(struct.unpack_from("<I", properties, 1)[0])}  # fmt: skip
    if name == _LZMA_2:
        return {
            "id": 0x21,
            "dict_size": _affordable((2 | properties[0] & 1) << properties[0] // 2 + 11),
        }
    if name == _DELTA:
        return {"id": 3, "dist": properties[0] + 1}
    return {"id": _CODE_FILTERS[name]} if name in _CODE_FILTERS else None


def _affordable(size: int) -> int:
    if size > _MOST_MEMORY:
        raise Skip("takes too much memory to unfold")
    return max(size, 4096)


class _Source:
    """Reads the numbers of 7z. Methods raise IndexError, ValueError or struct.error if the data breaks off."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def byte(self) -> int:
        """Return the next byte."""
        self._at += 1
        return self._data[self._at - 1]

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise ValueError("breaks off")
        self._at += size
        return found

    def rest(self) -> bytes:
        """Return the remaining bytes."""
        return self._data[self._at :]

    def number(self) -> int:
        """Return a number.

        Leading ones of its first byte count the bytes that follow; the other bits are the highest.
        """
        first = self.byte()
        extra = 8 - (255 - first).bit_length()
        low = int.from_bytes(self.take(extra), "little")
        return low | (first & ((1 << (7 - extra)) - 1 if extra < 7 else 0)) << 8 * extra

    def count(self) -> int:
        """Return a count of items, which is limited since each takes memory."""
        found = self.number()
        if found > _MOST:
            raise ValueError("too many")
        return found

    def bits(self, count: int) -> list[bool]:
        """Return the next `count` bits, the highest of a byte first."""
        data = self.take((count + 7) // 8)
        return [bool(data[n // 8] >> (7 - n % 8) & 1) for n in range(count)]

    def checks(self, count: int) -> list[bool]:
        """Skip the checksums. Return which of them are defined."""
        known = [True] * count if self.byte() else self.bits(count)
        self.take(4 * sum(known))
        return known

    def chain(self) -> tuple[tuple[tuple[bytes, bytes], ...], int]:
        """Return the coders of a folder, from the packed bytes on, and the number of the last one."""
        coders: list[tuple[bytes, bytes]] = []
        for _ in range(self.count()):
            flags = self.byte()
            name = self.take(flags & 15)
            if flags & 16 and (self.number(), self.number()) != (1, 1):
                raise Skip("compressed in an unknown way")
            coders.append((name, self.take(self.number()) if flags & 32 else b""))
        after = {}  # the coder that gives bytes -> the coder that takes them
        for _ in range(len(coders) - 1):
            taker = self.number()
            after[self.number()] = taker
        numbers = [n for n in range(len(coders)) if n not in after.values()][:1]
        while numbers and numbers[-1] in after and len(numbers) < len(coders):
            numbers.append(after[numbers[-1]])
        if len(numbers) != len(coders) or not coders:
            raise ValueError("no chain")
        return tuple(coders[n] for n in numbers), numbers[-1]
