"""Read mailboxes (mbox): each message is a document whose member is its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seedsearch.corpus.formats.mail import documents_of
from seedsearch.corpus.skip import Problem, Skip, unforeseen
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import ExtractedDocument, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Piece

# "From somebody Mon Oct 21 10:00:00 2024", at the start or after a blank line.
_FROM = re.compile(rb"From (?:(?<=\n\nFrom )|(?<=\n\r\nFrom )|(?<=\AFrom ))([^\r\n]*+)(?:\r?\n|\Z)")
_TIME = re.compile(rb"\d\d:\d\d")
_YEAR = re.compile(rb"\d{4}")
_LOOSE_BEGIN = re.compile(rb"\AFrom [^\r\n]*\r?\n")
_QUOTED = re.compile(rb">(?:(?<=\n>)|(?<=\A>))(>*From )")  # begins with a character: `^` is slower


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the messages in order, and Problems for invalid ones. Raise Skip if it is no mailbox."""
    begins = _begins(data)
    if not begins:
        raise Skip("no mailbox" if data else "empty")
    if begins[0].start():
        yield Problem("the beginning", "no message")
    yield from _messages(file, data, begins, 0, 0)


def extract_pieces(
    file: SourceFile, pieces: Iterable[Piece]
) -> Iterator[ExtractedDocument | Problem]:
    """Yield the messages of a large mailbox, in pieces. Raise Skip if it is no mailbox."""
    number = lines = 0
    for piece in pieces:
        if piece.lost:
            number += 1
            yield Problem(f"message {number}", "too long")
            lines += piece.lost
            continue
        begins = _begins(piece.data)
        if not begins and not number:
            raise Skip("no mailbox")
        yield from _messages(file, piece.data, begins, number, lines)
        number += len(begins)
        lines += piece.data.count(b"\n")


def _begins(data: bytes) -> list[re.Match[bytes]]:
    return list(_strict_begins(data)) or list(_LOOSE_BEGIN.finditer(data))


def _strict_begins(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the From lines that have a time and a year."""
    at = data.find(b"From ")  # `finditer` takes five times as long
    while at >= 0:
        begin = _FROM.match(data, at)
        time = _TIME.search(data, *begin.span(1)) if begin else None
        if begin and time and _YEAR.search(data, time.end(), begin.end(1)):
            yield begin
        at = data.find(b"From ", begin.end() if begin else at + 5)


def _messages(
    file: SourceFile, data: bytes, begins: list[re.Match[bytes]], number: int, lines: int
) -> Iterator[ExtractedDocument | Problem]:
    """Yield the messages that begin at `begins`. `number` and `lines` count the messages and lines before them."""
    before = 0
    ends = [begin.start() for begin in begins[1:]] + [len(data)]
    for begin, end in zip(begins, ends, strict=True):
        number += 1
        lines += data.count(b"\n", before, begin.end())
        before = begin.end()
        content, at = data, begin.end()
        if data.find(b">From ", at, end) >= 0:
            content = _QUOTED.sub(rb"\1", data[at:end])
            at, end = 0, len(content)
        try:
            yield from documents_of(file, content, at, end, member=str(number), line_offset=lines)
        except SourceUnreadableError:
            raise
        except Exception as error:  # `guarded` does the same, but costs time for each message
            skip = error if isinstance(error, Skip) else unforeseen(error)
            yield Problem(f"message {number}", skip.reason)


class MessageCut:
    """Cut between messages. A message that is too long is lost."""

    def __init__(self, most: int) -> None:
        self.most = most

    def end(self, data: bytes) -> int:
        """Return where the last message begins, since it may continue; 0 if it is the first."""
        return max(_later(data), default=0)

    def begin(self, data: bytes) -> int:
        """Return where the next message begins, or -1."""
        return next(_later(data), -1)


def _later(data: bytes) -> Iterator[int]:
    return (begin.start() for begin in _strict_begins(data) if begin.start())
