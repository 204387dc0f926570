"""Word, OpenDocument and EPUB: headings as sections, tables by rows; broken and hostile ones skipped."""

from __future__ import annotations

import io
import time
import zipfile

import docx
import pytest
from reading import read


def zipped(members: dict[str, str | bytes], *, first: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype"), first)
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def word() -> bytes:
    document = docx.Document()
    document.core_properties.title = "The Harbour"
    document.core_properties.author = "Ann Lee"
    document.add_heading("Coal", 1)
    paragraph = document.add_paragraph("The coal port of ")
    paragraph.add_run("Na").bold = True
    paragraph.add_run("jin is ice-free.")
    document.add_heading("Prices", 2)
    table = document.add_table(rows=2, cols=2)
    for row, cells in enumerate((("Year", "Price"), ("2012", "104"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word(word: bytes) -> None:
    found = read("harbour.docx", word)
    assert found.title == "The Harbour"
    assert found.fields["author"] == "Ann Lee"
    assert [(part.heading, part.text) for part in found.parts] == [
        ("Coal", "Coal\n\nThe coal port of Najin is ice-free."),
        ("Prices", "Prices\n\nYear\tPrice\n2012\t104"),
    ]


def test_word_is_known_by_content(word: bytes) -> None:
    assert read("harbour.zip", word).title == "The Harbour"
    assert read("harbour", word).title == "The Harbour"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_of(body: str, **others: str) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    return zipped(members | {f"word/{name}.xml": text for name, text in others.items()})


def test_word_in_another_language_with_changes_boxes_and_notes() -> None:
    styles = f'<w:styles {W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>'
    body = (
        '<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Kohle</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:r><w:tab/><w:t>tab</w:t><w:br/><w:t>line</w:t></w:r>"
        "<w:r><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:r></w:p>"
    )
    notes = f"<w:footnotes {W}><w:p><w:r><w:t>a note</w:t></w:r></w:p></w:footnotes>"
    found = read("a.docx", word_of(body, styles=styles, footnotes=notes))
    assert [(part.heading, part.text) for part in found.parts] == [
        ("Kohle", "Kohle\n\nboxed\n\nkept\ttab\nline"),
        ("Footnotes", "a note"),
    ]
    assert found.title == "Kohle"


def test_tracked_changes_are_named_with_author_and_date() -> None:
    by = 'w:author="{}" w:date="2024-05-06T07:08:09Z"'
    body = (
        "<w:p><w:r><w:t>The old </w:t></w:r>"
        f"<w:ins {by.format('Ann Lee')}><w:r><w:t>white </w:t></w:r><w:r><w:t>house</w:t></w:r></w:ins>"
        f"<w:del {by.format('Bob')}><w:r><w:delText>black barn</w:delText></w:r></w:del></w:p>"
    )
    comment = f'<w:comments {W}><w:comment w:author="Cy"><w:p><w:r><w:t>why?</w:t></w:r></w:p></w:comment></w:comments>'
    found = read("a.docx", word_of(body, comments=comment))
    assert [(part.heading, part.text) for part in found.parts] == [
        ("", "The old white house"),
        ("Comment by Cy", "Cy:\nwhy?"),
        (
            "Tracked changes",
            "Inserted by Ann Lee 2024-05-06: white house\nDeleted by Bob 2024-05-06: 2 words",
        ),
    ]


def test_a_broken_side_part_is_named_and_the_text_is_read() -> None:
    found = read("a.docx", word_of("<w:p><w:r><w:t>kept</w:t></w:r></w:p>", footnotes="<w:broken"))
    assert found.texts == ["kept"]
    assert found.problems == [("footnotes", "broken XML")]


ODT = "application/vnd.oasis.opendocument.text"
NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
)


def odt_of(body: str, manifest: str = "<manifest/>") -> bytes:
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles/><office:body><office:text>"
        f"{body}</office:text></office:body></office:document-content>"
    )
    meta = (
        f"<office:document-meta {NAMES}><office:meta><dc:title>The Harbour</dc:title>"
        "<meta:initial-creator>Ann Lee</meta:initial-creator>"
        "<meta:creation-date>2024-10-21</meta:creation-date></office:meta></office:document-meta>"
    )
    members: dict[str, str | bytes] = {
        "content.xml": content, "meta.xml": meta, "META-INF/manifest.xml": manifest,
    }  # fmt: skip
    return zipped(members, first=ODT)


def test_tracked_changes_of_open_document() -> None:
    by = "<office:change-info><dc:creator>Bob</dc:creator><dc:date>2024-05-06T00:00</dc:date></office:change-info>"
    found = read(
        "a.odt",
        odt_of(
            "<text:tracked-changes><text:changed-region><text:deletion>"
            f"{by}<text:p>black barn</text:p></text:deletion></text:changed-region></text:tracked-changes>"
            "<text:p>The old house</text:p>"
        ),
    )
    assert found.texts == ["The old house", "Deleted by Bob 2024-05-06: 2 words"]


def test_open_document() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">Coal</text:h>'
        '<text:p>The port of<text:s text:c="2"/>Na<text:span>jin</text:span>.<text:tab/>x'
        "<text:line-break/>y</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>2012</text:p></table:table-cell>"
        "<table:table-cell><text:p>104</text:p></table:table-cell></table:table-row></table:table>"
    )
    found = read("harbour.odt", odt_of(body))
    assert found.title == "The Harbour"
    assert found.fields == {"date": "2024-10-21", "author": "Ann Lee", "created": "2024-10-21"}
    assert found.parts[0].heading == "Coal"
    assert found.texts == ["Coal\n\nThe port of  Najin.\tx\ny\n\n2012\t104"]


def book(chapters: dict[str, str], **others: str) -> bytes:
    items = "".join(
        f'<item id="{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>The Harbour</dc:title><dc:creator>Ann Lee</dc:creator>"
        f"<dc:identifier>isbn:1</dc:identifier></metadata><manifest>{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    members: dict[str, str | bytes] = {
        "META-INF/container.xml": '<container xmlns="x"><rootfiles>'
        '<rootfile full-path="EPUB/book.opf"/></rootfiles></container>',
        "EPUB/book.opf": package,
        **{f"EPUB/{name}": text for name, text in chapters.items()},
        **others,
    }
    return zipped(members, first="application/epub+zip")


def test_epub_chapters_in_reading_order() -> None:
    chapters = {
        "b.xhtml": "<html><head><title>One</title></head><body><h1>Coal</h1><p>Najin.</p></body></html>",
        "a.xhtml": "<html><head><title>Two</title></head><body><p>Squid &mdash; at night.</p></body></html>",
    }
    found = read("harbour.epub", book(chapters))
    assert (found.title, found.documents[0].id) == ("The Harbour", "isbn:1")
    assert [(part.heading, part.text) for part in found.parts] == [
        ("Coal", "Coal\nNajin."),
        ("Two", "Squid — at night."),
    ]


def test_an_epub_keeps_its_good_chapters() -> None:
    locked = '<encryption><CipherReference URI="EPUB/a.xhtml"/></encryption>'
    chapters = {"b.xhtml": "<p>Najin.</p>", "a.xhtml": "<p>locked</p>", "c.xhtml": "\0\1\2"}
    data = book(chapters, **{"META-INF/encryption.xml": locked})
    found = read("a.epub", data)
    assert found.texts == ["Najin."]
    assert found.problems == [("chapter 2", "encrypted"), ("chapter 3", "binary")]


def test_broken_twins_are_skipped(word: bytes) -> None:
    assert read("a.docx", word[: len(word) // 2]).skipped == "broken ZIP archive"
    assert read("a.docx", word_of("<w:p>")).skipped == "broken XML"
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert read("a.docx", old).skipped == "broken compound file"
    assert read("a.docx", word_of("")).skipped == "no text in it"
    assert read("a.docx", b"no archive").skipped == "broken ZIP archive"
    assert read("a.odt", odt_of("<text:p>x")).skipped == "broken XML"
    assert read("a.odt", odt_of("", "<m><encryption-data/></m>")).skipped == "encrypted"
    assert read("a.odt", zipped({}, first=ODT)).skipped == "content.xml is missing"
    assert read("a.epub", zipped({}, first="application/epub+zip")).skipped == (
        "META-INF/container.xml is missing"
    )


def test_damaged_bytes_are_named(word: bytes) -> None:
    at = word.index(b"word/document.xml") + 100
    damaged = word[:at] + bytes(byte ^ 0x55 for byte in word[at : at + 50]) + word[at + 50 :]
    assert read("a.docx", damaged).skipped in ("damaged", "broken XML")


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def test_entities_are_refused_at_once() -> None:
    begin = time.perf_counter()
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"{BOMB}<w:document {W}><w:p><w:t>&i;</w:t></w:p></w:document>",
    }
    assert read("a.docx", zipped(members)).skipped == "XML that declares entities"
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    members["word/document.xml"] = f"{outside}<w:document {W}>&a;</w:document>"
    assert read("a.docx", zipped(members)).skipped == "XML that declares entities"
    assert time.perf_counter() - begin < 2


def test_xml_nested_deeply_is_skipped() -> None:
    assert read("a.docx", word_of("<w:a>" * 50_000)).skipped == "XML nested too deeply"


def test_office_formats_without_a_reader_are_named() -> None:
    drawing = zipped({"[Content_Types].xml": "<Types/>", "visio/document.xml": "<w/>"})
    assert read("a.vsdx", drawing).skipped == "an Office format that has no reader"
    formula = zipped({}, first="application/vnd.oasis.opendocument.formula")
    assert read("a.odf", formula).skipped == "an Office format that has no reader"
