"""The encoding of a text that says which one it is in: believed where the bytes bear it out.

A byte order mark decides; then valid UTF-8, which hardly comes about by chance; then what is
declared, if it decodes without an error; then the detector. A declaration that lies costs no text.
"""

from __future__ import annotations

import codecs
import re

from seedsearch.corpus.decode import decode
from seedsearch.corpus.skip import Skip

_META = re.compile(rb"""<meta[^>]{1,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""", re.IGNORECASE)
_HEAD = 8192

# What browsers read under these names: the encodings that people meant.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_EAST_ASIAN = ("gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "euc_jis_2004", "johab")


def declared_in(data: bytes) -> str:
    """The encoding that a page names in its head, or ""."""
    found = _META.search(data, 0, _HEAD) or _XML.match(data)
    return found[1].decode("ascii") if found else ""


def codec_of(name: str) -> str:
    """The codec that is meant by a declared name; "" where it is none that decodes text."""
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return ""
    if not getattr(found, "_is_text_encoding", True) or found.name in ("idna", "punycode"):
        return ""
    return _MEANT.get(found.name, found.name)


def decoded_as(data: bytes, declared: str, told: str = "") -> tuple[str, str, str, float]:
    """Text, encoding, errors and confidence, where `declared` (or "") is what the text says.

    What the user told goes before all that. Raises Skip for what is binary.
    """
    codec = codec_of(declared) if declared and not told else ""
    try:
        plain = decode(data, told)
    except Skip:
        # Not text as far as the detector can tell; whoever names an encoding may know better.
        if not codec or b"\0" in data:
            raise
        return data.decode(codec, "replace"), codec, "replace", 0.5
    certain = plain.encoding == "utf-8" and plain.errors == "strict"
    if plain.start or not codec or codec == plain.encoding:
        return plain.text, plain.encoding, plain.errors, plain.confidence
    if certain and (codec not in _EAST_ASIAN or not _by_chance(data)):
        return plain.text, plain.encoding, plain.errors, plain.confidence
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
        if text.count("\ufffd") <= plain.text.count("\ufffd"):
            return text, codec, "replace", 0.9
        return plain.text, plain.encoding, plain.errors, plain.confidence
    lies = (
        plain.encoding in _EAST_ASIAN
        and codec not in _EAST_ASIAN
        and plain.confidence >= 0.8
        and plain.errors == "strict"
    )
    if lies or (plain.encoding[:6] in ("utf-16", "utf-32", "iso202")):
        return plain.text, plain.encoding, plain.errors, plain.confidence
    return text, codec, "strict", 0.99


def _by_chance(data: bytes) -> bool:
    """Whether so few bytes are not ASCII that they may be valid UTF-8 by chance."""
    return not data.isascii() and len(re.findall(rb"[\xc0-\xff]", data[:100_000])) < 4
