"""Word 97 to 2003: the text by its pieces; notes, headers, comments and text boxes as sections after it.

Formatting is not read, so that neither headings are known nor text that is hidden or deleted but still there.
"""

from __future__ import annotations

import re
import struct

from seedsearch.corpus.formats.document_builder import Writing, clean_text
from seedsearch.corpus.formats.ole import Container
from seedsearch.corpus.skip import Skip

_MAGIC = 0xA5EC
_WORD_97 = 0xC1
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_LENGTHS = (
    (0x4C, ""), (0x50, "Footnotes"), (0x54, "Header and footer"), (0x58, ""), (0x5C, "Comments"), (0x60, "Endnotes"),
    (0x64, "Text boxes"), (0x68, "Text boxes"),
)  # fmt: skip
"""Where the lengths of the parts of the text are, and how their sections are called."""
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
    """The text of a document. Raises Skip where it is encrypted, older or broken; struct.error too."""
    main = container.read("WordDocument")
    magic, version = struct.unpack_from("<HH", main)
    (flags,) = struct.unpack_from("<H", main, 10)
    if flags & _ENCRYPTED:
        raise Skip("encrypted")
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
    """All characters, in the order of their positions."""
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
    left = len(main)  # overlapping pieces stand for no more than there is
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
    """What is seen of the characters: of a field its result, not what makes it."""
    parts: list[str] = []
    at, fields = 0, [False]  # of each open field, whether it is in what makes it
    for mark in _FIELD.finditer(text):
        if not any(fields):
            parts.append(text[at : mark.start()])
        at = mark.end()
        if mark[0] == "\x13":
            fields.append(True)
        elif len(fields) > 1:
            if mark[0] == "\x14":
                fields[-1] = False
            else:
                fields.pop()
    parts.append(text[at:])
    said = _ROW_END.sub("\n", clean_text("".join(parts).translate(_ENDS)))
    return _EMPTY_LINES.sub("\n\n", said).strip()
