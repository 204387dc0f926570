"""For any bytes, a reader gives documents, or raises one of its own errors.

For each format a small real document is changed: bits flipped, bytes cut out, repeated, inserted, or taken from
another format. SEEDSEARCH_EXAMPLES=20000 tries this many changes of each, different ones every time.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import os
import plistlib
import sqlite3
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

import pytest
from compound import compound
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedsearch.corpus import skip
from seedsearch.corpus.formats.registry import FORMATS, ZSTANDARD, media_type_of
from seedsearch.engine.base import cut, with_text
from seedsearch.indexing import documents
from seedsearch.model import FileState

EXAMPLES = int(os.environ.get("SEEDSEARCH_EXAMPLES", "0"))
MOST_SECONDS = 10.0

PLAIN = "The Harbour\n\nThe coal port of Najin is ice-free. Grüße, 中文。\r\n\r\n  An indented line.\n".encode()
MAIL = (
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from Najin\nFrom: Ann <ann@example.org>\nTo: b\n"
    b"Date: Mon, 21 Oct 2024 10:00:00 +0200\nMessage-ID: <1@example.org>\n"
    b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n'
    b"Content-Transfer-Encoding: quoted-printable\n\nfirst =E9 line=\n goes on\n"
    b"--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>rich\n--c--\n"
    b"--b\nContent-Type: text/plain; name*0*=utf-8''n%C3%B6; name*1=tes.txt\nContent-Disposition: attachment\n"
    b"Content-Transfer-Encoding: base64\n\nbm90ZXMK\n"
    b"--b\nContent-Disposition: attachment; filename=a.md\n\n# head\n"
    b"--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nbody\n--b--\n"
)
PAGE = (
    b"<!doctype html><html><head><meta charset=cp1252><title>T &amp; x</title><meta name=author content='Ann'>"
    b'<script type="application/ld+json">{"@context": "x", "datePublished": "2024", "author": [{"name": "B"}]}</script>'
    b"</head><body><nav><a href=x>nav</a></nav><main><h1>Head</h1><p>caf\xe9 &#233; &eacute; text<br>more"
    b"<table><tr><td>a<td>b</table><pre> as  is </pre><div hidden>no</div><ul><li>one<li>two</ul></main></body></html>"
)
SAVED = (
    b"Snapshot-Content-Location: https://example.org/\r\nSubject: T\r\nDate: Mon, 21 Oct 2024 10:00:00 +0000\r\n"
    b'Content-Type: multipart/related; start="<a@x>"; boundary="X"\r\n\r\n--X\r\nContent-Type: text/html\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\nContent-ID: <a@x>\r\n\r\n<p>The gr=C3=BCn=\r\ne quay.\r\n"
    b"--X\r\nContent-Type: text/html\r\nContent-Location: https://example.org/f\r\n\r\n<p>Frame\r\n--X--\r\n"
)
FETCHED = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/[a\r\nContent-Length: 105\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n<p>Coal \r\n6;x\r\n"
    b"ships.\r\n0\r\n\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: resource\r\nContent-Type: text/markdown\r\n"
    b"Content-Length: 8\r\n\r\n# x\n\ny\n\r\n"
)
WIKI = (
    b"'''''a''' [[b|c]]<ref>d</ref>{{e|f}}{{sfn|g}}<!-- h\n-->\n== i ==\n{| j\n|-\n! k=\"l\" | m\n| n || o\n|}\n"
    b"[[p:q|r|s [[t]]]]\n"
)
OUTLOOK_S = (
    b"\x78\x9f\x3e\x22\1\0" + struct.pack("<BII2sH", 1, 0x18004, 2, b"S\0", 0)
    + struct.pack("<BII", 1, 0x69003, 36) + struct.pack("<IHHII6s2x", 2, 0x1F, 0x1000, 1, 6, b"b\0c\0\0\0")
    + struct.pack("<HHQ", 0x40, 0x39, 133_700_000_000_000_000) + b"\0\0"
    + struct.pack("<BII14sH", 2, 0x69002, 14, b"", 0) + struct.pack("<BII6sH", 2, 0x18010, 6, b"a.txt\0", 0)
    + struct.pack("<BII4sH", 2, 0x6800F, 4, b"text", 0)
)  # fmt: skip
ARCHIVED = (
    b"070707" + b"0" * 12 + b"100644" + b"0" * 35 + b"000006" + b"00000000004" + b"a.txt\0text"
    b"070701"
    + b"0" * 8
    + b"000081A4"
    + b"0" * 32
    + b"00000004"
    + b"0" * 32
    + b"00000006"
    + b"0" * 8
    + b"b.txt\0text"
    b"070701" + b"0" * 88 + b"0000000B" + b"0" * 8 + b"TRAILER!!!\0"
)
SHEET = b'name,city\r\nAnn,"Oslo, ""north"""\r\nBob,"two\nlines"\r\nCid,x\r\n'
RECORDS = b'{"id": 1, "title": "T", "text": "body \\u00e9", "tags": ["a", 2.5, null]}\n\n{"name": "x"}\n[1]\n{bad\n'
SETTINGS = (
    b'{"a": "b \\u00e9\\n", // c\n "d": {"e": [1, {"f": null}], \'g\': "' + b"h " * 300 + b'"}}'
)
NOTEBOOK = (
    b'{"cells": [{"cell_type": "markdown", "source": ["# A\\n", "b"]}, {"cell_type": "code", "source": "c",\n'
    b' "outputs": [{"text": ["d"]}, {"data": {"image/png": "aaaa", "text/plain": "e"}}]}], "metadata": {}}'
)
W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RTF = (
    rb"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0 A;}{\f1\fcharset128 B;}}{\stylesheet{\s1 heading 1;}}{\info{\title T}"
    rb"{\creatim\yr2024\mo1}}{\header h}\s1 Head\par\pard \'cf\u1042?x{\f1 \'93\'fa}{\v no}{\pict\bin2 ab}{\*\x y}"
    rb"\intbl a\cell\row{\footnote n}{\super 1}{\*\annotation c}{\object{\*\objdata 0105000002000000}}\par}"
)
WORD_HEAD = bytearray(
    b"\xec\xa5\xc1\0".ljust(0x400, b"\0") + b"coal port\r" + "Война\r".encode("utf-16-le")
)
struct.pack_into("<ii", WORD_HEAD, 0x4C, 12, 4)
struct.pack_into("<II", WORD_HEAD, 0x1A2, 0, 33)
TABLE = b"\2" + struct.pack("<IIIIHIHHIH", 28, 0, 10, 16, 0, 0x40000800, 0, 0, 0x40A, 0)
BIFF = b"".join(
    struct.pack("<HH", kind, len(data)) + data
    for kind, data in (
        (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), (0x85, b"\0\0\0\0\0\0\1\0S"),
        (0xFC, struct.pack("<IIHB", 2, 2, 4, 0) + b"Port" + struct.pack("<HBH", 4, 9, 1) + b"a\0"),
        (0x3C, b"\0bcd\0\0\0\0"),
        (0x41E, struct.pack("<HHB", 164, 2, 0) + b"dd"), (0xE0, struct.pack("<HH", 0, 164)),
        (0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 0)), (0xFD, struct.pack("<HHHI", 0, 0, 0, 1)),
        (0x27E, struct.pack("<HHHI", 0, 1, 0, 45586 << 2 | 2)), (0x06, bytes(12) + b"\xff\xff"), (0x207, b"\1\0\0x"),
    )
)  # fmt: skip
SEVEN_ZIP = base64.b85decode(
    "H+sCUCma9--b(Onng9R*00000761SM00000I-FQ70RR<aZ((d8aBp&S3UhIFX=EV7yl%s<3IN~$o&b1V004nA2d)p#q%OD*)M{RR"
    "<=5St=C4wC5SMO_3pKjk+))&trE=9+J4<sGCwTiTIDOSn9tXwR2%^7{X6Lu)#k~qw9n*JwM$)U>c4bhH8=Ne?0vX8jK%ln~R8Woi"
    "Gmo3h(n?9om;YEddb$IV6)w48tgHY4000*T8UYD_fB**z0RRCZApsZ+fS&*W"
)
NATIVE = b"\0\0\0\0\2\0a\0b\0\0\0\3\0\1\0\0\0x\4\0\0\0text"
RECORDS_OF_SLIDES = (
    struct.pack("<HHI", 15, 1006, 9) + struct.pack("<HHI", 0, 4008, 9) + b"coal port"
)
PARTS = {
    "docx": {
        "[Content_Types].xml": b"<Types/>",
        "word/styles.xml": b'<w:styles %b><w:style w:styleId="H"><w:name w:val="heading 1"/></w:style></w:styles>' % W,
        "word/document.xml": b'<w:document %b><w:body><w:p><w:pPr><w:pStyle w:val="H"/><w:outlineLvl w:val="1"/>'
        b"</w:pPr><w:r><w:t>Coal</w:t><w:tab/></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr>"
        b"</w:tbl></w:body></w:document>" % W,
        "word/footnotes.xml": b"<w:footnotes %b><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnotes>" % W,
        "docProps/core.xml": b"<c><title>T</title><creator>Ann</creator><created>2024</created></c>",
    },
    "odt": {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": b'<o:d xmlns:o="o"><o:body><o:h>Head</o:h><o:p>a<o:s o:c="3"/>b<o:tab/></o:p><o:table>'
        b"<o:table-row><o:table-cell><o:p>c</o:p></o:table-cell></o:table-row></o:table></o:body></o:d>",
        "meta.xml": b'<o:m xmlns:o="o"><o:title>T</o:title><o:creator>Ann</o:creator></o:m>',
    },
    "epub": {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<c><rootfile full-path="x/b.opf"/></c>',
        "x/b.opf": b'<p><title>T</title><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        b'<itemref idref="a"/></p>',
        "x/a.xhtml": PAGE,
    },
    "xlsx": {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": b'<w><workbookPr date1904="1"/><sheet name="S" id="r1"/></w>',
        "xl/_rels/workbook.xml.rels": b'<r><Relationship Id="r1" Type="worksheet" Target="worksheets/sheet1.xml"/></r>',
        "xl/sharedStrings.xml": b"<s><si><t>Port</t><rPh><t>x</t></rPh></si><si><t>City</t></si></s>",
        "xl/styles.xml": b'<s><numFmt numFmtId="170" formatCode="d.m.yy"/><cellXfs><xf numFmtId="170"/></cellXfs></s>',
        "xl/worksheets/sheet1.xml": b'<w><row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        b'<row r="4"><c r="B4" s="0"><v>45586.5</v></c><c t="inlineStr"><is><t>x</t></is></c></row>'
        b"<oddHeader>&amp;CTitle</oddHeader></w>",
        "xl/worksheets/_rels/sheet1.xml.rels": b'<r><Relationship Id="a" Type="x/comments" Target="../c.xml"/></r>',
        "xl/c.xml": b'<c><comment ref="A1"><text><t>note</t></text></comment></c>',
    },
    "pptx": {
        "[Content_Types].xml": b"<Types/>",
        "ppt/presentation.xml": b'<p><sldId id="r1"/></p>',
        "ppt/_rels/presentation.xml.rels": b'<r><Relationship Id="r1" Type="x/slide" Target="slides/slide1.xml"/></r>',
        "ppt/slides/slide1.xml": b'<s><sp><ph type="title"/><p><r><t>Head</t></r></p></sp><pic><cNvPr descr="d"/></pic>'
        b"<tbl><tr><tc><p><t>a</t></p></tc></tr></tbl><cat><pt><v>1</v></pt></cat></s>",
        "ppt/slides/_rels/slide1.xml.rels": b'<r><Relationship Id="n" Type="x/notesSlide" Target="../n.xml"/></r>',
        "ppt/n.xml": b"<n><sp><p><t>note</t></p></sp></n>",
        "ppt/embeddings/a.rtf": RTF,
    },
    "ods": {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b'<d><table name="S"><table-row number-rows-repeated="2">'
        b'<table-cell number-columns-repeated="2">'
        b"<p>a</p><annotation><p>n</p></annotation></table-cell></table-row></table></d>",
    },
    "odp": {
        "mimetype": b"application/vnd.oasis.opendocument.presentation",
        "content.xml": b'<d><body><page><frame class="title"><p>T</p></frame><frame><desc>d</desc></frame>'
        b"<notes><p>n</p></notes><annotation><creator>A</creator><p>c</p></annotation></page></body></d>",
    },
    "zip": {"a.txt": PLAIN, "b/c.md": b"# x\n\ny\n", "d.eml": MAIL, "e.zip": b"PK\x03\x04", "g.html": PAGE},
}  # fmt: skip
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype"
    b"/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 44>>stream\nBT /F 12 Tf 20 200 Td (Coal ships) Tj ET\n"
    b"endstream endobj\n5 0 obj<</Title(Harbour)/Author(Ann)/CreationDate(D:20241021)>>endobj\n"
    b"trailer<</Root 1 0 R/Info 5 0 R>>\n%%EOF\n"
)
BOX = (
    b"From ann Mon Oct 21 10:00:00 2024\n"
    + MAIL
    + b"\n\nFrom bob Mon Oct 21 10:00:00 2024\nSubject: s\n\n>From x\n"
)
FLAT = (
    b"<?xml version='1.0'?><o:document xmlns:o='o'>"
    + PARTS["odt"]["content.xml"]
    + b"</o:document>"
)


def zstandard_of(data: bytes) -> bytes:
    packed = import_module(ZSTANDARD).compress(data)
    assert isinstance(packed, bytes)
    return packed


class Seed(NamedTuple):
    """A document: its file name, its parts before packing, and the function that packs them."""

    name: str
    parts: dict[str, bytes]
    pack: Callable[[dict[str, bytes]], bytes]


def zipped(parts: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return out.getvalue()


def database(parts: dict[str, bytes]) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "PRAGMA page_size=512; CREATE TABLE a (b TEXT, c); CREATE TABLE d (e PRIMARY KEY) WITHOUT ROWID"
    )
    connection.executemany("INSERT INTO a VALUES (?, ?)", [(f"row {n}", n / 2) for n in range(40)])
    connection.execute("INSERT INTO d VALUES (?)", (parts[""].decode("utf-8", "replace"),))
    connection.commit()
    return bytes(connection.serialize())


def tarred(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def plainly(parts: dict[str, bytes]) -> bytes:
    return parts[""]


SEEDS = [
    *(
        Seed(name, {"": content}, plainly)
        for name, content in {
            "a.txt": PLAIN, "b.txt": PLAIN.decode().encode("utf-16"),
            "c.txt": "日本語の文章。\n".encode("iso2022_jp") * 9,
            "d.txt": "Привет, мир. Это текст.\n".encode("cp1251") * 9, "e.txt": "中文的文章。\n".encode("gb18030") * 9,
            "a.md": b"---\ntitle: T\ndate: 2024\n---\n# A [l](u) `c`\n\ntext\n\n```\ncode\n```\n\nU\n==\n\n## B #\n",
            "a.rst": b"Head\n====\n\n:date: 2024\n\n.. code:: x\n\n   y\n\nUse :ref:`it <x>`::\n\n  z\n\nPart\n----\n",
            "a.html": PAGE, "a.pdf": PDF, "a.fodt": FLAT, "a.rtf": RTF, "a.eml": MAIL, "a.mht": SAVED,
            "a.warc": FETCHED, "1.emlx": b"%d\n" % len(MAIL) + MAIL + b"<plist/>", "a.mbox": BOX, "a.csv": SHEET,
            "a.tsv": SHEET.replace(b",", b"\t"), "a.jsonl": RECORDS,
            "a.org": b"#+TITLE: T\n* A :t:\n:P:\nx\n:END:\ntext [[l][m]]\n#+begin_src\nc\n#+end_src\n",
            "a.wiki": WIKI,
            "a.adoc": b"= T\nAnn\n:revdate: 2024\n\n== A *b*\n\n----\nc\n----\n// x\ntext link:u[l]\n",
            "a.tex": b"\\title{T}\n\\begin{document}\n\\section{A \\'e}\n\\emph{b} \\cite{c} \\ss\n\\end{document}\n",
            "a.man": b'.TH A 1 "2024"\n.SH B\n\\fBc\\fP \\(\'e \\[u00E9]\n.BR a (1)\n.de X\n..\n.Op Fl a\n',
            "a.ics": b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\n b\nATTENDEE;CN=\"C: D\":mailto:c@d\nEND:VEVENT\n",
            "a.vcf": b"BEGIN:VCARD\nN;CHARSET=cp1252;QUOTED-PRINTABLE:K=F6n=\nig;A\nKEY;ENCODING=b:QUJD\nEND:VCARD\n",
            "a.srt": b"1\n00:00:01,000 --> 00:00:02,000\n<i>a\n\n2\n00:00:02,000 --> 00:00:03,000\nb.\n",
            "a.po": b'msgid ""\nmsgstr ""\n"charset=utf-8\\n"\n\n#: x\nmsgid "a "\n"b"\nmsgstr[0] "c"\n',
            "a.xml": b"<?xml version='1.0' encoding='cp1252'?><a><title>T</title>\n<p l='x'>a <b>\xe9</b> c</p></a>",
            "a.plist": plistlib.dumps({"a": ["b", 1, {"c": "d"}]}, fmt=plistlib.FMT_BINARY),
            "a.ris": b"TY  - BOOK\nAU  - Lee, Ann\nT1  - On\n seals\nPY  - 2019/05\nER  - \n",
            "a.bib": b'@string{k = "K"}\n@book{a, title = {T {\\"o}}, author = k # " and L", year = 2024}\n@comment{x}',
            "a.properties": b"# c\na.b = K\\u00f6 \\\n  d\n!e\nf\\:g:h\n",
            "a.json": SETTINGS, "a.ipynb": NOTEBOOK,
            "a.py": b"import x\n\n\ndef f():\n    pass\n\n\nclass A:\n  1\n",
        }.items()
    ),
    *(Seed(f"a.{kind}", parts, zipped) for kind, parts in PARTS.items()),
    Seed("b.zip", PARTS["zip"], lambda parts: zipped(parts, zipfile.ZIP_LZMA)),
    Seed("c.zip", PARTS["zip"], lambda parts: zipped(parts, zipfile.ZIP_BZIP2)),
    Seed("a.7z", {"": SEVEN_ZIP}, plainly),
    Seed("winmail.dat", {"": OUTLOOK_S}, plainly),
    Seed("a.cpio", {"": ARCHIVED}, plainly),
    Seed("a.txt.zst", {"": PLAIN}, lambda parts: zstandard_of(parts[""])),
    Seed("a.msg", {"__properties_version1.0": bytes(48), "__substg1.0_0037001F": b"h\0i\0",
                   "__substg1.0_10090102": bytes(8) + b"LZFu" + bytes(4) + b"\4harbou\1\0",
                   "__attach_version1.0_#00000000/__substg1.0_37010102": b"coal",
                   "__attach_version1.0_#00000000/__substg1.0_3707001F": b"a\0"}, compound),
    Seed("a.doc", {"WordDocument": bytes(WORD_HEAD), "0Table": TABLE, "x/\x01Ole10Native": NATIVE}, compound),
    Seed("a.xls", {"Workbook": BIFF}, compound),
    Seed("a.ppt", {"PowerPoint Document": RECORDS_OF_SLIDES}, compound),
    Seed("a.tar", PARTS["zip"], tarred),
    Seed("a.sqlite", {"": PLAIN}, database),
    Seed("a.txt.gz", {"": PLAIN}, lambda parts: gzip.compress(parts[""], mtime=0) * 2),
    Seed("a.html.bz2", {"": PAGE}, lambda parts: bz2.compress(parts[""])),
    Seed("a.mbox.xz", {"": BOX}, lambda parts: lzma.compress(parts[""])),
    Seed("a.eml.lzma", {"": MAIL}, lambda parts: lzma.compress(parts[""], lzma.FORMAT_ALONE)),
]  # fmt: skip

PIECES = (
    b"\0", b"\xff", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b$B", b"\x1b(B",
    b"~{", b"~}", b"\r", b"\n", b"\n\n", b" ", b'"', b"'", b"<", b">", b"&", b"&#", b"&#x", b"&#99999999999;",
    b"]]>", b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<!--",
    b"<?xml version='1.0' encoding='undefined'?>", b"<meta charset=utf-7>", b"<meta charset=idna>", b"</",
    b"<title>", b"<svg>", b"charset=undefined", b"charset*0=a; ", b"charset*=us-ascii''a; ",
    b"charset=utf-16", b"; boundary=", b"boundary=\xff", b"=?undefined?q?=ff?=", b"=?utf-8?b?!!!?=", b"=?",
    b"?=", b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoK\n", b"<sup>1</sup>",
    b"<ruby>a<rt>b</ruby>", b"<img alt=a title=b>", b"Content-Length: 99999999999999999999\r\n", b"WARC/1.0\r\n",
    b"Content-Encoding: gzip\r\n", b"fffffffff\r\n", b"Date: 99999 Foo 99:99\n", b"Date: 1 Jan 0000 00:00:00 +9999\n",
    b"--b\n", b"--b--\n", b"\nFrom x 1:11 2024\n", b"\xb2", "²".encode(), b"-1", b"1e999", b"NaN",
    b"9" * 5000, b"[" * 3000, b"{", b"}", b"\\ud800", b"\\", b"PK\x03\x04", b"PK\x01\x02", b"\x1f\x8b\x08",
    b"BZh91AY&SY", b"/Count -1", b"endobj", "\u0301".encode() * 50, "\u2028\x85".encode(),
    "\U000e0100".encode(),
)  # fmt: skip

CHANGES = ("flip", "byte", "cut", "end", "repeat", "insert", "splice", "swap")
changes = st.lists(
    st.tuples(
        st.sampled_from(CHANGES),
        st.integers(0, 1 << 16),
        st.integers(0, 1 << 16),
        st.integers(0, 1 << 16),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, steps: list[tuple[str, int, int, int]]) -> bytes:
    for kind, where, size, which in steps:
        at = where % (len(data) + 1)
        end = min(len(data), at + size % 64)
        before, part, after = data[:at], data[at:end], data[end:]
        if kind == "flip" and after:
            data = before + part + bytes([after[0] ^ (1 << which % 8)]) + after[1:]
        elif kind == "byte" and after:
            data = before + part + bytes([which % 256]) + after[1:]
        elif kind == "cut":
            data = before + after
        elif kind == "end":
            data = before
        elif kind == "repeat":
            data = before + part * (which % 40) + after
        elif kind == "insert":
            data = before + PIECES[which % len(PIECES)] + part + after
        elif kind == "splice":
            other = b"".join(SEEDS[which % len(SEEDS)].parts.values())
            start = size % (len(other) + 1)
            data = before + other[start : start + which % 300] + part + after
        elif kind == "swap":
            data = before + part[::-1] + after
    return data


def tried(
    seed: Seed,
    steps: list[tuple[str, int, int, int]],
    inside: bool,
    which: int,
    failures: list[str],
) -> None:
    """Read a changed document. With `inside`, the change is in one of its parts, else in the packed file."""
    parts = dict(seed.parts)
    if inside:
        name = list(parts)[which % len(parts)]
        parts[name] = changed(parts[name], steps)
        data = seed.pack(parts)
    else:
        data = changed(seed.pack(parts), steps)
    begun = time.process_time()
    found = documents.documents_of(FileState(seed.name, len(data), 0, 0, b""), data)
    assert time.process_time() - begun < MOST_SECONDS
    assert failures == []
    assert found.documents or found.reason
    for document in map(with_text, found.documents):
        for text, span in zip(cut(document.text, document.spans), document.spans, strict=True):
            assert text
            assert 1 <= span.line_start <= span.line_end


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return unexpected exceptions of readers. Errors of nesting and size are expected."""
    found: list[str] = []
    said = skip.failure

    def failure(error: Exception) -> str:
        if not isinstance(error, RecursionError | MemoryError):
            found.append(repr(error))
        return said(error)

    monkeypatch.setattr(skip, "failure", failure)
    monkeypatch.setattr(documents, "failure", failure)
    return found


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
@settings(
    max_examples=EXAMPLES or 80,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=changes, inside=st.booleans(), which=st.integers(0, 9))
def test_any_change_of_a_document_is_read_or_named(
    seed: Seed,
    failures: list[str],
    steps: list[tuple[str, int, int, int]],
    inside: bool,
    which: int,
) -> None:
    failures.clear()
    tried(seed, steps, inside, which, failures)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_the_documents_themselves_are_read(seed: Seed, failures: list[str]) -> None:
    data = seed.pack(seed.parts)
    found = documents.documents_of(FileState(seed.name, len(data), 0, 0, b""), data)
    assert found.documents
    assert failures == []


def test_every_format_is_tried() -> None:
    tried_types = {media_type_of(seed.name, seed.pack(seed.parts)) for seed in SEEDS}
    assert tried_types == {entry.media_type for entry in FORMATS}
