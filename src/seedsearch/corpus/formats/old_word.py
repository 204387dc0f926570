"""Read Word 97 to 2003: the text from its pieces, then notes, headers, comments and text boxes as sections.

Formatting is not read, so headings are unknown, and hidden or deleted text that is still stored is not left out.
"""

from __future__ import annotations

import re
import struct

from seedsearch.corpus.formats.document_builder import Writing, clean_text
from seedsearch.corpus.formats.ole import Container
from seedsearch.corpus.skip import ENCRYPTED, Skip

_MAGIC = 0xA5EC
_WORD_97 = 0xC1
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_LENGTHS = (
    (0x4C, ""), (0x50, "Footnotes"), (0x54, "Header and footer"), (0x58, ""), (0x5C, "Comments"), (0x60, "Endnotes"),
    (0x64, "Text boxes"), (0x68, "Text boxes"),
)  # fmt: skip
"""The offsets of the lengths of the parts, and the names of their sections."""
_PIECES = 0x01A2
_IN_BYTES = 0x40000000
_FIELD = re.compile("[\x13\x14\x15]")
_ENDS = str.maketrans({
    "\r": "\n\n", "\x07": "\t", "\x0b": "\n", "\x0c": "\n\n", "\x0e": "\n", "\x1e": "-", "\xa0": " ", "\x1f": None,
    **dict.fromkeys("\0\1\2\3\4\5\6\x08\x10\x11\x12\x16\x17\x18\x19\x1a\x1b\x1c\x1d"),
})  # fmt: skip
_ROW_END = re.compile(r"\t\t(?=\S|\n|\Z)")
_EMPTY_LINES = re.compile(r"\n{3,}")


def written(container: Container) -> Writing:
    """Return the text of a document.

    Raise Skip if it is encrypted, too old or broken, and struct.error if broken.
    """
    main = container.read("WordDocument")
    magic, version = struct.unpack_from("<HH", main)
    (flags,) = struct.unpack_from("<H", main, 10)
    if flags & _ENCRYPTED:
        raise Skip(ENCRYPTED)
    if magic != _MAGIC or version < _WORD_97:
        raise Skip("of a version of Word before 97, which has no reader")
    table = container.read("1Table" if flags & _TABLE_1 else "0Table")
    text = _text(main, table)
    writing = Writing()
    at = 0
    for place, heading in _LENGTHS:
        (length,) = struct.unpack_from("<i", main, place)
        part = _shown(text[at : at + max(0, length)])
        at += max(0, length)
        if part:
            writing.section(heading)
            writing.add(part)
    return writing


def _text(main: bytes, table: bytes) -> str:
    """Return all characters, in the order of their positions."""
    place, size = struct.unpack_from("<II", main, _PIECES)
    pieces = table[place : place + size]
    at = 0
    while pieces[at : at + 1] == b"\1":  # formatting of the pieces
        at += 3 + struct.unpack_from("<H", pieces, at + 1)[0]
    if pieces[at : at + 1] != b"\2":
        raise Skip("broken Word document")
    (size,) = struct.unpack_from("<I", pieces, at + 1)
    pieces = pieces[at + 5 : at + 5 + size]
    count = (len(pieces) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", pieces)
    parts: list[str] = []
    left = len(main)  # overlapping pieces must not exceed the file
    for number in range(count):
        length = max(0, ends[number + 1] - ends[number])
        (where,) = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * number + 2)
        if where & _IN_BYTES:
            where = (where & ~_IN_BYTES) // 2
            piece = main[where : where + length]
            parts.append(piece.decode("cp1252", "replace"))
        else:
            piece = main[where : where + 2 * length]
            parts.append(piece.decode("utf-16-le", "replace"))
        left -= len(piece)
        if left < 0:
            raise Skip("broken Word document")
    return "".join(parts)


def _shown(text: str) -> str:
    """Return the visible characters: of a field its result, without its code."""
    parts: list[str] = []
    at, codes = 0, 0  # the number of codes that are being read
    fields: list[bool] = []  # for each open field, whether its code is being read
    for mark in _FIELD.finditer(text):
        if not codes:
            parts.append(text[at : mark.start()])
        at = mark.end()
        if mark[0] == "\x13":
            fields.append(True)
            codes += 1
        elif fields:
            codes -= fields.pop()
            if mark[0] == "\x14":
                fields.append(False)
    parts.append(text[at:])
    said = _ROW_END.sub("\n", clean_text("".join(parts).translate(_ENDS)))
    return _EMPTY_LINES.sub("\n\n", said).strip()
