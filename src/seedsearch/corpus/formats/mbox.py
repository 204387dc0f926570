"""Read mailboxes (mbox): each message is a document whose member is its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.core import compiled
from seedsearch.corpus.formats.mail import documents_of
from seedsearch.corpus.found import Contents, Extracted, extracted
from seedsearch.corpus.skip import Problem, Skip, unforeseen
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Piece

# "From somebody Mon Oct 21 10:00:00 2024", at the start or after a blank line.
_FROM = re.compile(rb"From (?:(?<=\n\nFrom )|(?<=\n\r\nFrom )|(?<=\AFrom ))([^\r\n]*+)(?:\r?\n|\Z)")
_TIME = re.compile(rb"\d\d:\d\d")
_YEAR = re.compile(rb"\d{4}")
_LOOSE_BEGIN = re.compile(rb"\AFrom [^\r\n]*\r?\n")
# A message: where its From line begins, where it begins and ends itself, how many lines are before it, and whether one
# of its own is quoted.
_Place: TypeAlias = tuple[int, int, int, int, bool]
_QUOTED = re.compile(rb">(?:(?<=\n>)|(?<=\A>))(>*From )")  # begins with a character: `^` is slower


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the messages in order, and Problems for invalid ones. Raise Skip if it is no mailbox."""
    return extracted(find(file, data))


def find(file: SourceFile, data: bytes) -> Contents:
    """Yield what `extract` yields. A usual message is a FoundDocument."""
    places = _places(data)
    if not places:
        raise Skip("no mailbox" if data else "empty")
    if places[0][0]:
        yield Problem("the beginning", "no message")
    yield from _messages(file, data, places, 0, 0)


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Contents:
    """Yield the messages of a large mailbox, in pieces. Raise Skip if it is no mailbox."""
    number = lines = 0
    for piece in pieces:
        if piece.lost:
            number += 1
            yield Problem(f"message {number}", "too long")
            lines += piece.lost
            continue
        places = _places(piece.data)
        if not places and not number:
            raise Skip("no mailbox")
        yield from _messages(file, piece.data, places, number, lines)
        number += len(places)
        lines += piece.data.count(b"\n")


def _places(data: bytes) -> list[_Place]:
    """Return the places of the messages. The compiled core finds the same (core/c/mailbox.c)."""
    return _plain_places(data) if compiled is None else compiled.mailbox(data)


def _plain_places(data: bytes) -> list[_Place]:
    begins = list(_strict_begins(data)) or list(_LOOSE_BEGIN.finditer(data))
    ends = [*(begin.start() for begin in begins[1:]), len(data)][: len(begins)]
    places: list[_Place] = []
    lines = before = 0
    for begin, end in zip(begins, ends, strict=True):
        start, at = begin.span()
        lines += data.count(b"\n", before, at)
        before = at
        places.append((start, at, end, lines, _QUOTED.search(data[at:end]) is not None))
    return places


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
    file: SourceFile, data: bytes, places: list[_Place], number: int, lines: int
) -> Contents:
    """Yield the messages at these places. `number` and `lines` count the messages and lines before the data."""
    for _, at, end, before, is_quoted in places:
        number += 1
        content = data
        if is_quoted:
            content = _QUOTED.sub(rb"\1", data[at:end])
            at, end = 0, len(content)
        try:
            place = str(number)
            yield from documents_of(
                file, content, at, end, member=place, line_offset=lines + before
            )
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
    return (start for start, *_ in _places(data) if start)
