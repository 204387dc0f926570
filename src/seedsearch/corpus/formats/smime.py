"""Read signed messages of S/MIME whose text is inside the signature, as Outlook sends them."""

from __future__ import annotations

from seedsearch.corpus.formats.message_lines import Lines
from seedsearch.corpus.formats.mime import Entity

KINDS = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_DATA = _SIGNED_DATA[:-1] + b"\x01"
_HEAD_BYTES = 1000  # the version and the digests stand before the content
_STRING, _PIECES, _EXPLICIT = 0x04, 0x24, 0xA0


def opened(message: Entity, lines: Lines) -> tuple[Entity, Lines]:
    """Return the message inside a signed one, with the fields of both; another message as it is."""
    content = signed_content(message.content()) if message.kind in KINDS else b""
    if not content:
        return message, lines
    inside = Entity(content, 0, len(content))
    inside.fields = {**message.fields, **inside.fields}
    return inside, Lines(b"", lines.line(message.begin), fixed=True)


def signed_content(data: bytes) -> bytes:
    """Return the content of signed data (CMS in BER); b"" if it is something else, or signed separately."""
    at = data.find(_DATA, 0, _HEAD_BYTES)
    if at < 0 or data.find(_SIGNED_DATA, 0, at) < 0:
        return b""
    pieces: list[bytes] = []
    at += len(_DATA)
    while at + 1 < len(data):
        tag = data[at]
        at, size = _size(data, at + 1)
        if tag == _STRING:
            pieces.append(data[at : at + size])
            at += size
        elif tag not in (_PIECES, _EXPLICIT):
            break
    return b"".join(pieces)


def _size(data: bytes, at: int) -> tuple[int, int]:
    """Return where the content of an element begins, and its size; 0 if only its end shows it."""
    first = data[at]
    if first < 0x80:
        return at + 1, first
    end = at + 1 + first - 0x80
    return end, int.from_bytes(data[at + 1 : end], "big")
