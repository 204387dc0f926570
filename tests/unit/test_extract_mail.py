"""Mail and mailboxes: headers, bodies, attachments, encodings, and messages that are none."""

from __future__ import annotations

import base64
import binascii
import mailbox
import quopri
from email.message import EmailMessage
from pathlib import Path

import pytest
from reading import read

from seedsearch.corpus.formats.mail import extract
from seedsearch.indexing.documents import documents_of
from seedsearch.model import ExtractedDocument, FileState, SourceFile


def message(subject: str, body: str = "Some body.\n", **options: str) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = "Ann Lee <ann@example.org>"
    made["To"] = "bob@example.org"
    made["Date"] = "Mon, 21 Oct 2024 10:00:00 +0200"
    made["Message-ID"] = "<1@example.org>"
    made.set_content(body, **options)
    return made


def alternatives(plain: str, page: str) -> bytes:
    made = message("s", plain)
    made.add_alternative(page, subtype="html")
    return made.as_bytes()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_uuencoded_file_in_the_text_is_an_attachment(line_end: str) -> None:
    coded = "".join(
        binascii.b2a_uu(part).decode()
        for part in (b"city,animal\nRome,wolf\nOslo,a very big", b" old bear\n")
    )
    body = f"Before it.\n\nbegin 644 list.csv\n{coded}`\nend\nAfter it.\n"
    data = message("s", body).as_bytes().replace(b"\n", line_end.encode())
    found = read("a.eml", data)
    assert [document.member for document in found.documents] == ["", "list.csv"]
    assert found.texts[0].endswith("Before it.\n\n\nAfter it.\n\n\nAttachment: list.csv")
    assert "Oslo,a very big old bear" in found.texts[-1]
    first = data.decode().splitlines().index("begin 644 list.csv") + 1
    assert found.parts[-1].lines == (first, first)
    assert not found.problems
    whole = next(extract(SourceFile("a.eml", len(data), 0, 0), data))
    assert isinstance(whole, ExtractedDocument)
    assert whole.lines is not None
    assert whole.lines[whole.text.split("\n").index("After it.")] == first + 5


LONG = (
    "The coal ships — all of them — are late, and this line is so long that it has to be wrapped."
)


def test_subject_sender_date_and_body() -> None:
    found = read("a.eml", message("Grüße aus Najin", "Hello Bob,\n\nnothing new.\n").as_bytes())
    assert found.documents[0].media_type == "message/rfc822"
    assert (found.title, found.documents[0].id) == ("Grüße aus Najin", "1@example.org")
    assert found.fields == {
        "from": "Ann Lee <ann@example.org>",
        "to": "bob@example.org",
        "subject": "Grüße aus Najin",
        "date": "2024-10-21T10:00:00+02:00",
    }
    assert found.texts == [
        "Subject: Grüße aus Najin\nFrom: Ann Lee <ann@example.org>\nTo: bob@example.org\n"
        "Date: Mon, 21 Oct 2024 10:00:00 +0200\n\nHello Bob,\n\nnothing new."
    ]


@pytest.mark.parametrize("transfer", ["8bit", "quoted-printable", "7bit"])
def test_lines_are_those_of_the_message(transfer: str) -> None:
    words = LONG if transfer != "7bit" else "coal " * 12
    paragraphs = [f"Paragraph {n}. {words} {words}" for n in range(12)]
    data = message("s", "\n".join(paragraphs) + "\n", cte=transfer).as_bytes()
    source = data.decode("utf-8").split("\n")
    found = read("a.eml", data)
    assert len(found.parts) > 2
    for part in found.parts[1:]:
        assert source[part.lines[0] - 1].startswith(part.text[:12])


def test_a_short_body_is_on_its_own_lines() -> None:
    data = b"Subject: late\nFrom: ann\n\nlate\n"
    assert read("a.eml", data).parts[0].lines == (1, 4)
    assert read("a.eml", data.replace(b"\n", b"\r")).parts[0].lines == (1, 4)


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        ("Mon, 21 Oct 2024 10:00:00 +0200", "2024-10-21T10:00:00+02:00"),
        ("1 Jan 2001 23:59:59 -0530", "2001-01-01T23:59:59-05:30"),
        ("Mon, 21 Oct 2024 10:00:00 -0000", "2024-10-21T10:00:00"),
        ("Mon, 21 Oct 24 10:00 GMT", "2024-10-21T10:00:00+00:00"),
        ("Mon, 31 Feb 2024 10:00:00 +0000", "Mon, 31 Feb 2024 10:00:00 +0000"),
        ("Mon, 21 Oct 2024 10:00:00 +9900", "Mon, 21 Oct 2024 10:00:00 +9900"),
        ("1 Jan 2001 99:59:59 +0000", "1 Jan 2001 99:59:59 +0000"),
    ],
)
def test_dates(stated: str, date: str) -> None:
    found = read("a.eml", f"Subject: s\nFrom: ann\nDate: {stated}\n\nwords\n")
    assert found.fields["date"] == date


def test_text_attachments_are_sections_and_documents_are_documents() -> None:
    made = message("With files")
    made.add_attachment("notes about tugboats\nsecond line\n", filename="nötes.txt")
    made.add_attachment(
        b"# A manual\n\nabout winches\n", maintype="application", subtype="x", filename="m.md"
    )
    made.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    data = made.as_bytes()
    found = read("a.eml", data)
    part = found.part("tugboats")
    assert part.heading == "nötes.txt"
    assert data.split(b"\n")[part.lines[0] - 1] == b"notes about tugboats"
    assert [(d.title, d.member) for d in found.documents] == [
        ("With files", ""),
        ("A manual", "m.md"),
    ]
    names = "Attachment: nötes.txt\nAttachment: m.md\nAttachment: a.png"
    assert found.texts[0].endswith(names)
    assert [value for name, value in found.documents[0].fields if name == "attachment"] == [
        "nötes.txt", "m.md", "a.png",
    ]  # fmt: skip
    manual = found.documents[1]
    assert dict(manual.fields)["outer"] == "With files"
    assert dict(manual.fields)["date"] == "2024-10-21T10:00:00+02:00"
    assert found.problems == [("a.png", "binary (image)")]


def test_plain_text_is_preferred_to_html_and_html_is_read_where_it_is_alone() -> None:
    assert (
        read("a.eml", alternatives("the text\n", "<p>the <b>text</b>"))
        .texts[0]
        .endswith("the text")
    )
    stub = alternatives("the letter\n", "<p>All of the <b>letter</b> from Najin")
    assert read("a.eml", stub).texts[0].endswith("\n\nAll of the letter from Najin")
    other = alternatives("Your program shows no HTML\n", "<p>The letter from Najin")
    assert (
        read("a.eml", other)
        .texts[0]
        .endswith("Your program shows no HTML\n\n\nThe letter from Najin")
    )
    japanese = alternatives(
        "港長が語った。\n石炭船が遅れている。\n", "<p>港長が語った。石炭船が遅れている。"
    )
    assert read("a.eml", japanese).texts[0].count("石炭船") == 1
    alone = message("s", "<style>x</style><p>the <b>rich</b> text</p>", subtype="html")
    assert read("a.eml", alone.as_bytes()).texts[0].endswith("\n\nthe rich text")


@pytest.mark.parametrize("encoding", ["koi8-r", "utf-8", "cp1251"])
def test_mail_without_a_charset(encoding: str) -> None:
    text = "From: Иван <i@example.org>\nSubject: Привет из порта\n\nКальмара выгружают ночью.\n"
    found = read("a.eml", text.encode(encoding))
    assert found.title == "Привет из порта"
    assert found.texts[0].endswith("Кальмара выгружают ночью.")


def test_a_charset_that_lies_or_is_none() -> None:
    for charset in ("us-ascii", "no-such", "utf-8"):
        data = f"Subject: s\nContent-Type: text/plain; charset={charset}\n\n".encode()
        data += "Кальмара выгружают ночью, сказал капитан.\n".encode("koi8-r")
        assert read("a.eml", data).texts[0].endswith("Кальмара выгружают ночью, сказал капитан.")


def test_a_message_is_known_by_content() -> None:
    data = message("Hi").as_bytes()
    assert read("saved-mail", b"Received: x\n" + data).documents[0].media_type == "message/rfc822"
    assert read("notes.txt", b"Date: today\n\nDear diary").documents[0].media_type == "text/plain"


def test_what_is_no_mail_is_skipped() -> None:
    assert read("a.eml", b"just words without any header\n").skipped == "no mail: it has no headers"
    assert read("a.eml", b"").skipped == "no mail: it has no headers"


def test_broken_headers_and_bodies_do_not_stop_it() -> None:
    data = (
        b"Subject: =?utf-8?b?!!!?= =?no-such?q?caf=E9?=\nDate: the 3rd\nFrom: \xff\xfe\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Transfer-Encoding: base64\n\n"
        b"aGVsbG8gd29ybGQ=!!!\n--x\nContent-Type: text/plain; charset=\"\"\n\nplain words\n"
    )  # fmt: skip
    found = read("a.eml", data)
    assert "hello world" in found.texts[0]
    assert "plain words" in found.texts[0]
    assert found.fields["date"] == "the 3rd"


def test_parts_nested_without_end() -> None:
    head = b"Subject: deep\nContent-Type: multipart/mixed; boundary=x\n\n"
    part = b"--x\nContent-Type: multipart/mixed; boundary=x\n\n"
    found = read("a.eml", head + part * 5000 + b"--x\n\nend\n")
    assert found.documents or found.skipped == "nested too deeply"


def test_a_mailbox_is_a_document_a_message(tmp_path: Path) -> None:
    box = mailbox.mbox(str(tmp_path / "box"))
    box.add(message("First", "body one\n"))
    box.add(message("Second", "body two\n\nFrom here on, escaped\nend\n"))
    box.close()
    data = (tmp_path / "box").read_bytes()
    for name in ("all.mbox", "Inbox"):
        found = read(name, data)
        assert [(d.member, d.title) for d in found.documents] == [("1", "First"), ("2", "Second")]
        assert "\nFrom here on, escaped\n" in found.texts[1]
        for part in found.parts:
            first, last = part.lines
            lines = data.split(b"\n")
            assert lines[first - 1].startswith(b"Subject: ")
            assert lines[last - 1].decode() == part.text.split("\n")[-1]


def test_a_bad_message_in_a_mailbox_is_named() -> None:
    good = b"From a@b Mon Oct 21 10:00:00 2024\nSubject: Good\n\nwords\n\n"
    bad = b"From a@b Mon Oct 21 10:00:00 2024\n\nno headers here\n\n"
    found = read("a.mbox", good + bad + good)
    assert [d.member for d in found.documents] == ["1", "3"]
    assert found.problems == [("message 2", "no mail: it has no headers")]
    assert read("a.mbox", b"no mailbox at all").skipped == "no mailbox"


HEAD = (
    b"From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: Outer\nDate: Mon, 21 Oct 2024 10:00:00 +0200\n"
    b"MIME-Version: 1.0\n"
)
INNER = (
    b"From: Carol <carol@corp.example>\nSubject: Merger plan\nDate: Sun, 20 Oct 2024 09:00:00 +0000\n\n"
    b"We buy the quarry.\n"
)


def mixed(*parts: bytes, kind: bytes = b"multipart/mixed", head: bytes = HEAD) -> bytes:
    body = b"".join(b"--B\n" + part + b"\n" for part in parts)
    return head + b"Content-Type: " + kind + b"; boundary=B\n\n" + body + b"--B--\n"


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Type: message/rfc822\n\n" + INNER,
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(INNER),
        b"Content-Type: message/global\nContent-Transfer-Encoding: quoted-printable\n\n"
        + quopri.encodestring(INNER),
        b"Content-Type: text/rfc822-headers\n\n" + INNER,
        b"Content-Type: multipart/digest; boundary=C\n\n--C\n\n" + INNER + b"--C--\n",
    ],
)
def test_a_message_in_a_message_is_a_document_of_its_own(part: bytes) -> None:
    data = mixed(b"Content-Type: text/plain\n\nSee below.\n", part)
    found = read("a.eml", data)
    outer, inner = found.documents
    assert (outer.title, outer.member) == ("Outer", "")
    assert (inner.title, inner.member) == ("Merger plan", "message 1")
    stated = dict(inner.fields)
    assert stated["from"] == "Carol <carol@corp.example>"
    assert stated["date"] == "2024-10-20T09:00:00+00:00"
    assert stated["outer"] == "Outer"
    assert "quarry" not in found.texts[0]
    first, last = found.part("quarry").lines
    lines = data.split(b"\n")
    if b"base64" in part:
        assert first == last
        assert lines[first - 1] == base64.encodebytes(INNER).split(b"\n")[0]
    elif b"quoted" not in part:
        assert lines[first - 1 : last] == INNER.rstrip(b"\n").split(b"\n")


def test_messages_without_end_are_named() -> None:
    data = HEAD + b"Content-Type: message/rfc822\n\n" * 60 + b"Subject: x\n\nwords\n"
    found = read("a.eml", data)
    assert len(found.documents) == 21
    assert [reason for _, reason in found.problems] == ["nested too deeply"]


def test_a_returned_message_and_the_report_are_read() -> None:
    report = b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nStatus: 5.1.1\n"
    returned = b"Content-Type: message/rfc822\n\n" + INNER
    found = read(
        "a.eml", mixed(b"\nCould not deliver.\n", report, returned, kind=b"multipart/report")
    )
    assert "Status: 5.1.1" in found.texts[0]
    assert [d.title for d in found.documents] == ["Outer", "Merger plan"]


@pytest.mark.parametrize(
    "kind", [b"multipart/mixed;\n\tbo", b"multipart/mixed; boundary=other", b"multipart/mixed"]
)
def test_a_multipart_without_its_boundary_keeps_its_text(kind: bytes) -> None:
    encoded = (
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"a kingfisher")
    )
    data = mixed(b"Content-Type: text/plain\n\nThe cormorant stayed.\n", encoded)
    data = data.replace(b"multipart/mixed; boundary=B", kind)
    text = "\n".join(read("a.eml", data).texts)
    assert "The cormorant stayed." in text
    assert "a kingfisher" in text
    bare = HEAD + b"Content-Type: multipart/mixed\n\nJust words.\n"
    assert read("a.eml", bare).texts[0].endswith("Just words.")


def test_attachments_without_a_name_are_judged_by_their_content() -> None:
    attached = b"Content-Disposition: attachment\n"
    found = read(
        "a.eml",
        mixed(
            b"\nSee.\n",
            b"Content-Type: text/csv\n" + attached + b"\nname,bird\nann,heron\n",
            b"Content-Type: application/octet-stream\n"
            + attached
            + b"\n<!doctype html><p>A <b>smew</b>.\n",
            b"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\nUEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==\n",
            b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n",
            b"Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n",
            b"Content-Type: application/x\n\n-----BEGIN PGP MESSAGE-----\n\nwords\n",
            b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nSUMMARY:Rason pier\nEND:VCALENDAR\n",
        ),
    )
    assert "heron" in "".join(found.texts)
    assert "A smew." in found.texts
    assert "Rason pier" in "".join(found.texts)
    assert {place for place, _ in found.problems} == {"attachment 4.zip", "winmail.dat", "part 7"}
    assert "winmail.dat" in found.texts[0]


@pytest.mark.parametrize("transfer", ["7bit", "quoted-printable", "base64"])
def test_a_hit_in_an_attachment_is_on_a_line_of_the_message(transfer: str) -> None:
    page = b"<p>One.\n<p>The smew list, which is =\n"
    coded = {
        "7bit": page,
        "quoted-printable": quopri.encodestring(page),
        "base64": base64.encodebytes(page),
    }[transfer]
    head = "Content-Type: text/html; name=n.html\nContent-Disposition: attachment\nContent-Transfer-Encoding: "
    data = mixed(b"\nSee.\n", f"{head}{transfer}\n\n".encode() + coded)
    found = read("a.eml", data)
    assert found.documents[1].member == "n.html"
    lines = data.split(b"\n")
    first, last = found.part("smew").lines
    sent = b"\n".join(lines[first - 1 : last])
    assert sent.startswith(b"<p>One.") if transfer != "base64" else first == last
    assert b"smew" in sent or transfer == "base64"


def test_a_thread_with_any_bytes_is_text() -> None:
    for sent, read_as in (("é@x".encode(), "é@x"), (b"\xff1@x", "\ufffd1@x")):
        for transfer in (b"", b"Content-Disposition: inline\n"):
            found = read("a.eml", HEAD + transfer + b"In-Reply-To: <" + sent + b">\n\nbody\n")
            assert found.fields["thread"] == read_as


def test_what_headers_say_is_text_and_fields() -> None:
    data = (
        HEAD + b"Reply-To: lighthouse@example.org\nList-Id: Keepers <keepers.example.org>\n"
        b"Cc: =?utf-8?q?J=C3=B6rg?= <j@x>\n"
        b"References: <root@x> <2@x>\nX-Gmail-Labels: Important\n\nbody\n"
    )  # fmt: skip
    found = read("a.eml", data)
    assert found.fields["reply-to"] == "lighthouse@example.org"
    assert found.fields["list"] == "Keepers <keepers.example.org>"
    assert found.fields["cc"] == "Jörg <j@x>"
    assert found.fields["thread"] == "root@x"
    assert found.fields["label"] == "Important"
    assert "Reply-To: lighthouse@example.org\n" in found.texts[0]
    assert "List-Id: Keepers" in found.texts[0]


def test_a_soft_line_break_is_cited_with_all_its_lines() -> None:
    data = HEAD + b"Content-Transfer-Encoding: quoted-printable\n\none =\ntwo =\nthree\n"
    assert read("a.eml", data).parts[0].lines == (1, 10)


RECEIVED = b"".join(
    b"Received: from relay%d.example.net; Mon, 21 Oct 2024\n\tby mx\n" % n for n in range(60)
)
CODED = b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(b"The turbine hums.\n")


@pytest.mark.parametrize(
    "begin",
    [b"DKIM-Signature: v=1;\n\th=from\n", b"X-Original-To: bo@x\n", b"ARC-Seal: i=1\n", b"Content-Type: text/plain\n",
     b"", b"Delivered-To: bob@x\n" + RECEIVED, b"Return-Path: <>\r\n"],
)  # fmt: skip
def test_a_message_is_known_whatever_header_comes_first(begin: bytes) -> None:
    for name in ("Maildir/cur/1.M1P2.host:2,S", "saved-mail"):
        found = read(name, begin + HEAD + CODED)
        assert found.documents[0].media_type == "message/rfc822"
        assert "The turbine hums." in found.texts[0]
    for name, kind in (("cur/1.h:2,S", "message/rfc822"), ("notes.txt", "text/plain")):
        assert read(name, b"Subject: just this\n\nwords\n").documents[0].media_type == kind


def test_what_stands_before_the_first_header_costs_nothing() -> None:
    found = read("a.eml", b"\xef\xbb\xbf\n\r\n" + HEAD + b"\nwords\n")
    assert found.title == "Outer"
    assert found.parts[0].lines == (3, 9)


def test_what_only_looks_like_a_message_is_none() -> None:
    for text in (
        "Date: today\nDear diary,\nSubject: x\nFrom: y\n",
        "From: A\n\nTo: B\nSubject: C\nDate: D\n",
    ):
        assert read("notes.txt", text).documents[0].media_type == "text/plain"


def test_a_message_of_apple_mail() -> None:
    data = HEAD + b"\nThe kingfisher.\n"
    wrapped = (
        b"%d      \n" % len(data) + data + b"<?xml version='1.0'?><plist><key>flags</key></plist>\n"
    )
    found = read("1.emlx", wrapped)
    assert found.texts[0].endswith("\n\nThe kingfisher.")
    assert found.parts[0].lines == (2, 8)


SAVED = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/story\r\nSubject: The Story\r\n"
    b"Date: Mon, 21 Oct 2024 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="X"\r\n\r\n'
    b"--X\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: https://example.org/story\r\n\r\n"
    b"<html><head><meta charset=3Dutf-8><title>The =\r\nStory</title></head>=\r\n<body><h1>Coal</h1>\r\n"
    b"<p>The gr=C3=BCn=\r\ne quay.</p></body></html>\r\n"
    b"--X\r\nContent-Type: text/css\r\nContent-Location: https://example.org/a.css\r\n\r\nbody { color: crimson }\r\n"
    b"--X\r\nContent-Type: text/html\r\nContent-Location: https://example.org/frame\r\n\r\n<p>Framed words.\r\n"
    b"--X\r\nContent-Type: text/html\r\nContent-Location: cid:empty\r\n\r\n<html></html>\r\n--X--\r\n"
)


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "saved"])
def test_a_saved_page_is_a_page(name: str) -> None:
    found = read(name, SAVED)
    assert [(d.title, d.media_type, d.member) for d in found.documents] == [
        ("The Story", "text/html", ""),
        ("a.mhtml" if name == "a.mhtml" else name, "text/html", "https://example.org/frame"),
    ]
    assert found.fields["url"] == "https://example.org/story"
    assert found.texts == ["Coal\nThe grüne quay.", "Framed words."]
    first, last = found.parts[0].lines
    lines = SAVED.split(b"\r\n")
    assert lines[first - 1].startswith(b"<html>")  # a line of the page, which goes on
    assert lines[last - 1] == b"e quay.</p></body></html>"


def test_a_saved_page_without_a_page_is_mail_or_named() -> None:
    assert read("a.mht", HEAD + b"\nplain words\n").texts[0].endswith("plain words")
    empty = mixed(
        b"Content-Type: text/html\n\n<html></html>\n",
        kind=b"multipart/related",
        head=b"Subject: x\n",
    )
    assert read("a.mht", empty).skipped == "no text in the page"


def test_lines_that_go_on_without_a_space_are_joined() -> None:
    found = read(
        "a.eml",
        "From: a@x.example\nSubject: s\nContent-Type: text/plain; format=flowed; DelSp=yes\n\n"
        "The old light \nhouse  \nkeeper\n\nBye\n",
    )
    assert "The old lighthouse keeper\n\nBye" in found.texts[0]
    assert found.parts[0].lines == (1, 9)


@pytest.mark.parametrize("name", ["cur/1583.V1.host.pl:2,S", "new/1583.M2.mail.md"])
def test_a_message_in_a_maildir_is_known_whatever_its_name_ends_with(name: str) -> None:
    found = read(f"box/{name}", "X-Spam: no\nSubject: Terns\nFrom: a@x.example\n\nHello\n")
    assert (found.documents[0].media_type, found.title) == ("message/rfc822", "Terns")


def test_letters_of_a_header_that_are_not_encoded_have_the_charset_of_the_message() -> None:
    found = read(
        "a.eml",
        b"Subject: raw \xfcber\nFrom: a@b\nContent-Type: text/plain; charset=cp1252\n\nbody\n",
    )
    assert found.title == "raw über"


def test_enriched_text_has_no_marks() -> None:
    body = b"<bold>Gross</bold>herzog <fontfamily><param>Times</param>a << b</fontfamily> <http://x.org>\n"
    found = read("a.eml", b"Subject: a\nFrom: a@b\nContent-Type: text/enriched\n\n" + body)
    assert "Grossherzog a < b <http://x.org>" in found.parts[0].text


def test_letters_in_utf_7_are_read_where_a_message_states_it() -> None:
    message = (
        "From: a@example.org\nSubject: =?utf-7?Q?Gr+APw-n?=\nContent-Type: text/plain; charset=UTF-7\n\n"
        "The caf+AOk- is open, 1 +- 1.\n"
    )
    found = read("a.eml", message)
    assert found.title == "Grün"
    assert "The café is open, 1 + 1." in found.texts[0]
    plain = read("a.eml", message.replace("UTF-7", "us-ascii"))
    assert "caf+AOk-" in plain.texts[0]


def test_an_attachment_whose_lines_end_with_a_return_is_read() -> None:
    head = b"Subject: tide\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntables\n"
    part = b"--b\nContent-Type: text/csv; name=a.csv\n\nport,tide\rNajin,high\rRason,low\n--b--\n"
    found = documents_of(FileState("a.eml", len(head + part), 0, 0, b""), head + part)
    assert found.reason == ""
    (span,) = found.documents[1].spans[-1:]
    assert (head + part).split(b"\n")[span.line_start - 1].startswith(b"port,tide\rNajin")
