"""Read plain text, and all files that read like it: one section, and a title."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from seedsearch.analysis.language import language_of
from seedsearch.corpus.decode import decode
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Skip
from seedsearch.corpus.split import FINDER
from seedsearch.corpus.title import title_in, title_of
from seedsearch.model import (
    DecodedText,
    Document,
    ExtractedDocument,
    PassageSpan,
    Section,
    SourceFile,
)

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Piece

# A copy: attributes are found faster in a dict that belongs to no Document.
_PLAIN = dict(vars(Document("", "", "utf-8")))


def whole(path: str, data: bytes) -> tuple[Document, list[PassageSpan]] | None:
    """Return the document of a UTF-8 text with its passages if the compiled core finds them, else None.

    The result equals `extract` with the passages of `split`. The text is the decoded bytes.
    """
    if FINDER is None or (found := FINDER.find(data)) is None:
        return None
    title, language, spans = found
    if title is None:
        title = title_in(data)
    values = _PLAIN.copy()
    values["path"] = path
    values["title"] = title or os.path.basename(path)
    values["language"] = language
    return Document.made_of(values), spans


def extract(file: SourceFile, data: bytes) -> Sequence[ExtractedDocument]:
    """Return the one document of a text file. Raise Skip if it is blank or not text."""
    if file.outer is not None and not file.encoding and (found := whole(file.path, data)):
        return (_member(data, *found),)
    decoded = decoded_of(file, data)
    sections = (Section(0, len(decoded.text)),)
    return (ExtractedDocument(_begin(file, decoded), decoded.text, sections, decoded),)


def extract_pieces(file: SourceFile, pieces: Iterable[Piece]) -> Extracted:
    """Yield the one document of a large text file, in pieces. Raise Skip if it is blank."""
    from seedsearch.corpus.formats.document_builder import (
        in_pieces,  # large files are few: start-up time
    )

    yield from in_pieces(
        pieces, lambda decoded: _begin(file, decoded), lambda text: (Section(0, len(text)),)
    )


def decoded_of(file: SourceFile, data: bytes) -> DecodedText:
    """Return the text of a file. Raise Skip if it is blank or not text."""
    decoded = decode(data, file.encoding)
    if not decoded.text or decoded.text.isspace():
        raise Skip("blank" if data else "empty")
    return decoded


def _member(data: bytes, document: Document, spans: list[PassageSpan]) -> ExtractedDocument:
    """Return a member's document. Its passages have no bytes, since those are not the file's."""
    new = tuple.__new__  # a third of the cost of calling them: there may be many small members
    spans = [
        new(PassageSpan, (start, end, top, bottom, -1, -1, page, heading, steps))
        for start, end, top, bottom, _, _, page, heading, steps in spans
    ]
    text = data.decode("utf-8-sig" if data.startswith(BOM_UTF8) else "utf-8")
    sections = (new(Section, (0, len(text), "", 0, False)),)
    return new(ExtractedDocument, (document, text, sections, None, 0, (), 0, False, (), spans))


def _begin(file: SourceFile, decoded: DecodedText) -> Document:
    document = begun(file.path, title_of(decoded.text), decoded, "text/plain")
    return document.replace(language=language_of(decoded.text))


def begun(
    path: str,
    title: str,
    decoded: DecodedText,
    media_type: str,
    fields: tuple[tuple[str, str], ...] = (),
) -> Document:
    """Return the document of a decoded file. Without a title it has the name of its file."""
    how = decoded.encoding, decoded.errors, decoded.confidence
    name = title or os.path.basename(path)
    return Document(path, name, *how, media_type=media_type, fields=fields)
