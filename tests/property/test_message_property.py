"""The core reads the usual message as the plain reader does, and declines all others."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.corpus.formats import mail, mbox, mime
from seedsearch.corpus.found import extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.corpus.split import FINDER
from seedsearch.indexing.documents import parts_of
from seedsearch.model import ExtractedDocument, SourceFile

pytestmark = pytest.mark.skipif(compiled is None, reason="the compiled core is not installed")

FILE = SourceFile("box/1.eml", 0, 0, 0)
FIELDS = st.lists(
    st.sampled_from([
        *("Subject: the  tide\n table", "subject: =?utf-8?q?caf=C3=A9?= au lait", "Subject: café", "Subject:"),
        *("SUBJECT: x", "Content-Type: text/plain; charset=utf-7"),
        *("From: Ann <ann@example.org>", "Sender: Ann <ann@example.org>", "To: b,\n\tc", "Reply-To: \x0b"),
        *("Cc: \x1c d",),
        *("Date: Mon, 21 Oct 2024 10:00:00 +0200", "Date: 21 Oct 2024 10:00:00 -0000", "Date: soon", "date: =?x?q?y?="),
        *("Keywords: a", "X-Keywords: b", "X-Label: c", "X-Gmail-Labels: c", "Comments: =?utf-8?b?w6k=?="),
        *("Comments: a",),
        *("Message-ID: <1@example.org>", "References: <0@a> <1@a>", "In-Reply-To: <2@a>", "References:", "Received: z"),
        *("References: <é@a>", "In-Reply-To: <1\udcff@a>"),
        *("Content-Type: text/plain; charset=utf-8", "Content-Type: text/plain; charset=gb2312", "Content-Type: odd"),
        *("Content-Type: text/plain; format=flowed; delsp=yes", "Content-Type: text/html", "Content-Type: text/csv"),
        *("content-type: text/plain; name=a.txt", "Content-Type: text/plain; charset=latin1", "Content-Type: a/b/c"),
        *("Content-Type: multipart/mixed; boundary=b", "Content-Disposition: attachment"),
        *("Content-Disposition: inline",),
        *("Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding:", "Content-Transfer-Encoding: x-uuencode"),
        *("From me Mon Oct 21 10:00:00 2024", "no field", "X: y"),
        *(f"Subject: {'long ' * 3000}", "Subject: " + "=?" * 6000),
    ]),
    max_size=9,
)  # fmt: skip
BODIES = st.lists(
    st.sampled_from([
        *("words", "", " ", "\n", "\n\n", "--b", "é", "漢字", "a=", "= ", "=\n", "\r", "\r\n", "\0", "\x1b$B"),
        *("~{Bk~}", "~"),
        *("wrapped at forty columns,\nwhere no sentence ends and\nthe next line reads on\n",),
        *("-----BEGIN PGP MESSAGE-----", "\ufeff", "\x85", "\u2028", ">From me", "%PDF-", "+/v8-"),
        *("a long line of words " * 5, "caf+AOk-"),
        *("begin 644 a\n#0V%T\n \nend\n", "x" * 200),
    ]),
    max_size=9,
).map("".join)  # fmt: skip
ENCODINGS = ("utf-8", "latin-1", "utf-16", "gb18030")
TRANSFERS = ("", "quoted-printable", "base64", "Base64 ", "QUOTED-PRINTABLE")


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Return a message, usual or not."""
    head = list(draw(FIELDS))
    transfer = draw(st.sampled_from(TRANSFERS))
    body = draw(BODIES).encode(draw(st.sampled_from(ENCODINGS)), "replace")
    if transfer:
        head.insert(draw(st.integers(0, len(head))), f"Content-Transfer-Encoding: {transfer}")
        damaged = draw(st.booleans())
        is_base64 = transfer.strip().lower() == "base64"
        body = (base64.encodebytes if is_base64 else quopri.encodestring)(body)
        body = body[:-3] + b"?" if damaged else body
    begin = draw(st.sampled_from([b"", b"", b"", b"\n", b"\r\n", b"\xef\xbb\xbf"]))
    data = begin + "\n".join(head).encode("utf-8", "surrogateescape") + b"\n\n" + body
    return data.replace(b"\n", draw(st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"])))


def plainly(text: ExtractedDocument | Problem) -> object:
    """Return a document as its reader gives it, and with its passages, to compare."""
    if isinstance(text, Problem):
        return text
    document = text.document.replace(language="")
    bare = text._replace(document=document, lines=list(text.lines), ends=list(text.ends), spans=())
    return bare, list(parts_of(lambda: [text]))


def read(data: bytes, line_offset: int) -> object:
    try:
        found = mail.documents_of(FILE, data, member="7", line_offset=line_offset)
        return [plainly(document) for document in extracted(found)]
    except Skip as skip:
        return skip.reason


def without_core(data: bytes, line_offset: int) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mail, "compiled", None)
        return read(data, line_offset)


@settings(max_examples=1500, deadline=None)
@example(b"Subject: a\nX-Label: c\nX-Keywords: b\nX-Gmail-Labels: c\nKeywords: a\n\nwords", 3)
@example(
    b"Subject: a\nContent-Transfer-Encoding: quoted-printable\n\nlong =\nline\nand=0Aanother=\n", 0
)
@given(messages(), st.integers(0, 9))
def test_the_core_reads_the_same_document(data: bytes, line_offset: int) -> None:
    assert read(data, line_offset) == without_core(data, line_offset)


DATES = st.tuples(
    st.sampled_from(["Mon, ", "", "mon, ", "Mon,", "Mon,  "]),
    st.sampled_from(["1", "28", "29", "31", "0", "00", "123", "²"]) | st.integers(1, 31).map(str),
    st.sampled_from([" Jan ", " Feb ", " Dec ", " Sept ", " anF ", " jan ", "  Jan "]),
    st.sampled_from(["2024", "1999", "0999", "3000", "24"]),
    st.sampled_from(
        [" 10:00:00 ", " 23:59:59 ", " 24:00:00 ", " 10:60:00 ", " 1:00:000 ", " 10:00 "]
    ),
    st.sampled_from(["+0200", "-2359", "-0000", "+2400", "+0075", "0200", "GMT", "+0200 (CET)"]),
).map("".join)


@settings(max_examples=1000, deadline=None)
@example("Mon, 21 Oct 2024 10:00:00 +0200")
@given(DATES)
def test_the_core_reads_the_same_date(date: str) -> None:
    data = f"Subject: a\nDate: {date}\n\nwords".encode()
    assert read(data, 0) == without_core(data, 0)


@settings(max_examples=1000, deadline=None)
@example("base64", b"d29yZHM=\nd29yZHM=")
@example("base64", b"d29yZA==\n\nwords")
@example("base64", b"d29yZA=")
@example("quoted-printable", b"words==3D=3d=3 =\rd\nmore=")
@given(
    st.sampled_from(["base64", "quoted-printable"]),
    st.lists(
        st.sampled_from(
            [b"=", b"\n", b"\r\n", b"\r", b"d29y", b"ZHMg", b"41", b"4a", b"c3A9", b" ", b"Z", b"-", b"\xc3"]
        )
    ).map(b"".join),
)  # fmt: skip
def test_the_core_decodes_the_same_body(transfer: str, body: bytes) -> None:
    data = f"Subject: a\nContent-Transfer-Encoding: {transfer}\n\n".encode() + body
    assert read(data, 0) == without_core(data, 0)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), messages())
def test_a_message_inside_other_bytes_is_the_same(before: bytes, data: bytes) -> None:
    around = before + data + b"\nSubject: another\n\nwords"
    try:
        found = mail.documents_of(FILE, around, len(before), len(before) + len(data), member="7")
        inside: object = [plainly(document) for document in extracted(found)]
    except Skip as skip:
        inside = skip.reason
    assert inside == read(data, 0)


def usual_message(data: bytes, at: int, end: int, line: int) -> object:
    assert FINDER is not None
    return compiled.usual_message(data, at, end, line, FINDER, mail._USUAL)


def test_the_core_takes_the_usual_message() -> None:
    for head in (
        b"Subject: a\n",
        b"Subject: =?utf-8?q?a?=\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
        b"Subject: a\nDate: Mon, 21 Oct 2024 10:00:00 +0200\nContent-Transfer-Encoding: quoted-printable\n",
    ):
        data = head + b"\nd29yZHMgb2YgYSBtZXNzYWdl\n"
        assert usual_message(data, 0, len(data), 1) is not None


def test_the_core_refuses_places_outside_the_bytes() -> None:
    for at, end, line in ((-1, 2, 1), (0, 9, 1), (2, 1, 1), (0, 2, 0)):
        with pytest.raises(ValueError, match="a message lies in its bytes"):
            usual_message(b"a: b", at, end, line)


def test_a_quoted_line_of_a_mailbox_is_unquoted(tmp_path: Path) -> None:
    line = b"From me Mon Oct 21 10:00:00 2024\n"
    data = line + b"Subject: a\n\n>From here\n\n" + line + b"Subject: b\n\nwords\n"
    found = list(mbox.extract(FILE, data))
    assert [one.text for one in found if isinstance(one, ExtractedDocument)] == [
        "Subject: a\n\nFrom here\n\n",
        "Subject: b\n\nwords\n",
    ]
    assert [list(one.lines)[:1] for one in found if isinstance(one, ExtractedDocument)] == [
        [2],
        [7],
    ]


MAILBOX = st.lists(
    st.sampled_from([
        *("From ", "From me Mon Oct 21 10:00:00 2024", "From me 10:00", "From me 2024", "From 11:111:11 2024"),
        *(">From ",),
        *(">>From me", ">", "words", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", " ", "1", "12:30 1999", "é", "\0"),
    ]),
    max_size=30,
).map(lambda pieces: "".join(pieces).encode())  # fmt: skip


@settings(max_examples=1500, deadline=None)
@example(b"From a\n>From b\n")
@example(b"From a 10:00 2024\r")
@given(MAILBOX)
def test_the_core_finds_the_same_messages_in_a_mailbox(data: bytes) -> None:
    assert mbox._places(data) == mbox._plain_places(data)


@given(st.text(alphabet="aB_1 \n-,.éßอ漢カ가\x1c\u2028\xa0İ"))
def test_the_words_of_a_text_are_found_in_two_ways(text: str) -> None:
    assert mail._words(text) == set(mail._WORD.findall(text.lower()))


@given(
    st.lists(st.sampled_from([b"a", b"=", b" ", b"\t", b"\x0b", b"\r", b"\n"])), st.integers(1, 9)
)
def test_lines_of_quoted_printable_are_told_in_two_ways(pieces: list[bytes], first: int) -> None:
    sent = b"".join(pieces)
    assert mime.unwrapped(sent, first) == mime._plainly_unwrapped(sent, first)
