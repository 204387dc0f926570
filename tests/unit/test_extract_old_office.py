"""Word, Excel and PowerPoint 97 to 2003: text, notes, rows and slides; encrypted, older and broken files are
named.
"""

from __future__ import annotations

import struct

import pytest
from compound import compound
from reading import read


def word(parts: list[str], *, version: int = 0xC1, flags: int = 0x0200) -> bytes:
    """Return a Word document with text in two pieces, with one byte and two bytes a character."""
    text = "".join(parts)
    narrow, wide = text[:5].encode("cp1252"), text[5:].encode("utf-16-le")
    head = bytearray(0x400)
    struct.pack_into("<HH", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 10, flags)
    lengths = [len(part) for part in parts] + [0] * 8
    for place, length in zip(
        (0x4C, 0x50, 0x54, 0x58, 0x5C, 0x60, 0x64, 0x68), lengths, strict=False
    ):
        struct.pack_into("<i", head, place, length)
    pieces = struct.pack("<III", 0, 5, len(text))
    pieces += struct.pack("<HIH", 0, 0x400 * 2 | 0x40000000, 0) + struct.pack("<HIH", 0, 0x405, 0)
    clx = b"\1\2\0ab\2" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", head, 0x1A2, 0, len(clx))
    native = (
        b"\0\0\0\0\2\0annex.txt\0C:\\annex.txt\0\0\0\3\0\1\0\0\0x"
        + struct.pack("<I", 9)
        + b"razorbill"
    )
    return compound(
        {"WordDocument": bytes(head) + narrow + wide, "1Table": clx, "pool/\x01Ole10Native": native}
    )


def test_a_word_document() -> None:
    body = "The \x13 PAGEREF x \x14coal\x15 port Война\rline\x0bbreak\x1ehere\rcell\x07two\x07\x07next\x07row\x07\x07\r"
    found = read("a.doc", word([body, "\x02 a note\r", "File Q4711\r", "", "a comment\r"]))
    assert [(part.heading, part.text) for part in found.parts] == [
        ("", "The coal port Война\n\nline\nbreak-here\n\ncell\ttwo\nnext\trow"),
        ("Footnotes", "a note"),
        ("Header and footer", "File Q4711"),
        ("Comments", "a comment"),
        ("", "razorbill"),
    ]
    assert [document.member for document in found.documents] == ["", "annex.txt"]


def test_encrypted_older_and_broken_documents_are_named() -> None:
    assert read("a.doc", word(["text of it"], flags=0x0300)).skipped == "encrypted"
    assert read("a.doc", word(["text of it"], version=0x65)).skipped.startswith(
        "of a version of Word before 97"
    )
    assert (
        read("a.doc", compound({"WordDocument": b"\xec\xa5\xc1\0"})).skipped == "0Table is missing"
    )
    assert read("a.docx", compound({"EncryptedPackage": b"x"})).skipped == "encrypted"
    assert read("a.xls", compound({"Other": b"x"})).skipped == "an Office format that has no reader"
    assert read("a.doc", word(["text of it"])[:900]).skipped in (
        "broken compound file",
        "WordDocument is missing",
    )


def records(*found: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in found)


def small(row: int, column: int, style: int, packed: int) -> tuple[int, bytes]:
    return 0x27E, struct.pack("<HHHI", row, column, style, packed)


def excel() -> bytes:
    strings = (
        struct.pack("<II", 3, 3) + struct.pack("<HB", 4, 0) + b"Port"
        + struct.pack("<HBH", 7, 8, 1) + b"Shipped" + bytes(4) + struct.pack("<HB", 6, 1) + "Во".encode("utf-16-le")
    )  # fmt: skip
    book = records(
        (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)),
        (0x41E, struct.pack("<HHB", 164, 10, 0) + b"dd.mm.yyyy"),
        (0xE0, struct.pack("<HH", 0, 0) + bytes(16)),
        (0xE0, struct.pack("<HH", 0, 164) + bytes(16)),
        (0x85, struct.pack("<IBBBB", 0, 0, 0, 6, 0) + b"Prices"),
        (0xFC, strings),
        (0x3C, b"\1" + "йнá".encode("utf-16-le")),  # the text continues here
        (0x3C, b"\0!"),
        (0x0A, b""),
        (0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)),
        (0xFD, struct.pack("<HHHI", 0, 0, 0, 0)),
        (0xFD, struct.pack("<HHHI", 0, 1, 0, 1)),
        (0xFD, struct.pack("<HHHI", 16, 0, 0, 2)),
        small(16, 1, 1, 45586 << 2 | 2),
        (0x203, struct.pack("<HHHd", 16, 2, 0, 104.5)),
        (0xBD, struct.pack("<HHHIHIH", 16, 3, 0, (-700 << 2 | 3) & 0xFFFFFFFF, 0, 0x3FF00000, 4)),
        (0x06, struct.pack("<HHH", 16, 5, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(8)),
        (0x207, struct.pack("<HB", 3, 0) + b"sum"),
        (0x205, struct.pack("<HHHBB", 16, 6, 0, 1, 0)),
        (0x204, struct.pack("<HHHHB", 16, 7, 0, 2, 0) + b"ok"),
        (0x1B6, bytes(10) + struct.pack("<HH", 7, 16) + bytes(4)),  # a comment
        (0x3C, b"\0by sea"),
        (0x3C, b"\1" + "й".encode("utf-16-le")),
        (0x3C, bytes(16)),  # its formatting
        (0x0A, b""),
    )  # fmt: skip
    return compound({"Workbook": book})


def test_a_workbook() -> None:
    found = read("a.xls", excel())
    assert found.documents[0].member == "Prices"
    assert [(part.heading, part.lines, part.text) for part in found.parts] == [
        ("Prices A1", (1, 1), "Port\tShipped"),
        ("Prices A17", (17, 17), "Port: Войнá!\tShipped: 2024-10-21\t104.5\t-7\t1\tsum\tTRUE\tok"),
        ("Prices comment or shape", (17, 17), "by seaй"),
    ]


def test_a_chart_on_a_sheet_is_no_sheet() -> None:
    begin, end = struct.Struct("<HHHHII"), (0x0A, b"")
    names = [(0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 0) + name) for name in (b"A", b"B", b"C")]
    label = struct.pack("<HHHHB", 0, 0, 0, 2, 0)
    book = records(
        (0x809, begin.pack(0x600, 5, 0, 0, 0, 0)), *names, end,
        (0x809, begin.pack(0x600, 0x10, 0, 0, 0, 0)),
        (0x204, label + b"ok"),
        (0x809, begin.pack(0x600, 0x20, 0, 0, 0, 0)),
        (0x100D, struct.pack("<HBB", 0, 4, 0) + b"tide"),
        (0x204, label + b"no"),
        end,
        (0x1B6, bytes(10) + struct.pack("<HH", 4, 16) + bytes(4)),
        (0x3C, b"\0note"),
        end,
        (0x809, begin.pack(0x600, 0x20, 0, 0, 0, 0)), (0x100D, struct.pack("<HBB", 0, 3, 0) + b"ebb"), end,
        (0x809, begin.pack(0x600, 0x10, 0, 0, 0, 0)), (0x204, label + b"up"), end,
    )  # fmt: skip
    found = read("a.xls", compound({"Workbook": book}))
    assert [(part.heading, part.text) for part in found.parts] == [
        ("A A1", "ok"), ("A chart", "tide"), ("A comment or shape", "note"), ("B chart", "ebb"), ("C A1", "up"),
    ]  # fmt: skip


def test_encrypted_and_older_workbooks_are_named() -> None:
    begin = (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    assert (
        read("a.xls", compound({"Workbook": records(begin, (0x2F, b"\0\0"))})).skipped
        == "encrypted"
    )
    older = (0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
    assert read("a.xls", compound({"Book": records(older)})).skipped.startswith(
        "of a version of Excel before 97"
    )
    assert read("a.xls", compound({"Workbook": records(begin, (0xFC, b""))})).skipped == "damaged"


@pytest.mark.parametrize(
    ("text", "media_type"), [(b"<html><p>coal", "text/html"), (b"a\tb\n1\t2\n", "text/plain")]
)
def test_what_is_called_a_workbook_and_is_none(text: bytes, media_type: str) -> None:
    assert read("a.xls", text).documents[0].media_type == media_type


def atom(kind: int, data: bytes, *, instance: int = 0, holds: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | (0xF if holds else 0), kind, len(data)) + data


def test_slides() -> None:
    outline = atom(
        4080,
        atom(1011, bytes(20)) + atom(4008, b"Ships") + atom(1011, bytes(20)) + atom(4008, b"Coal"),
        holds=True,
    )
    of_notes = atom(4080, atom(1011, bytes(20)) + atom(4008, b"ignored"), instance=2, holds=True)
    first = atom(
        1006,
        atom(61453, atom(4000, "Zwei Schläpper\rWar".encode("utf-16-le")), holds=True),
        holds=True,
    )
    master = atom(1016, atom(4008, b"Click to edit"), holds=True)
    notes = atom(1008, atom(61453, atom(4008, b"Say it slowly"), holds=True), holds=True)
    data = compound(
        {"PowerPoint Document": atom(1000, outline + of_notes, holds=True) + master + first + notes}
    )
    assert [(part.page, part.heading, part.text) for part in read("a.ppt", data).parts] == [
        (1, "Ships", "Ships\nZwei Schläpper\nWar"),
        (2, "Coal", "Coal"),
        (0, "Notes", "Say it slowly"),
    ]
    assert (
        read("a.ppt", compound({"PowerPoint Document": b"", "EncryptedSummary": b""})).skipped
        == "encrypted"
    )
