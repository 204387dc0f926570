"""What is stored on the cluster: the mapping of an index, and passages and files as its documents.

A passage holds the *marks* of its words. All marks of one position are joined by JOINT, positions by spaces. They are
made from the form (`analysis.stemming`) of a word:

    =term     the folded term
    ~key      the key of the stem class
    %key      in languages that stem spellings: the whole key, with the accents of the stem
    <class ^plain &class^plain   there, instead of ~: the key without accents, the key of the term without accents, both

`body` has the text once and the title TITLE_WEIGHT times, so that the frequency of a mark in it is the tf of the
formula. `body.count` and `title` score this frequency. A term's counts are in `tally`: a digit to divide the
vocabulary by, the term, and its occurrences in text and title, between JOINTs. `record` is a line of JSON with all
that a reader gets back.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.passage_language import language_in, languages_in
from seedsearch.analysis.stemming import AS_SPELT, MARK
from seedsearch.engine.base import DocumentText, cut
from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.model import Document, FileState, Passage, PassageSpan, field_key
from seedsearch.query.match import OWN, field_values, plain
from seedsearch.record import NamedTuple
from seedsearch.rows import Table, is_table, stated

FORMAT = 2
JOINT = "\x01"
_MARK = "\x02"  # instead of MARK, at which the cluster would cut
_GAP = "_"
_BETWEEN = 1000  # positions between text and title, so that no phrase spans both
DIVISIONS = "0123456789abcdef"
_SURROGATES = re.compile("[\ud800-\udfff]")
_KEYWORDS = (
    *("kind", "part", "batch", "path", "document", "encoding", "media_type", "names", "values"),
    *("tally", "language", "languages", "spoken", "of_document"),
)
_FIELDS = Document._fields


def settings_and_mappings(name: str, shards: int, replicas: int) -> dict[str, Any]:
    """Return the body of the request that creates an index."""
    text = {"type": "text", "analyzer": "marks"}
    counted = {**text, "similarity": "frequency", "norms": False}
    spaced = {"position_increment_gap": _BETWEEN}
    keyword, number = {"type": "keyword"}, {"type": "integer"}
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": -1,
            "codec": "best_compression",
            "similarity": {
                "frequency": {
                    "type": "scripted",
                    "script": {"source": "return query.boost * doc.freq;"},
                }
            },
            "analysis": {
                "tokenizer": {"positions": {"type": "whitespace", "max_token_length": 1048576}},
                "filter": {
                    "joints": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [f"([^{JOINT}]+)"],
                    }
                },
                "analyzer": {"marks": {"tokenizer": "positions", "filter": ["joints"]}},
            },
        },
        "mappings": {
            "_meta": {"seedsearch": FORMAT, "name": name},
            "_source": {"excludes": ["body", "title", "tally", "values"]},
            "dynamic": False,
            "properties": {
                **dict.fromkeys(_KEYWORDS, keyword),
                **dict.fromkeys(("number", "place", "ordinal", "length"), number),
                "until": {"type": "long"},
                "bytes": {"type": "long"},
                "head": {"type": "boolean"},
                "skipped": {"type": "boolean"},
                "rows": {"type": "boolean"},
                "body": {
                    **text,
                    **spaced,
                    "fields": {"count": {**counted, "index_options": "freqs"}},
                },
                "title": {**counted, **spaced},
                "record": {"type": "object", "enabled": False},
            },
        },
    }


def stored_path(path: str) -> str:
    """Return a path as the cluster stores it: one character for each byte, so that its order is that of the bytes."""
    return os.fsencode(path).decode("latin-1")


class Stored(NamedTuple):
    """A passage of the index, with what its score needs. `fields` are those of its document and its row."""

    passage: Passage
    place: int
    document: str
    language: str
    length: int
    fields: tuple[tuple[str, str], ...]
    begins_row: bool


def passages_of(item: DocumentText, place: int, key: str, analyzer: Analyzer) -> Iterator[Stored]:
    """Yield the passages of a document. `key` is unique to it."""
    texts = cut(item.text, item.spans)
    others = languages_in(item.document.language, item.text, item.spans)
    document = item.document.replace(also=tuple(sorted(set(others.values()))))
    rows = _rows(document, item.spans, texts) if is_table(document.fields) else None
    for number, (span, text) in enumerate(zip(item.spans, texts, strict=True)):
        passage = Passage(
            document=document,
            ordinal=item.ordinal + number,
            text=text,
            line_start=span.line_start,
            line_end=span.line_end,
            byte_start=span.byte_start if span.byte_start >= 0 else None,
            byte_end=span.byte_end if span.byte_end >= 0 else None,
            page=span.page or None,
            heading=span.heading,
            steps=span.steps,
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
    """Turns passages and files into documents of the cluster."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._marks = lru_cache(1 << 16)(self._marks_of)

    def passage(self, stored: Stored) -> dict[str, Any]:
        """Return the document of a passage."""
        passage, language = stored.passage, stored.language
        document = passage.document
        is_first = passage.ordinal == 0
        body, positions, counts = self._stream(passage.text, language)
        title, of_title, in_title = self._stream(document.title if is_first else "", language)
        length = positions + TITLE_WEIGHT * of_title
        titles = [title] if title else []
        return {
            "kind": "passage",
            "path": stored_path(document.path),
            "place": stored.place,
            "ordinal": passage.ordinal,
            "document": stored.document,
            "length": length,
            "spoken": document.language,
            "of_document": sorted({document.language, *document.also}),
            "languages": sorted({document.language, language, *document.also}),
            "language": language,
            "encoding": valid(document.encoding),
            "media_type": valid(document.media_type),
            "names": sorted({field_key(valid(name)) for name, _ in document.fields}),
            "values": _values(document, stored.fields),
            "rows": is_table(document.fields),
            "bytes": len(passage.text.encode("utf-8", "surrogatepass")),
            "body": [body, *titles * TITLE_WEIGHT],
            "title": titles,
            "tally": _tally(counts, in_title),
            "record": dumped(
                [
                    *[getattr(document, name) for name in _FIELDS],
                    *[getattr(passage, name) for name in Passage._fields[1:]],
                    *stored[1:4],
                    length,
                    stored.fields if is_table(document.fields) else None,
                    stored.begins_row,
                ]
            ),
        }

    def _stream(self, text: str, language: str) -> tuple[str, int, Counter[str]]:
        """Return the marks of a text, its number of positions with words, and its terms with their counts."""
        at: dict[int, list[str]] = {}
        counts: Counter[str] = Counter()
        for form, token in self._analyzer.forms(text, language):
            at.setdefault(token.position, []).append(self._marks(form))
            counts[form.term] += 1
        if not at:
            return "", 0, counts
        words = [JOINT.join(at[n]) if n in at else _GAP for n in range(max(at) + 1)]
        return " ".join(words), len(at), counts

    def _marks_of(self, form: Form) -> str:
        return JOINT.join(clean_mark(mark) for mark in marks_of(form, self._analyzer))


def marks_of(form: Form, analyzer: Analyzer) -> list[str]:
    """Return the marks of a form, as the module says."""
    term, key = form
    _, mark, language = key.partition(MARK.decode())
    if not mark:
        return [f"={term}", f"~{key}"]
    kind = key.partition(AS_SPELT.decode())[0]
    plain = analyzer.form(term, language.partition(AS_SPELT.decode())[0]).stem
    keys = [f"~{kind}"] if kind == plain else [f"<{kind}", f"^{plain}", f"&{kind}^{plain}"]
    return [f"={term}", f"%{key}", *keys]


def clean_mark(mark: str) -> str:
    """Return a mark without what the cluster would cut at or cannot hold."""
    return valid(mark).replace(" ", _MARK)


def valid(text: str) -> str:
    """Return a text without lone surrogates, which JSON and the cluster cannot hold."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _tally(body: Mapping[str, int], title: Mapping[str, int]) -> list[str]:
    return [
        f"{_division(term)}{valid(term)}{JOINT}{body.get(term, 0)}{JOINT}{title.get(term, 0)}"
        for term in {**body, **title}
    ]


def _division(term: str) -> str:
    return DIVISIONS[zlib.crc32(term.encode("utf-8", "surrogatepass")) & 15]


def _values(document: Document, fields: Sequence[tuple[str, str]]) -> list[str]:
    """Return what filters compare on the cluster, as `name=value`."""
    known = document.replace(fields=tuple(fields))
    pairs = {(name, plain(value, name)) for name in OWN for value in field_values(known, name)}
    return [valid(f"{name}={value}") for name, value in sorted(pairs)]


def dumped(values: object) -> str:
    """Return values as JSON that holds any text, lone surrogates too, but has none itself."""
    line = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    if line.isascii():
        return line
    return _SURROGATES.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def loaded(record: str, documents: dict[object, Document]) -> Stored:
    """Return a passage from its record. `documents` holds those already known, so that passages share them."""
    values = json.loads(record)
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
    path, size, mtime_ns, ctime_ns, digest, skipped = json.loads(record)
    return FileState(path, size, mtime_ns, ctime_ns, bytes.fromhex(digest), skipped)
