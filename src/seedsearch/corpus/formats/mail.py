"""Mail: subject, sender, date, body and text attachments; other attachments as documents beside it."""

from __future__ import annotations

import email.utils
import re
from array import array
from collections.abc import Iterator, Mapping
from email.message import Message

from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.formats.headers import decoded_words, header, parsed, raw_header, text_of
from seedsearch.corpus.formats.html import read_page
from seedsearch.corpus.formats.registry import PLAIN, by_name
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.record import NamedTuple

MEDIA_TYPE = "message/rfc822"
_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_MAX_PARTS = 1000
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_QUOTED_PRINTABLE, _BASE64 = "quoted-printable", "base64"


class _Part(NamedTuple):
    """A text in a message: with its heading, and the message's line of each of its lines."""

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
    try:
        message = parsed(data)
        parts = list(_leaves(message))
    except RecursionError as error:
        raise Skip("nested too deeply") from error
    if not message.keys():
        raise Skip("no mail: it has no headers")
    reading = _Reading(data, member)
    shown = {name: header(message, name) for name in _SHOWN}
    texts = [_headers(shown, data), *reading.texts(parts)]
    text, sections, lines = _joined(texts, line_offset)
    identifier = header(message, "Message-ID").strip("<> ")
    fields = (("from", shown["From"]), ("to", shown["To"]), ("date", _date(shown["Date"])))
    title = shown["Subject"] or f"mail from {shown['From'] or 'nobody'}"
    yield made(file.path, MEDIA_TYPE, title, text, sections, encoding=reading.encoding,
               errors=reading.errors, id=identifier, member=member, fields=fields, lines=lines)  # fmt: skip
    for name, content in reading.attached:
        yield from members_of(file, name, content, prefix=f"{member}/" if member else "")
    yield from reading.problems


def _date(value: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError, OverflowError):
        return value


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something themselves; of alternatives, the plain text or the last."""
    stack = [message]
    count = 0
    while stack and count < _MAX_PARTS:
        part = stack.pop()
        inside = part.get_payload()
        if isinstance(inside, list) and all(isinstance(p, Message) for p in inside):
            chosen = [p for p in inside if isinstance(p, Message)]
            if part.get_content_subtype() == "alternative":
                chosen = _preferred(chosen)
            stack += reversed(chosen)
        else:
            count += 1
            yield part


def _preferred(parts: list[Message]) -> list[Message]:
    for part in parts:
        if part.get_content_type() == PLAIN and str(part.get_payload()).strip():
            return [part]
    return parts[-1:]


class _Reading:
    """One message on its way to texts: what is text, what is attached, and what is wrong."""

    def __init__(self, data: bytes, member: str) -> None:
        self.attached: list[tuple[str, bytes]] = []
        self.problems: list[Problem] = []
        self.encoding, self.errors = "utf-8", "strict"
        self._data, self._at, self._line = data, 0, 1
        self._member = member

    def texts(self, parts: list[Message]) -> Iterator[_Part]:
        """The texts of the parts; sets the rest aside."""
        for part in parts:
            name = _file_name(part)
            kind = part.get_content_type()
            try:
                content = part.get_payload(decode=True)
            except (ValueError, LookupError, AssertionError):
                content = None
            if not isinstance(content, bytes):
                self._wrong(name or kind, "damaged")
            elif kind.startswith("text/") and by_name(name) not in _WITH_READER:
                yield self._text(part, name, kind, content)
            elif by_name(name) != PLAIN or name.lower().endswith((".txt", ".log")):
                self.attached.append((name, content))

    def _wrong(self, place: str, reason: str) -> None:
        self.problems.append(Problem(", ".join(filter(None, (self._member, place))), reason))

    def _text(self, part: Message, name: str, kind: str, content: bytes) -> _Part:
        charset = str(part.get_param("charset", "") or "")
        text, encoding, errors = text_of(content, charset)
        if not text.isascii():
            self.encoding, self.errors = encoding, errors
        transfer = raw_header(part, "Content-Transfer-Encoding").strip().lower()
        payload = part.get_payload()
        encoded = transfer in (_BASE64, _QUOTED_PRINTABLE) and isinstance(payload, str)
        sent = str(payload).encode("ascii", "replace") if encoded else content
        first = self._first_line(sent)
        heading = name if part.get_content_disposition() == "attachment" else ""
        if kind == "text/html":
            page = read_page(text)
            return _Part(heading, page.text, array("q", [first + n - 1 for n in page.lines]))
        text = clean_text(text)
        return _Part(heading, text, _lines(sent, transfer, first, text.count("\n") + 1))

    def _first_line(self, sent: bytes) -> int:
        """The message's line on which a part's content begins: it stands there as it was sent."""
        at = self._data.find(sent[:200], self._at) if sent else -1
        if at >= 0:
            self._line += self._data.count(b"\n", self._at, at)
            self._at = at
        return self._line


def _lines(sent: bytes, transfer: str, first: int, count: int) -> array[int]:
    """The message's line for each of a text's lines."""
    if transfer == _BASE64:
        # Its lines are not the text's: all that is known is where it begins.
        return array("q", [first]) * count
    lines = array("q")
    at = first
    if transfer == _QUOTED_PRINTABLE:
        joined = False
        for line in sent.splitlines():
            if not joined:
                lines.append(at)
            joined = line.rstrip().endswith(b"=")
            at += 1
    lines.extend(range(at, at + max(0, count - len(lines))))
    return lines[:count]


_WITH_READER = frozenset(("text/html", "application/pdf"))


def _file_name(part: Message) -> str:
    """The name of an attachment, without folders; "" where there is none."""
    name = decoded_words(part.get_filename() or "")
    return name.replace("\\", "/").rpartition("/")[2]


def _headers(shown: Mapping[str, str], data: bytes) -> _Part:
    """The headers that say something, each on its line."""
    head = data[: found.start()] if (found := _BLANK_LINE.search(data)) else data
    places: dict[str, int] = {}
    for number, line in enumerate(head.split(b"\n"), 1):
        name = line.partition(b":")[0].strip().lower().decode("ascii", "replace")
        places.setdefault(name, number)
    kept = {name: value for name, value in shown.items() if value}
    lines = [places.get(name.lower(), 1) for name in kept]
    return _Part("", "\n".join(map(": ".join, kept.items())), array("q", lines))


def _joined(parts: list[_Part], line_offset: int) -> tuple[str, tuple[Section, ...], array[int]]:
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
    if line_offset:
        lines = array("q", [line + line_offset for line in lines])
    return "".join(texts), tuple(sections), lines
