"""Read ZIP archives, and documents that are ZIP archives, within the limits of unpacking."""

from __future__ import annotations

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from seedsearch.corpus.formats.limits import allowance_of, unfolded, zstandard
from seedsearch.corpus.skip import ENCRYPTED, Skip
from seedsearch.model import SourceFile

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
