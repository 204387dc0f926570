"""PDF: the text of each page as a section of that page, by PDFium (`seedsearch[pdf]`)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seedsearch.corpus.formats.document_builder import Writing, clean_text, made
from seedsearch.corpus.skip import Problem, Skip, needs
from seedsearch.corpus.title import title_of
from seedsearch.model import ExtractedDocument, SourceFile

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MEDIA_TYPE = "application/pdf"
_MAX_PAGES = 50_000
_MAX_CHARS = 100_000_000
# PDFium marks a hyphen at the end of a line. It stays: the tokenizer joins the word, and it is cited as it stands.
_HYPHENATED = re.compile("[\x02\ufffe](?:\r\n|\r|\n)?")
_NO_TITLE = re.compile(r"untitled|\(anonymous\)|microsoft word|.*\.(?:docx?|tex|dvi|indd|qxd|pdf|rtf)\Z",
                       re.IGNORECASE)  # fmt: skip
_DATE = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?")


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The one document. Raises Skip for what is broken, encrypted or without text, or where the
    library is not installed."""
    document = _opened(data)
    try:
        writing = Writing()
        problems = list(_read_pages(document, writing))
        text, sections = writing.done()
        if not text.strip():
            if problems:
                raise Skip(problems[0].reason)
            raise Skip("no text in it (scanned pages?)")
        facts = _facts(document)
    finally:
        document.close()
    title = facts["Title"]
    if not title or _NO_TITLE.match(title):
        title = title_of(text) or os.path.basename(file.path)
    fields = (("date", _date(facts["CreationDate"])), ("author", facts["Author"]))
    yield made(file.path, MEDIA_TYPE, title, text, sections, fields=fields)
    yield from problems


def _opened(data: bytes) -> PdfDocument:
    try:
        from pypdfium2 import PdfDocument, PdfiumError  # 200 ms: only when there is a PDF
    except ImportError:
        raise needs("pdf") from None
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        reason = str(error).lower()
        raise Skip("encrypted" if "password" in reason else "broken PDF") from error


def _read_pages(document: PdfDocument, writing: Writing) -> Iterator[Problem]:
    """Write each page's text as a section; tell of the pages that cannot be read."""
    from pypdfium2 import PdfiumError

    count = len(document)
    for number in range(min(count, _MAX_PAGES)):
        try:
            page = document[number]
            words = page.get_textpage()
            text = words.get_text_range()
            words.close()
            page.close()
        except PdfiumError:
            yield Problem(f"page {number + 1}", "damaged")
            continue
        writing.section(page=number + 1)
        if text and not text.isspace():
            writing.add(clean_text(_HYPHENATED.sub("-\n", text)).replace("\0", "").rstrip(), "\n")
        if writing.size > _MAX_CHARS:
            yield Problem(f"page {number + 2} and on", f"more than {_MAX_CHARS:,} characters")
            return
    if count > _MAX_PAGES:
        yield Problem(f"page {_MAX_PAGES + 1:,} and on", "too many pages")


def _facts(document: PdfDocument) -> dict[str, str]:
    names = ("Title", "Author", "CreationDate")
    return {name: clean_text(document.get_metadata_value(name)).strip() for name in names}


def _date(value: str) -> str:
    """`D:20241021093000Z` as `2024-10-21`."""
    found = _DATE.match(value)
    return "-".join(part for part in found.groups() if part) if found else ""
