"""Decode text that declares its encoding, if its bytes agree.

A byte order mark decides first. Then comes valid UTF-8, which hardly arises by chance; then the declared encoding,
if it decodes without an error; then the detector. A wrong declaration loses no text.
"""

from __future__ import annotations

import codecs
import functools
import math
import re

from seedsearch.corpus import bigrams
from seedsearch.corpus.decode import decode, no_text
from seedsearch.corpus.skip import Skip
from seedsearch.model import DecodedText

_META = re.compile(rb"""<meta[^>]{1,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""", re.IGNORECASE)
_HEAD = 8192
_TAG = re.compile(rb"<[^<>]*+>?")
_IN_UTF_8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LEADS = re.compile(rb"[\xc0-\xff]")

# Browsers read these names as other encodings, which is what authors mean.
_MEANT = {
    "ascii": "",  # the bytes are not ASCII, so this says nothing
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs", "tis-620": "cp874",
    "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8",
}  # fmt: skip
# Python counts these codecs as text encodings, but no document uses them.
_NO_TEXT = frozenset(
    ("charmap", "idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape")
)
_IN_ASCII = ("utf-7",)  # it writes all letters with ASCII bytes, so only the declaration shows it
_CLEARLY = 40  # bits
_NAME_CHARS = 40
_EAST_ASIAN = ("gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "euc_jis_2004", "johab")


def declared_in(data: bytes) -> str:
    """Return the encoding that a page declares in its head, or ""."""
    found = _META.search(data, 0, _HEAD) or _XML.match(data)
    return found[1].decode("ascii") if found else ""


@functools.lru_cache(maxsize=256)
def codec_of(name: str) -> str:
    """Return the codec that a declared name means, or "" if it is no text encoding."""
    bare = name.strip().strip("\"'")
    if len(bare) > _NAME_CHARS:
        return ""
    try:
        found = codecs.lookup(bare)
    except (LookupError, ValueError):
        return ""
    if not getattr(found, "_is_text_encoding", True) or found.name in _NO_TEXT:
        return ""
    return _MEANT.get(found.name, found.name)


def may_look_like_utf_8(name: str) -> bool:
    """Return whether a declared name means an encoding whose texts may be valid UTF-8 by chance."""
    return codec_of(name) in (*_EAST_ASIAN, *_IN_ASCII)


def decoded_as(data: bytes, declared: str, given: str = "") -> DecodedText:
    """Return the text; `declared` is the encoding that it declares, or "".

    `given` is the encoding that the user set, which overrides everything else. Raise Skip if the data is binary.
    """
    codec = codec_of(declared) if declared and not given else ""
    if codec and (sure := _clearly_in(data, codec)):
        return sure
    try:
        plain = decode(data, given)
    except Skip:
        # The detector finds no text. A declared encoding may be right, unless there are NUL bytes.
        if not codec or b"\0" in data:
            raise
        return DecodedText(data, data.decode(codec, "replace"), codec, "replace", 0.5)
    if given or plain.start or plain.encoding[:6] in ("utf-16", "utf-32", "iso202"):
        return plain
    if plain.encoding == "utf-8" and plain.errors == "strict":
        may_be_other = (codec in _IN_ASCII and b"+" in data) or (
            codec in _EAST_ASIAN and _by_chance(data)
        )
        return (may_be_other and _tried(data, codec)) or plain
    return _of_two(data, codec, _detected(data) or plain)


def _clearly_in(data: bytes, codec: str) -> DecodedText | None:
    """Return the text in the declared encoding of one byte a character, if its letters read well in that.

    To compare all encodings takes far longer than this.
    """
    if data.isascii() or b"\0" in data or data[:2] in _MARKS or _IN_UTF_8.search(data):
        return None
    if not bigrams.reads_well(data, codec) or no_text(data):
        return None
    return _tried(data, codec)


def may_be_other(head: bytes) -> bool:
    """Return whether text that is UTF-8 may be in another encoding, which its head declares."""
    return may_look_like_utf_8(declared_in(head))


def _of_two(data: bytes, codec: str, found: DecodedText) -> DecodedText:
    """Return the text in the declared or in the detected encoding, whichever fits the bytes better."""
    if not codec or codec == found.encoding:
        return found
    strict = _tried(data, codec)
    if strict is not None:
        # Nearly everything decodes in a single-byte encoding: the pairs of its letters decide.
        bits = bigrams.bits(data)
        if codec in bits and bits.get(found.encoding, math.inf) + _CLEARLY < bits[codec]:
            return found
        sure = found.encoding in _EAST_ASIAN and found.errors == "strict"
        return found if sure and codec not in _EAST_ASIAN else strict
    text = data.decode(codec, "replace")
    bad, high = text.count("\ufffd"), len(text) - len(text.encode("ascii", "ignore"))
    if bad * 10 <= high and codec in (*_EAST_ASIAN, "utf-8"):
        return DecodedText(data, text, codec, "replace", 0.9)
    return found


def _tried(data: bytes, codec: str) -> DecodedText | None:
    try:
        return DecodedText(data, data.decode(codec), codec, "strict", 0.99)
    except UnicodeDecodeError:
        return None


def _detected(data: bytes) -> DecodedText | None:
    """Detect the encoding from the words alone, since the detector believes what a page declares."""
    words = _TAG.sub(b" ", data)
    try:
        plain = decode(words) if words != data else None
    except Skip:
        return None
    if plain is None or plain.encoding == "utf-8":
        return None
    strict = _tried(data, plain.encoding)
    if strict is not None:
        return strict._replace(confidence=plain.confidence)
    text = data.decode(plain.encoding, "replace")
    return DecodedText(data, text, plain.encoding, "replace", plain.confidence)


def _by_chance(data: bytes) -> bool:
    """Return whether so few bytes are beyond ASCII that they may be valid UTF-8 by chance."""
    return not data.isascii() and len(_LEADS.findall(data, 0, 100_000)) < 4
