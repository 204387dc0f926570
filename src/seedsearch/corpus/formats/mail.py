"""Mail: subject, sender, date, body and text attachments; other attachments as documents beside it."""

from __future__ import annotations

import email.utils
import re
from array import array
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import compress

from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.formats.headers import text_of
from seedsearch.corpus.formats.html import read_page
from seedsearch.corpus.formats.mime import BASE64, QUOTED_PRINTABLE, Entity
from seedsearch.corpus.formats.registry import PLAIN, by_name
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.record import NamedTuple

MEDIA_TYPE = "message/rfc822"
_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# Such a date is read in a fifth of the time that the standard library takes for any.
_USUAL_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?([0-9]{{1,2}}) ({_MONTHS}) ([12][0-9]{{3}}) ([0-9:]{{8}}) ([+-][0-9]{{4}})"
)
_WITH_READER = frozenset(("text/html", "application/pdf"))


class _Part(NamedTuple):
    """A text in a message: with its heading, and the file's line of each of its lines."""

    heading: str
    text: str
    lines: array[int]


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The message, and its attachments that are documents. Raises Skip for what is no message."""
    yield from documents_of(file, data)


def documents_of(
    file: SourceFile, data: bytes, *, member: str = "", line_offset: int = 0
) -> Iterator[ExtractedDocument | Problem]:
    """The documents of one message; `member` is its place in its file, `line_offset` the lines
    before it. Raises Skip for what is no message."""
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    message = Entity(data, 0, len(data))
    if not message:
        raise Skip("no mail: it has no headers")
    reading = _Reading(data, line_offset + 1)
    shown = {name: message.header(name.lower()) for name in _SHOWN}
    texts = [_headers(message, shown, line_offset), *reading.texts(message)]
    text, sections, lines = _joined(texts)
    identifier = message.header("message-id").strip("<> ")
    fields = (("from", shown["From"]), ("to", shown["To"]), ("date", _date(shown["Date"])))
    title = shown["Subject"] or f"mail from {shown['From'] or 'nobody'}"
    yield made(file.path, MEDIA_TYPE, title, text, sections, encoding=reading.encoding,
               errors=reading.errors, id=identifier, member=member, fields=fields, lines=lines)  # fmt: skip
    for name, content in reading.attached:
        yield from members_of(file, name, content, prefix=f"{member}/" if member else "")


def _date(value: str) -> str:
    try:
        if (found := _USUAL_DATE.fullmatch(value)) and found[5] != "-0000":
            day, month, year, time, zone = found.groups()
            number = _MONTHS.index(month) // 4 + 1
            iso = f"{year}-{number:02}-{int(day):02}T{time}{zone[:3]}:{zone[3:]}"
            return datetime.fromisoformat(iso).isoformat()
        return email.utils.parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError, OverflowError):
        return value


class _Reading:
    """One message on its way to texts: what is text, and what is attached. `line` is that of its first byte."""

    def __init__(self, data: bytes, line: int) -> None:
        self.attached: list[tuple[str, bytes]] = []
        self.encoding, self.errors = "utf-8", "strict"
        self._data, self._at, self._line = data, 0, line

    def texts(self, message: Entity) -> Iterator[_Part]:
        """The texts of the message; sets the rest aside."""
        for part in message.leaves():
            name = part.file_name
            named = by_name(name)
            if part.kind.startswith("text/") and named not in _WITH_READER:
                yield self._text(part, name)
            elif named != PLAIN or name.lower().endswith((".txt", ".log")):
                self.attached.append((name, part.content()))

    def _text(self, part: Entity, name: str) -> _Part:
        text, encoding, errors = text_of(part.content(), part.parameters.get("charset", ""))
        if not text.isascii():
            self.encoding, self.errors = encoding, errors
        self._line += self._data.count(b"\n", self._at, part.begin)
        self._at = part.begin
        heading = name if part.is_attached else ""
        if part.kind == "text/html":
            page = read_page(text)
            return _Part(heading, page.text, array("q", [self._line + n - 1 for n in page.lines]))
        text = clean_text(text)
        return _Part(heading, text, _lines(part, self._line, text.count("\n") + 1))


def _lines(part: Entity, first: int, count: int) -> array[int]:
    """The file's line for each of a text's lines."""
    transfer = part.transfer
    if transfer == BASE64:
        # Its lines are not the text's: all that is known is where it begins.
        return array("q", [first]) * count
    lines, at = array("q"), first
    if transfer == QUOTED_PRINTABLE:
        sent = part.sent.splitlines()
        at += len(sent)
        begins = [True, *[before.rstrip()[-1:] != b"=" for before in sent]]
        lines.extend(compress(range(first, at), begins))
    lines.extend(range(at, at + max(0, count - len(lines))))
    return lines[:count]


def _headers(message: Entity, shown: Mapping[str, str], line_offset: int) -> _Part:
    """The headers that say something, each on its line."""
    kept = [name for name, value in shown.items() if value]
    lines = [line_offset + message.line_of(name.lower()) for name in kept]
    return _Part("", "\n".join([f"{name}: {shown[name]}" for name in kept]), array("q", lines))


def _joined(parts: list[_Part]) -> tuple[str, tuple[Section, ...], array[int]]:
    """The parts as one text: a section for headers and body together, one for each attachment."""
    texts: list[str] = []
    lines = array("q")
    sections: list[Section] = []
    size = start = 0
    heading = ""
    for part in parts:
        if not part.text.strip():
            continue
        if texts:
            texts.append("\n\n")
            size += 2
            lines.append(lines[-1])
        if part.heading and size > start:
            sections.append(Section(start, size, heading))
            start = size
        heading = part.heading or heading
        texts.append(part.text)
        size += len(part.text)
        lines.extend(part.lines)
    if size > start:
        sections.append(Section(start, size, heading))
    return "".join(texts), tuple(sections), lines
