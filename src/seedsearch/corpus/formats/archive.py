"""Read ZIP archives, documents that are ZIP archives, and members of all kinds of files, within the limits."""

from __future__ import annotations

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from seedsearch.corpus.formats import extractor_for, media_type_of
from seedsearch.corpus.formats.limits import MAX_DEPTH, Allowance, allowance_of, unfolded, zstandard
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import ENCRYPTED, Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile
from seedsearch.record import NamedTuple

_STEP = 1 << 20
_UTF_8_NAMES = 0x800
_ENCRYPTED = 0x1
_DECOMPRESSORS: dict[int, Callable[[], Any]] = {
    zipfile.ZIP_DEFLATED: partial(zlib.decompressobj, -15),
    zipfile.ZIP_BZIP2: bz2.BZ2Decompressor,
}
_ZSTANDARD_METHOD = 93  # Python 3.14 reads it
_LOCAL_HEAD = 30  # bytes, without the name and the extra field


class Archive:
    """An archive in memory. It and its methods raise Skip if it is broken."""

    def __init__(self, data: bytes, file: SourceFile | None = None) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except MemoryError:
            raise
        except Exception as error:  # struct, codecs and others raise their own
            raise Skip("broken ZIP archive") from error
        self._data = data
        self.allowance = allowance_of(file, len(data))
        self._passwords = file.passwords if file else ()
        self.infos = [info for info in self._zip.infolist() if not info.filename.endswith("/")]
        self._by_name = {info.filename: info for info in self.infos}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def read(self, member: str | zipfile.ZipInfo, default: bytes | None = None) -> bytes:
        """Return the bytes of a member. If it is missing, return `default`, or raise Skip without one."""
        info = self._by_name.get(member) if isinstance(member, str) else member
        if info is None:
            if default is not None:
                return default
            raise Skip(f"{member} is missing")
        if info.flag_bits & _ENCRYPTED:
            return self._decrypted(info)
        if info.compress_type == _ZSTANDARD_METHOD:
            return self._unfolded(self._sent(info), _ZSTANDARD_METHOD)
        return self._unpacked(info, None)

    def _sent(self, info: zipfile.ZipInfo) -> bytes:
        """Return a member as it is in the archive. Raise Skip if it is not there."""
        begin = max(info.header_offset, 0) + _LOCAL_HEAD
        head = self._data[begin - _LOCAL_HEAD : begin]
        if len(head) < _LOCAL_HEAD:
            raise Skip("damaged")
        begin += sum(struct.unpack_from("<HH", head, 26))
        return self._data[begin : begin + info.compress_size]

    def _decrypted(self, info: zipfile.ZipInfo) -> bytes:
        from seedsearch.corpus.formats import encrypted  # rarely needed: start-up time

        for password in self._passwords:
            if info.compress_type != encrypted.AES_MEMBER:
                with suppress(Skip):
                    return self._unpacked(info, password.encode())
            elif opened := encrypted.of_zip(self._sent(info), info, password):
                return self._unfolded(*opened)
        raise Skip(ENCRYPTED)

    def _unfolded(self, content: bytes, method: int) -> bytes:
        """Return bytes that are compressed by a method, which zipfile gives only for members that it decrypts."""
        if method == zipfile.ZIP_STORED:
            self.allowance.take(len(content))
            return content
        make = zstandard() if method == _ZSTANDARD_METHOD else _DECOMPRESSORS.get(method)
        if make is None:
            raise Skip("compressed in an unknown way")
        found, trouble = unfolded(content, make, self.allowance)
        if trouble:
            raise Skip("damaged")
        return found

    def _unpacked(self, info: zipfile.ZipInfo, password: bytes | None) -> bytes:
        if info.file_size > self.allowance.left:
            self.allowance.take(info.file_size)
        parts: list[bytes] = []
        try:
            with self._zip.open(info, pwd=password) as stream:
                while piece := stream.read(_STEP):
                    self.allowance.take(len(piece))
                    parts.append(piece)
        except (Skip, MemoryError):
            raise
        except NotImplementedError as error:
            raise Skip("compressed in an unknown way") from error
        except Exception as error:  # zlib, bz2 and lzma errors have no base class in common
            raise Skip("damaged") from error
        return b"".join(parts)


def name_of(info: zipfile.ZipInfo) -> str:
    """Return the name of a member. Many writers use UTF-8 or other encodings without declaring them."""
    name = info.filename
    if info.flag_bits & _UTF_8_NAMES or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


MAX_MEMBERS = 20_000
_FOLDED = frozenset(
    ("application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd")
)
_HOLDERS = frozenset(
    ("application/zip", "application/x-tar", "application/x-7z-compressed", "application/x-cpio")
)
_SYMLINK = 0o120000


class Member(NamedTuple):
    """A file in an archive: its name, and a function that returns its bytes or raises Skip."""

    name: str
    read: Callable[[], bytes]


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of all members, in the archive's order. Raise Skip if the archive is broken."""
    archive = Archive(data, file)
    if "[Content_Types].xml" in archive or "mimetype" in archive:
        raise Skip("an Office format that has no reader")
    members = (
        Member(name_of(info), partial(archive.read, info))
        for info in archive.infos
        if info.external_attr >> 16 & 0o170000 != _SYMLINK
    )
    yield from all_members(file, members, archive.allowance)


def all_members(
    file: SourceFile, members: Iterable[Member | Problem], allowance: Allowance
) -> Extracted:
    """Yield the documents of an archive's members, except hidden ones. Raise Skip if it has no members."""
    within = file._replace(outer=allowance)
    count = 0
    for member in members:
        if isinstance(member, Problem):
            yield member
            continue
        name, get = member
        if _is_hidden(name):
            continue
        count += 1
        if count > MAX_MEMBERS:
            yield Problem(name, f"more than {MAX_MEMBERS:,} members")
            return
        try:
            content = get()
        except Skip as skip:
            yield Problem(name, skip.reason)
            if allowance.left < 0:
                return
            continue
        yield from members_of(within, name, content)
    if not count:
        raise Skip("empty archive")


def members_of(
    file: SourceFile, name: str, data: bytes, *, prefix: str = "", level: int = 1
) -> Extracted:
    """Yield the documents of one member, read by its own format; it is nested `level` deeper than the file."""
    kind = media_type_of(name, data)
    member = prefix + name
    level = 1 if kind in _FOLDED else level
    allowance = Allowance(len(data), allowance_of(file, file.size), level)
    if allowance.depth > MAX_DEPTH or (allowance.depth == MAX_DEPTH and kind in _HOLDERS):
        yield Problem(member, f"more than {MAX_DEPTH} files deep")
        return
    # `_replace` takes three times as long, and there may be many small members.
    inner = tuple.__new__(SourceFile, (name, len(data), *file[2:5], allowance, file.passwords))
    try:
        for found in extractor_for(kind)(inner, data):
            if isinstance(found, Problem):
                yield found._replace(place=f"{member}, {found.place}")
            else:
                yield inside(file, member, found)
    except Skip as skip:
        yield Problem(member, skip.reason, skip.extra)


def embedded(file: SourceFile, name: str, content: Callable[[], tuple[str, bytes]]) -> Extracted:
    """Yield the documents of an embedded file: `content` returns its name and its bytes, b"" if it has no text."""
    try:
        label, data = content()
    except Skip as skip:
        yield Problem(name, skip.reason)
    else:
        if data:
            yield from members_of(file, label, data)


def inside(file: SourceFile, member: str, found: ExtractedDocument) -> ExtractedDocument:
    """Return a member's document as a document of the file. It names the member and has no byte offsets."""
    document = found.document
    deeper = f"{member}/{document.member}" if document.member else member
    document = document.replace(path=file.path, member=deeper)
    return tuple.__new__(ExtractedDocument, (document, *found[1:3], None, *found[4:]))


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
