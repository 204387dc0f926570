"""Read `.properties` files: names and values as text, with `\\uXXXX` as letters and continued lines joined."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.corpus.formats.json_tree import unescaped
from seedsearch.corpus.formats.lined import Lined
from seedsearch.corpus.formats.text import decoded_of
from seedsearch.line_ends import with_newlines
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "text/x-java-properties"
_CONTINUES = re.compile(r"(?<!\\)(?:\\\\)*+\\\Z")


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    decoded = decoded_of(file, data)
    out = Lined()
    held: list[str] = []
    begin = 1
    for number, line in enumerate(with_newlines(decoded.text).split("\n"), 1):
        if held:
            line = line.lstrip()
        elif line.lstrip()[:1] in ("#", "!"):
            out.add(line, number)
            continue
        else:
            begin = number
        if _CONTINUES.search(line):
            held.append(line[:-1])
            continue
        out.add(unescaped("".join([*held, line])), begin)
        held = []
    if held:
        out.add(unescaped("".join(held)), begin)
    yield out.done(file.path, MEDIA_TYPE, decoded=decoded)
