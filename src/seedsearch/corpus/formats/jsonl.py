"""Read JSON Lines: each record is a document with its identifier, title and text, then its other facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.json_text import record
from seedsearch.corpus.formats.json_tree import Branch, tree_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import DecodedText, ExtractedDocument, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large import Piece

MEDIA_TYPE = "application/jsonl"


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield a document for each record, and a Problem for each line that is none. Raise Skip if there is neither."""
    blank = True
    decoded = decode(data, file.encoding)
    for found in _records(file, decoded, 0):
        blank = False
        yield found
    if blank:
        raise Skip("blank" if data else "empty")


def extract_pieces(
    file: SourceFile, pieces: Iterable[Piece]
) -> Iterator[ExtractedDocument | Problem]:
    """Yield the records and problems of a large file, in pieces. Raise Skip if there is neither."""
    blank = True
    lines = 0
    for piece in pieces:
        if piece.lost:
            blank = False
            yield Problem(f"line {lines + 1}", "too long")
            lines += piece.lost
            continue
        decoded = piece.decoded()._replace(errors=piece.encoding.errors)
        for found in _records(file, decoded, lines):
            blank = False
            yield found
        lines += decoded.text.count("\n")
    if blank:
        raise Skip("blank")


def _records(
    file: SourceFile, decoded: DecodedText, lines: int
) -> Iterator[ExtractedDocument | Problem]:
    """Yield the records and problems of a text. `lines` is the number of lines before it."""
    for number, line in enumerate(_lines(decoded.text), lines + 1):
        if not line or line.isspace():
            continue
        found = _record(line, number)
        if isinstance(found, str):
            yield Problem(f"line {number}", found)
        else:
            yield record(file.path, MEDIA_TYPE, found, decoded)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines one by one: all of them at once would take the memory twice."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    yield text[at:]


def _record(line: str, number: int) -> Branch | str:
    """Return the record of a line, or the fault."""
    try:
        value = json.loads(line.strip("\ufeff"))
        record = tree_of(value, number)
    except ValueError:
        return "not JSON"
    except RecursionError:
        return "nested too deeply"
    return record if isinstance(record, Branch) and not record.is_list else "not a JSON object"
