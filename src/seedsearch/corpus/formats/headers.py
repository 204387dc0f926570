"""Decode the header fields of mail: their text and their parameters.

The standard library's functions for encoded words and parameters take time quadratic in the field, and raise
TypeError or UnicodeError for some fields.
"""

from __future__ import annotations

import binascii
import re
from urllib.parse import unquote_to_bytes

from seedsearch.corpus.formats.charset import codec_of, declared_in, decoded_as
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.skip import Skip

# An encoded word ends where the next one begins, so no character is read twice.
_WORD = re.compile(r"=\?([^?]{1,80}+)\?([qQbB])\?((?:[^?=]|=(?!\?(?!=))|\?(?!=))*+)\?=")
_PARAMETER = re.compile(r';\s*+([^;=\s"]{1,80}+)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def decoded_words(value: str, charset: str = "") -> str:
    """Return the text of a field, with encoded words decoded and white space reduced to single spaces.

    `charset` is the likely one of letters that are not encoded.
    """
    if value.isascii() and "=?" not in value:
        return " ".join(value.split())
    runs: list[tuple[str, bytes]] = []  # charset ("" if not encoded) and bytes
    at, encoded = 0, False
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if between and not (encoded and between.isspace()):
            runs.append(("", raw(between)))
        stated, content = match[1].partition("*")[0].lower(), _word(match[2], match[3])
        # A character may be split between two words.
        if runs and runs[-1][0] == stated:
            content = runs.pop()[1] + content
        runs.append((stated, content))
        at, encoded = match.end(), True
    runs.append(("", raw(value[at:])))
    text = "".join(
        text_of(content, stated or ("" if content.isascii() else charset))[0]
        for stated, content in runs
    )
    return clean_text(" ".join(text.split()))


def raw(text: str) -> bytes:
    """Return the bytes that were sent."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def in_letters(text: str) -> str:
    """Return what was sent as UTF-8."""
    return raw(text).decode("utf-8", "replace")


def _word(kind: str, text: str) -> bytes:
    content = raw(text)
    try:
        if kind in "qQ":
            return binascii.a2b_qp(content, header=True)
        return binascii.a2b_base64(content + b"=" * (-len(content) % 4))
    except binascii.Error:
        return content


def text_of(data: bytes, charset: str) -> tuple[str, str, str]:
    """Return text, encoding and errors of bytes; `charset` is the declared one, or "". This never fails."""
    if not data:
        return "", "utf-8", "strict"
    try:
        return decoded_as(data, charset)[1:4]
    except Skip:
        codec = codec_of(charset) or "utf-8"
        return data.decode(codec, "replace").replace("\0", "\ufffd"), codec, "replace"


def in_utf_8(data: bytes, kind: str, charset: str) -> bytes:
    """Return the bytes of a text of this media type in UTF-8 if only the charset given is declared, else unchanged."""
    if not charset or not kind.startswith("text/") or data.isascii() or declared_in(data):
        return data
    return text_of(data, charset)[0].encode("utf-8", "replace")


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a field by lower-case names, the first of each name.

    Parameters in pieces or with a charset (`name*0`, `name*`: RFC 2231) are joined and decoded.
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
    """Return the value whose parts are (number, whether percent-encoded, text)."""
    charset, content = "", b""
    for order, (_, encoded, text) in enumerate(sorted(parts, key=lambda part: part[0])):
        if encoded and not order and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(raw(text)) if encoded else raw(text)
    return content.decode(codec_of(charset) or "utf-8", "replace")
