"""Plain text, and everything that reads like it: the text as it is, one section, a title."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from seedsearch.analysis.language import ENGLISH, language_of
from seedsearch.corpus.decode import decode
from seedsearch.corpus.skip import Skip
from seedsearch.corpus.split import quick_finder, split
from seedsearch.line_ends import with_newlines
from seedsearch.model import (
    DecodedText,
    Document,
    ExtractedDocument,
    PassageSpan,
    Section,
    SourceFile,
)

if TYPE_CHECKING:
    from seedsearch.corpus.large import Piece

_HEADING = re.compile(r"#{1,6}+[ \t]([^\r\n]*+)")
_UNDERLINE = re.compile(r"(=++|-++)\s*+\Z")
_STOPS = frozenset(".!?。！？")
_FIRST_LINES = 2000
_TITLE_CHARS = 100
_TITLE_WORDS = 16
_find = quick_finder((_FIRST_LINES, _TITLE_CHARS, _TITLE_WORDS), ENGLISH)
# A copy: attributes are found quicker in a dict that no Document has for its own.
_PLAIN = dict(vars(Document("", "", "utf-8")))


def whole(path: str, data: bytes) -> tuple[Document, list[PassageSpan]] | None:
    """The document of a text file with its passages, where it is found as quickly as most are; else None.

    It is what `extract` gives, with the passages of `split`; the text is that of the bytes, in UTF-8.
    """
    if _find is None or (found := _find(data)) is None:
        return None
    title, language, spans = found
    if title is None:
        # So many characters have four times as many bytes at most; the last may be cut.
        title = title_of(data[: 4 * _FIRST_LINES].decode("utf-8", "ignore"))
    text = data.decode() if language is None or spans is None else ""
    if language is None:
        language = language_of(text)
    values = _PLAIN.copy()
    values["path"] = path
    values["title"] = title or os.path.basename(path)
    values["language"] = language
    document = Document.made_of(values)
    if spans is None:
        decoded = DecodedText(data, text, "utf-8", "strict", 1.0, 0)
        spans = split(ExtractedDocument(document, text, (Section(0, len(text)),), decoded))
    return document, spans


def extract(file: SourceFile, data: bytes) -> Sequence[ExtractedDocument]:
    """The one document of a text file. Raises Skip for what is blank or not text."""
    decoded = decode(data, file.encoding)
    if decoded.text and not decoded.text.isspace():
        return (_document(file, decoded),)
    raise Skip("blank" if data else "empty")


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Iterator[ExtractedDocument]:
    """The one document of a large text file. Raises Skip where it is blank."""
    from seedsearch.corpus.formats.document_builder import (
        in_pieces,  # large files are few: start-up time
    )

    yield from in_pieces(
        pieces, lambda decoded: _begin(file, decoded), lambda text: (Section(0, len(text)),)
    )


def _document(file: SourceFile, decoded: DecodedText) -> ExtractedDocument:
    text = decoded.text
    document = _begin(file, decoded)
    return ExtractedDocument(document, text, (Section(0, len(text)),), decoded, 0, (), 0, False)


def _begin(file: SourceFile, decoded: DecodedText) -> Document:
    return Document(
        path=file.path,
        title=title_of(decoded.text) or os.path.basename(file.path),
        encoding=decoded.encoding,
        errors=decoded.errors,
        confidence=decoded.confidence,
        language=language_of(decoded.text),
    )


def title_of(text: str) -> str:
    """The first line, where it reads like a title, or ""; a Markdown heading without its marks.

    A title is short, does not end like a sentence, and is followed by a blank line or by a longer
    line.
    """
    if text[:1] in "#\ufeff \t\r\n\u3000":
        text = text[:_FIRST_LINES].lstrip("\ufeff \t\r\n\u3000")
        heading = _HEADING.match(text)
        if heading and (words := heading[1].rstrip(" \t#").split()):
            return " ".join(words)[:_TITLE_CHARS]
    head = with_newlines(text[:_FIRST_LINES])
    first, _, rest = head.partition("\n")
    if len(first) > 2 * _TITLE_CHARS or not _is_title(title := " ".join(first.split())):
        return ""
    after, _, later = rest.partition("\n")
    if not after or after.isspace():
        return title if later and not later.isspace() else ""
    return title if len(after) > len(first) or _UNDERLINE.match(after) else ""


@cache
def _sentence_inside() -> re.Pattern[str]:
    """Two sentences in one line. Compiled when first needed: start-up time."""
    return re.compile(r"[a-z]{2}[.!?][\"'”’]? +[A-Z]|[。！？].")


def _is_title(line: str) -> bool:
    if not 0 < len(line) <= _TITLE_CHARS or line.count(" ") >= _TITLE_WORDS:
        return False
    if line[-1] in ".!。！,;:,、；：-—…{([=" and not line.endswith(("U.S.", "Inc.", "Jr.", "etc.")):
        return False
    if not _STOPS.isdisjoint(line) and _sentence_inside().search(line):
        return False
    return any(map(str.isalnum, line))
