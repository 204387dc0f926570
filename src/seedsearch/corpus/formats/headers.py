"""The header fields of mail: their text, their parameters, and a parser that bounds them.

The standard library parses messages, but not their fields: its functions for encoded words and for parameters take
time quadratic in the field, and some fields make them raise TypeError or UnicodeError.
"""

from __future__ import annotations

import binascii
import re
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32, Policy, compat32
from typing import Any
from urllib.parse import unquote_to_bytes

from seedsearch.corpus.formats.charset import codec_of, decoded_as
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.skip import Skip

MAX_CHARS = 10_000
"""A field is read up to here; a message to two hundred people is shorter."""

# An encoded word ends where the next one begins, so that no character is looked at twice.
_WORD = re.compile(
    r"=\?([^?]{1,80}+)\?([qQbB])\?((?:[^?=]|=(?!\?(?!=))|\?(?!=))*+)\?=",
)
_PARAMETER = re.compile(r';\s*+([^;=\s"]{1,80}+)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(r"([!-9;-~]++):([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+)(?:\r?\n|\Z)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class _Policy(Compat32):
    """What a parsed message keeps of its fields."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MAX_CHARS]


class _Message(Message):
    """A message that finds its fields at once, and whose parameters are strings, whatever they say."""

    def __init__(self, policy: Policy = compat32) -> None:
        super().__init__(policy)
        self.first: dict[str, str] = {}
        """The first field of each name in small letters, as it was sent."""

    def set_raw(self, name: str, value: str) -> None:
        """Add a field."""
        super().set_raw(name, value)
        self.first.setdefault(name.lower(), value)

    def get(self, name: str, failobj: Any = None) -> Any:
        """The first field of a name."""
        return self.first.get(name.lower(), failobj)

    def get_param(
        self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True
    ) -> Any:
        """The parameter, unquoted; a charset is one that Python can decode."""
        found = parameters(raw_header(self, header)).get(param.lower())
        if param == "charset":
            found = codec_of(found or "") or None
        return failobj if found is None else found


_POLICY = _Policy(message_factory=_Message)


def parsed(data: bytes) -> Message:
    """The message in some bytes. Raises RecursionError for one that is nested too deeply."""
    return _parsed_text(data) or message_from_bytes(data, policy=_POLICY)


def _parsed_text(data: bytes) -> Message | None:
    """The message, if it is one text under proper fields, as most are; None where the library must parse it.

    That takes ten times as long: it looks at every line of the body.
    """
    end = _HEAD_END.search(data)
    if end is None or not end.start():
        return None
    head = data[: end.start()].decode("ascii", "surrogateescape")
    message, at = _Message(_POLICY), 0
    for field in _FIELD.finditer(head):
        if field.start() != at:
            return None
        at = field.end()
        message.set_raw(field[1], field[2].lstrip(" \t")[:MAX_CHARS])
    if at != len(head) or message.get_content_maintype() != "text":
        return None
    message.set_payload(data[end.end() :].decode("ascii", "surrogateescape"))
    return message


def raw_header(message: Message, name: str) -> str:
    """The first field of a name as it was sent, with surrogates for bytes above 127; "" where there is none."""
    return str(message.get(name, ""))


def header(message: Message, name: str) -> str:
    """The first field of a name as text, whatever is wrong with it; "" where there is none."""
    return decoded_words(raw_header(message, name))


def decoded_words(value: str) -> str:
    """The text of a field: encoded words decoded, white space made single spaces."""
    if value.isascii() and "=?" not in value:
        return " ".join(value.split())
    runs: list[tuple[str, bytes]] = []  # charset (of what is not encoded: "") and bytes
    at, encoded = 0, False
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if between and not (encoded and between.isspace()):
            runs.append(("", _raw(between)))
        charset, content = match[1].partition("*")[0].lower(), _word(match[2], match[3])
        # A character may be cut between two words.
        if runs and runs[-1][0] == charset:
            content = runs.pop()[1] + content
        runs.append((charset, content))
        at, encoded = match.end(), True
    runs.append(("", _raw(value[at:])))
    text = "".join(text_of(content, charset)[0] for charset, content in runs)
    return clean_text(" ".join(text.split()))


def _raw(text: str) -> bytes:
    """The bytes that were sent."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _word(kind: str, text: str) -> bytes:
    content = _raw(text)
    try:
        if kind in "qQ":
            return binascii.a2b_qp(content, header=True)
        return binascii.a2b_base64(content + b"=" * (-len(content) % 4))
    except binascii.Error:
        return content


def text_of(data: bytes, charset: str) -> tuple[str, str, str]:
    """Text, encoding and errors of bytes whose charset is stated, or "": never fails."""
    if not data:
        return "", "utf-8", "strict"
    try:
        return decoded_as(data, charset)[:3]
    except Skip:
        codec = codec_of(charset) or "utf-8"
        return data.decode(codec, "replace").replace("\0", "\ufffd"), codec, "replace"


def parameters(value: str) -> dict[str, str]:
    """The parameters of a field by their names in small letters, the first of each.

    Those that come in pieces or with a charset (`name*0`, `name*`: RFC 2231) are put together.
    """
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value):
        name, star, rest = match[1].lower().partition("*")
        text = match[2].strip()
        if text.startswith('"'):
            text = _ESCAPED.sub(r"\1", text[1:].removesuffix('"'))
        if not star:
            found.setdefault(name, text)
            continue
        number = rest.removesuffix("*")
        place = int(number) if number.isdecimal() and len(number) < 5 else 0
        pieces.setdefault(name, []).append((place, number != rest or not rest, text))
    for name, parts in pieces.items():
        found.setdefault(name, _together(parts))
    return found


def _together(parts: list[tuple[int, bool, str]]) -> str:
    """The value whose parts are (number, whether it is percent-encoded, text)."""
    charset, content = "", b""
    for order, (_, encoded, text) in enumerate(sorted(parts, key=lambda part: part[0])):
        if encoded and not order and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(_raw(text)) if encoded else _raw(text)
    return content.decode(codec_of(charset) or "utf-8", "replace")
