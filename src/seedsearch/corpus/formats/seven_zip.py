"""Read 7z archives: each member is read like a file, within the limits. The standard library decompresses them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

from seedsearch.corpus.formats.archive import Member, all_members
from seedsearch.corpus.formats.limits import Allowance, allowance_of, zstandard
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import ENCRYPTED, Skip
from seedsearch.model import SourceFile
from seedsearch.record import NamedTuple

_HEAD = 32
_END, _HEADER, _FILES, _PACKED_HEADER = 0x00, 0x01, 0x05, 0x17
_PACKED, _FOLDERS, _PARTS, _SIZES, _CHECKS, _FOLDER, _UNPACKED, _COUNTS = 6, 7, 8, 9, 10, 11, 12, 13
_EMPTY, _NAMES, _ATTRIBUTES = 0x0E, 0x11, 0x15
_COPY, _LZMA, _LZMA_2, _DELTA = b"\0", b"\3\1\1", b"\x21", b"\3"
_DEFLATE, _BZIP_2, _ZSTANDARD = b"\4\1\x08", b"\4\2\2", b"\4\xf7\x11\1"
_AES = b"\6\xf1\7\1"
# Filters of machine code: identifiers of 7z, and their identifiers in liblzma.
_CODE_FILTERS = {
    b"\3\3\1\3": 4, b"\3\3\2\5": 5, b"\3\3\4\1": 6, b"\3\3\5\1": 7, b"\3\3\7\1": 8, b"\3\3\x08\5": 9,
    b"\4": 4, b"\5": 5, b"\6": 6, b"\7": 7, b"\x08": 8, b"\x09": 9,
}  # fmt: skip
_MOST = 1_000_000  # of anything that is counted
_MOST_MEMORY = 128 << 20
_STEP = 1 << 20
_SYMLINK = 0o120000
_DAMAGED = "damaged"


Coders: TypeAlias = Sequence[tuple[bytes, bytes]]


class _Folder(NamedTuple):
    """A stream of several members.

    `coders` are pairs of identifier and properties, starting at the packed bytes. `begin` and `end` are the range of
    the packed bytes, and `size` is the unpacked size in bytes.
    """

    coders: Coders
    begin: int
    end: int
    size: int


_Proof: TypeAlias = tuple[int, int, int]
"""A checksum of a range of an unpacked folder: begin, end, checksum."""


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of all members, in order. Raise Skip if the archive is broken or encrypted."""
    allowance = allowance_of(file, len(data))
    archive = _Archive(data, allowance, file.passwords)
    try:
        members = archive.members()
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise Skip("broken 7z archive") from error
    yield from all_members(file, members, allowance)


class _Archive:
    """An archive in memory."""

    def __init__(self, data: bytes, allowance: Allowance, passwords: Sequence[str]) -> None:
        self._data, self._allowance, self._passwords = data, allowance, passwords
        self._folders: list[_Folder] = []
        # Folder, begin and end of each file that is not empty.
        self._parts: list[tuple[int, int, int]] = []
        self._checks: Sequence[int | None] = ()  # the checksums of folders that have one
        self._proofs: dict[int, _Proof] = {}  # by the number of the folder
        self._unfolded: tuple[int, bytes | Skip] = (-1, b"")

    def members(self) -> list[Member]:
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
            head = self._unfold(0)
            self._folders, self._parts, self._proofs = [], [], {}
        raise Skip("broken 7z archive")

    def _listed(self, source: _Source) -> list[Member]:
        members: list[Member] = []
        while kind := source.byte():
            if kind == 4:
                self._streams(source)
            elif kind == _FILES:
                members = self._files(source)
            else:
                break
        return members

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
        self._checks = [None] * count
        for coders, which in chains:
            sizes = [source.number() for _ in coders]
            size = packed.pop(0)
            self._folders.append(_Folder(coders, begin, begin + size, sizes[which]))
            begin += size
        while kind := source.byte():
            if kind == _CHECKS:
                self._checks = source.checks(count)
        for number, (folder, check) in enumerate(zip(self._folders, self._checks, strict=True)):
            if check is not None:
                self._proofs[number] = (0, folder.size, check)

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
            unproved = [
                part
                for part in self._parts
                if counts[part[0]] != 1 or self._checks[part[0]] is None
            ]
            checks = source.checks(len(unproved))
            for (number, begin, end), check in zip(unproved, checks, strict=True):
                if check is not None:
                    self._proofs.setdefault(number, (begin, end, check))
            kind = source.byte()

    def _files(self, source: _Source) -> list[Member]:
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
            Member(name, partial(self._member, *part))
            for name, is_empty, mode in zip(names, empty, modes, strict=True)
            if not is_empty and (part := next(parts, None)) and mode & 0o170000 != _SYMLINK
        ]

    def _member(self, folder: int, begin: int, end: int) -> bytes:
        """Return the bytes of a member. Raise Skip if its stream cannot be unpacked."""
        number, unfolded = self._unfolded
        if number != folder:
            try:
                unfolded = self._unfold(folder)
            except Skip as skip:
                unfolded = skip
            self._unfolded = (folder, unfolded)
        if isinstance(unfolded, Skip):
            raise unfolded
        if len(unfolded) < end:
            raise Skip(_DAMAGED)
        return unfolded[begin:end]

    def _unfold(self, number: int) -> bytes:
        folder = self._folders[number]
        content = self._data[folder.begin : folder.end]
        if folder.coders[0][0] == _AES:
            return self._decrypted(content, folder, self._proofs.get(number))
        return self._unpacked(content, folder.coders, folder.size)

    def _decrypted(self, content: bytes, folder: _Folder, proof: _Proof | None) -> bytes:
        from seedsearch.corpus.formats.encrypted import of_7z  # rarely needed: start-up time

        (_, properties), *coders = folder.coders
        for password in self._passwords:
            before = self._allowance.left
            plain = of_7z(content, properties, password)
            try:
                found = self._unpacked(plain, coders, folder.size)
            except Skip as skip:
                if skip.reason != _DAMAGED:
                    raise
            else:
                begin, end, checksum = proof or (0, 0, 0)  # the checksum of no bytes is 0
                if len(found) == folder.size and zlib.crc32(found[begin:end]) == checksum:
                    return found
            self._allowance.take(self._allowance.left - before)  # noise counts for nothing
        raise Skip(ENCRYPTED)

    def _unpacked(self, content: bytes, coders: Coders, size: int) -> bytes:
        for decoder in _decoders(coders):
            content = self._run(decoder, content, size)
        return content[:size]

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
            raise Skip(_DAMAGED) from error
        return b"".join(parts)


def _decoders(coders: Coders) -> Iterator[Any]:
    """Yield the decoders of a stream in order. Successive coders of liblzma are one decoder."""
    from bz2 import BZ2Decompressor
    from lzma import FORMAT_RAW, LZMADecompressor, LZMAError
    from zlib import decompressobj

    plain: dict[bytes, Any] = {
        _DEFLATE: partial(decompressobj, -15),
        _BZIP_2: BZ2Decompressor,
    }
    chain: list[dict[str, int]] = []
    for name, properties in coders:
        if found := _filter(name, properties):
            chain.insert(0, found)
            continue
        make = plain.get(name) or (zstandard() if name == _ZSTANDARD else None)
        if chain or (make is None and name != _COPY):
            raise Skip("compressed in an unknown way")
        if make is not None:
            yield make()
    if chain:
        if chain[-1]["id"] not in (0x21, 0x4000000000000001):
            raise Skip("compressed in an unknown way")
        try:
            yield LZMADecompressor(FORMAT_RAW, filters=chain)
        except (LZMAError, ValueError) as error:  # no such settings
            raise Skip(_DAMAGED) from error


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
        raise Skip("takes too much memory to decompress")
    return max(size, 4096)


class _Source:
    """Reads the numbers of 7z. Methods raise IndexError, ValueError or struct.error if the data breaks off."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def byte(self) -> int:
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

    def checks(self, count: int) -> list[int | None]:
        """Return the checksums of `count` streams, None for those that have none."""
        known = [True] * count if self.byte() else self.bits(count)
        found = iter(struct.unpack(f"<{sum(known)}I", self.take(4 * sum(known))))
        return [next(found) if is_known else None for is_known in known]

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
