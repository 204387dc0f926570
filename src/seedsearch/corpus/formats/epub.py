"""Read EPUB: the chapters of a book in their order, with their headings as sections."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.archive import Archive
from seedsearch.corpus.formats.charset import declared_in, decoded_as
from seedsearch.corpus.formats.document_builder import Writing, made
from seedsearch.corpus.formats.html import read_page
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip, left_out
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/epub+zip"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a book. Raise Skip if it is broken, protected or without text."""
    archive = Archive(data, file)
    container = xml.root_of(archive.read("META-INF/container.xml"))
    package = next((root.get("full-path", "") for root in container.iter("rootfile")), "")
    book = xml.root_of(archive.read(package))
    locked: set[str] = set()
    if "META-INF/encryption.xml" in archive:
        encryption = xml.root_of(archive.read("META-INF/encryption.xml"))
        locked = {unquote(entry.get("URI", "")) for entry in encryption.iter("CipherReference")}
    writing = Writing()
    problems: list[Problem] = []
    for number, name in enumerate(_chapters(book, posixpath.dirname(package)), 1):
        with left_out(problems, f"chapter {number}"):
            if name in locked:
                raise Skip("encrypted")
            _chapter(archive.read(name), writing)
    text, sections = writing.done()
    if not text.strip() and not problems:
        raise Skip("no text in it")
    if text.strip():
        facts = xml.facts_of(book)
        fields = (
            ("author", facts.get("creator", "")),
            ("date", facts.get("date", "")),
            ("subject", facts.get("subject", "")),
            ("description", facts.get("description", "")),
        )
        yield made(file.path, MEDIA_TYPE, facts.get("title", "") or os.path.basename(file.path),
                   text, sections, id=facts.get("identifier", ""), fields=fields,
                   with_properties=True)  # fmt: skip
    yield from problems


def _chapter(data: bytes, writing: Writing) -> None:
    """Add one chapter. Text without a heading goes under the chapter's title."""
    page = read_page(decoded_as(data, declared_in(data)).text, whole=True)
    for section in page.sections:
        writing.section(section.heading or page.title)
        writing.add(page.text[section.start : section.end].strip("\n"))


def _chapters(book: Element, folder: str) -> Iterator[str]:
    """Yield the members that are chapters, each once, in reading order."""
    pages = {
        item.get("id", ""): item.get("href", "")
        for item in book.iter("item")
        if item.get("media-type") in _PAGES
    }
    for key in dict.fromkeys(item.get("idref", "") for item in book.iter("itemref")):
        if href := pages.get(key):
            yield posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))
