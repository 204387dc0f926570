"""Encoded data is left out of a text, counted and named. Other text stays."""

from __future__ import annotations

import base64
import binascii
import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.corpus.encoded import _MAY_BEGIN, LINE_CHARS, may_hold_runs, runs
from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState

NOISE = random.Random(7).randbytes(900)
HEX = NOISE.hex()
LINES = base64.encodebytes(NOISE).decode()
UU = "begin 644 a.bin\n" + "".join(
    binascii.b2a_uu(NOISE[at : at + 45]).decode() for at in range(0, 900, 45)
) + "`\nend\n"  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        LINES.rstrip(), LINES.replace("\n", ""), base64.urlsafe_b64encode(NOISE).decode(), HEX, HEX.upper(),
        "\n".join(HEX[at : at + 60] for at in range(0, 1800, 60)),
        base64.b64encode(b"plain words of English, which are many " * 9).decode(),
        base64.b64encode(NOISE[:150] + bytes(3000) + NOISE[150:300]).decode(),
    ],
)  # fmt: skip
def test_encoded_data_is_found_whole(data: str) -> None:
    text = f"Before it.\n{data}\nAfter it, words.\n"
    ((start, end),) = runs(text)
    assert text[start:end] == data
    ((start, end),) = runs(f"![a](data:image/png;base64,{data}) more")
    assert end - start > len(data) * 0.9


def test_uuencoded_data_is_found() -> None:
    text = f"Before\n{UU}After\n"
    ((start, end),) = runs(text)
    assert text[:start] == "Before\nbegin 644 a.bin\n"
    assert text[end:].endswith("After\n")
    assert list(runs("In the\nbegin 644 words\nwere said\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        hashlib.sha256(b"a").hexdigest(), hashlib.sha512(b"a").hexdigest(),
        "\n".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(50)),
        "\n".join(f"sha512-{base64.b64encode(hashlib.sha512(bytes([n])).digest()).decode()}" for n in range(50)),
        "ACGTTGCA" * 100, "MKVLAAGIVGLLLAQWT" * 30, "0123456789" * 50, "=" * 500, "-" * 300, "a" * 1000,
        "src/main/java/com/example/application/ConfigurationOfTheServer/" * 5,
        "the-way-that-people-write-titles-in-addresses-of-pages-" * 5, "AVeryLongNameOfAClassThatNobodyReads" * 8,
        "word " * 300, "中文的文章" * 200, "http://example.org/" + "a-b/c_d/" * 40, "\n".join(["x" * 72] * 10),
    ],
)  # fmt: skip
def test_what_is_no_encoded_data_stays(text: str) -> None:
    assert list(runs(text)) == []


def test_the_rest_is_indexed_with_its_bytes_and_the_data_is_named() -> None:
    data = f"Harbour\n\nThe coal port.\n{LINES}\nThe squid.\n".encode()
    for name in ("a.txt", "a.md", "a.py", "a.csv"):
        found = documents_of(FileState(name, len(data), 0, 0, b""), data)
        ((document, text, spans, _),) = found.documents
        assert isinstance(text, str)
        assert not any(LINES[:20] in text[span.start : span.end] for span in spans)
        assert "in part: 1 left out (line 4: 1," in found.reason
        for span in spans:
            assert data[span.byte_start : span.byte_end].decode() == text[span.start : span.end]
        assert document.path == name


@pytest.mark.parametrize(
    "rule", ["-" * 60, "=" * 500, f"{'_' * 72}\n\n", f"> {'-' * 70}\nThe squid."]
)
def test_a_rule_of_one_character_is_not_looked_at(rule: str) -> None:
    assert not may_hold_runs(rule)
    assert not may_hold_runs(rule.encode())
    assert may_hold_runs(rule[:-1] + "-" * 59 + "a")


def test_a_sentence_that_begins_a_line_with_begin_is_not_looked_at() -> None:
    for line in (
        "beginning of the port",
        "begin in the evening",
        "begin-base64",
        "begin",
        "begin 8",
    ):
        assert not may_hold_runs(f"The tide\n{line}")
    for line in ("begin 644 a.bin", "begin-base64 755 a", "begin 0"):
        assert may_hold_runs(line)
        assert may_hold_runs(f"The tide\n{line}".encode())


@given(
    st.lists(
        st.text("aZ0+/=_-. \u00e9\n", min_size=50)
        | st.sampled_from(["-" * 59, "a" * 60, "\nbegin", "\nbegin-base64", " 6"])
    ).map("".join)
)
def test_the_core_says_what_its_twin_says(text: str) -> None:
    if compiled is not None:
        for said in (text, text.encode()):
            assert compiled.may_hold_runs(said, LINE_CHARS) == bool(_MAY_BEGIN.search(text))
