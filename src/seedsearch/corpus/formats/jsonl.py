"""Read JSON Lines: each record is a document with its identifier, title and text, then its other facts.

A log may have other lines between its records (a message, a stack trace). They are text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.formats.json_text import record
from seedsearch.corpus.formats.json_tree import Node, tree_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, or_skip
from seedsearch.model import DecodedText, ExtractedDocument, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Piece

MEDIA_TYPE = "application/jsonl"
_LOGS = (".log", ".txt")  # endings of files whose other lines are text


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield a document for each record, and a Problem for each line that is none. Raise Skip if there is neither."""
    records = _records(file, decode(data, file.encoding), 0)
    yield from or_skip(records, "blank" if data else "empty")


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Extracted:
    """Yield the records and problems of a large file, in pieces. Raise Skip if there is neither."""
    yield from or_skip(_in_pieces(file, pieces), "blank")


def _in_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Extracted:
    lines = 0
    for piece in pieces:
        if piece.lost:
            yield Problem(f"line {lines + 1}", "too long")
            lines += piece.lost
            continue
        decoded = piece.decoded()._replace(errors=piece.encoding.errors)
        yield from _records(file, decoded, lines)
        lines += decoded.text.count("\n")


def _records(file: SourceFile, decoded: DecodedText, lines: int) -> Extracted:
    """Yield the records and problems of a text. `lines` is the number of lines before it."""
    is_log = file.path.lower().endswith(_LOGS)
    between = Lined(file.path, MEDIA_TYPE, decoded)
    for number, line in enumerate(_lines(decoded.text), lines + 1):
        if not line or line.isspace():
            continue
        found = _record(line, number)
        if not isinstance(found, str):
            if between.has_text:
                yield _between(between)
                between = Lined(file.path, MEDIA_TYPE, decoded)
            yield record(file.path, MEDIA_TYPE, found, decoded)
        elif is_log:
            between.add_lines(line, number)
        else:
            yield Problem(f"line {number}", found)
    if between.has_text:
        yield _between(between)


def _between(lines: Lined) -> ExtractedDocument:
    """Return the lines of a log between two records as a document without a title, as records are."""
    found = lines.document()
    return found._replace(document=found.document.replace(title=""))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines one by one: all of them at once would take the memory twice."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    yield text[at:]


def _record(line: str, number: int) -> Node | str:
    """Return the record of a line, which is an object, a list or a string; or the fault."""
    try:
        value = json.loads(line.strip("\ufeff"))
        node = tree_of(value, number)
    except ValueError:
        return "not JSON"
    except RecursionError:
        return "nested too deeply"
    is_record = isinstance(value, dict) or (isinstance(value, list | str) and bool(value))
    return node if is_record else "not a JSON object"
