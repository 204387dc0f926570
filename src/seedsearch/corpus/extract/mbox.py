"""Mailboxes (mbox): each message a document, whose member is its number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.corpus.extract.mail import documents_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

# "From somebody Mon Oct 21 10:00:00 2024", at the start or after a blank line.
_BEGIN = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]*\d\d:\d\d[^\r\n]*\d{4}[^\r\n]*(?:\r?\n|\Z)"
)
_LOOSE_BEGIN = re.compile(rb"\AFrom [^\r\n]*\r?\n")
_QUOTED = re.compile(rb"(?m)^>(>*From )")


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The messages in order, and Problems for those that are none. Raises Skip for no mailbox."""
    begins = list(_BEGIN.finditer(data))
    if not begins:
        begins = list(_LOOSE_BEGIN.finditer(data))
    if not begins:
        raise Skip("no mailbox" if data else "empty")
    line = before = 0
    if begins[0].start():
        yield Problem("the beginning", "no message")
    ends = [begin.start() for begin in begins[1:]] + [len(data)]
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True), 1):
        line += data.count(b"\n", before, begin.end())
        before = begin.end()
        content = _QUOTED.sub(rb"\1", data[begin.end() : end])
        try:
            yield from documents_of(file, content, member=str(number), line_offset=line)
        except Skip as skip:
            yield Problem(f"message {number}", skip.reason)
