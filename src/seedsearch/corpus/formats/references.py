"""Read lists of references (RIS, MEDLINE, EndNote): each reference is a document, headed by its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats import text as plain_text
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.found import Extracted
from seedsearch.line_ends import with_newlines
from seedsearch.model import DecodedText, ExtractedDocument, SourceFile

MEDIA_TYPE = "application/x-research-info-systems"
_LINE = re.compile(r"\ufeff?(?:([A-Z][A-Z0-9]{1,3})[ ]{0,2}- ?|%([0-9A-Z@!]) )(.*+)")
_FIRST = frozenset(("TY", "PMID", "0"))
_LAST = "ER"
_KNOWN = {
    "title": "TI T1 CT T", "author": "AU A1 A", "editor": "ED A2 E", "journal": "JO JF T2 JT J B", "date": "PY Y1 DP D",
    "publisher": "PB I", "keywords": "KW MH OT K", "abstract": "AB N2 X", "doi": "DO R", "url": "UR U",
    "type": "TY 0 PT", "note": "N1 Z", "id": "ID AN PMID",
}  # fmt: skip
_NAMES = {tag: name for name, tags in _KNOWN.items() for tag in tags.split()}
_FIELDS = ("type", "author", "editor", "date", "journal", "doi", "keywords")
_NO_TEXT = frozenset(("type", "title", "id"))
_DATE = re.compile(r"(\d{4})(?:[/-](\d\d))?(?:[/-](\d\d))?")


_Value: TypeAlias = tuple[str, list[str], int]
"""A value of a reference: the name of its tag, or the tag, its lines, and the number of the first."""


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield a document for each reference, or plain text if there is none. Raise Skip if it is not text or is blank."""
    decoded = decode(data, file.encoding)
    count = 0
    for values in _references(with_newlines(decoded.text)):
        count += 1
        yield _document(file.path, values, decoded, count)
    if not count:
        yield from plain_text.extract(file, data)


def _references(text: str) -> Iterator[list[_Value]]:
    values: list[_Value] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.match(line)
        tag = (found[1] or found[2]) if found else ""
        if found is None:
            if is_open and values and line.strip():  # the value goes on
                values[-1][1].append(line.strip())
            continue
        if tag in _FIRST or tag == _LAST:
            if values:
                yield values
            values, is_open = [], tag != _LAST
        if is_open:
            values.append((_NAMES.get(tag, tag), [found[3].strip()], number))
    if values:
        yield values


def _document(
    path: str, values: list[_Value], decoded: DecodedText, number: int
) -> ExtractedDocument:
    out = Lined(path, MEDIA_TYPE, decoded)
    facts: dict[str, list[str]] = {}
    for name, lines, line in values:
        text = " ".join(lines)
        if not text.strip():
            continue
        facts.setdefault(name, []).append(_iso(text) if name == "date" else text)
        if name not in _NO_TEXT:
            out.add_lines(f"{name}: {text}" if name in _KNOWN else text, line)
    title = facts.get("title", [""])[0]
    fields = [(name, value) for name in _FIELDS for value in facts.get(name, ())]
    id = facts.get("id", [""])[0]
    return out.document(title or str(number), line=values[0][2], id=id, fields=fields)


def _iso(date: str) -> str:
    """Return the date without a season or a note: `2020/05/06/Spring` is 2020-05-06."""
    found = _DATE.match(date)
    return "-".join(filter(None, found.groups())) if found else date
