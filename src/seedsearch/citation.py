"""Citations: write the place of a passage, the same in every form of output, and read it back.

    notes.txt:3              line 3 of a file
    papers.zip›b.txt:3       line 3 of a member: an attachment, a sheet, a message of a mailbox
    report.pdf#p=3:41        line 41 of the extracted text, which is on page 3

A name may contain any of these signs, so a citation can have several readings. `readings` gives all of them; only an
index knows which ones exist (search/locate.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from seedsearch.record import NamedTuple

MEMBER = "›"
_PAGE = "#p="
_MOST_DIGITS = 9
_IN_URIS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"


class Citation(NamedTuple):
    """A place: a path, a member, a page and a line. A missing part is "" or 0."""

    path: str
    member: str = ""
    page: int = 0
    line: int = 0

    def __str__(self) -> str:
        """Return the citation as written, not sanitised."""
        line = f":{self.line}" if self.line else ""
        return document_place(self.path, self.member, self.page) + line


def document_place(path: str, member: str, page: int | None = None) -> str:
    """Return a citation without its line."""
    place = f"{path}{MEMBER}{member}" if member else path
    return f"{place}{_PAGE}{page}" if page else place


def readings(text: str) -> Iterator[Citation]:
    """Yield each reading of a citation. Readings with more parts come first."""
    for before_line, line in _numbered(text, ":"):
        for before_page, page in _numbered(before_line, _PAGE):
            at = before_page.find(MEMBER)
            while at >= 0:
                if 0 < at < len(before_page) - 1:
                    yield Citation(before_page[:at], before_page[at + 1 :], page, line)
                at = before_page.find(MEMBER, at + 1)
            yield Citation(before_page, "", page, line)


def _numbered(text: str, sign: str) -> Iterator[tuple[str, int]]:
    """Yield the text before `sign` and a final number, if there is one; then the whole text with 0."""
    head, found, digits = text.rpartition(sign)
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    if head and found and is_number and int(digits):
        yield head, int(digits)
    yield text, 0


def file_uri(path: str, page: int | None = None) -> str:
    """Return the URI of a file. PDF viewers open it at the page (RFC 8118)."""
    raw = os.fsencode(os.path.abspath(path).replace(os.sep, "/"))
    if raw.translate(None, _IN_URIS):
        quoted = "".join(chr(byte) if byte in _IN_URIS else f"%{byte:02X}" for byte in raw)
    else:
        quoted = raw.decode()
    drive = "" if quoted.startswith("/") else "/"
    return f"file://{drive}{quoted}" + (f"#page={page}" if page else "")
