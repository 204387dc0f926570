"""Read mail: a message with headers, bodies and text attachments is a document; so is each other attachment."""

from __future__ import annotations

import email.utils
import functools
import re
from array import array
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from seedsearch.core import compiled
from seedsearch.corpus.encoded import LINE_CHARS
from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.charset import may_look_like_utf_8
from seedsearch.corpus.formats.document_builder import FIELD_CHARS, TITLE_CHARS, clean_text, made
from seedsearch.corpus.formats.headers import decoded_words, in_letters, in_utf_8, text_of
from seedsearch.corpus.formats.html import read_page
from seedsearch.corpus.formats.mime import (
    MAX_CHARS,
    MESSAGES,
    SIGNED,
    Entity,
    Lines,
    content_of,
    declared,
    of_page,
    without_signature,
)
from seedsearch.corpus.formats.registry import BY_TYPE, HTML, PLAIN, by_name
from seedsearch.corpus.found import Contents, Extracted, FoundDocument, extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.corpus.split import FINDER
from seedsearch.line_ends import LINE_END
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core

MEDIA_TYPE = "message/rfc822"
# The headers that are part of the text, and their names as fields.
_SHOWN = {
    "Subject": "subject", "From": "from", "Sender": "sender", "Reply-To": "reply-to", "To": "to", "Cc": "cc",
    "Bcc": "bcc", "Date": "date", "Resent-From": "resent-from", "Resent-To": "resent-to", "List-Id": "list",
    "Newsgroups": "newsgroups", "Organization": "organization", "Keywords": "keywords", "Comments": "comments",
    "X-Keywords": "keywords", "X-Label": "label", "X-Gmail-Labels": "label",
}  # fmt: skip
_SHOWN_IN_LOWER = {name.lower(): (name, field) for name, field in _SHOWN.items()}
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_NUMBERS = {name: f"{number:02}" for number, name in enumerate(_MONTHS.split("|"), 1)}
# The standard library takes five times as long for such a date.
_USUAL_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?([0-9]{{1,2}}) ({_MONTHS}) ([12][0-9]{{3}}) ([0-9:]{{8}}) ([+-][0-9]{{4}})"
)
_LENGTH = re.compile(rb"\s*+[0-9]{1,12}+[ \t]*+\r?\n")  # the first line of a message of Apple Mail
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?+[\r\n]*+")  # may be before the first header
_REFERENCE = re.compile(r"<([^<>\s]{1,500}+)>")
_MAX_DEPTH = 20
_WITHOUT_TEXT = frozenset((
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/pgp-encrypted",
))  # fmt: skip
_UNREADABLE = dict.fromkeys(SIGNED, "encrypted or signed (S/MIME)")
_ENRICHED = ("text/enriched", "text/richtext")
_ENRICHED_MARK = re.compile(
    r"<param>[^<>\n]{0,200}</param>|(?<!<)</?[A-Za-z][A-Za-z-]{0,59}>", re.I
)
_ENCRYPTED = b"-----BEGIN PGP MESSAGE"
# Words of a text; single characters in scripts that do not separate words.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
_NO_WORDS = "".join(char if _WORD.match(char) else " " for char in map(chr, range(128)))
_FEW = 0.2  # as a share of the words of a text
# A file in the text of a message, as programs sent it before MIME.
_UUENCODED = (
    rb"(?m)^begin [0-7]{3,4} (\S[^\r\n]*+)\r?\n(?:[!-M][ -`]*+\r?\n)++(?:[ `]?\r?\n)?end[ \t]*+\r?$"
)
_UU_BYTES, _UU_TEXT = re.compile(_UUENCODED), re.compile(_UUENCODED.decode())


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the message and its attachments that are documents. Raise Skip if it is no message."""
    return extracted(find(file, data))


def find(file: SourceFile, data: bytes) -> Contents:
    """Yield what `extract` yields. A usual message is a FoundDocument."""
    length = _LENGTH.match(data)
    if length is None:
        yield from documents_of(file, data)
        return
    at, end = length.end(), min(length.end() + int(length[0]), len(data))
    yield from documents_of(file, data, at, end, line_offset=data.count(b"\n", 0, at))


def documents_of(
    file: SourceFile,
    data: bytes,
    at: int = 0,
    end: int | None = None,
    *,
    member: str = "",
    line_offset: int = 0,
) -> Contents:
    """Return the documents of the message in `data[at:end]`. Raise Skip if it is no message.

    `member` is its place in its file, `line_offset` the number of lines before it.
    """
    end = len(data) if end is None else end
    if compiled is not None and FINDER is not None:
        usual = compiled.usual_message(data, at, end, line_offset + 1, FINDER, _USUAL)
        if usual is not None:
            title, fields, id, text = usual
            # A third of the cost of calling it: a mailbox has many messages.
            values = (file.path, title, id, member, MEDIA_TYPE, tuple(fields), text)
            return (tuple.__new__(FoundDocument, values),)
    return _of_any(file, data[at:end], member, line_offset)


def _of_any(file: SourceFile, data: bytes, member: str, line_offset: int) -> Extracted:
    """Yield the documents of a message of any structure. Raise Skip if it is no message."""
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    begin = _BEGIN.match(data)
    message = Entity(data, begin.end() if begin else 0, len(data))
    if not message:
        raise Skip("no mail: it has no headers")
    waiting = [_Inner(message, member, "", Lines(data, line_offset + 1), 0)]
    while waiting:
        inner = waiting.pop()
        message, lines = without_signature(inner.message, inner.lines)
        inner = inner._replace(message=message, lines=lines)
        reading = _Reading(file, inner)
        yield reading.document()
        yield from reading.attachments()
        waiting += reversed(reading.messages)


@functools.lru_cache(maxsize=256)
def _usual_charset(content_type: str) -> str | None:
    """Return the charset of plain text, "" if none is declared; None for other types and for what is rare."""
    kind, stated = declared(content_type)
    charset = stated.get("charset", "")
    is_plain = kind.count("/") != 1 or kind == PLAIN
    is_rare = "name" in stated or "delsp" in stated or may_look_like_utf_8(charset)
    return charset if is_plain and not is_rare else None


def _holds_uuencode(text: str) -> bool:
    return "\nbegin " in text and _UU_TEXT.search(text) is not None


class _Part(NamedTuple):
    """A text in a message, with its heading and the file's line at which each of its lines begins and ends."""

    heading: str
    text: str
    lines: Sequence[int]
    ends: Sequence[int]


class _Inner(NamedTuple):
    """A message: its place in its file, the subject of the outer message, and its depth."""

    message: Entity
    member: str
    outer: str
    lines: Lines
    depth: int


class _Reading:
    """Reads one message: its texts, its attachments, and the messages inside it."""

    def __init__(self, file: SourceFile, inner: _Inner) -> None:
        self.messages: list[_Inner] = []
        self._file, self._inner, self._lines = file, inner, inner.lines
        self._encoding, self._errors = "utf-8", "strict"
        self._attached: list[tuple[str, Entity]] = []
        self._names: list[tuple[str, int]] = []
        self._problems: list[Problem] = []
        self._texts: list[_Part] = []
        self._count = 0
        message = inner.message
        charset = message.parameters.get("charset", "")
        shown = [
            (*_SHOWN_IN_LOWER[lower], value, line)
            for lower, (line, said) in message.fields.items()
            if lower in _SHOWN_IN_LOWER and (value := decoded_words(said, charset))
        ]
        self._fields = {field: value for _, field, value, _ in reversed(shown)}
        sender = self._fields.get("from", "")
        self.title = self._fields.get("subject") or f"mail from {sender or 'nobody'}"
        first = self._lines.line(message.start)
        self._head = [
            (f"{name}: {value}", first if self._lines.fixed else first + line - 1)
            for name, field, value, line in shown
            if value != sender or field == "from"
        ]
        if date := self._fields.get("date"):
            self._fields["date"] = _date(date)
        self._bodies = self._read(message)

    def document(self) -> ExtractedDocument:
        """Return the document of the message itself."""
        message, inner = self._inner.message, self._inner
        stated = list(self._fields.items())
        stated += [("attachment", name) for name, _ in self._names]
        thread = _REFERENCE.search(message.field("references") or message.field("in-reply-to"))
        if thread:
            stated.append(("thread", in_letters(thread[1])))
        if inner.outer:
            stated.append(("outer", inner.outer))
        parts = [_listed(self._head), *self._bodies]
        if self._names:
            parts.append(_listed([(f"Attachment: {name}", line) for name, line in self._names]))
        parts += self._texts
        text, sections, lines, ends = _joined(
            [part for part in parts if part.text and not part.text.isspace()]
        )
        return made(self._file.path, MEDIA_TYPE, self.title, text, sections, encoding=self._encoding,
                    errors=self._errors, id=message.header("message-id").strip("<> "), member=inner.member,
                    fields=stated, lines=lines, ends=ends)  # fmt: skip

    def attachments(self) -> Extracted:
        """Yield the documents of the attachments, and the problems."""
        yield from self._problems
        prefix = f"{self._inner.member}/" if self._inner.member else ""
        about = [(name, self._fields[name]) for name in ("from", "date") if name in self._fields]
        for name, part in self._attached:
            content = in_utf_8(part.content(), part.kind, part.parameters.get("charset", ""))
            places = self._lines.of_content(part, content.count(b"\n") + 1)
            for found in members_of(self._file, name, content, prefix=prefix):
                if isinstance(found, Problem):
                    yield found
                    continue
                own = found.document.fields
                known = {field for field, _ in own}
                fields = (
                    *own,
                    *(pair for pair in about if pair[0] not in known),
                    ("outer", self.title),
                )
                placed = _placed(found, *places)
                yield placed._replace(document=found.document.replace(fields=fields))

    def _read(self, message: Entity) -> list[_Part]:
        """Return the texts of the body. Collect the attachments."""
        bodies: list[_Part] = []
        plain: dict[int, _Part] = {}  # plain bodies, by their offset
        for part, beside in message.leaves():
            self._count += 1
            name = part.file_name
            if name:
                self._names.append((name, self._lines.line(part.start)))
            kind = part.kind
            if kind in MESSAGES:
                self._message(part, name)
            elif reason := _UNREADABLE.get(kind):
                self._problem(name or f"part {self._count}", reason)
            elif kind in _WITHOUT_TEXT:
                continue
            elif part.data.startswith(_ENCRYPTED, part.begin):
                self._problem(name or f"part {self._count}", "encrypted")
            elif kind.startswith(("text/", "message/")) and not _reader_of(kind, name):
                if name and part.is_attached:
                    self._texts.append(self._text(part, name))
                elif beside and kind == HTML and beside.begin in plain:
                    said = plain[beside.begin]
                    bodies = [
                        *(body for body in bodies if body is not said),
                        *self._both(part, said),
                    ]
                else:
                    bodies.append(self._text(part, ""))
                    if _holds_uuencode(bodies[-1].text) and not part.is_encoded:
                        bodies[-1] = _without_uuencode(bodies[-1])
                        self._uuencoded(part)
                    plain[part.begin] = bodies[-1]
            elif name or not kind.startswith("image/"):
                self._attached.append((name or self._name_for(kind), part))
        return bodies

    def _message(self, part: Entity, name: str) -> None:
        name = name or f"message {len(self.messages) + 1}"
        member = f"{self._inner.member}/{name}" if self._inner.member else name
        message = part.inside()
        if not message:
            self._problem(name, "no mail: it has no headers")
        elif self._inner.depth >= _MAX_DEPTH:
            self._problem(name, "nested too deeply")
        else:
            lines, depth = self._lines.below(part), self._inner.depth + 1
            self.messages.append(_Inner(message, member, self.title, lines, depth))

    def _uuencoded(self, part: Entity) -> None:
        """Collect the files in the text of a part."""
        for found in _UU_BYTES.finditer(part.data, part.begin, part.end):
            file = Entity(part.data, *found.span())
            name = text_of(found[1], "")[0].strip()
            file.transfer, file.parameters = "uuencode", {"name": name}
            self._names.append((name, self._lines.line(file.start)))
            self._attached.append((name, file))

    def _problem(self, place: str, reason: str) -> None:
        member = self._inner.member
        self._problems.append(Problem(f"{member}/{place}" if member else place, reason))

    def _name_for(self, kind: str) -> str:
        """Return a name for an attachment without one. Its ending selects the reader."""
        reader = BY_TYPE.get(kind)
        return f"attachment {self._count}{reader.endings[0] if reader and kind != PLAIN else ''}"

    def _both(self, part: Entity, plain: _Part) -> list[_Part]:
        """Return HTML or its plain alternative if one has nearly all words of the other, else both."""
        rich = self._text(part, "")
        words, others = _words(plain.text), _words(rich.text)
        if len(others - words) <= _FEW * len(others):
            return [plain]
        return [rich] if len(words - others) <= _FEW * len(words) else [plain, rich]

    def _text(self, part: Entity, heading: str) -> _Part:
        text, encoding, errors = text_of(part.content(), part.parameters.get("charset", ""))
        text = clean_text(text)
        if not text.isascii():
            self._encoding, self._errors = encoding, errors
        lines, ends = self._lines.of_content(part, text.count("\n") + 1)
        if part.kind in _ENRICHED:
            text = _ENRICHED_MARK.sub("", text).replace("<<", "<")
        if part.kind != HTML:
            if part.parameters.get("delsp", "").lower() == "yes":
                text, lines, ends = _flowing(text, lines, ends)
            return tuple.__new__(_Part, (heading, text, lines, ends))  # half the cost of calling it
        page = read_page(text, whole=True)
        return _Part(heading, page.text, *of_page(page, lines, ends))


def _words(text: str) -> set[str]:
    """Return the words of a text in lower case: `set(_WORD.findall(text.lower()))`, in less time."""
    lower = text.lower()
    if lower.isascii():
        return set(lower.translate(_NO_WORDS).split())
    written = set(lower.split())
    beyond = [word for word in written if not word.isascii()]
    others = " ".join(written.difference(beyond)).translate(_NO_WORDS).split()
    return {*others, *_WORD.findall(" ".join(beyond))}


def _without_uuencode(part: _Part) -> _Part:
    """Return a text without the files in it."""
    kept: list[str] = []
    lines, ends = array("q"), array("q")
    at = line = 0
    for found in _UU_TEXT.finditer(part.text):
        kept.append(part.text[at : found.start()])
        after = line + kept[-1].count("\n")
        lines.extend(part.lines[line:after])
        ends.extend(part.ends[line:after])
        at, line = found.end(), after + found[0].count("\n")
    kept.append(part.text[at:])
    lines.extend(part.lines[line:])
    ends.extend(part.ends[line:])
    return _Part(part.heading, "".join(kept), lines, ends)


def _flowing(
    text: str, lines: Sequence[int], ends: Sequence[int]
) -> tuple[str, Sequence[int], Sequence[int]]:
    """A text whose lines go on without a space where they end with one (RFC 3676, DelSp), and where its lines are."""
    joined: list[str] = []
    first, last = array("q"), array("q")
    goes_on = False
    for line, start, end in zip(text.split("\n"), lines, ends, strict=True):
        if goes_on:
            joined[-1] = joined[-1][:-1]
            joined.append(line.lstrip(">").removeprefix(" "))
            last[-1] = end
        else:
            joined += ("\n", line)
            first.append(start)
            last.append(end)
        goes_on = line.endswith(" ") and line != "-- "
    return "".join(joined[1:]), first, last


def _placed(
    found: ExtractedDocument, first: Sequence[int], last: Sequence[int]
) -> ExtractedDocument:
    """Return an attachment's document with lines of the message. `first` and `last` map lines of the content."""
    # Only `\n` ends a line of the message.
    steps = (end[0] != "\r" for end in LINE_END.finditer(found.text))
    inside = found.lines or list(accumulate(steps, initial=found.line_offset + 1))
    most = len(first)
    lines = array("q", [first[min(number, most) - 1] for number in inside])
    ends = array("q", [last[min(number, most) - 1] for number in found.ends or inside])
    return found._replace(lines=lines, ends=ends, line_offset=0, spans=())


def _reader_of(kind: str, name: str) -> bool:
    """Return whether a text has a format of its own, and so is a separate document."""
    if name:
        return by_name(name) != PLAIN
    return kind in BY_TYPE and kind not in (PLAIN, HTML)


def _listed(items: Sequence[tuple[str, int]]) -> _Part:
    """Return a part with one line for each text."""
    lines = array("q", [line for _, line in items])
    return _Part("", "\n".join([text for text, _ in items]), lines, lines)


def _date(value: str) -> str:
    try:
        if (found := _USUAL_DATE.fullmatch(value)) and found[5] != "-0000":
            day, month, year, time, zone = found.groups()
            iso = f"{year}-{_NUMBERS[month]}-{day:0>2}T{time}{zone[:3]}:{zone[3:]}"
            datetime.fromisoformat(iso)  # raises ValueError if invalid
            return iso
        return email.utils.parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError, OverflowError):
        return value


def _joined(parts: list[_Part]) -> tuple[str, tuple[Section, ...], array[int], array[int]]:
    """Return the parts as one text: one section for headers and body, and one for each attachment."""
    go_on = any(part.ends is not part.lines for part in parts)
    texts: list[str] = []
    lines, ends = array("q"), array("q")
    sections: list[Section] = []
    size = start = 0
    heading = ""
    for part in parts:
        if texts:
            texts.append("\n\n")
            size += 2
            lines.append(lines[-1])
            if go_on:
                ends.append(ends[-1])
        if part.heading:
            if size > start:
                sections.append(Section(start, size, heading))
                start = size
            heading = part.heading
        texts.append(part.text)
        size += len(part.text)
        lines.extend(part.lines)
        if go_on:
            ends.extend(part.ends)
    if size > start:
        sections.append(Section(start, size, heading))
    return "".join(texts), tuple(sections), lines, ends


# How the core reads the usual message: its fields by name, and what to ask for the rest. The numbers are those of
# core/c/message.c.
_USUAL: _core.MailRules = (
    {
        **_SHOWN_IN_LOWER,
        "content-type": 0, "content-transfer-encoding": 1, "content-disposition": 2,
        "message-id": 3, "references": 4, "in-reply-to": 5,
    },
    _usual_charset, decoded_words, _date, content_of, MAX_CHARS, LINE_CHARS, TITLE_CHARS, FIELD_CHARS,
)  # fmt: skip
