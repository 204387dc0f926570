"""A message of one text is parsed as the standard library parses it, or left to that."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.corpus.formats import headers

PARTS = st.sampled_from(
    [
        *(b"\n", b"\r\n", b"\r", b"\n\n", b" more", b"\t", b" ", b":", b"\x0b", b"\x0c", b"\x1c", b"\x85", b"\xe9"),
        *(b"Subject: a", b"From: x", b"x:", b"a b: c", b"From me 10:11", b"body", b"--a", b"=41", b"\0"),
        *(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: text", b"Content-Type:message/rfc822"),
        b"Content-Type: multipart/mixed; boundary=a",
    ]
)  # fmt: skip
FIELDS = st.lists(
    st.sampled_from([b"Subject: a\n", b"To: x\r\n", b"Cc: a,\n\tb\n", b"CONTENT-type: text/x\n"])
)


@settings(max_examples=2000, deadline=None)
@given(FIELDS.map(b"".join), st.lists(PARTS, max_size=14).map(b"".join))
def test_it_is_the_library_s_message(head: bytes, rest: bytes) -> None:
    quickly = headers._parsed_text(head + rest)
    if quickly is None:
        return
    slowly = message_from_bytes(head + rest, policy=headers._POLICY)
    assert list(quickly.raw_items()) == list(slowly.raw_items())
    assert not slowly.is_multipart()
    assert quickly.get_payload() == slowly.get_payload()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_most_messages_are_parsed_so(end: bytes) -> None:
    lines = [b"Subject: a", b"To: b,", b" c", b"Content-Type: text/plain", b"", b"text", b""]
    message = headers._parsed_text(end.join(lines))
    assert message is not None
    assert headers.header(message, "to") == "b, c"
