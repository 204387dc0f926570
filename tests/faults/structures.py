"""Documents whose structure repeats: each function returns one with so many pieces of a kind."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable

from compound import compound

_TEXT = b"needle words"


def packed(parts: dict[str, bytes], media_type: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        if media_type:
            archive.writestr(zipfile.ZipInfo("mimetype"), media_type)
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def office(parts: dict[str, bytes]) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", **parts})


def relations(*related: tuple[str, str, str]) -> bytes:
    shown = [
        f"<Relationship Id='{key}' Type='x/{kind}' Target='{part}'/>" for key, kind, part in related
    ]
    return f"<Relationships>{''.join(shown)}</Relationships>".encode()


def _word(text: bytes, **streams: bytes) -> bytes:
    head = bytearray(0x400)
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<i", head, 0x4C, len(text))
    pieces = struct.pack("<IIHIH", 0, len(text), 0, 0x400 * 2 | 0x40000000, 0)
    struct.pack_into("<II", head, 0x1A2, 0, len(pieces) + 5)
    table = b"\2" + struct.pack("<I", len(pieces)) + pieces
    return compound({"WordDocument": bytes(head) + text, "0Table": table, **streams})


def _overlapping(count: int) -> bytes:
    """Return a Word document with many embedded files, all in the same sectors."""
    native = (
        b"\0\0\0\0\2\0a.txt\0p\0\0\0\3\0\1\0\0\0x"
        + struct.pack("<I", 700 * count)
        + _TEXT * 60 * count
    )
    name = "\x01Ole10Native"
    streams = {f"_{number}/{name}": b"x" for number in range(count)}
    data = bytearray(_word(_TEXT, **{f"0/{name}": native}, **streams))
    entry = name.encode("utf-16-le").ljust(64, b"\0")
    first = data.find(entry)
    at = first
    while (at := data.find(entry, at + 1)) >= 0:
        data[at + 116 : at + 124] = data[first + 116 : first + 124]
    return bytes(data)


def _open_document(text: bytes) -> bytes:
    style = b"<style:style style:name='S'><style:text-properties style:text-position='super'/></style:style>"
    content = b"<o xmlns:style='s' xmlns:text='t'>" + style + b"<text:p>" + text + b"</text:p></o>"
    return packed({"content.xml": content}, b"application/vnd.oasis.opendocument.text")


def _workbook(code: bytes) -> bytes:
    styles = b"<s><numFmts><numFmt numFmtId='200' formatCode='" + code + b"'/></numFmts></s>"
    sheet = b"<worksheet><row><c><v>needle</v></c></row></worksheet>"
    book = b"<workbook><sheets><sheet name='a'/></sheets></workbook>"
    return office(
        {"xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet, "xl/styles.xml": styles}
    )


def tarred(*entries: tuple[str, bytes, bytes]) -> bytes:
    made = io.BytesIO()
    for name, kind, data in entries:
        info = tarfile.TarInfo(name)
        info.type, info.size = kind, len(data)
        made.write(info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512))
    return made.getvalue() + bytes(1024)


def _for_all(count: int) -> bytes:
    stated = [b"16 k%08d=vv\n" % number for number in range(9 * count)]
    headers = [("x", b"g", b"".join(stated[at::9])) for at in range(9)]
    return tarred(*headers, *((f"{number}.txt", b"0", _TEXT) for number in range(count)))


REPEATED: dict[str, Callable[[int], bytes]] = {
    "fields.doc": lambda n: _word(b"needle " + b"\x13\x14" * 20 * n),
    "overlapping.doc": _overlapping,
    "styles.rtf": lambda n: b"{\\rtf1 {\\stylesheet " + b"\\~a" * 200 * n + b"}needle}",
    "title.rtf": lambda n: b"{\\rtf1 {\\info{\\title " + b"\\~a" * 200 * n + b"}}needle}",
    "author.rtf": lambda n: b"{\\rtf1 {\\*\\atnauthor " + b"\\~a" * 200 * n + b"}needle}",
    "raised.odt": lambda n: _open_document(b"a" + b"<text:span text:style-name='S'>1</text:span>x" * 30 * n),
    "raised.xml": lambda n: b"<r><p>word" + b"<sup>1</sup>word" * 60 * n + b"</p></r>",
    "dates.xml": lambda n: b"<r><p>word" + b"<date>2020</date>word" * 30 * n + b"</p></r>",
    "names.xml": lambda n: b"<r><author>word" + b"<name>Ann</name>word" * 30 * n + b"</author></r>",
    "token.docx": lambda n: office(
        {"word/document.xml": b"<d><p a='%b'/><p><t>a</t></p></d>" % b"".join(b"%d" % at for at in range(2500 * n))}
    ),
    "format.xlsx": lambda n: _workbook(b"[" * 100 * n),
    "header.tar": lambda n: tarred(("x", b"x", b"1" * 60 * n), ("a.txt", b"0", _TEXT)),
    "for-all.tar": _for_all,
    "flowed.eml": lambda n: b"Content-Type: text/plain; delsp=yes; format=flowed\nFrom: a\n\n" + b"a \n" * 1000 * n,
}  # fmt: skip
"""Documents that take less than a second with 1,000 pieces."""
