"""Decrypt members of archives (AES of WinZip and of 7z) and Office files with the passwords of the user.

The ciphers are in libraries (`seedsearch[passwords]`). The standard library makes keys of passwords.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import io
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from seedsearch.corpus.formats.registry import PASSWORDS
from seedsearch.corpus.skip import ENCRYPTED, Skip, needs

if TYPE_CHECKING:
    from zipfile import ZipInfo

AES_MEMBER = 99
"""The compression method of a ZIP archive's member that is encrypted with AES."""

_BLOCK = 16
_MOST_POWER = 24  # of two, for the rounds that make a key: 7-Zip reads no more
_NO_ROUNDS = 63
_ROUNDS = 1000
_PROOF_BYTES = 2
_TAG_BYTES = 10
_STEP = 1 << 12


def cipher() -> Any:
    """Return the library's module of ciphers. Raise Skip if it is not installed."""
    try:
        from cryptography.hazmat.primitives import ciphers  # rarely needed: start-up time
    except ImportError:
        raise needs(PASSWORDS) from None
    return ciphers


def of_zip(sent: bytes, info: ZipInfo, password: str) -> tuple[bytes, int] | None:
    """Return a member that is encrypted with AES: its bytes, still compressed, and the compression method.

    Return None if the password is wrong. `sent` are its bytes in the archive. Raise Skip if the member is damaged.
    """
    strength, method = _said_of_zip(info.extra)
    salt, key_size = 4 + 4 * strength, 8 + 8 * strength
    if len(sent) < salt + _PROOF_BYTES + _TAG_BYTES:
        raise Skip("damaged")
    size = 2 * key_size + _PROOF_BYTES
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), sent[:salt], _ROUNDS, size)
    if keys[-_PROOF_BYTES:] != sent[salt : salt + _PROOF_BYTES]:
        return None
    content = sent[salt + _PROOF_BYTES : -_TAG_BYTES]
    tag = hmac.new(keys[key_size:-_PROOF_BYTES], content, "sha1").digest()[:_TAG_BYTES]
    if not hmac.compare_digest(tag, sent[-_TAG_BYTES:]):
        return None
    return _counted(keys[:key_size], content), method


def of_office(data: bytes, passwords: Sequence[str]) -> bytes:
    """Return an Office file decrypted. Raise Skip if no password opens it, or the library is not installed."""
    try:
        from msoffcrypto import OfficeFile  # rarely needed: start-up time
    except ImportError:
        raise needs(PASSWORDS) from None
    for password in passwords:
        opened = io.BytesIO()
        with suppress(Exception):  # many kinds, for a wrong password and for damage
            file = OfficeFile(io.BytesIO(data))
            file.load_key(password=password, verify_password=True)
            file.decrypt(opened)
            return opened.getvalue()
    raise Skip(ENCRYPTED)


def _said_of_zip(extra: bytes) -> tuple[int, int]:
    """Return the strength (1 to 3) and the compression method that a member's extra field states."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 0x9901 and size >= 7 and len(extra) >= 11:
            strength, method = struct.unpack_from("<BH", extra, 8)
            if 1 <= strength <= 3:
                return strength, method
        extra = extra[4 + size :]
    raise Skip("damaged")


def _counted(key: bytes, content: bytes) -> bytes:
    """Return the bytes decrypted in counter mode. WinZip's counter is little-endian, which the library has not."""
    ciphers = cipher()
    encryptor = ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.ECB()).encryptor()
    parts: list[bytes] = []
    for start in range(0, len(content), _STEP * _BLOCK):
        piece = content[start : start + _STEP * _BLOCK]
        first = start // _BLOCK + 1
        blocks = range(first, first - (-len(piece) // _BLOCK))
        stream = encryptor.update(b"".join([n.to_bytes(_BLOCK, "little") for n in blocks]))
        mixed = int.from_bytes(piece, "little") ^ int.from_bytes(stream[: len(piece)], "little")
        parts.append(mixed.to_bytes(len(piece), "little"))
    return b"".join(parts)


def of_7z(data: bytes, properties: bytes, password: str) -> bytes:
    """Return a stream of a 7z archive decrypted. With a wrong password, this is noise."""
    power, salt, start = _said_of_7z(properties)
    if power > _MOST_POWER and power != _NO_ROUNDS:
        raise Skip("encrypted in an unknown way")
    ciphers = cipher()
    key = _key_of_7z(password, salt, power)
    mode = ciphers.modes.CBC(start.ljust(_BLOCK, b"\0"))
    decryptor = ciphers.Cipher(ciphers.algorithms.AES(key), mode).decryptor()
    whole = len(data) - len(data) % _BLOCK
    return bytes(decryptor.update(data[:whole]))


def _said_of_7z(properties: bytes) -> tuple[int, bytes, bytes]:
    """Return the power of two of the rounds, the salt, and the first vector."""
    first, *rest = properties or b"\0"
    more = rest[0] if rest else 0
    salt, start = (first >> 7) + (more >> 4), (first >> 6 & 1) + (more & 15)
    found = bytes(rest[1:])
    if len(found) < salt + start or start > _BLOCK:
        raise Skip("damaged")
    return first & 63, found[:salt], found[salt : salt + start]


@functools.lru_cache(maxsize=64)
def _key_of_7z(password: str, salt: bytes, power: int) -> bytes:
    """Return the key of a password. This takes a fifth of a second, and most archives have no salt."""
    secret = salt + password.encode("utf-16-le")
    if power == _NO_ROUNDS:
        return secret[:32].ljust(32, b"\0")
    digest = hashlib.sha256()
    rounds = 1 << power
    for start in range(0, rounds, _STEP):
        numbers = range(start, min(start + _STEP, rounds))
        digest.update(b"".join([secret + number.to_bytes(8, "little") for number in numbers]))
    return digest.digest()
