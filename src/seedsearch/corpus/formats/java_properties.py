"""Read `.properties` files: names and values as text, with `\\uXXXX` as letters and continued lines joined."""

from __future__ import annotations

import re

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.formats.json_tree import unescaped
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile

MEDIA_TYPE = "text/x-java-properties"
_CONTINUES = re.compile(r"(?<!\\)(?:\\\\)*+\\\Z")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    out = Lined(file.path, MEDIA_TYPE, decode(data, file.encoding))
    held: list[str] = []
    begin = 1
    for number, line in out.source():
        if held:
            line = line.lstrip()
        elif line.lstrip()[:1] in ("#", "!"):
            out.add_lines(line, number)
            continue
        else:
            begin = number
        if _CONTINUES.search(line):
            held.append(line[:-1])
            continue
        out.add_lines(unescaped("".join([*held, line])), begin)
        held = []
    if held:
        out.add_lines(unescaped("".join(held)), begin)
    yield out.document()
