"""Make corpora from others, the same on every run: other lines, other formats, another encoding."""

from __future__ import annotations

import base64
import csv
import gzip
import html
import io
import os
import quopri
import random
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from email.header import Header
from pathlib import Path

from benchmarks import corpora

COLUMNS = 72
FOLD = re.compile(rf"(?=\S)(?:.{{1,{COLUMNS}}}(?!\S)|\S+)")
LEAST_BYTES, MOST_BYTES = 1_000, 4_000  # of a folded file
MESSAGES = 500  # in a mailbox
FILES = 1_000  # in a folder
ROWS, ROW_WORDS = 8_000, 10  # of a table
FIRST_DAY, DAYS = datetime(2001, 1, 1), 7_000  # of the messages


def make(maker: Maker, source: str, target: str) -> str:
    """Return `target`, with the output of `maker` for the files of `source`. It is made once."""
    if not os.path.exists(target):
        unfinished = target + ".unfinished"
        maker(source, unfinished)
        os.rename(unfinished, target)
    return target


Maker = Callable[[str, str], None]


def folded(source: str, target: str) -> None:
    """Write lines of 72 columns, blank lines between paragraphs, and files of 1 to 4 kB.

    A long article becomes several files; a short one shares a file with the next.
    """
    draw = random.Random(corpora.SEED)
    number, lines, size, wanted = 0, list[str](), 0, draw.randint(LEAST_BYTES, MOST_BYTES)

    def close() -> None:
        nonlocal number, lines, size, wanted
        _write(_numbered(target, number, "txt"), "\n".join(lines).rstrip("\n") + "\n")
        number, lines, size = number + 1, [], 0
        wanted = draw.randint(LEAST_BYTES, MOST_BYTES)

    for _, text in _texts(source):
        for paragraph in _paragraphs(text):
            for line in [*FOLD.findall(paragraph), ""]:
                length = len(line.encode()) + 1
                if size + length > MOST_BYTES:
                    close()
                lines.append(line)
                size += length
            if size >= wanted:
                close()
        if size >= LEAST_BYTES:
            close()
    if lines:
        close()


def mail(source: str, target: str) -> None:
    """Write mailboxes with a message for each article: its title is the subject; three transfer encodings."""
    _mailboxes((list(_paragraphs(text)) for _, text in _texts(source)), target)


def dated(source: str, target: str) -> None:
    """Write mailboxes with a message for each part of a long text: many documents with dates."""
    _mailboxes((part for _, text in _texts(source) for part in _parts(text)), target)


def _mailboxes(parts: Iterable[list[str]], target: str) -> None:
    draw = random.Random(corpora.SEED)
    messages: list[bytes] = []

    def close() -> None:
        number = len(os.listdir(target)) if os.path.isdir(target) else 0
        _write(Path(target, f"list-{number:03}.mbox"), b"".join(messages))
        messages.clear()

    for number, paragraphs in enumerate(parts):
        messages.append(_message(number, paragraphs, draw))
        if len(messages) == MESSAGES:
            close()
    if messages:
        close()


def maildir(source: str, target: str) -> None:
    """Write the messages of `mail` as one file each, without the separator line."""
    draw = random.Random(corpora.SEED)
    for number, (_, text) in enumerate(_texts(source)):
        message = _message(number, list(_paragraphs(text)), draw).partition(b"\n")[2]
        _write(Path(target, f"{number // FILES:03}", "cur", f"{number:06}.host:2,S"), message)


def gzipped(source: str, target: str) -> None:
    """Compress each file."""
    for number, (path, _) in enumerate(_texts(source)):
        _write(_numbered(target, number, "txt.gz"), gzip.compress(Path(path).read_bytes(), mtime=0))


def tables(source: str, target: str) -> None:
    """Write CSV of short rows: a number, two names, a note of some words, a price."""
    draw = random.Random(corpora.SEED)
    words = [word for _, text in _texts(source) for word in text.split()]
    for number, first in enumerate(range(0, len(words) - ROWS * ROW_WORDS, ROWS * ROW_WORDS)):
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(("number", "name", "city", "note", "price"))
        for row, at in enumerate(range(first, first + ROWS * ROW_WORDS, ROW_WORDS)):
            name, city, note = words[at : at + 2], words[at + 2], words[at + 3 : at + ROW_WORDS]
            price = f"{draw.uniform(1, 100):.2f}"
            rows.writerow((row, " ".join(name), city, " ".join(note), price))
        _write(Path(target, f"{number:03}.csv"), out.getvalue())


def _parts(text: str) -> Iterator[list[str]]:
    """Yield the paragraphs of a text in parts of MOST_BYTES or a little more."""
    part, size = list[str](), 0
    for paragraph in _paragraphs(text):
        part.append(paragraph)
        size += len(paragraph.encode())
        if size >= MOST_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _message(number: int, paragraphs: list[str], draw: random.Random) -> bytes:
    title = paragraphs[0] if paragraphs else "(none)"
    lines = [line for paragraph in paragraphs[1:] for line in [*FOLD.findall(paragraph), ""]]
    body = "\n".join(lines).encode() + b"\n"
    encoding = draw.choices(("8bit", "quoted-printable", "base64"), (6, 3, 1))[0]
    if encoding == "quoted-printable":
        body = quopri.encodestring(body)
    elif encoding == "base64":
        body = base64.encodebytes(body)
    elif body.isascii():
        encoding = "7bit"
    body = re.sub(rb"(?m)^(>*From )", rb">\1", body)
    who = f"{draw.choice(_NAMES)}@example.org"
    when = FIRST_DAY + timedelta(days=number % DAYS, seconds=number % 86_400)
    date = when.strftime("%a, %d %b %Y %H:%M:%S +0000")
    subject = Header(title, None if title.isascii() else "utf-8", header_name="Subject").encode()
    head = (
        f"From {who} {when:%a %b %d %H:%M:%S %Y}\n"
        f"Received: from mail.example.org by lists.example.org; {date}\n"
        f"Message-ID: <{number}.{draw.getrandbits(32):08x}@example.org>\n"
        f"From: {who.partition('@')[0].title()} <{who}>\n"
        "To: Readers <readers@lists.example.org>\n"
        f"Date: {date}\n"
        f"Subject: {subject}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: {encoding}\n\n"
    )
    return head.encode() + body + b"\n"


_NAMES = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")


def pages(source: str, target: str) -> None:
    """Write HTML: a plain page around each article, with head, navigation, main part and footer."""
    for number, (_, text) in enumerate(_texts(source)):
        title, *paragraphs = [html.escape(paragraph) for paragraph in _paragraphs(text)] or [""]
        main = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        page = _PAGE.format(title=title, number=number, main=main)
        _write(_numbered(target, number, "html"), page)


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
<style>main {{ max-width: 40em; margin: auto; }} nav a {{ padding: 0.2em; }}</style>
<script>window.page = {number};</script>
</head>
<body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/all">All</a></li><li><a href="/about">About</a></li></ul></nav>
<main>
<h1>{title}</h1>
{main}
</main>
<footer><p>Article {number}. <a href="/licence">Terms of use</a>.</p></footer>
</body>
</html>
"""


def gb18030(source: str, target: str) -> None:
    """Write the same files in GB18030."""
    for path, text in _texts(source):
        _write(Path(target, os.path.relpath(path, source)), text.encode("gb18030"))


def _texts(source: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of each UTF-8 file outside hidden folders, in the order of the paths."""
    for path in sorted(corpora.files(source)):
        yield path, Path(path).read_bytes().decode("utf-8", "replace")


def _paragraphs(text: str) -> Iterator[str]:
    return filter(None, map(str.strip, text.splitlines()))


def _numbered(target: str, number: int, ending: str) -> Path:
    return Path(target, f"{number // FILES:03}", f"{number:06}.{ending}")


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
