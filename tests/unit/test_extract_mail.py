"""Mail and mailboxes: headers, bodies, attachments, encodings, and messages that are none."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from reading import read


def message(subject: str, body: str = "Some body.\n", **options: str) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = "Ann Lee <ann@example.org>"
    made["To"] = "bob@example.org"
    made["Date"] = "Mon, 21 Oct 2024 10:00:00 +0200"
    made["Message-ID"] = "<1@example.org>"
    made.set_content(body, **options)
    return made


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
    assert found.problems == []


def test_plain_text_is_preferred_to_html_and_html_is_read_where_it_is_alone() -> None:
    both = message("s", "the plain text\n")
    both.add_alternative("<p>the <b>rich</b> text</p>", subtype="html")
    assert read("a.eml", both.as_bytes()).texts[0].endswith("the plain text")
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
