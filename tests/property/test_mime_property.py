"""Messages are parsed as the standard library parses them."""

from __future__ import annotations

import base64
import quopri
from email import message_from_bytes
from email.message import Message
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.corpus.formats.mime import Entity

FIELDS = st.lists(
    st.sampled_from(
        [
            *("Subject: a", "To: b,\n c", "X:", "cc:\t d ", "Content-Disposition: attachment; filename=f.txt"),
            *("Content-Type: text/html; charset=utf-8", "CONTENT-TYPE: text/x; name=\"a;\n b\"", "Content-Type: odd"),
        ]
    ),
    max_size=4,
)  # fmt: skip
LINES = st.lists(
    st.sampled_from(["", "words", "--", "--b", "--b1x", "a: b", " ", "é", "--b--x"])
).map("\n".join)
TRANSFERS = {
    "8bit": lambda text: text,
    "base64": lambda text: base64.encodebytes(text.encode()).decode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
    "uuencode": lambda text: "begin 644 a\n#0V%T\n \nend\n",
}
BITS = [
    *(b"a: b", b"Content-Type: multipart/mixed; boundary=a", b"content-type: message/x", b"--a", b"--a--", b"From "),
    *(b"\n", b"\r", b"\r\n", b" ", b"\0", b":", b"\xff"),
]  # fmt: skip
ENDS = st.sampled_from(["", "\n--{}--", "\n--{}--\n", "\n--{}-- \nepilogue"])


@st.composite
def entities(draw: st.DrawFn, level: int = 0) -> str:
    """Return a message, or a part at this depth. Its boundary is named after the depth."""
    head = draw(FIELDS)
    kind = draw(st.sampled_from(["", "", "multipart/mixed", "multipart/digest", "multipart/alternative",
                                 "message/rfc822"]))  # fmt: skip
    if level > 2 or not kind:
        transfer = draw(st.sampled_from(sorted(TRANSFERS)))
        head.append(f"Content-Transfer-Encoding: {transfer}")
        return "\n".join(head) + "\n\n" + TRANSFERS[transfer](draw(LINES))
    if kind == "message/rfc822":
        return "\n".join([f"Content-Type: {kind}", *head]) + "\n\n" + draw(entities(level + 1))
    mark = f"b{level}"
    parts = draw(st.lists(entities(level + 1), max_size=3))
    body = draw(LINES) + "".join(f"\n--{mark}\n{part}" for part in parts)
    head.insert(0, f'Content-Type: {kind}; boundary="{mark}"')
    return "\n".join(head) + "\n\n" + body + draw(ENDS).format(mark)


def of_library(message: Message) -> object:
    """Return the content of a message by type, or its parts."""
    if message.is_multipart():
        parts = [of_library(part) for part in cast("list[Message]", message.get_payload())]
        return message.get_content_type(), parts
    return content(message.get_content_type(), message.get_payload(decode=True))


def of_ours(entity: Entity) -> object:
    parts = entity.parts()
    if parts is None:
        return content(entity.kind, entity.content())
    return entity.kind, [of_ours(part) for part in parts]


def content(kind: str, data: object) -> object:
    """Return the content to compare: a multipart without parts is no text, and final blank lines are ignored."""
    assert isinstance(data, bytes)
    return kind, b"" if kind.startswith("multipart/") else data.rstrip()


@settings(max_examples=500, deadline=None)
@given(entities(), st.sampled_from(["\n", "\r\n"]))
def test_a_message_is_what_the_library_says(text: str, end: str) -> None:
    data = f"Subject: first\n{text}".replace("\n", end).encode()
    message, ours = message_from_bytes(data), Entity(data, 0, len(data))
    assert of_ours(ours) == of_library(message)
    for name in ("subject", "to", "cc", "x", "content-type"):
        sent = message_from_bytes(data)[name]
        assert ours.field(name).split() == str(sent or "").split()


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(BITS)).map(b"".join))
def test_whatever_the_bytes_are_it_is_read(data: bytes) -> None:
    for leaf, _ in Entity(data, 0, len(data)).leaves():
        assert 0 <= leaf.begin <= leaf.end <= len(data)
        assert isinstance(leaf.content(), bytes)


def test_lines_of_an_envelope_are_no_fields() -> None:
    for data in (b"From me\nA: b\n\nwords", b"A: b\nFrom me\nC: d\n\nwords"):
        assert Entity(data, 0, len(data)).sent == b"words"
    data = b"A: b\nFrom me\n\nwords"
    assert Entity(data, 0, len(data)).sent == b"From me\n\nwords"
