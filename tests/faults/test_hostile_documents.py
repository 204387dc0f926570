"""Documents made to harm, of many formats at once: each is read or named, and the good one beside them is found."""

from __future__ import annotations

import gzip
import io
import os
import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from trials import LONG, trials

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")

MEMORY = 256
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


def pdf(content: bytes) -> bytes:
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 999999999>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
             b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length %d>>\n"
             b"stream\n%b\nendstream"
             % (len(content), content)]  # fmt: skip
    body = b"%PDF-1.5\n" + b"".join(
        b"%d 0 obj\n%b\nendobj\n" % pair for pair in enumerate(parts, 1)
    )
    return body + b"trailer<</Size 5/Root 1 0 R>>\n%%EOF"


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


def indexed(base: Path, seconds: int) -> subprocess.CompletedProcess[str]:
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    return subprocess.run(
        [sys.executable, "-m", "seedsearch", "index", "-v", "--memory", str(MEMORY), "--timeout", "10", "docs"],
        cwd=base, env=environment, capture_output=True, text=True, check=False, timeout=seconds,
    )  # fmt: skip


def assert_found(base: Path, ended: subprocess.CompletedProcess[str], what: object) -> None:
    assert ended.returncode == 0, (what, ended.stderr)
    assert "Traceback" not in ended.stderr, (what, ended.stderr)
    assert "internal error" not in ended.stderr, (what, ended.stderr)
    assert "\x1b" not in ended.stderr, what
    command = [sys.executable, "-m", "seedsearch", "query", "-l", "needle"]
    asked = subprocess.run(command, cwd=base, capture_output=True, text=True, check=False)
    assert "docs/good.txt" in asked.stdout, what
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    assert most < MEMORY + 200, (what, most)


def prepared(base: Path) -> Path:
    (base / "docs").mkdir()
    (base / "docs" / "good.txt").write_text("a good document with a needle\n")
    return base / "docs"


def test_documents_made_to_harm_cost_themselves_alone(tmp_path: Path) -> None:
    docs = prepared(tmp_path)
    names = list(KINDS)
    for name in random.Random(os.getpid()).sample(names, trials(16, len(names))):
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
