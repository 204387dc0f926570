"""Reading takes time linear in the text, even if it repeats anything.

Fast cases are not measured further: quadratic work would take longer than `QUICK` seconds on a few kilobytes. Slower
cases are read in two sizes, several times: four times the text must take less than `MOST` times the processor time.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from compound import compound

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.language import language_of
from seedsearch.analysis.tokenizer import tokenize
from seedsearch.corpus.formats.registry import FORMATS
from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.indexing.run import documents_of
from seedsearch.model import FileState
from seedsearch.query.dates import parse_date
from seedsearch.query.parse import parse

SIZE = 6_000
QUICK = 0.04
MOST = 10
TRIES = 4

ATOMS = (
    *"#[(*_`~;.-<&\"'\\{,=+|?: \t\n\r\0\x1b1A中。\u0301\u200d",
    "# ", "](", "[](", "- ", "> ", "~~~\n", "```\n", "-\n", "==\n", "a\n", "a. ", "A. ", ":a", ":a:`", "::\n",
    ".. a::\n", "11:11", "11:11 ", "2024 ", "From ", "\n\nFrom ", "\n\nFrom a 1:11", ">From ", "=?", "=?a?q?",
    "=?a?q?=?=", ";a=", ';a="', ";a*0=", "a:b\n", "--a\n", "--a\n\n", "</", "<a", '<a "', "<a '", "<!--", "<![",
    "<sup>1", "<rt>a", "<img alt=a title=b>", "</sup>", "<p class=a>", "<header role=banner>", "<li><a href=x>a",
    "WARC/1.0\r\n", "\n--a\nContent-", "\n--", "Content-Type: message/rfc822\n\n", "1\r\na\r\n",
    "<?", "&a", "&#", "&#x41;", "<b>", "<div>", "<td>", "</div>", "<a href=x>", "<title>", "<script>", "<p role=a>",
    "a=b ", 'a="', '",', '""', '\n"', '{"a":', "[1,", "\\u0041", "\n \n", " \n", " .", "a.", "aA", "~{",
    "a\u0301\u0327", "\u0315\u0300\u05ae", "中 ", "?!", "')", "=3D", "=\n", "\\par ", "{\\b ", "\\u1042?",
    "\\'93", "\\cell\\row ", "}",
)  # fmt: skip

MAIL = "Subject: a\nFrom: b\n"
BEGINNINGS = {
    "a.txt": ("", "a\n\n", "# a", "A. "),
    "a.md": ("", "# a ", "---\ntitle: ", "```\n", "a&b", "a`&lt;", "a~b", "a<sub>b"),
    "a.rst": ("", ":date: ", "::\n\n ", "\\ *a", ":a:`"),
    "a.py": ("", "\n"),
    "a.csv": ("", "a,b\n", 'a,"'),
    "a.tsv": ("a\tb\n",),
    "a.jsonl": ("", '{"text": "', '{"a": ', '{"a": "b"}\n'),
    "a.wiki": ("", "<ref>", "<ref a", "[[a:b|", "[[", "{{sfn|", "|a=\"", "== a"),
    "a.org": ("", "* a\n", ":P:\n", "#+begin_src\n", "\u200b*a", "a_{"),
    "a.adoc": ("", "= a\n", "----\n", ":a: ", "a**b", "__a", "a``"),
    "a.tex": ("", "\\section{", "\\cite{", "\\cite[", "\\title{"),
    "a.plist": ("<dict>", "<key>a</key>"),
    "a.ris": ("", "TY  - B\n", "words\n", "AU  - x\n"),
    "a.bib": ("", "@a{b, c = {", '@a{b, c = "', "@a{"),
    "a.properties": ("", "a=b\\\n"),
    "a.man": (".SH a\n", '.B "', ".Op "),
    "a.ics": ("", "BEGIN:VEVENT\nSUMMARY:", "BEGIN:VEVENT\nATTENDEE;CN=\"", "BEGIN:VEVENT\n"),
    "a.vcf": ("BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:", "BEGIN:VCARD\nADR:;"),
    "a.srt": ("", "00:00:01,000 --> 00:00:02,000\n"),
    "a.po": ("", 'msgid "a"\n"'),
    "a.xml": ("<a>", "<a b='", "<!--"),
    "a.json": ("", "[", '{"a": "', '{"a": [', "'", "/*"),
    "a.ipynb": ("", '{"cells": [{"source": ["'),
    "a.html": ("", "<p>", "<a ", "<p title='", "<!--", "<meta ", "<title>", "<script>", "<pre>", "<sup>",
               "<ruby>a<rt>", "<script>{\"@context\": \"x\", \"text\": \"", "<meta name=description content='a b'>"),
    "a.mht": ("Content-Type: multipart/related; boundary=a\n\n--a\nContent-Type: text/html\n\n",),
    "a.warc": (
        "WARC/1.0\r\n", "WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 9999\r\n\r\n",
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9999\r\n\r\nHTTP/1.1 200 OK\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
    ),
    "a.fodt": ("<?xml version='1.0'?><a>", "<?xml version='1.0'?><a b='"),
    "a.rtf": ("", "{\\rtf1 ", "{\\rtf1{\\*\\objdata ", "{\\rtf1{\\stylesheet{\\s1 ", "{\\rtf1{\\footnote "),
    "a.mbox": ("", "From ", "From a 11:11", "From a 11:11 2024\nSubject: a\n\n\n\n"),
    "a.eml": (
        "", "Subject: ", "From: ", "Date: ", "Content-Type: ", MAIL + "Content-Type: text/plain", f"{MAIL}\n",
        MAIL + "Content-Disposition: attachment; filename=", MAIL + "Content-Type: multipart/mixed; boundary=",
        MAIL + "Content-Type: multipart/mixed; boundary=a\n\n--a\n", MAIL + "Content-Type: text/html\n\n",
        MAIL + "Content-Type: multipart/mixed\n\n", MAIL + "Content-Type: multipart/alternative; boundary=a\n\n--a\n",
        MAIL + "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n",
        MAIL + "Content-Transfer-Encoding: quoted-printable\n\n", MAIL + "Content-Transfer-Encoding: base64\n\n",
        MAIL + "Content-Transfer-Encoding: uuencode\n\nbegin 644 a\n",
    ),
}  # fmt: skip
SIZES = {
    "a.eml": 12_000,
    "a.mbox": 20_000,
    "a.txt": 20_000,
    "a.py": 20_000,
}  # if a smaller text is fast
ENDS = ("", "\n=====\na\n")


def linear(work: Callable[[bytes], object], make: Callable[[int], bytes], size: int = SIZE) -> bool:
    """Return whether work on four times the bytes takes less than MOST times as long."""
    small = make(size)
    least = spent(work, small)
    if least < QUICK:
        return True
    large, most = make(4 * size), float("inf")
    for _ in range(TRIES):
        most = min(most, spent(work, large))
        if most < MOST * least:
            return True
        least = min(least, spent(work, small))
    return False


def spent(work: Callable[[bytes], object], data: bytes) -> float:
    before = time.process_time()
    work(data)
    return time.process_time() - before


def repeated(beginning: str, atom: str, end: str = "") -> Callable[[int], bytes]:
    piece, head, tail = atom.encode(), beginning.encode(), end.encode()
    return lambda size: head + piece * (size // len(piece)) + tail


def read(name: str, data: bytes) -> object:
    return documents_of(FileState(name, len(data), 0, 0, b""), data)


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_format_of_text(name: str) -> None:
    slow = [
        (beginning, atom, end)
        for beginning in BEGINNINGS[name]
        for atom in ATOMS
        for end in ENDS[: 1 + (name in ("a.md", "a.rst") and not beginning)]
        if not linear(
            lambda data: read(name, data), repeated(beginning, atom, end), SIZES.get(name, SIZE)
        )
    ]
    assert slow == []


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "word": ("a.docx", lambda body: zipped({"word/document.xml": b"<w:d " + W + b">" + body + b"</w:d>",
                                            "[Content_Types].xml": b"<a/>"})),
    "opendocument": ("a.odt", lambda body: zipped({
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": b'<o:d xmlns:o="o"><o:body>' + body + b"</o:body></o:d>"})),
    "workbook": ("a.xlsx", lambda body: zipped({
        "xl/workbook.xml": b'<w><sheet name="a" id="b"/></w>', "[Content_Types].xml": b"<a/>",
        "xl/worksheets/sheet1.xml": b'<w xmlns:w="w" xmlns:o="o">' + body + b"</w>"})),
    "slides": ("a.pptx", lambda body: zipped({
        "ppt/presentation.xml": b"<a/>", "[Content_Types].xml": b"<a/>",
        "ppt/slides/slide1.xml": b'<s xmlns:w="w" xmlns:o="o">' + body + b"</s>"})),
    "opendocument sheet": ("a.ods", lambda body: zipped({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b'<o:d xmlns:o="o" xmlns:w="w"><o:table o:name="a">' + body + b"</o:table></o:d>"})),
    "opendocument slides": ("a.odp", lambda body: zipped({
        "mimetype": b"application/vnd.oasis.opendocument.presentation",
        "content.xml": b'<o:d xmlns:o="o" xmlns:w="w"><o:body><o:page>' + body + b"</o:page></o:body></o:d>"})),
    "book": ("a.epub", lambda body: zipped({
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<c><rootfile full-path="b.opf"/></c>',
        "b.opf": b'<p><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><itemref idref="a"/></p>',
        "a.xhtml": body})),
}  # fmt: skip
ELEMENTS = (
    b"<w:p><w:r><w:t>a</w:t></w:r></w:p>", b"<w:r><w:t>a</w:t></w:r>", b"<w:tbl><w:tr><w:tc/></w:tr></w:tbl>",
    b"<w:tc/>", b"<o:p>a</o:p>", b"<o:h>a</o:h>",
    b"<o:table-row><o:table-cell><o:p>a</o:p></o:table-cell></o:table-row>",
    b'<w:row><w:c t="str"><w:v>a</w:v></w:c></w:row>', b"<w:c><w:v>1</w:v></w:c>",
    b"<w:sp><w:p><w:t>a</w:t></w:p></w:sp>",
    b"<o:table-cell><o:p>a</o:p></o:table-cell>", b"<o:annotation><o:p>a</o:p></o:annotation>", b"<o:desc>a</o:desc>",
    b"<o:page><o:p>a</o:p></o:page>", b"<h1>a</h1>", b"<p>a", b"<div>", b"&lt;",
)  # fmt: skip


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("element", ELEMENTS)
def test_a_format_of_xml(kind: str, element: bytes) -> None:
    name, make = PACKED[kind]
    assert linear(lambda data: read(name, data), lambda size: make(element * (size // 10)))


@pytest.mark.parametrize("element", [b"<w:p>", b"<w:r>", b"<o:p>", b"<div>"])
@pytest.mark.parametrize("kind", PACKED)
def test_elements_that_are_never_closed(kind: str, element: bytes) -> None:
    name, make = PACKED[kind]
    assert linear(lambda data: read(name, data), lambda size: make(element * size))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_many_short_streams_in_one_file(compress: Callable[[bytes], bytes]) -> None:
    stream = compress(b"a word \n")
    work = lambda data: read("a.gz", data)  # noqa: E731
    assert linear(work, lambda size: stream * (size // 40), 200_000)
    assert linear(work, lambda size: (stream + bytes(100)) * (size // 40), 200_000)


def test_many_members() -> None:
    assert linear(
        lambda data: read("a.zip", data),
        lambda size: zipped({f"{number}.txt": b"a word" for number in range(size // 40)}),
    )


def test_many_members_of_cpio() -> None:
    head = b"070707" + b"0" * 12 + b"100000" + b"0" * 35 + b"000006" + b"0" * 10 + b"2a.txt\0a\n"
    assert linear(lambda data: read("a.cpio", data), lambda size: head * (size // len(head)))


@pytest.mark.parametrize("attribute", [b"\2\2\x90\6\0\0\0\0\0\0\0", b"\2\x0f\x80\6\0\1\0\0\0a\0\0"])
def test_attachments_of_tnef(attribute: bytes) -> None:
    begin = b"\x78\x9f\x3e\x22\0\0"
    make = lambda size: begin + attribute * (size // len(attribute))  # noqa: E731
    assert linear(lambda data: read("a.tnef", data), make, 100_000)


def test_parts_of_a_mail() -> None:
    part = "--a\nContent-Type: text/plain; name=x\nContent-Transfer-Encoding: {}\n\ncaf\u00e9\n"
    head = MAIL + "Content-Type: multipart/mixed; boundary=a\n\n"
    for transfer in ("8bit", "quoted-printable", "base64"):
        make = repeated(head, part.format(transfer))
        assert linear(lambda data: read("a.eml", data), make), transfer


def test_records_of_an_attachment() -> None:
    head = "Content-Type: application/x; name=a.jsonl\nContent-Transfer-Encoding: {}\n\n"
    for transfer in ("8bit", "quoted-printable"):
        make = repeated(MAIL + head.format(transfer), '{"text": "a word"}\n')
        assert linear(lambda data: read("a.eml", data), make, 30_000), transfer


def test_parts_in_parts_of_a_mail() -> None:
    def nested(size: int) -> bytes:
        levels = min(size // 60, 250)
        text = "".join(
            f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
            for level in range(levels)
        )
        return f"{MAIL}{text}\n{'a' * 70}\n".encode()

    assert linear(lambda data: read("a.eml", data), nested)


def test_attachments_of_a_message_of_outlook() -> None:
    def message(size: int) -> bytes:
        streams = {"__properties_version1.0": bytes(32)}
        streams |= {
            f"__attach_version1.0_#{number:08X}/__substg1.0_37010102": b""
            for number in range(size // 200)
        }
        return compound(streams)

    assert linear(lambda data: read("a.msg", data), message, 400_000)


# What copies or skips bytes is so fast that only a large file shows what it does again and again.
LARGE = {
    "a tag in the quotation marks of a tag": ("a.html", "<a ", '"<a" ', 60_000),
    "a reading in many parts": ("a.html", "<ruby>a<rt>", "a<b>", 400_000),
}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_file(what: str) -> None:
    name, beginning, atom, size = LARGE[what]
    assert linear(lambda data: read(name, data), repeated(beginning, atom), size)


def test_formats_of_text_are_all_here() -> None:
    named = {name.removeprefix("a") for name in BEGINNINGS} | {
        name[1:] for name, _ in PACKED.values()
    }
    for entry in FORMATS:
        packed = {
            ".gz",
            ".bz2",
            ".xz",
            ".zst",
            ".zip",
            ".tar",
            ".cpio",
            ".tnef",
            ".7z",
            ".pdf",
            ".doc",
            ".sqlite",
        }
        assert (named | packed) & set(entry.endings), entry.name


def test_analysis() -> None:
    def analysed(data: bytes) -> None:
        text = data.decode()
        folder = Folder()
        tokenize(folder.fold(text))
        folder.fold_with_offsets(text)
        language_of(text)
        parse_date(text)

    slow = [
        (beginning, atom)
        for beginning in ("", "a", "中", "2024")
        for atom in ATOMS
        if not linear(analysed, repeated(beginning, atom), 10_000)
    ]
    assert slow == []


def test_a_query() -> None:
    def parsed(data: bytes) -> None:
        with suppress(QuerySyntaxError, QueryTooBroadError):
            parse(data.decode())

    slow = [
        (beginning, atom)
        for beginning in ("", '"', "(")
        for atom in (*ATOMS, "(a OR ", "NOT ", "a:", "a~1 ", "a^2 ", "date:", "..", "+a", "a* ")
        if not linear(parsed, repeated(beginning, atom), 3900)
    ]
    assert slow == []
