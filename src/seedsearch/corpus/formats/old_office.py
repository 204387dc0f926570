"""Read Office 97 to 2003 (.doc, .xls, .ppt) and Outlook (.msg): compound files, distinguished by their streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from seedsearch.corpus.formats import (
    biff,
    old_slides,
    old_word,
    outlook,
    text,
)
from seedsearch.corpus.formats import extract as read_any
from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import Writing, stated_fields
from seedsearch.corpus.formats.ole import OUTLOOK, Container, is_ole, properties_of
from seedsearch.corpus.formats.sheet import documents_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import ENCRYPTED, Problem, Skip, or_skip
from seedsearch.corpus.title import title_of
from seedsearch.model import ExtractedDocument, SourceFile


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of a file. Raise Skip if it is broken, or has no reader, or no password opens it."""
    try:
        yield from _documents(file, data)
    except Skip as skip:
        if skip.reason != ENCRYPTED or not file.passwords:
            raise
        from seedsearch.corpus.formats.encrypted import of_office  # rarely needed: start-up time

        opened = of_office(data, file.passwords)
        yield from read_any(file._replace(passwords=()), opened)


def _documents(file: SourceFile, data: bytes) -> Extracted:
    if not is_ole(data):  # a text that is named `.xls`
        yield from text.extract(file, data)
        return
    container = Container(data)
    if container.kind == "encrypted":
        raise Skip(ENCRYPTED)
    if container.kind == OUTLOOK:
        yield from outlook.documents_of(file, container)
        return
    facts = properties_of(container)
    try:
        if "WordDocument" in container:
            yield from _one(file, "application/msword", old_word.written(container), facts)
        elif "PowerPoint Document" in container:
            slides = old_slides.written(container)
            yield from _one(file, "application/vnd.ms-powerpoint", slides, facts)
        elif stream := next((name for name in ("Workbook", "Book") if name in container), ""):
            yield from _sheets(file, container.read(stream), facts)
        else:
            raise Skip("an Office format that has no reader")
    except (struct.error, IndexError) as error:
        raise Skip("damaged") from error
    try:
        for label, content in container.embedded():
            yield from members_of(file, label, content)
    except Skip as skip:
        yield Problem("embedded object", skip.reason)


def _one(file: SourceFile, media_type: str, writing: Writing, facts: dict[str, str]) -> Extracted:
    title = facts.get("title", "") or title_of(writing.done()[0])
    return writing.documents(file, media_type, title, stated_fields(facts, {}), ())


def _sheets(file: SourceFile, data: bytes, facts: dict[str, str]) -> Iterator[ExtractedDocument]:
    sheets, fields = biff.sheets_of(data), stated_fields(facts, {})
    found = documents_of(file, "application/vnd.ms-excel", facts.get("title", ""), fields, sheets)
    yield from or_skip(found, "no text in it")
