"""Messages and their parts, as MIME lays them out: fields, what is inside what, transfer encodings.

The standard library parses messages too, but looks at every line of them, which takes ten times as long. What is
wrong with a message is no error: what can be read is read.
"""

from __future__ import annotations

import binascii
import functools
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from seedsearch.corpus.formats.headers import MAX_CHARS, decoded_words, parameters, raw
from seedsearch.corpus.formats.registry import PLAIN
from seedsearch.corpus.skip import Skip

BASE64, QUOTED_PRINTABLE = "base64", "quoted-printable"
_UUENCODE = ("x-uuencode", "uuencode", "uue", "x-uue")
_MESSAGE = "message/rfc822"
_MAX_PARTS = 1000
_MAX_DEPTH = 100
# The lines of a head: fields, their further lines, and lines of an envelope, which do not end it.
_HEAD = re.compile(
    rb"(?:From [^\n]*+(?:\n|\Z))?+"
    rb"(?:(?:[!-9;-~]*+:|[ \t])[^\n]*+(?:\n|\Z)|From [^\n]*+\n(?=[!-9;-~]*+:|[ \t]))*+"
)
_BLANK = re.compile(rb"\r?\n")


class Entity:
    """A message, or a part of one: its fields, and where its body is in the bytes of the message."""

    __slots__ = ("_data", "_fields", "begin", "end", "kind", "parameters")

    def __init__(self, data: bytes, at: int, end: int, default: str = PLAIN) -> None:
        found = _HEAD.match(data, at, end)
        head_end = found.end() if found else at
        blank = _BLANK.match(data, head_end, end)
        self._data, self.begin, self.end = data, blank.end() if blank else head_end, end
        self._fields = _fields(data[at:head_end].decode("ascii", "surrogateescape"))
        kind, self.parameters = _read(self.field("content-type"))
        self.kind = kind if kind.count("/") == 1 else PLAIN if kind else default

    def __bool__(self) -> bool:
        return bool(self._fields)

    def field(self, name: str) -> str:
        """The first field of that name, in small letters, as it was sent, with surrogates for bytes above 127."""
        found = self._fields.get(name)
        return "\n".join(found[1]).strip(" \t\r")[:MAX_CHARS] if found else ""

    def header(self, name: str) -> str:
        """The same as text, whatever is wrong with it."""
        return decoded_words(self.field(name))

    def line_of(self, name: str) -> int:
        """The line of the head on which that field is, counted from 1."""
        return self._fields[name][0] if name in self._fields else 1

    @property
    def transfer(self) -> str:
        """The name of the transfer encoding."""
        return self.field("content-transfer-encoding").strip().lower()

    @property
    def is_attached(self) -> bool:
        """Whether it is to be shown as a file of its own."""
        return _read(self.field("content-disposition"))[0] == "attachment"

    @property
    def file_name(self) -> str:
        """The name that it has as a file, without folders; "" where there is none."""
        stated = _read(self.field("content-disposition"))[1].get("filename")
        name = decoded_words(stated or self.parameters.get("name", ""))
        return name.replace("\\", "/").rpartition("/")[2]

    @property
    def sent(self) -> bytes:
        """Its body as it was sent."""
        return self._data[self.begin : self.end]

    def content(self) -> bytes:
        """Its body without its transfer encoding; as it was sent, where that is damaged."""
        sent, transfer = self.sent, self.transfer
        if transfer == QUOTED_PRINTABLE:
            return binascii.a2b_qp(sent)
        if transfer == BASE64:
            return _from_base64(sent)
        return _from_uuencode(sent) if transfer in _UUENCODE else sent

    def parts(self) -> list[Entity] | None:
        """What it holds; None where that is content of its own."""
        if self.kind.startswith("message/"):
            if self.kind == "message/delivery-status":
                return []
            return [Entity(self._data, self.begin, self.end)]
        if not self.kind.startswith("multipart/"):
            return None
        boundary = raw(self.parameters.get("boundary", "").rstrip())
        default = _MESSAGE if self.kind == "multipart/digest" else PLAIN
        found = _between(self._data, b"--" + boundary, self.begin, self.end)
        ranges = list(islice(found, _MAX_PARTS))
        return (
            [Entity(self._data, *place, default) for place in ranges]
            if boundary and ranges
            else None
        )

    def leaves(self) -> Iterator[Entity]:
        """The parts that hold content; of alternatives, the plain text or the last. Raises Skip for too many levels."""
        stack = [(self, 0)]
        count = 0
        while stack and count < _MAX_PARTS:
            entity, depth = stack.pop()
            if depth > _MAX_DEPTH:
                raise Skip("nested too deeply")
            inside = entity.parts()
            if inside is None:
                count += 1
                yield entity
                continue
            if entity.kind == "multipart/alternative":
                inside = _preferred(inside)
            stack += [(part, depth + 1) for part in reversed(inside)]


def _fields(head: str) -> dict[str, tuple[int, list[str]]]:
    """The first field of each name, in small letters: the number of its line, and its lines."""
    fields: dict[str, tuple[int, list[str]]] = {}
    lines: list[str] = []
    for number, line in enumerate(head.split("\n"), 1):
        if line[:1] in (" ", "\t"):
            lines.append(line)
            continue
        name, _, value = line.partition(":")
        lines = [value]
        if name and " " not in name:  # as it is in the envelope's line
            fields.setdefault(name.lower(), (number, lines))
    return fields


def _preferred(parts: list[Entity]) -> list[Entity]:
    plain = (part for part in parts if part.kind == PLAIN and part.sent.strip())
    return [found] if (found := next(plain, None)) else parts[-1:]


def _between(data: bytes, mark: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the parts between lines of that mark are; the last ends where the mark is closed, or the data."""
    begin = -1
    at = at if data.startswith(mark, at, end) else _after(data, b"\n" + mark, at, end)
    while at >= 0:
        line_end = data.find(b"\n", at, end)
        line_end = end if line_end < 0 else line_end
        rest = data[at + len(mark) : line_end].rstrip(b" \t\r")
        if rest in (b"", b"--"):
            if begin >= 0:
                last = at - 1
                yield begin, max(begin, last - data.startswith(b"\r", last - 1))
            if rest:
                return
            begin = min(line_end + 1, end)
        at = _after(data, b"\n" + mark, max(line_end, at), end)
    if begin >= 0:
        yield begin, end


def _after(data: bytes, mark: bytes, at: int, end: int) -> int:
    """Where the next line that begins with a mark begins, or -1."""
    found = data.find(mark, at, end)
    return found + 1 if found >= 0 else -1


@functools.lru_cache(maxsize=256)
def _read(field: str) -> tuple[str, Mapping[str, str]]:
    """What a field says, in small letters, and its parameters. Most messages say the same."""
    return field.partition(";")[0].strip().lower(), parameters(field)


def _from_base64(sent: bytes) -> bytes:
    for padding in (b"", b"=="):
        try:
            return binascii.a2b_base64(sent + padding)
        except binascii.Error:
            continue
    return sent


def _from_uuencode(sent: bytes) -> bytes:
    content = []
    try:
        for line in sent[sent.index(b"begin ") :].splitlines()[1:]:
            if line.strip() == b"end":
                break
            size = (
                ord(line[:1]) - 32 & 63
            )  # of the line's content; four characters for three bytes of it
            content.append(binascii.a2b_uu(line[: 1 + 4 * -(-size // 3)]))
    except (ValueError, TypeError):
        return sent
    return b"".join(content)
