"""Read pages that a browser saved as one file (MHTML): the page, and its frames that have text."""

from __future__ import annotations

from seedsearch.corpus.formats import mail
from seedsearch.corpus.formats.charset import declared_in
from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.formats.headers import text_of
from seedsearch.corpus.formats.html import read_page
from seedsearch.corpus.formats.mime import Entity, Lines, of_page
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Skip
from seedsearch.model import ExtractedDocument, SourceFile

_PAGES = ("text/html", "application/xhtml+xml")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the page, then its frames. Raise Skip if none has text. A message without a page is read as mail."""
    message = Entity(data, 0, len(data))
    pages = [part for part, _ in message.leaves() if part.kind in _PAGES]
    if not pages:
        yield from mail.extract(file, data)
        return
    lines = Lines(data, 1)
    start = message.parameters.get("start")
    main = next((part for part in pages if start and part.field("content-id") == start), pages[0])
    address = message.header("snapshot-content-location") or main.header("content-location")
    found = False
    for part in (main, *(part for part in pages if part is not main)):
        if document := _page(
            file, message, part, lines, "" if part is main else _name(part), address
        ):
            found = True
            yield document
    if not found:
        raise Skip("no text in the page")


def _name(frame: Entity) -> str:
    return frame.header("content-location") or frame.header("content-id").strip("<>") or "frame"


def _page(
    file: SourceFile, message: Entity, part: Entity, lines: Lines, member: str, address: str
) -> ExtractedDocument | None:
    content = part.content()
    charset = part.parameters.get("charset", "") or declared_in(content)
    source, encoding, errors = text_of(content, charset)
    source = clean_text(source)
    page = read_page(source)
    if not page.text and (member or not page.title):
        return None
    first, last = of_page(page, *lines.of_content(part, source.count("\n") + 1))
    title = page.title or ("" if member else message.header("subject"))
    stated = [pair for pair in page.fields if pair[0] != "url"]
    stated.append(("url", member if "://" in member else address))
    if saved := message.header("date"):
        stated.append(("saved", saved))
    return made(file.path, "text/html", title, page.text, page.sections, encoding=encoding,
                errors=errors, member=member, fields=stated, lines=first, ends=last)  # fmt: skip
