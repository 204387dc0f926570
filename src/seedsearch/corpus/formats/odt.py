"""OpenDocument text (.odt, .fodt): paragraphs, headings as sections, tables by rows, notes in place."""

from __future__ import annotations

import os
from collections.abc import Iterator

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import Writing, clean_text, made
from seedsearch.corpus.formats.zipped import Archive
from seedsearch.corpus.skip import Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_IGNORED = frozenset(("tracked-changes", "forms", "settings", "styles", "automatic-styles",
                      "master-styles", "font-face-decls", "scripts", "binary-data", "note-citation",
                      "sequence-decls", "table-of-content", "meta"))  # fmt: skip
_MOST_SPACES = 100


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
    """The one document. Raises Skip for what is broken, encrypted or without text."""
    writing = Writing()
    body = _Body(writing)
    if data.startswith(b"PK"):
        archive = Archive(data)
        if b"encryption-data" in archive.read("META-INF/manifest.xml", b""):
            raise Skip("encrypted")
        xml.parse(archive.read("content.xml"), body)
        facts = xml.facts_of(archive.read("meta.xml", b""))
    else:
        xml.parse(data, body)
        facts = xml.facts_of(data)
    text, sections = writing.done()
    title = facts.get("title", "") or body.title
    if not text.strip() and not title:
        raise Skip("no text in it")
    fields = (
        ("date", facts.get("creation-date", "") or facts.get("date", "")),
        ("author", facts.get("initial-creator", "") or facts.get("creator", "")),
    )
    yield made(file.path, MEDIA_TYPE, title or os.path.basename(file.path), text, sections,
               fields=fields)  # fmt: skip


class _Body(xml.Handler):
    """Writes the paragraphs of a document."""

    def __init__(self, writing: Writing) -> None:
        self.title = ""
        self._writing = writing
        self._inside = False  # of office:body
        self._ignored = 0
        self._open: list[list[str]] = []
        self._rows = 0
        self._row: list[str] = []
        self._style: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._ignored or name in _IGNORED:
            self._ignored += 1
        elif name == "body":
            self._inside = True
        elif name in ("p", "h"):
            self._open.append([])
            self._style.append(attributes.get("style-name", ""))
        elif name == "table-row":
            self._rows += 1
        elif not self._open:
            return
        elif name == "s":
            count = attributes.get("c", "1")
            known = count.isdecimal() and len(count) < 10
            self._open[-1].append(" " * min(int(count) if known else 1, _MOST_SPACES))
        elif name == "tab":
            self._open[-1].append("\t")
        elif name == "line-break":
            self._open[-1].append("\n")

    def text(self, data: str) -> None:
        if self._open and self._inside and not self._ignored:
            self._open[-1].append(data)

    def end(self, name: str) -> None:
        if self._ignored:
            self._ignored -= 1
        elif name in ("p", "h") and self._open:
            text = clean_text("".join(self._open.pop())).strip()
            style = self._style.pop()
            if text and self._inside:
                self._paragraph(text, style, heading=name == "h")
        elif name in ("table-cell", "covered-table-cell") and self._rows:
            self._row.append("\t")
        elif name == "table-row":
            self._rows -= 1
            row = "".join(self._row).strip("\t ")
            self._row = []
            if row:
                self._writing.add(row, "\n")
        elif name == "table":
            self._writing.add("", "\n")
        elif name == "body":
            self._inside = False

    def _paragraph(self, text: str, style: str, *, heading: bool) -> None:
        if self._rows:
            joined = " " if self._row and self._row[-1] != "\t" else ""
            self._row.append(joined + " ".join(text.split()))
            return
        if heading:
            self._writing.section(text)
        if heading or style == "Title":
            self.title = self.title or text
        self._writing.add(text)
