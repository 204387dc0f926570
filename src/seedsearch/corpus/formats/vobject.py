"""Read calendars (iCalendar, `.ics`) and contacts (vCard, `.vcf`): each event, task or contact is a document.

Folded lines are joined; escapes and quoted-printable are decoded. Pictures, sounds and other attachments in the file
are left out, and so are alarms and rules of time zones.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import TypeAlias

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats import text as plain_text
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.found import Extracted
from seedsearch.line_ends import with_newlines
from seedsearch.model import DecodedText, ExtractedDocument, SourceFile

CALENDAR, CONTACTS = "text/calendar", "text/vcard"
_ITEMS = {"VEVENT": CALENDAR, "VTODO": CALENDAR, "VJOURNAL": CALENDAR, "VCARD": CONTACTS}
_LINE = re.compile(
    r"(?:[\w-]{1,60}+\.)?+([A-Za-z0-9-]{1,60}+)((?:;(?:[^\":;]|\"[^\"]*+\")*+)*+):(.*+)\Z",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d))?")
_NAME = re.compile(r"(?:\A|;)CN=(?:\"([^\"]*+)\"|([^;]*+))", re.IGNORECASE)
_CHARSET = re.compile(r"(?:\A|;)CHARSET=\"?([\w.:-]{1,40}+)", re.IGNORECASE)
_TEXTS = ("SUMMARY", "FN", "N", "NICKNAME", "ORG", "TITLE", "ROLE", "LOCATION", "DESCRIPTION", "COMMENT", "NOTE",
          "ORGANIZER", "ATTENDEE", "CONTACT", "EMAIL", "TEL", "IMPP", "ADR", "URL", "CATEGORIES", "RELATED",
          "RESOURCES", "ATTACH", "X-ABRELATEDNAMES", "X-SKYPE", "X-SOCIALPROFILE", "X-PHONETIC-FIRST-NAME",
          "X-PHONETIC-LAST-NAME", "X-PHONETIC-ORG")  # fmt: skip
_FIELDS = {"DTSTART": "date", "DUE": "due", "BDAY": "birthday", "LOCATION": "location", "ORGANIZER": "organizer",
           "ATTENDEE": "attendee", "ORG": "org", "TITLE": "role", "EMAIL": "email", "TEL": "tel",
           "CATEGORIES": "categories", "STATUS": "status"}  # fmt: skip
_DATES = ("DTSTART", "DUE", "BDAY")


_Property: TypeAlias = tuple[str, str, str, int]
"""A property of an item: name, parameters, decoded value, and the line at which it begins."""


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the events, tasks or contacts of a file, or plain text if it has none. Raise Skip if it is not text."""
    decoded = decode(data, file.encoding)
    number = 0
    item, properties, inside = "", list[_Property](), 0
    for entry in _properties(decoded.text):
        name, _, value, _ = entry
        if name == "BEGIN":
            inside += bool(item)
            if not item and value.upper() in _ITEMS:
                item, properties = value.upper(), []
        elif name == "END" and item:
            if not inside:
                number += 1
                yield _document(file, decoded, _ITEMS[item], properties, number)
                item = ""
            inside -= bool(inside)
        elif item and not inside:
            properties.append(entry)
    if not number:
        yield from plain_text.extract(file, data)


def _properties(text: str) -> Iterator[_Property]:
    held, begin = "", 1
    lines = with_newlines(text).split("\n")
    for number, line in enumerate([*lines, "END:"], 1):
        if held and line[:1] in (" ", "\t"):
            held += line[1:]
        elif held.endswith("=") and "QUOTED-PRINTABLE" in held[:200].upper():
            held = held[:-1] + line
        else:
            found = _LINE.match(held)
            if found:
                yield found[1].upper(), found[2], _value(found[2], found[3]), begin
            held, begin = line, number


def _value(parameters: str, value: str) -> str:
    """Return a value without its encoding; "" if it is not text."""
    upper = parameters.upper()
    if "BASE64" in upper or "ENCODING=B" in upper or value[:5].lower() == "data:":
        return ""
    if "QUOTED-PRINTABLE" in upper:
        charset = _CHARSET.search(parameters)
        raw = quopri.decodestring(value.encode("utf-8", "replace"))
        try:
            value = raw.decode(charset[1] if charset else "utf-8", "replace")
        except (LookupError, ValueError):
            value = raw.decode("utf-8", "replace")
    return value


def _document(
    file: SourceFile,
    decoded: DecodedText,
    media_type: str,
    properties: list[_Property],
    number: int,
) -> ExtractedDocument:
    out = Lined(file.path, media_type, decoded)
    fields: list[tuple[str, str]] = []
    title = ident = ""
    for name, parameters, raw, line in properties:
        value = _shown(name, parameters, raw)
        if name in ("SUMMARY", "FN"):
            title = title or value
        elif name == "UID":
            ident = value
        if name in _FIELDS and value:
            fields.append((_FIELDS[name], _iso(value) if name in _DATES else value))
        if name in _TEXTS and value:
            out.add_lines(value, line)
        elif name in _DATES and value:
            out.add_lines(_iso(value).replace("T", " "), line)
    return out.document(title or f"{number}", id=ident, member=str(number), fields=fields)


def _shown(name: str, parameters: str, value: str) -> str:
    """Return a value for people: escapes decoded, parts of names and addresses separated, people by name."""
    if name in ("N", "ADR", "ORG"):
        parts = re.split(r"(?<!\\);", value)
        value = ", ".join(part.strip() for part in parts if part.strip())
    value = _ESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], value).strip()
    if name in ("ORGANIZER", "ATTENDEE", "EMAIL", "TEL", "IMPP"):
        address = value.partition(":")[2] if value[:7].lower() in ("mailto:", "tel:") else value
        address = value[4:] if value[:4].lower() == "tel:" else address
        person = _NAME.search(parameters)
        called = (person[1] or person[2] or "").strip() if person else ""
        value = f"{called} <{address}>" if called and called != address else address
    return value


def _iso(value: str) -> str:
    """Return a date or a time in ISO 8601, as fields have it."""
    found = _DATE.match(value)
    if not found:
        return value
    day = f"{found[1]}-{found[2]}-{found[3]}"
    return f"{day}T{found[4]}:{found[5]}" if found[4] else day
