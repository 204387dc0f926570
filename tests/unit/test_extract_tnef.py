"""Outlook's attachments (TNEF): properties as [MS-OXTNEF] and [MS-OXCDATA] define them."""

from __future__ import annotations

import struct
from email.message import EmailMessage

import pytest
from reading import read

_TEXT, _WIDE, _BYTES, _OBJECT, _DATE, _NUMBER = 0x1E, 0x1F, 0x102, 0x0D, 0x40, 3
_MESSAGE, _ATTACHMENT = 0x9003, 0x9005
RTF = rb"""{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0
Der Anker h\'e4lt.{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0 Zweite Zeile}"""


def attribute(number: int, value: bytes, level: int = 1) -> bytes:
    return (
        struct.pack("<BII", level, number, len(value))
        + value
        + struct.pack("<H", sum(value) & 0xFFFF)
    )


def sized(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value + bytes(-len(value) % 4)


def properties(*entries: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(entries))
    for number, kind, value in entries:
        out += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            out += bytes(16) + struct.pack("<I", 1) + sized("Keywords".encode("utf-16-le"))
        if kind & 0x1000:
            out += struct.pack("<I", 2) + 2 * sized(value)
        elif kind in (_TEXT, _WIDE, _BYTES, _OBJECT):
            out += struct.pack("<I", 1) + sized(value)
        else:
            out += value.ljust(8 if kind == _DATE else 4, b"\0")
    return out


def tnef(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def wide(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def attached(name: str, data: bytes) -> bytes:
    return (
        attribute(0x69002, bytes(14), 2)
        + attribute(0x18010, name.encode("cp1252") + b"\0", 2)
        + attribute(0x6800F, data, 2)
        + attribute(0x60000 | _ATTACHMENT, properties((0x3707, _WIDE, wide(name))), 2)
    )


INNER = tnef(
    attribute(
        0x60000 | _MESSAGE,
        properties((0x37, _WIDE, wide("Inner subject")), (0x1000, _WIDE, wide("Inner text"))),
    )
)
WHOLE = tnef(
    attribute(0x89006, struct.pack("<I", 0x10000)),
    attribute(0x69007, struct.pack("<II", 1252, 0)),
    attribute(0x18004, "Überfahrt\0".encode("cp1252")),
    attribute(0x60000 | _MESSAGE, properties(
        (0x0C1A, _WIDE, wide("Åsa Kvist")),
        (0x8001, 0x1000 | _WIDE, wide("tides")),
        (0x39, _DATE, struct.pack("<Q", 133_700_000_000_000_000)),
        (0x1009, _BYTES, struct.pack("<II4sI", len(RTF) + 12, len(RTF), b"MELA", 0) + RTF),
        (0x26, _NUMBER, b"\1"),
    )),
    attached("Plan für Föhr.txt", "Die Fähre ankert".encode()),
    attached("prices.csv", b"port,toll\nNajin,17\nRason,18\n"),
    attribute(0x69002, bytes(14), 2),
    attribute(0x60000 | _ATTACHMENT, properties((0x3701, _OBJECT, bytes(16) + INNER)), 2),
)  # fmt: skip


@pytest.mark.parametrize("name", ["winmail.dat", "ATT00001"])
def test_a_message_with_its_attachments(name: str) -> None:
    found = read(name, WHOLE)
    assert found.title == "Überfahrt"
    assert (found.fields["from"], found.fields["date"][:10]) == ("Åsa Kvist", "2024-09-05")
    assert "Attachment: Plan für Föhr.txt" in found.texts[0]
    assert "Die Fähre ankert" in found.part("ankert").text
    members = ["", "message.rtf", "Plan für Föhr.txt", "prices.csv", "message"]
    assert [document.member for document in found.documents] == members
    assert "Der Anker hält" in found.part("Anker").text
    assert "Zweite Zeile" in found.part("Zweite").text
    assert any("Najin" in text for text in found.texts)
    assert any("Inner text" in text for text in found.texts)
    assert found.problems == []


def test_in_a_mail_it_is_an_attachment() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Outer", "bob@example.org"
    mail.set_content("See below.")
    mail.add_attachment(WHOLE, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    found = read("a.eml", mail.as_bytes())
    assert found.documents[0].title == "Outer"
    members = [document.member for document in found.documents]
    assert "winmail.dat/prices.csv" in members
    assert dict(found.documents[1].fields)["outer"] == "Outer"
    assert found.part("Fähre").text


def test_what_breaks_off_is_read_up_to_there_or_named() -> None:
    for size in range(6, len(WHOLE), 13):
        found = read("winmail.dat", WHOLE[:size])
        assert "failed" not in found.skipped
        assert found.skipped or found.title
    assert read("winmail.dat", b"text").texts == []
