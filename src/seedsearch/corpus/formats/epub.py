"""Read EPUB: the chapters of a book in their order, with their headings as sections."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.charset import declared_in, decoded_as
from seedsearch.corpus.formats.document_builder import Writing, made
from seedsearch.corpus.formats.html import read_page
from seedsearch.corpus.formats.zipped import Archive
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/epub+zip"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the one document of a book. Raise Skip if it is broken, protected or without text."""
    archive = Archive(data)
    container = _Container()
    xml.parse(archive.read("META-INF/container.xml"), container)
    book = _Package()
    xml.parse(archive.read(container.package), book)
    locked = _Protected()
    if "META-INF/encryption.xml" in archive:
        xml.parse(archive.read("META-INF/encryption.xml"), locked)
    writing = Writing()
    problems: list[Problem] = []
    folder = posixpath.dirname(container.package)
    for number, name in enumerate(book.chapters(folder), 1):
        place = f"chapter {number}"
        if name in locked.names:
            problems.append(Problem(place, "encrypted"))
            continue
        try:
            _chapter(archive.read(name), writing)
        except Skip as skip:
            problems.append(Problem(place, skip.reason))
    text, sections = writing.done()
    if not text.strip() and not problems:
        raise Skip("no text in it")
    if text.strip():
        facts = book.found
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
    page = read_page(decoded_as(data, declared_in(data))[0], whole=True)
    for section in page.sections:
        writing.section(section.heading or page.title)
        writing.add(page.text[section.start : section.end].strip("\n"))


class _Container(xml.Handler):
    """Finds the book's package document."""

    def __init__(self) -> None:
        self.package = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rootfile" and not self.package:
            self.package = attributes.get("full-path", "")


class _Package(xml.Facts):
    """The facts about a book, such as its title, and the order of its chapters."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, str] = {}
        self._order: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if name == "item" and attributes.get("media-type") in _PAGES:
            self._pages[attributes.get("id", "")] = attributes.get("href", "")
        elif name == "itemref":
            self._order.append(attributes.get("idref", ""))

    def chapters(self, folder: str) -> Iterator[str]:
        """Yield the members that are chapters, each once, in reading order."""
        for key in dict.fromkeys(self._order):
            if href := self._pages.get(key):
                yield posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))


class _Protected(xml.Handler):
    """Finds the encrypted members."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "CipherReference":
            self.names.add(unquote(attributes.get("URI", "")))
