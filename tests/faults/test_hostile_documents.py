"""Documents made to harm, of many formats at once: each is read or named, and the good one beside them is found."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import random
import re
import sqlite3
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import pytest
from killing import living
from trials import LONG, trials

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")

MEMORY = 256
OURS = re.compile(r"[\d,]+ (?:added|skipped|read in part)\b|  docs/|  and [\d,]+ more|seedsearch: ")
SIZE = 4 if LONG else 1


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def nested_zip(depth: int) -> bytes:
    data = b"words " * 10
    for level in range(depth):
        data = zipped({f"{level}.zip" if level else "a.txt": data})
    return data


def pdf(content: bytes, catalog: bytes = b"", *more: bytes) -> bytes:
    parts = [b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog, b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 999999999>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
             b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length %d>>\n"
             b"stream\n%b\nendstream"
             % (len(content), content), *more]  # fmt: skip
    body = b"%PDF-1.5\n" + b"".join(
        b"%d 0 obj\n%b\nendobj\n" % pair for pair in enumerate(parts, 1)
    )
    return body + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(parts) + 1)


def property_list(*arrays: tuple[int, ...]) -> bytes:
    """Return a binary property list of arrays, by the numbers of their items, and a last word."""
    objects = [
        bytes([0xA0 | len(items)]) + struct.pack(f">{len(items)}I", *items) for items in arrays
    ]
    objects.append(b"\x53abc")
    ends = list(accumulate(map(len, objects), initial=8))
    table = struct.pack(f">{len(objects)}I", *ends[:-1])
    trailer = bytes(6) + bytes([4, 4]) + struct.pack(">QQQ", len(objects), 0, ends[-1])
    return b"bplist00" + b"".join(objects) + table + trailer


def overlapping_zip(members: int) -> bytes:
    """Return an archive with many names for the same data."""
    made = zipped({"a": b"words " * 400_000})
    start = made.rindex(b"PK\1\2")
    entry = made[start : made.rindex(b"PK\5\6")]
    end = struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, members, members, members * len(entry), start, 0
    )
    return made[:start] + entry * members + end


def database(statement: str) -> bytes:
    """Return a SQLite database with one row, and what a statement made of it."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("create table t(a text)")
        made.execute("insert into t values('words')")
        made.execute(statement)
        made.commit()
        return made.serialize()


def warc(length: bytes, answer: bytes) -> bytes:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: "
    return head + length + b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + answer


def many(text: str, times: int) -> bytes:
    return (text * times).encode("utf-8", "surrogatepass")


KINDS: dict[str, Callable[[], bytes]] = {
    "deep.html": lambda: many("<div>", 200_000 * SIZE),
    "tags.html": lambda: many("<", 500_000 * SIZE),
    "attributes.html": lambda: b"<p " + many("a=b ", 200_000 * SIZE) + b">x",
    "references.html": lambda: many("&#9999999999;&amp", 50_000 * SIZE),
    "long-reference.html": lambda: b"<p>&#" + b"9" * 100_000 + b"; &" + b"x" * 100_000 + b";",
    "comment.html": lambda: many("<!--", 200_000 * SIZE),
    "script.html": lambda: many("<script>", 100_000 * SIZE),
    "deep.json": lambda: many("[", 500_000 * SIZE),
    "keys.json": lambda: many('{"a":', 300_000 * SIZE),
    "number.json": lambda: b'{"text": ' + b"9" * 1_000_000 + b"}",
    "lines.jsonl": lambda: many('{"text": "\\ud800 words"}\n', 20_000 * SIZE),
    "wide.jsonl": lambda: b'{"text": "' + b"words " * 300_000 * SIZE + b'"}',
    "deep.xml": lambda: many("<a>", 300_000 * SIZE),
    "laughs.xml": lambda: b"<!DOCTYPE a [<!ENTITY a0 'ha'>" + b"".join(
        b"<!ENTITY a%d '%b'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)) + b"]><a>&a11;</a>",
    "outside.xml": lambda: b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
    "quotes.csv": lambda: many('"', 1_000_000 * SIZE),
    "columns.csv": lambda: many("a,", 300_000 * SIZE) + b"\n" + many("b,", 300_000 * SIZE),
    "line.txt": lambda: b"x" * (20_000_000 * SIZE),
    "words.txt": lambda: many("word ", 2_000_000 * SIZE),
    "nul.txt": lambda: b"words\0" * 100_000,
    "controls.txt": lambda: b"\x1b[2J\x07\x9b words\r" * 20_000,
    "surrogates.txt": lambda: many("\ud800\udc00 words ", 20_000),
    "marks.txt": lambda: many("a" + "\u0301" * 5_000 + " ", 20 * SIZE),
    "german.txt": lambda: many("Das ist in der Stadt nicht sehr gut und Ã¢ˆƒzl \u05ec x\u066ay. ", 200),
    "bytes.txt": lambda: bytes(random.Random(7).choices(range(32, 256), k=40_000 * SIZE)),
    "bidi.txt": lambda: many("\u202e\u2066words", 50_000),
    "parts.eml": lambda: b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n"
        + many("--x\n\nwords\n", 50_000 * SIZE),
    "nested.eml": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)) + b"words",
    "headers.eml": lambda: b"From: a@b\n" + many("X-A: b\n", 200_000 * SIZE) + b"\nwords",
    "subject.eml": lambda: b"From: a@b\nSubject: " + many("=?utf-8?q?=41?= ", 50_000 * SIZE) + b"\n\nwords",
    "charset.eml": lambda: b"From: a@b\nContent-Type: text/plain; charset=" + b"x" * 100_000 + b"\n\nwords",
    "many.mbox": lambda: many("From a\nSubject: words\n\nx\n", 20_000 * SIZE),
    "loop.pdf": lambda: pdf(b"/X Do /X Do"),
    "outline.pdf": lambda: pdf(b"", b"/Outlines 5 0 R", b"<</First 6 0 R>>", *(
        b"<</Title(a)/Next %d 0 R/First %d 0 R>>" % (n + 1, n + 1) for n in range(6, 60)), b"<</Title(b)/Next 6 0 R>>"),
    "labels.pdf": lambda: pdf(b"", b"/PageLabels 5 0 R", b"<</Kids[5 0 R 5 0 R]>>"),
    "self.plist": lambda: property_list((0,)),
    "laughs.plist": lambda: property_list(*((n + 1,) * 10 for n in range(12))),
    "deep.plist": lambda: property_list(*((n + 1,) for n in range(3_000))),
    "integer.plist": lambda: b"<?xml version='1.0'?><plist><integer>" + b"9" * 5_000 + b"</integer></plist>",
    "overlapping.zip": lambda: overlapping_zip(20_000),
    "rows.sqlite": lambda: database("create view v as with recursive n(x) as (select 1 union all select x + 1 from n)"
                                    " select x from n"),
    "value.sqlite": lambda: database("alter table t add column b text as (hex(zeroblob(90000000)))"),
    "length.warc": lambda: warc(b"9" * 5_000, b"\r\n<p>words"),
    "chunk.warc": lambda: warc(b"5100", b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5_000 + b"\r\nwords"),
    "empty.txt.bz2": lambda: bz2.compress(b"") * 50_000,
    "date.eml": lambda: b"From: a@b\nDate: Mon, " + b"9" * 5_000 + b" Jan 9999999 99:99:99 +9999\n\nwords",
    "codec.eml": lambda: b"From: a@b\nContent-Type: text/plain; charset=punycode\n\nwords-" + b"a" * 300_000,
    "contexts.po": lambda: many('msgctxt "a"\n', 20_000 * SIZE),
    "cut.pdf": lambda: pdf(b"q " * 100_000)[:-50_000],
    "random.pdf": lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(300_000),
    "bomb.zip": lambda: zipped({"a.txt": b"words " * (10_000_000 * SIZE)}),
    "members.zip": lambda: zipped({f"{n}.txt": b"" for n in range(20_000 * SIZE)}),
    "nested.zip": lambda: nested_zip(40),
    "names.zip": lambda: zipped({"../../../etc/x": b"words", "/etc/y": b"words", "a\nb": b"words", "a" * 60_000: b"w"}),
    "bomb.txt.gz": lambda: gzip.compress(b"words " * (10_000_000 * SIZE)),
    "cut.txt.gz": lambda: gzip.compress(b"words " * 100_000)[:-100],
    "random.docx": lambda: zipped({"word/document.xml": random.Random(2).randbytes(200_000)}),
    "deep.docx": lambda: zipped({"word/document.xml": many("<w:p>", 200_000 * SIZE), "[Content_Types].xml": b"<x/>"}),
    "cells.xlsx": lambda: zipped({"xl/workbook.xml": b"<workbook><sheets><sheet name='a'/></sheets></workbook>",
                                  "xl/worksheets/sheet1.xml": b"<c r='XFD1048576'><v>1</v></c>" * 20_000}),
    "repeated.odt": lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.text",
                                    "content.xml": b"<office:text><text:s text:c='999999999'/>" * 2_000}),
    "groups.rtf": lambda: b"{\\rtf1 " + b"{" * 300_000,
    "binary.rtf": lambda: b"{\\rtf1 \\bin999999999999 words}",
    "number.rtf": lambda: b"{\\rtf1 \\u" + b"9" * 100_000 + b" words}",
    "deep.ipynb": lambda: b'{"cells": ' + b"[" * 100_000,
    "lists.md": lambda: many("- " * 200 + "\n", 500 * SIZE),
    "quotes.md": lambda: many(">", 300_000),
    "links.md": lambda: many("[", 100_000) + many("](", 100_000),
    "headings.md": lambda: many("# a\n", 50_000 * SIZE),
    "tables.md": lambda: many("|a" * 1_000 + "\n", 100 * SIZE),
}  # fmt: skip


class Ended(NamedTuple):
    """How a run ended: its exit code, what it said, and the most memory of all its processes, in megabytes."""

    code: int
    said: str
    memory: int


def indexed(base: Path, seconds: int) -> Ended:
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    command = [
        sys.executable,
        "-m",
        "seedsearch",
        "index",
        "-v",
        "--memory",
        str(MEMORY),
        "--timeout",
        "10",
        "docs",
    ]
    most = 0
    end = time.monotonic() + seconds
    with (base / "said").open("wb") as said, subprocess.Popen(
        command, cwd=base, env=environment, stderr=said, start_new_session=True
    ) as run:  # fmt: skip
        while run.poll() is None:
            assert time.monotonic() < end, "it does not end"
            most = max(most, sum(map(memory_of, living(run.pid))))
            time.sleep(0.05)
    return Ended(run.returncode, (base / "said").read_text("utf-8"), most >> 10)


def memory_of(process: int) -> int:
    """Return the kilobytes of a process, with its share of what it shares."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def assert_found(base: Path, ended: Ended, what: object) -> None:
    assert ended.code == 0, (what, ended.said)
    assert "internal error" not in ended.said, (what, ended.said)
    assert "\x1b" not in ended.said, what
    foreign = [line for line in ended.said.splitlines() if not OURS.match(line)]
    assert not foreign, (what, foreign)
    command = [sys.executable, "-m", "seedsearch", "query", "-l", "needle"]
    asked = subprocess.run(command, cwd=base, capture_output=True, text=True, check=False)
    assert "docs/good.txt" in asked.stdout, what
    # Memory is looked at again and again: of a run of a few milliseconds little is seen.
    assert 0 < ended.memory < MEMORY + 200, (what, ended.memory)


def prepared(base: Path) -> Path:
    (base / "docs").mkdir()
    (base / "docs" / "good.txt").write_text("a good document with a needle\n")
    return base / "docs"


def test_documents_made_to_harm_cost_themselves_alone(tmp_path: Path) -> None:
    docs = prepared(tmp_path)
    names = list(KINDS)
    for name in {"outline.pdf", *random.Random(10).sample(names, trials(15, len(names)))}:
        (docs / name).write_bytes(KINDS[name]())
    assert_found(tmp_path, indexed(tmp_path, 300), os.listdir(docs))


@cache
def beginning(name: str) -> bytes:
    return KINDS[name]()[:50_000]


def damaged(rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Files of every format, with some bytes changed, doubled, or cut out."""
    while True:
        name = rng.choice(list(KINDS))
        data = bytearray(beginning(name)[: rng.choice((200, 3_000, 50_000))])
        for _ in range(rng.randrange(1, 12)):
            at = rng.randrange(len(data)) if data else 0
            piece = rng.choice(
                (
                    rng.randbytes(3),
                    data[at : at + 50] * 5,
                    b"",
                    b"\0" * 9,
                    b"\xff\xfe",
                    b"&#x",
                    b"=?",
                )
            )
            data[at : at + rng.randrange(20)] = piece
        yield name, bytes(data)


def test_damaged_documents_cost_themselves_alone(tmp_path: Path) -> None:
    docs = prepared(tmp_path)
    rng = random.Random(10)
    for number, (name, data) in zip(range(trials(40, 500)), damaged(rng), strict=False):
        (docs / f"{number}-{name}").write_bytes(data)
    assert_found(tmp_path, indexed(tmp_path, 900), "damaged")


def test_what_has_no_bytes_on_the_disk_is_not_read_for_ever(tmp_path: Path) -> None:
    docs = prepared(tmp_path)
    for name in (
        "sparse.txt",
        "sparse.html",
        "sparse.pdf",
        "sparse.zip",
        "sparse.mbox",
        "sparse.jsonl",
    ):
        with (docs / name).open("wb") as file:
            file.truncate(50 << 30)
    assert_found(tmp_path, indexed(tmp_path, 120), "sparse")


@pytest.mark.skipif(not LONG, reason="takes a gigabyte of the disk")
def test_a_gigabyte_on_one_line_is_read_or_named(tmp_path: Path) -> None:
    docs = prepared(tmp_path)
    with (docs / "line.txt").open("wb") as file:
        for _ in range(1 << 10):
            file.write(b"word needles " * (80_660))
    assert_found(tmp_path, indexed(tmp_path, 900), "one line")
    (docs / "line.txt").unlink()
