"""Read web archives (WARC): each fetched page or document by its address, without pictures, styles and scripts."""

from __future__ import annotations

import re
import zlib
from urllib.parse import urlsplit

from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.headers import in_letters, in_utf_8
from seedsearch.corpus.formats.limits import Allowance, allowance_of, unfolded
from seedsearch.corpus.formats.mime import Entity
from seedsearch.corpus.formats.registry import BY_TYPE, PLAIN, by_name
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip, or_skip
from seedsearch.model import ExtractedDocument, SourceFile
from seedsearch.record import NamedTuple

_RECORD = re.compile(rb"WARC/1\.[0-9][^\n]{0,20}\n")
_WITH_CONTENT = ("response", "resource", "conversion")
_DRESS = ("image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript",
          "application/x-javascript", "application/font", "application/x-font")  # fmt: skip
_SAME = {"application/xhtml+xml": "text/html"}
_NAME_CHARS = 200


class _Fetched(NamedTuple):
    """The content of a record and its type.

    `line_offset` counts the lines before it, if its lines are the file's.
    """

    kind: str
    content: bytes
    line_offset: int | None


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of all records, in order. Raise Skip if it is no archive or has no documents."""
    begin = _RECORD.match(data)
    if begin is None:
        raise Skip("no web archive" if data else "empty")
    yield from or_skip(_records(file, data, begin), "no page in it")


def _records(file: SourceFile, data: bytes, found: re.Match[bytes] | None) -> Extracted:
    allowance = allowance_of(file, len(data))
    at, lines, counted = 0, 0, 0
    while found:
        record = Entity(data, found.end(), len(data))
        length = record.field("content-length").strip()
        known = length.isdecimal() and len(length) < 15
        size = int(length) if known else 0
        end = min(record.begin + size, len(data))
        address = in_letters(record.field("warc-target-uri").strip("<> "))
        lines += data.count(b"\n", counted, record.begin)
        counted = record.begin
        if record.field("warc-type").lower() in _WITH_CONTENT:
            try:
                fetched = _content(data, record, end, lines, allowance)
                if fetched and not fetched.kind.startswith(_DRESS):
                    yield from _documents(file, record, address, fetched)
            except Skip as skip:
                yield Problem(address or f"record at byte {at:,}", skip.reason)
        if not known:
            yield Problem(f"record at byte {at:,}", "damaged")
        elif record.begin + size > len(data):
            yield Problem(address or f"record at byte {at:,}", "breaks off")
        found = _RECORD.search(data, end)
        at = found.start() if found else len(data)


def _content(
    data: bytes, record: Entity, end: int, lines: int, allowance: Allowance
) -> _Fetched | None:
    """Return the content that was fetched; None for a redirection, an error and so on."""
    kind = record.kind
    if not data.startswith(b"HTTP/", record.begin):
        return _Fetched(kind, data[record.begin : end], lines)
    status_end = data.find(b"\n", record.begin, end) + 1
    status = data[record.begin : status_end].split(None, 2)
    if len(status) < 2 or status[1] != b"200":
        return None
    reply = Entity(data, status_end, end)
    content = data[reply.begin : end]
    offset: int | None = lines + data.count(b"\n", record.begin, reply.begin)
    if reply.field("transfer-encoding").lower() == "chunked":
        content, offset = _joined(content), None
    coding = reply.field("content-encoding").lower()
    if coding in ("gzip", "x-gzip", "deflate"):
        content, trouble = unfolded(content, lambda: zlib.decompressobj(wbits=47), allowance)
        offset = None
        if trouble and not content:
            raise Skip(f"{trouble} from the start")
    elif coding not in ("", "identity"):
        raise Skip(f"compressed in an unknown way ({coding})")
    content = in_utf_8(content, reply.kind, reply.parameters.get("charset", ""))
    return _Fetched(reply.kind, content, offset)


def _joined(sent: bytes) -> bytes:
    """Return a body without the marks of its chunks, unchanged if it has none."""
    parts: list[bytes] = []
    at = 0
    while (line_end := sent.find(b"\r\n", at)) >= 0:
        try:
            size = int(sent[at:line_end].partition(b";")[0], 16)
        except ValueError:
            return b"".join(parts) if parts else sent
        if size <= 0:
            break
        parts.append(sent[line_end + 2 : line_end + 2 + size])
        at = line_end + 4 + size
    return b"".join(parts) if parts else sent


def _documents(file: SourceFile, record: Entity, address: str, fetched: _Fetched) -> Extracted:
    name = _name(address, _SAME.get(fetched.kind, fetched.kind))
    about = [("url", address), ("saved", in_letters(record.field("warc-date")))]
    for found in members_of(file, name, fetched.content):
        if isinstance(found, Problem):
            yield found._replace(place=address + found.place[len(name) :])
            continue
        document = found.document
        fields = [pair for pair in document.fields if pair[0] != "url"]
        fields += [pair for pair in about if pair[1]]
        placed = document.replace(
            member=address + document.member[len(name) :], fields=tuple(fields)
        )
        yield _placed(found, fetched)._replace(document=placed)


def _placed(found: ExtractedDocument, fetched: _Fetched) -> ExtractedDocument:
    """Return a document with the lines of the archive, if its content is in the archive unchanged."""
    offset = fetched.line_offset
    if offset is None:
        return found
    if not found.lines:
        return found._replace(line_offset=found.line_offset + offset, spans=())
    lines, ends = ([line + offset for line in places] for places in (found.lines, found.ends))
    return found._replace(lines=lines, ends=ends, spans=())


def _name(address: str, kind: str) -> str:
    """Return a file name whose ending selects the reader of a media type."""
    name = (
        urlsplit(address.replace("[", "").replace("]", "")).path.rpartition("/")[2][-_NAME_CHARS:]
        or "page"
    )
    reader = BY_TYPE.get(kind)
    if reader is None or kind == PLAIN or by_name(name) == kind:
        return name
    return name + reader.endings[0]
