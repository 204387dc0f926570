"""Word (.docx): paragraphs, headings as sections, tables by rows, notes and comments at the end."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import Writing, clean_text, made
from seedsearch.corpus.formats.zipped import Archive
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LEVELS = frozenset("012345678")
_AFTERWARDS = (("footnotes", "Footnotes"), ("endnotes", "Endnotes"), ("comments", "Comments"))


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The one document. Raises Skip for what is broken, encrypted or without text."""
    if data.startswith(_OLE):
        raise Skip("encrypted, or of an old version of Word")
    archive = Archive(data)
    writing = Writing()
    styles = _Styles()
    problems: list[Problem] = []
    if "word/styles.xml" in archive:
        try:
            xml.parse(archive.read("word/styles.xml"), styles)
        except Skip as skip:
            problems.append(Problem("styles", skip.reason))
    body = _Body(writing, styles)
    xml.parse(archive.read("word/document.xml"), body)
    for part, heading in _AFTERWARDS:
        name = f"word/{part}.xml"
        if name in archive:
            writing.section(heading)
            try:
                xml.parse(archive.read(name), _Body(writing, styles))
            except Skip as skip:
                problems.append(Problem(part, skip.reason))
    text, sections = writing.done()
    facts = xml.facts_of(archive.read("docProps/core.xml", b""))
    title = facts.get("title", "") or body.title
    if not text.strip() and not title:
        raise Skip("no text in it")
    date = facts.get("created", "") or facts.get("modified", "")
    fields = (("date", date), ("author", facts.get("creator", "")))
    yield made(file.path, MEDIA_TYPE, title or os.path.basename(file.path), text, sections,
               fields=fields)  # fmt: skip
    yield from problems


class _Styles(xml.Handler):
    """Which styles are headings (whatever they are called in the writer's language) or titles."""

    def __init__(self) -> None:
        self.headings: set[str] = set()
        self.titles: set[str] = set()
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("val", "")
        if name == "style":
            self._style = attributes.get("styleId", "")
        elif not self._style:
            return
        elif name == "name":
            if _HEADING.match(value):
                self.headings.add(self._style)
            elif value.lower() == "title":
                self.titles.add(self._style)
        elif name == "outlineLvl" and value in _LEVELS:
            self.headings.add(self._style)

    def end(self, name: str) -> None:
        if name == "style":
            self._style = ""


class _Body(xml.Handler):
    """Writes the paragraphs of a part."""

    def __init__(self, writing: Writing, styles: _Styles) -> None:
        self.title = ""
        self._writing, self._styles = writing, styles
        # A text box is a paragraph inside a paragraph: those that are open, outermost first.
        self._open: list[tuple[list[str], Mapping[str, str]]] = []
        self._tables = 0
        self._row: list[str] = []
        self._ignored = 0
        self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._ignored or name in ("Fallback", "del", "moveFrom", "pPrChange", "rPrChange"):
            self._ignored += 1
        elif name == "p":
            self._open.append(([], {}))
        elif name == "tbl":
            self._tables += 1
        elif name == "t":
            self._in_text = True
        elif self._open:
            parts, _ = self._open[-1]
            if name in ("pStyle", "outlineLvl"):
                style = dict(self._open[-1][1]) | {name: attributes.get("val", "")}
                self._open[-1] = (parts, style)
            elif name in ("br", "cr"):
                parts.append("\n")
            elif name == "tab":
                parts.append("\t")
            elif name == "noBreakHyphen":
                parts.append("-")

    def text(self, data: str) -> None:
        if self._in_text and self._open and not self._ignored:
            self._open[-1][0].append(data)

    def end(self, name: str) -> None:
        if self._ignored:
            self._ignored -= 1
        elif name == "t":
            self._in_text = False
        elif name == "p" and self._open:
            parts, style = self._open.pop()
            self._paragraph(clean_text("".join(parts)).strip(), style)
        elif name == "tc" and self._tables:
            self._row.append("\t")
        elif name == "tr":
            row = "".join(self._row).strip("\t ")
            self._row = []
            if row:
                self._writing.add(row, "\n")
        elif name == "tbl":
            self._tables -= 1
            if not self._tables:
                self._writing.add("", "\n")

    def _paragraph(self, text: str, style: Mapping[str, str]) -> None:
        if not text:
            return
        if self._tables:
            joined = " " if self._row and self._row[-1] != "\t" else ""
            self._row.append(joined + " ".join(text.split()))
            return
        named = style.get("pStyle", "")
        outline = style.get("outlineLvl", "")
        if named in self._styles.titles:
            self.title = self.title or text
        if named in self._styles.headings or outline in _LEVELS:
            self._writing.section(text)
            self.title = self.title or text
        self._writing.add(text)
