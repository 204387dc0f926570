"""What is stored on the cluster: the mapping of an index, and passages and files as its documents.

A passage has the streams of its text and of its title (`streams.py`), as `words` and `stems`. Those of its body hold
the text once and the title TITLE_WEIGHT times, so that the frequency of a mark there is the tf of the formula. The
positions of words serve phrases, those of stems the nearness of words. `record` is a line of JSON with all that a
reader gets back. Everything is kept in `_source`, because the cluster needs all of a document to copy it to another
node.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from seedsearch.analysis.passage_language import language_in, languages_in
from seedsearch.engine.base import DocumentText, cut
from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.engine.opensearch.json_lines import dumped, loaded
from seedsearch.engine.opensearch.streams import (
    JOINT,
    Cutter,
    Streams,
    Texts,
    valid,
)
from seedsearch.model import Document, FileState, Passage, PassageSpan, field_key
from seedsearch.query.match import OWN, field_values, plain
from seedsearch.record import NamedTuple
from seedsearch.rows import Table, is_table, stated

FORMAT = 6
_BETWEEN = 1000  # positions between text and title, so that no phrase spans both
_KEYWORDS = (
    *("kind", "part", "batch", "path", "document", "encoding", "media_type", "names"),
    *("language", "spoken", "of_document"),
)
_FIELDS = Document._fields


def settings_and_mappings(name: str, shards: int, replicas: int) -> dict[str, Any]:
    """Return the body of the request that creates an index."""
    keyword = {"type": "keyword"}
    listed = {**keyword, "doc_values": False}
    number = {"type": "integer"}
    summed = {**number, "index": False}
    stream = {"type": "text", "analyzer": "streams", "position_increment_gap": _BETWEEN}
    streams = {"properties": {"words": stream, "stems": stream}}
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": -1,
            "codec": "best_compression",
            "analysis": {
                "tokenizer": {"positions": {"type": "whitespace", "max_token_length": 1048576}},
                "filter": {
                    "joints": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [f"([^{JOINT}]+)"],
                    }
                },
                "analyzer": {"streams": {"tokenizer": "positions", "filter": ["joints"]}},
            },
        },
        "mappings": {
            "_meta": {"seedsearch": FORMAT, "name": name},
            "dynamic": False,
            "properties": {
                **dict.fromkeys(_KEYWORDS, keyword),
                **dict.fromkeys(("values", "words"), listed),
                **dict.fromkeys(("place", "ordinal"), number),
                **dict.fromkeys(("number", "length", "bytes", "terms"), summed),
                "until": {"type": "long"},
                "head": {"type": "boolean"},
                "skipped": {"type": "boolean"},
                "rows": {"type": "boolean"},
                "body": streams,
                "title": streams,
                "record": {"type": "object", "enabled": False},
            },
        },
    }


def stored_path(path: str) -> str:
    """Return a path as the cluster stores it: one character for each byte, so that its order is that of the bytes."""
    return os.fsencode(path).decode("latin-1")


class StoredStreams(NamedTuple):
    """The streams of a passage's text, and of its title: see `streams.py`."""

    words: str = ""
    marks: str = ""
    title_words: str = ""
    title_marks: str = ""


class Stored(NamedTuple):
    """A passage of the index, with what its score needs. `fields` are those of its document and its row."""

    passage: Passage
    place: int
    document: str
    language: str
    length: int
    fields: tuple[tuple[str, str], ...]
    begins_row: bool
    streams: StoredStreams = StoredStreams()


def passages_of(item: DocumentText, place: int, key: str) -> Iterator[Stored]:
    """Yield the passages of a document. `key` is unique to it."""
    texts = cut(item.text, item.spans)
    others = languages_in(item.document.language, item.text, item.spans)
    document = item.document.replace(also=tuple(sorted(set(others.values()))))
    rows = _rows(document, item.spans, texts) if is_table(document.fields) else None
    for number, (span, text) in enumerate(zip(item.spans, texts, strict=True)):
        passage = Passage(  # by place: by name, it takes twice as long
            document,
            item.ordinal + number,
            text,
            span.line_start,
            span.line_end,
            span.byte_start if span.byte_start >= 0 else None,
            span.byte_end if span.byte_end >= 0 else None,
            span.page or None,
            span.heading,
            span.steps,
        )
        row, begins = rows[number] if rows else ((), False)
        fields = (*stated(document.fields), *row) if rows else document.fields
        language = language_in(document, text)
        yield Stored(passage, place, key, language, 0, fields, begins)


_Row = tuple[tuple[tuple[str, str], ...], bool]


def _rows(document: Document, spans: Sequence[PassageSpan], texts: Sequence[str]) -> list[_Row]:
    """Return the fields of each passage's row, and whether the row begins there. A cut row is joined again."""
    table = Table(document.fields)
    cuts = [table.is_cut(text) for text in texts]
    touches = [one.line_end == other.line_start for one, other in pairwise(spans)]
    found: list[_Row] = []
    for number, text in enumerate(texts):
        first = last = number
        while cuts[number] and first and touches[first - 1]:
            first -= 1
        while cuts[number] and last < len(touches) and touches[last]:
            last += 1
        row = " ".join(texts[first : last + 1]) if last > first else text
        found.append((tuple(table.fields(row)), first == number))
    return found


class Encoder:
    """Turns passages into documents of the cluster."""

    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter
        self._about: _About | None = None  # the last document, because its passages come together

    def documents(self, passages: Sequence[Stored]) -> Iterator[dict[str, Any]]:
        """Yield the documents of some passages, each of which has its title if it is the first of its document."""
        texts = [
            Texts(own.text, own.document.title if own.ordinal == 0 else "", stored.language)
            for stored in passages
            for own in (stored.passage,)
        ]
        for stored, streams in zip(passages, self._cutter.cut(texts), strict=True):
            yield self._document(stored, *streams)

    def _document(self, stored: Stored, body: Streams, title: Streams) -> dict[str, Any]:
        passage = stored.passage
        document = passage.document
        is_head = self._about is None or self._about.document is not document
        length = body.positions + TITLE_WEIGHT * title.positions
        if self._about is None or is_head:
            self._about = _about(document)
        about = self._about
        made: dict[str, Any] = {
            "kind": "passage",
            "path": about.path,
            "place": stored.place,
            "ordinal": passage.ordinal,
            "document": stored.document,
            "length": length,
            "language": stored.language,
            "values": _values(document, stored.fields) if about.is_table else about.values,
            "bytes": len(passage.text.encode("utf-8", "surrogatepass")),
            "record": about.record + _record(stored, length, about.is_table),
            "body": _both(body, title if title.positions else None),
        }
        if title.positions:
            made["title"] = {"words": [title.words], "stems": [title.marks]}
        if about.names:
            made["names"] = about.names
        if about.is_table:
            made["rows"] = True
        if is_head or passage.ordinal == 0:
            made |= _of_document(document)
        if is_head:
            made["head"] = True
        return made


def _both(body: Streams, title: Streams | None) -> dict[str, list[str]]:
    titles = [title] * TITLE_WEIGHT if title else []
    return {
        "words": [body.words, *[each.words for each in titles]],
        "stems": [body.marks, *[each.marks for each in titles]],
    }


def _of_document(document: Document) -> dict[str, Any]:
    return {
        "spoken": document.language,
        "of_document": sorted({document.language, *document.also}),
        "encoding": valid(document.encoding),
        "media_type": valid(document.media_type),
    }


class _About(NamedTuple):
    """What all passages of a document share: `record` is the beginning of theirs."""

    document: Document
    path: str
    names: list[str]
    values: list[str]
    is_table: bool
    record: str


def _about(document: Document) -> _About:
    return _About(
        document,
        stored_path(document.path),
        sorted({field_key(valid(name)) for name, _ in document.fields}),
        _values(document, document.fields),
        is_table(document.fields),
        dumped([getattr(document, name) for name in _FIELDS])[:-1],
    )


def _record(stored: Stored, length: int, has_rows: bool) -> str:
    """Return the end of a record."""
    passage = stored.passage
    own = [getattr(passage, name) for name in Passage._fields[1:]]
    fields = stored.fields if has_rows else None
    return "," + dumped([*own, *stored[1:4], length, fields, stored.begins_row])[1:]


def _values(document: Document, fields: Sequence[tuple[str, str]]) -> list[str]:
    """Return what filters compare on the cluster, as `name=value`."""
    known = document.replace(fields=tuple(fields))
    pairs = {(name, plain(value, name)) for name in OWN for value in field_values(known, name)}
    return [valid(f"{name}={value}") for name, value in sorted(pairs)]


def stored_in(record: str, documents: dict[object, Document]) -> Stored:
    """Return a passage from its record. `documents` holds those already known, so that passages share them."""
    values = loaded(record)
    count, more = len(_FIELDS), len(Passage._fields) - 1
    own, of_passage, rest = values[:count], values[count : count + more], values[count + more :]
    key = rest[1]
    document = documents.get(key)
    if document is None:
        known = dict(zip(_FIELDS, own, strict=True))
        known["fields"] = tuple([(name, value) for name, value in known["fields"]])
        document = documents[key] = Document(**{**known, "also": tuple(known["also"])})
    place, key, language, length, fields, begins = rest
    seen = document.fields if fields is None else tuple([(n, v) for n, v in fields])
    return Stored(Passage(document, *of_passage), place, key, language, length, seen, begins)


def loaded_streams(source: Mapping[str, Any]) -> StoredStreams:
    """Return the streams of a document of the cluster."""
    body, title = source["body"], source.get("title")
    in_title = (title["words"][0], title["stems"][0]) if title else ("", "")
    return StoredStreams(body["words"][0], body["stems"][0], *in_title)


def file_document(state: FileState) -> dict[str, Any]:
    """Return the document of a file."""
    values = [*state[:4], state.digest.hex(), state.skipped]
    return {
        "kind": "file",
        "path": stored_path(state.path),
        "skipped": bool(state.skipped),
        "record": dumped(values),
    }


def loaded_file(record: str) -> FileState:
    """Return a file from its record."""
    path, size, mtime_ns, ctime_ns, digest, skipped = loaded(record)
    return FileState(path, size, mtime_ns, ctime_ns, bytes.fromhex(digest), skipped)
