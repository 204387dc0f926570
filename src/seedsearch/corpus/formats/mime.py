"""Parse messages and their parts as MIME defines them: fields, nesting, transfer encodings, lines, signed messages.

The standard library's parser reads every line, which takes ten times as long. A faulty message is no error: what can
be read is read.
"""

from __future__ import annotations

import binascii
import functools
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.core import compiled
from seedsearch.corpus.formats.headers import decoded_words, parameters, raw
from seedsearch.corpus.formats.registry import PLAIN
from seedsearch.corpus.skip import Skip

if TYPE_CHECKING:
    from seedsearch.corpus.formats.html import Page


BASE64, QUOTED_PRINTABLE = "base64", "quoted-printable"
_UUENCODE = ("x-uuencode", "uuencode", "uue", "x-uue")
_MESSAGE = "message/rfc822"
MESSAGES = frozenset((_MESSAGE, "message/global", "message/news", "text/rfc822-headers"))
"""The kinds of parts that are messages themselves."""
# The kinds of alternatives that repeat the plain text.
_SAME_TEXT = frozenset(
    (PLAIN, "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html")
)
_MAX_PARTS = 1000
_MAX_DEPTH = 100
# The line before a part's fields, if nothing else gives the boundary.
_SOME_BOUNDARY = re.compile(rb"(?mi)^--(?!-)([^\r\n]{1,200}+)\r?\n(?=content-[a-z-]{1,40}+:)")

MAX_CHARS = 10_000
"""The most characters that are read of a field; a message to two hundred people has fewer."""

Fields: TypeAlias = Mapping[str, tuple[int, str]]
"""The first field of each lower-case name: its line, counted from 1, and its value."""

# The lines of a head: fields, their continuation lines, and lines of an envelope, which do not end the head.
_HEAD = re.compile(
    rb"(?:From [^\n]*+(?:\n|\Z))?+"
    rb"(?:(?:[!-9;-~]*+:|[ \t])[^\n]*+(?:\n|\Z)|From [^\n]*+\n(?=[!-9;-~]*+:|[ \t]))*+"
)
_BLANK = re.compile(rb"\r?\n")


class Entity:
    """A message, or a part of one: its fields, and the offsets of its body in the bytes of the message.

    `transfer` is the name of its transfer encoding, in lower case.
    """

    __slots__ = ("begin", "data", "end", "fields", "kind", "parameters", "start", "transfer")

    def __init__(self, data: bytes, at: int, end: int, default: str = PLAIN) -> None:
        self.data, self.start, self.end = data, at, end
        self.begin, self.fields = head_of(data, at, end)
        kind, self.parameters = declared(self.field("content-type"))
        self.kind = kind if kind.count("/") == 1 else PLAIN if kind else default
        self.transfer = self.field("content-transfer-encoding").strip().lower()

    def __bool__(self) -> bool:
        return bool(self.fields)

    def field(self, name: str) -> str:
        """Return the first field of a lower-case name, as sent; see `head_of`."""
        found = self.fields.get(name)
        return found[1] if found else ""

    def header(self, name: str) -> str:
        """Return the first field of a lower-case name as text, however faulty it is."""
        return decoded_words(self.field(name))

    @property
    def is_attached(self) -> bool:
        """Whether the part is meant as a separate file."""
        return declared(self.field("content-disposition"))[0] == "attachment"

    @property
    def file_name(self) -> str:
        """The name of the part as a file, without folders, or ""."""
        stated = self.parameters.get("name", "")
        if "content-disposition" in self.fields:
            stated = declared(self.field("content-disposition"))[1].get("filename") or stated
        name = decoded_words(stated) if stated else ""
        return name.replace("\\", "/").rpartition("/")[2]

    @property
    def sent(self) -> bytes:
        """The body, as sent."""
        return self.data[self.begin : self.end]

    def content(self) -> bytes:
        """Return the body without its transfer encoding, or as sent if the encoding is damaged."""
        sent, transfer = self.sent, self.transfer
        if transfer in (QUOTED_PRINTABLE, BASE64):
            return content_of(sent, transfer == BASE64)
        return _from_uuencode(sent) if transfer in _UUENCODE else sent

    @property
    def is_encoded(self) -> bool:
        """Whether the lines of the content differ from the lines sent."""
        return self.transfer in (BASE64, QUOTED_PRINTABLE, *_UUENCODE)

    def inside(self) -> Entity:
        """Return the message inside. If the part declares an encoding, the message has decoded bytes."""
        if self.is_encoded and "content-type" in self.fields:
            content = self.content()
            return Entity(content, 0, len(content))
        return Entity(self.data, self.begin, self.end)

    def parts(self) -> list[Entity] | None:
        """Return the parts inside, or None if the entity is content itself."""
        if self.kind in MESSAGES:
            return [self.inside()]
        if not self.kind.startswith("multipart/"):
            return None
        return self._between(raw(self.parameters.get("boundary", "").rstrip()))

    def _between(self, boundary: bytes) -> list[Entity] | None:
        default = _MESSAGE if self.kind == "multipart/digest" else PLAIN
        found = _between(self.data, b"--" + boundary, self.begin, self.end) if boundary else ()
        ranges = list(islice(found, _MAX_PARTS))
        return [Entity(self.data, *place, default) for place in ranges] or None

    def _guessed(self) -> list[Entity] | None:
        """Return the parts of a multipart that does not name its real boundary."""
        found = _SOME_BOUNDARY.search(self.data, self.begin, self.end)
        return self._between(found[1].rstrip()) if found else None

    def leaves(self) -> Iterator[tuple[Entity, Entity | None]]:
        """Yield the parts that have content, and messages. An HTML part comes with its plain alternative.

        Alternatives give the plain text, the richest form, and parts of other kinds (an invitation). A multipart
        whose parts cannot be separated is plain text. Raise Skip if the nesting is too deep.
        """
        stack: list[tuple[Entity, Entity | None, int]] = [(self, None, 0)]
        count = 0
        while stack and count < _MAX_PARTS:
            entity, beside, depth = stack.pop()
            if depth > _MAX_DEPTH:
                raise Skip("nested too deeply")
            if not entity.kind.startswith("multipart/"):
                count += 1
                yield entity, beside
                continue
            inside = entity.parts() or entity._guessed()
            if inside is None:
                entity.kind = PLAIN
                stack.append((entity, beside, depth))
            elif entity.kind == "multipart/alternative":
                stack += [
                    (part, plain, depth + 1) for part, plain in reversed(_alternatives(inside))
                ]
            else:
                stack += [(part, beside, depth + 1) for part in reversed(inside)]


def _alternatives(parts: list[Entity]) -> list[tuple[Entity, Entity | None]]:
    """Return which alternatives to read, the plain text first. Rich ones come with the plain text."""
    plain = [part for part in parts if part.kind == PLAIN and part.sent.strip()]
    rich = [
        part for part in parts if part.kind.startswith("multipart/") or part.kind == "text/html"
    ]
    if not plain and not rich:
        return [(part, None) for part in parts]
    beside = plain[0] if plain else None
    others = [
        part
        for part in parts
        if part.kind not in _SAME_TEXT and not part.kind.startswith("multipart/")
    ]
    read = [*((part, None) for part in plain), *((part, beside) for part in rich[-1:])]
    return read + [(part, None) for part in others]


def _between(data: bytes, mark: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the parts between lines of `mark`.

    The last one ends at the closing mark, or with the data.
    """
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
    """Return where the next line that begins with `mark` begins, or -1."""
    found = data.find(mark, at, end)
    return found + 1 if found >= 0 else -1


@functools.lru_cache(maxsize=256)
def declared(field: str) -> tuple[str, Mapping[str, str]]:
    """Return a field's value, in lower case, and its parameters. Most messages have the same fields."""
    return field.partition(";")[0].strip().lower(), parameters(field)


def content_of(sent: bytes, is_base64: bool) -> bytes:
    """Return a body in base64 or quoted-printable without its encoding, or as sent if the encoding is damaged."""
    return _from_base64(sent) if is_base64 else binascii.a2b_qp(sent)


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
            # The size of the line's content: four characters encode three bytes.
            size = ord(line[:1]) - 32 & 63
            content.append(binascii.a2b_uu(line[: 1 + 4 * -(-size // 3)]))
    except (ValueError, TypeError):
        return sent
    return b"".join(content)


# ------------------------------------------------------------------ the head


def head_of(data: bytes, at: int, end: int) -> tuple[int, Fields]:
    """Return where the body of the message in `data[at:end]` begins, and the fields of its head.

    Values are as sent, without white space at their ends, and with surrogates for bytes above 127.
    The compiled core does the same for usual messages (core/c/message.c).
    """
    found = _HEAD.match(data, at, end)
    head_end = found.end() if found else at
    blank = _BLANK.match(data, head_end, end)
    begin = blank.end() if blank else head_end
    fields: dict[str, tuple[int, list[str]]] = {}
    lines: list[str] = []
    head = data[at:head_end].decode("ascii", "surrogateescape")
    for number, line in enumerate(head.split("\n"), 1):
        if line[:1] in (" ", "\t"):
            lines.append(line)
            continue
        name, _, value = line.partition(":")
        lines = [value]
        if name and " " not in name:  # a name with a space is in an envelope's line
            fields.setdefault(name.lower(), (number, lines))
    return begin, {
        name: (number, "\n".join(lines).strip(" \t\r")[:MAX_CHARS])
        for name, (number, lines) in fields.items()
    }


SIGNED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_DATA = _SIGNED_DATA[:-1] + b"\x01"
_HEAD_BYTES = 1000  # the version and the digests stand before the content
_STRING, _PIECES, _EXPLICIT = 0x04, 0x24, 0xA0


def without_signature(message: Entity, lines: Lines) -> tuple[Entity, Lines]:
    """Return the message inside a signed one, with the fields of both; another message as it is."""
    content = signed_content(message.content()) if message.kind in SIGNED else b""
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


class Lines:
    """Maps offsets in a message to lines of the file. If `fixed`, all are on one line, `line`."""

    def __init__(self, data: bytes, line: int, fixed: bool = False, at: int = 0) -> None:
        self._data, self._line, self._at, self.fixed = data, line, at, fixed

    def line(self, at: int) -> int:
        """Return the line of an offset. This is fast if the offset is near the last one."""
        if not self.fixed:
            if at >= self._at:
                self._line += self._data.count(b"\n", self._at, at)
            else:
                self._line -= self._data.count(b"\n", at, self._at)
            self._at = at
        return self._line

    def below(self, part: Entity) -> Lines:
        """Return the same for the message inside a part."""
        if self.fixed or part.is_encoded:
            return Lines(b"", self.line(part.begin), fixed=True)
        return Lines(self._data, self.line(part.begin), at=part.begin)

    def of_content(self, part: Entity, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return the first and last lines in the file of each of the `count` lines of a part's content.

        Of base64 and uuencoded content only the first line is known.
        """
        first = self.line(part.begin)
        if part.transfer == QUOTED_PRINTABLE and not self.fixed:
            return _unwrapped(part.sent, first, count)
        if self.fixed or part.is_encoded:
            one = array("q", [first]) * count
            return one, one
        lines = range(first, first + count)
        return lines, lines


def _unwrapped(sent: bytes, first: int, count: int) -> tuple[Sequence[int], Sequence[int]]:
    """Return the first and last lines of `count` lines of quoted-printable text that begins on line `first`."""
    lines, ends = unwrapped(sent, first)
    for numbers in (lines, ends):
        numbers.extend([first + sent.count(b"\n")] * (count - len(numbers)))
    return lines[:count], ends[:count]


def unwrapped(sent: bytes, first: int) -> tuple[array[int], array[int]]:
    """Return the lines of quoted-printable text at which a line begins and at which it ends.

    A final `=` joins lines. The compiled core does the same (core/c/message.c).
    """
    if compiled is None:
        return _plainly_unwrapped(sent, first)
    lines, ends = compiled.unwrapped(sent, first)
    return array("q", lines), array("q", ends)


def _plainly_unwrapped(sent: bytes, first: int) -> tuple[array[int], array[int]]:
    goes_on = [line.rstrip()[-1:] == b"=" for line in sent.split(b"\n")]
    begins = [True, *(not before for before in goes_on[:-1])]
    return (
        array("q", [first + n for n, begin in enumerate(begins) if begin]),
        array("q", [first + n for n, more in enumerate(goes_on) if not more]),
    )


def of_page(
    page: Page, lines: Sequence[int], ends: Sequence[int]
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the same for the text of a page whose source is on these lines."""
    return (
        array("q", [lines[number - 1] for number in page.lines]),
        array("q", [ends[number - 1] for number in page.ends]),
    )
