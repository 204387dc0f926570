"""JSON Lines: a record a document, with its identifier, title and text; its other facts are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import DecodedText, ExtractedDocument, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large import Piece

MEDIA_TYPE = "application/jsonl"
_IDS = ("id", "_id", "doc_id", "docid", "docno", "uid", "uuid", "key")
_TITLES = ("title", "headline", "subject", "name")
_TEXTS = ("text", "body", "content", "contents", "passage", "abstract", "article", "description",
          "message")  # fmt: skip


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """A document for each record, a Problem for each line that is none. Raises Skip where there is
    neither."""
    blank = True
    decoded = decode(data, file.encoding)
    for found in _records(file, decoded, 0, decoded.errors):
        blank = False
        yield found
    if blank:
        raise Skip("blank" if data else "empty")


def extract_pieces(
    file: SourceFile, pieces: Iterable[Piece]
) -> Iterator[ExtractedDocument | Problem]:
    """The same for a large file. Raises Skip where there is neither."""
    blank = True
    lines = 0
    for piece in pieces:
        if piece.lost:
            blank = False
            yield Problem(f"line {lines + 1}", "too long")
            lines += piece.lost
            continue
        decoded = piece.decoded()
        for found in _records(file, decoded, lines, piece.encoding.errors):
            blank = False
            yield found
        lines += decoded.text.count("\n")
    if blank:
        raise Skip("blank")


def _records(
    file: SourceFile, decoded: DecodedText, lines: int, errors: str
) -> Iterator[ExtractedDocument | Problem]:
    """What the lines of a text hold; so many lines stand before it."""
    for number, line in enumerate(_lines(decoded.text), lines + 1):
        if not line or line.isspace():
            continue
        record = _record(line)
        if isinstance(record, str):
            yield Problem(f"line {number}", record)
        else:
            how = (decoded.encoding, errors, decoded.confidence)
            yield _document(file, number, record, *how)


def _lines(text: str) -> Iterator[str]:
    """The lines, one at a time: all of them at once would take the memory twice."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    yield text[at:]


def _record(line: str) -> dict[str, Any] | str:
    """The record of a line, or what is wrong with it."""
    try:
        value = json.loads(line.strip("\ufeff"))
    except (ValueError, RecursionError):
        return "not JSON"
    return value if isinstance(value, dict) else "not a JSON object"


def _document(
    file: SourceFile,
    number: int,
    record: dict[str, Any],
    encoding: str,
    errors: str,
    confidence: float,
) -> ExtractedDocument:
    names = {name.lower(): name for name in reversed(record)}
    id_name = next((names[n] for n in _IDS if _word(record, names.get(n))), "")
    title_name = next((names[n] for n in _TITLES if _word(record, names.get(n))), "")
    text_name = next((names[n] for n in _TEXTS if _word(record, names.get(n))), "")
    others = {
        clean_text(name): _words_of(value)
        for name, value in record.items()
        if name not in (id_name, title_name, text_name)
    }
    title = _words_of(record[title_name]) if title_name else ""
    text = _words_of(record[text_name]) if text_name else ""
    if not text:  # a record of another shape: what it says in words is its text
        text = "\n".join(f"{name}: {value}" for name, value in others.items() if value)
    id = _words_of(record[id_name]) if id_name else ""
    lines = (number,) * (text.count("\n") + 1)
    found = made(
        file.path, MEDIA_TYPE, title or id, text,
        encoding=encoding, errors=errors, confidence=confidence,
        id=id, fields=tuple(others.items()), lines=lines,
    )  # fmt: skip
    if title or not text:
        return found
    # The name of the file says nothing of one record, and numbers are no words to rank by.
    return found._replace(document=found.document.replace(title=""))


def _word(record: dict[str, Any], name: str | None) -> bool:
    """Whether a field is there and says something by itself."""
    return name is not None and bool(_words_of(record[name]))


def _words_of(value: Any) -> str:
    """A string or number, or a list of them, as text; "" for what is none."""
    if isinstance(value, str):
        return clean_text(value).strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return json.dumps(value)
    if isinstance(value, list):
        return ", ".join(
            filter(None, (_words_of(part) for part in value if not isinstance(part, list)))
        )
    return ""
