"""Read Outlook's own format for messages and attachments (TNEF, winmail.dat), by the reader of Outlook's messages."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from seedsearch.corpus.formats.outlook import Stored, attachment, composed, read_message
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Skip
from seedsearch.model import SourceFile

_MAGIC = b"\x78\x9f\x3e\x22"
_MESSAGE = 1  # the level of an attribute
_CODE_PAGE, _BEGINS_ATTACHMENT = 0x9007, 0x9002
_PROPERTIES = frozenset((0x9003, 0x9005))
# Attributes from before there were properties, and the properties that have the same value.
_OLDER = {
    0x8004: "0037001E",
    0x800C: "1000001E",
    0x8009: "1035001E",
    0x8010: "3704001E",
    0x800F: "37010102",
}
_PAGE_PROPERTY = 0x3FFD
_MANY, _NAMED, _BY_TEXT = 0x1000, 0x8000, 1
_VARIABLE = frozenset((0x0D, 0x1E, 0x1F, 0x102))
_OBJECT = 0x0D
_SIZES = {5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}  # all others have 4 bytes
_INNER, _IDENTIFIER = "3701000D", 16
_MOST_LEVELS = 20


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the message, and its attachments that are documents. Raise Skip if it is damaged."""
    if not data.startswith(_MAGIC):
        raise Skip("no TNEF")
    yield from read_message(file, _message(data, 0))


def _message(data: bytes, level: int) -> bytes:
    """Return a stream as a message of the internet, or raise Skip. What stands before a damage is read."""
    message = _Found()
    attached: list[_Found] = []
    try:
        for number, value in _attributes(data):
            if number == _BEGINS_ATTACHMENT:
                attached.append(_Found())
            (attached[-1] if attached else message).add(number, value)
    except struct.error:
        pass
    if not message.values and not attached:
        raise Skip("no text in it")
    parts = []
    for found in attached:
        inner = found.values.get(_INNER, b"")[_IDENTIFIER:]
        holds = inner.startswith(_MAGIC) and level < _MOST_LEVELS
        parts.append(
            attachment(found.stored(message), _message(inner, level + 1) if holds else b"")
        )
    return composed(message.stored(message), parts)


class _Found:
    """The properties of a message or an attachment, those of a variable size by number and type."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.fixed: dict[int, int] = {}

    def add(self, number: int, value: bytes) -> None:
        if number in _PROPERTIES:
            self._add_properties(value)
        elif number == _CODE_PAGE:
            self.fixed[_PAGE_PROPERTY] = int.from_bytes(value[:4], "little")
        elif number in _OLDER:
            self.values.setdefault(_OLDER[number], value)

    def stored(self, message: _Found) -> Stored:
        """Return the properties for the reader of Outlook's messages. The message states the encoding."""
        return Stored(lambda name: self.values.get(name, b""), {**message.fixed, **self.fixed})

    def _add_properties(self, data: bytes) -> None:
        (count,), at = struct.unpack_from("<I", data), 4
        for _ in range(count):
            kind, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= _NAMED:
                is_text, size = struct.unpack_from("<16xII", data, at)
                at += 24 + (size + -size % 4 if is_text == _BY_TEXT else 0)
            times = 1
            if kind & _MANY or kind in _VARIABLE:
                (times,), at = struct.unpack_from("<I", data, at), at + 4
            kind &= ~_MANY
            for _ in range(times):
                size = _SIZES.get(kind, 4)
                if kind in _VARIABLE:
                    (size,), at = struct.unpack_from("<I", data, at), at + 4
                value = data[at : at + size]
                if len(value) < size:
                    raise struct.error
                at += size + -size % 4
                if kind in _VARIABLE:
                    self.values[f"{number:04X}{kind:04X}"] = value
                else:
                    self.fixed[number] = int.from_bytes(value, "little")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes of a stream: number and value. Two bytes of a sum follow each."""
    at = 6
    while at < len(data):
        number, size = struct.unpack_from("<xH2xI", data, at)
        at += 9
        if at + size > len(data):
            raise struct.error
        yield number, data[at : at + size]
        at += size + 2
