"""A bad document loses only itself: whatever its reader raises is named, and the rest is read."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from reading import read

from seedsearch import corpus
from seedsearch.corpus.formats import extract, piecewise, text
from seedsearch.corpus.large_files import Encoding, Piece
from seedsearch.corpus.skip import Skip
from seedsearch.model import SourceFile

NO_CODECS = ("undefined", "base64", "rot13", "zlib", "hex", "bz2", "uu", "quopri", "idna", "punycode",
             "unicode_escape", "raw_unicode_escape", "charmap", "no-such", "aliases", "x" * 40)  # fmt: skip


@pytest.mark.parametrize("name", NO_CODECS)
def test_a_page_that_names_no_encoding_of_text_is_read(name: str) -> None:
    page = f"<meta charset={name}><p>the café of Näjin, à côté de la gare, était fermé"
    assert "café of Näjin" in read("a.html", page.encode("cp1252")).texts[0]
    assert "café of Näjin" in read("a.html", page.encode()).texts[0]


@pytest.mark.parametrize("name", NO_CODECS)
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable", "uuencode"])
def test_a_mail_that_names_no_encoding_of_text_is_read(name: str, transfer: str) -> None:
    head = (
        f"Subject: =?{name}?q?one_two?= three\nFrom: a\nContent-Type: text/plain; charset={name}\n"
    )
    data = f"{head}Content-Transfer-Encoding: {transfer}\n\ncafé\n".encode("cp1252")
    found = read("a.eml", data)
    assert found.skipped == ""
    assert found.title.endswith("three")


@pytest.mark.parametrize(
    "parameters",
    [
        "charset*=us-ascii''a; charset*0=b",
        "charset*0*=undefined''%ff; charset*1=b",
        "charset*=undefined''%ff",
        "charset*99999999999999999999=b",
        "name*=undefined''%ff; filename*=undefined''%ff",
        "boundary*=us-ascii''a; boundary*0=b",
        "boundary*=undefined''%ff",
        'charset="',
        "charset==?undefined?q?=ff?=",
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "multipart/mixed", "application/pdf", "text/html"])
def test_a_mail_with_odd_parameters_is_read(kind: str, parameters: str) -> None:
    head = f"Subject: Tugs\nFrom: ann\nContent-Type: {kind}; {parameters}\n"
    found = read("a.eml", f"{head}Content-Disposition: inline; {parameters}\n\nbody\n".encode())
    assert (found.title, found.skipped) == ("Tugs", "")


def damaged_lzma() -> bytes:
    """Return a ZIP archive of three members, the second one damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", "before")
        archive.writestr("b.txt", "squid " * 1000)
        archive.writestr("c.txt", "after")
    data = bytearray(out.getvalue())
    at = data.index(b"b.txt") + len("b.txt")
    data[at + 9 : at + 40] = bytes(31)
    return bytes(data)


def test_a_damaged_member_is_named_and_the_others_are_read() -> None:
    found = read("a.zip", damaged_lzma())
    assert (found.texts, found.problems) == (["before", "after"], [("b.txt", "damaged")])


def test_a_member_without_a_name_is_named_as_damaged() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "some text")
        archive.writestr("b.txt", "other text")
        archive.infolist()[0].filename = ""
    found = read("a.zip", out.getvalue())
    assert (found.texts, found.problems) == (["other text"], [("", "damaged")])


def test_a_damaged_message_is_named_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError("what nobody\nforesaw")

    box = b"".join(
        b"From a Mon Oct 21 10:00:00 2024\nSubject: %b\n\n%b\n\n" % (subject, subject)
        for subject in (b"one", b"two", b"three")
    )
    for step in ("mail.made", "mbox.documents_of"):  # of any message, and of a usual one
        monkeypatch.setattr(f"seedsearch.corpus.formats.{step}", fail)
    reason = "unreadable: its reader failed (LookupError: what nobody foresaw)"
    assert read("a.mbox", box).problems == [(f"message {n}", reason) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TypeError("x" * 1000), f"unreadable: its reader failed (TypeError: {'x' * 200})"),
        (lzma.LZMAError(), "unreadable: its reader failed (LZMAError)"),
        (MemoryError(), "unreadable: it takes more memory than --memory allows"),
        (RecursionError("maximum"), "unreadable: nested too deeply"),
        (Skip("encrypted"), "encrypted"),
    ],
)
def test_what_a_reader_raises_is_a_reason(
    error: Exception, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Iterator[None]:
        raise error
        yield

    monkeypatch.setattr(text, "extract", fail)
    assert read("a.txt", b"x").skipped == reason
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
        archive.writestr("b.md", "# yes")
    found = read("a.zip", out.getvalue())
    assert (found.texts, found.problems) == (["# yes"], [("a.txt", reason)])
    mail = EmailMessage()
    mail["Subject"] = "s"
    mail.add_attachment(b"x", maintype="application", subtype="x", filename="a.zip")
    assert read("a.eml", mail.as_bytes()).problems == [("a.zip", "broken ZIP archive")]


def test_what_a_callback_raises_is_not_the_readers_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class StopError(Exception):
        pass

    def pieces() -> Iterator[Piece]:
        yield Piece(b"some text\n", 0, Encoding("utf-8", "strict", 1.0))
        raise StopError

    way = piecewise("text/plain")
    assert way is not None
    with pytest.raises(StopError):
        list(way.extract(SourceFile("a.txt", 10, 0, 0), pieces()))


def test_all_readers_are_asked_in_one_place() -> None:
    """Only `corpus.formats`, and readers that serve other readers, call a reader."""
    from seedsearch.corpus import formats as package

    source = Path(package.__file__).parent
    callers = {path.name for path in source.glob("*.py") if "extractor_for(" in path.read_text()}
    assert callers == {"__init__.py", "archive.py"}
    with pytest.raises(Skip):
        list(extract(SourceFile("a.zip", 2, 0, 0), b"PK\x03\x04"))


def test_a_line_that_ends_in_half_an_escape_has_no_place_in_bytes() -> None:
    found = read("a.txt", b"\x1b$BF#\x1b\n")  # decodes whole, but not without its line end
    assert [part.cited for part in found.parts] == [b""]


def test_only_a_package_is_needed() -> None:
    """A reason that begins with "needs " becomes a command for pip."""
    readers = Path(corpus.__path__[0]).rglob("*.py")
    assert not [path for path in readers if re.search(r"\(f?\"needs ", path.read_text("utf-8"))]


HALVES = {
    "a.ipynb": r'{"cells": [{"cell_type": "markdown", "source": ["# \ud800\n", "words"]}]}',
    "a.rtf": r"{\rtf1{\info{\title \u-10240?}{\author \u-10240?}} words}",
    "a.jsonl": r'{"title": "\ud800", "author": "\ud800", "text": "words"}',
    "a.html": r'<title>&#xD800;</title><script>{"@context": "x", "author": "\ud800"}</script><p>words',
    "a.warc": "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://\udcff\r\nWARC-Date: \udcff\r\n"
    "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nwords\r\n\r\n",
    "a.eml": "Subject: \udcff\nFrom: \udcff\nDate: \udcff\nReferences: <\udcff>\nMessage-ID: <\udcff>\n\nwords",
}  # fmt: skip


@pytest.mark.parametrize("name", HALVES)
def test_no_text_of_a_document_has_half_a_character(name: str) -> None:
    """JSON with lone surrogates is refused by many programs. Names of files may have them."""
    found = read(name, HALVES[name].encode("utf-8", "surrogateescape"))
    assert "words" in "".join(found.texts)
    (document,) = found.documents
    said = (document.title, document.id, document.member, document.fields, found.texts)
    headings = [part.heading for part in found.parts]
    assert not re.search(r"\\ud[89a-f]", repr((said, headings)))
