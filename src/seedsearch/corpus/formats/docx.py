"""Read Word (.docx): paragraphs, headings as sections, tables by rows.

Headers, notes, comments, charts and other parts beside the text each become a section. Embedded documents are
members.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import Writing, clean_text, made
from seedsearch.corpus.formats.drawing import described, texts_of
from seedsearch.corpus.formats.opc import Package, fields_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LEVELS = frozenset("012345678")
_OFF = frozenset(("0", "false", "off", "none"))
# The kind of relation, the usual names of its parts, and the name of their section.
_BESIDE = (
    ("header", r"word/header\d*\.xml", "Header"),
    ("footer", r"word/footer\d*\.xml", "Footer"),
    ("footnotes", r"word/footnotes\d*\.xml", "Footnotes"),
    ("endnotes", r"word/endnotes\d*\.xml", "Endnotes"),
    ("comments", r"word/comments\d*\.xml", "Comments"),
)
_DRAWN = (
    ("chart", r"word/charts/chart(?:ex)?\d*\.xml", "Chart"),
    ("diagramData", r"word/diagrams/data\d*\.xml", "Diagram"),
)
_IGNORED = ("del", "moveFrom", "Fallback", "pPrChange", "rPrChange")
_INSERTED = ("ins", "moveTo")
_DELETED = "Deleted"
_NOTE_MARK = re.compile(r"[0-9*†‡§]{1,3}")
_AFTER_A_WORD = re.compile(r"[^\W\d_]{3}\Z|[.,;:!?»”\"')\]]\Z")


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the document, and the documents inside it. Raise Skip if it is broken, encrypted or without text."""
    package = Package(file, data)
    reading = _Reading(file, package)
    reading.body()
    reading.beside()
    facts = package.facts()
    text, sections = reading.writing.done()
    title = facts.get("title", "") or reading.title
    inside = list(package.embedded(file))
    if text.strip() or title:
        yield made(file.path, MEDIA_TYPE, title or os.path.basename(file.path), text, sections,
                   fields=fields_of(facts), with_properties=True)  # fmt: skip
    elif not inside and not reading.problems:
        raise Skip("no text in it")
    yield from reading.problems
    yield from inside


def signed(what: str, attributes: Mapping[str, str]) -> str:
    """Return what somebody did, with name and day: `Comment by Ann 2024-05-06`."""
    author, day = attributes.get("author", ""), attributes.get("date", "")[:10]
    return " ".join(filter(None, (what, author and f"by {author}", day)))


class _Reading:
    """Reads one file into a text, and collects the parts that cannot be read."""

    def __init__(self, file: SourceFile, package: Package) -> None:
        self.writing = Writing()
        self.problems: list[Problem] = []
        self.title = ""
        self._file, self._package = file, package
        self._changes: Mapping[str, list[str]] = {}
        self._main = package.main("")
        if not self._main:
            found = package.parts("", "officeDocument", r"word/document\d*\.xml")
            self._main = found[0] if found else "word/document.xml"
        self._relations = package.relations(self._main)
        self._styles = _Styles()
        for part in package.parts(self._main, "styles", r"word/styles\d*\.xml"):
            self._try("styles", partial(self._read_styles, part))

    def _try(self, place: str, work: Callable[[], object]) -> None:
        try:
            work()
        except Skip as skip:
            self.problems.append(Problem(place, skip.reason))

    def body(self) -> None:
        """Write the main text. Raise Skip if it cannot be read."""
        body = self._part(self._main)
        self.title = body.title
        self._changes = body.changes
        if body.hidden:
            self.problems.append(
                Problem("hidden text", f"{body.hidden:,} words that are not shown")
            )

    def _read_styles(self, part: str) -> None:
        xml.parse(self._package.read(part), self._styles)

    def _part(self, part: str) -> _Body:
        body = _Body(self.writing, self._styles, self._chunk)
        xml.parse(self._package.read(part), body)
        return body

    def beside(self) -> None:
        """Write the parts beside the text. A header that repeats on all pages is written once."""
        said: set[bytes] = set()
        for kind, pattern, heading in _BESIDE:
            for part in self._package.parts(self._main, kind, pattern):
                content = self._package.read(part)
                if content not in said:
                    said.add(content)
                    self.writing.section(heading)
                    self._try(kind, partial(self._part, part))
        self._write_changes(self._changes)
        for kind, pattern, heading in _DRAWN:
            for part in self._package.parts(self._main, kind, pattern):
                self.writing.section(heading)
                self._try(kind, partial(self._drawn, part))

    def _write_changes(self, changes: Mapping[str, list[str]]) -> None:
        signed = {said: texts for said, texts in changes.items() if " " in said}
        if signed:
            self.writing.section("Tracked changes")
        for said, texts in signed.items():
            what = " ".join(" ".join(texts).split())
            is_deleted = said.startswith(_DELETED)
            self.writing.add(
                f"{said}: {len(what.split()):,} words" if is_deleted else f"{said}: {what}", "\n"
            )

    def _drawn(self, part: str) -> None:
        for paragraph in texts_of(self._package.read(part)):
            self.writing.add(paragraph, "\n")

    def _chunk(self, identifier: str) -> None:
        """Write an embedded text in another format, at its place."""
        relation = self._relations.get(identifier)
        if relation is None:
            self.problems.append(Problem("altChunk", "what was put in is missing"))
            return
        name = os.path.basename(relation.target)
        try:
            content = self._package.read(relation.target)
        except Skip as skip:
            self.problems.append(Problem(name, skip.reason))
            return
        for found in members_of(self._file, name, content):
            if isinstance(found, Problem):
                self.problems.append(found)
            else:
                for section in found.sections:
                    self.writing.section(section.heading)
                    self.writing.add(found.text[section.start : section.end].strip("\n"))


class _Styles(xml.Handler):
    """The styles of headings (named in any language) and of titles, and the styles that hide text."""

    def __init__(self) -> None:
        self.headings: set[str] = set()
        self.titles: set[str] = set()
        self.hidden: set[str] = set()
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
        elif name == "basedOn" and value in self.hidden:
            self.hidden.add(self._style)
        elif name == "outlineLvl" and value in _LEVELS:
            self.headings.add(self._style)
        elif name == "vanish":
            (self.hidden.discard if value in _OFF else self.hidden.add)(self._style)

    def end(self, name: str) -> None:
        if name == "style":
            self._style = ""


class _Body(xml.Handler):
    """Writes the paragraphs of a part. `chunk` writes a separate part, given its relation.

    `hidden` counts the invisible words, which are left out. `changes` has what was inserted and deleted, by who did it.
    """

    def __init__(self, writing: Writing, styles: _Styles, chunk: Callable[[str], None]) -> None:
        self.title = ""
        self.hidden = 0
        self._writing, self._styles, self._chunk = writing, styles, chunk
        # The open paragraphs, outermost first: a text box is a paragraph inside a paragraph.
        self._open: list[tuple[list[str], Mapping[str, str]]] = []
        self._tables = 0
        self._row: list[str] = []
        self._ignored = 0
        self.changes: dict[str, list[str]] = {}
        self._inserted_by: list[str] = []
        self._deleted_by = ""
        self._in_text = self._in_run = self._is_hidden = self._is_raised = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._ignored or name in _IGNORED:
            self._ignored += 1
            self._deleted_by = self._deleted_by or (
                signed(_DELETED, attributes) if name in _IGNORED[:2] else ""
            )
        elif name in _INSERTED:
            self._inserted_by.append(signed("Inserted", attributes))
        elif name == "p":
            self._open.append(([], {}))
        elif name == "tbl":
            self._tables += 1
        elif name == "t":
            self._in_text = True
        elif name == "altChunk":
            self._chunk(attributes.get("id", ""))
        elif name == "comment":
            self._writing.section(signed("Comment", attributes))
            if author := attributes.get("author", ""):
                self._writing.add(f"{author}:", "\n")
        elif self._open:
            self._in_paragraph(name, attributes)

    def _in_paragraph(self, name: str, attributes: dict[str, str]) -> None:
        parts, style = self._open[-1]
        value = attributes.get("val", "")
        if name == "r":
            hidden = style.get("pStyle") in self._styles.hidden
            self._in_run, self._is_hidden, self._is_raised = True, hidden, False
        elif name == "vanish" and self._in_run:
            self._is_hidden = value not in _OFF
        elif name == "rStyle":
            self._is_hidden = self._is_hidden or value in self._styles.hidden
        elif name == "vertAlign":
            self._is_raised = value == "superscript"
        elif name in ("pStyle", "outlineLvl"):
            self._open[-1] = (parts, {**style, name: value})
        elif name in ("docPr", "shape", "rect"):
            parts += described(attributes)
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "tab":
            parts.append("\t")
        elif name == "noBreakHyphen":
            parts.append("-")

    def text(self, data: str) -> None:
        if self._ignored and self._deleted_by and data.strip():
            self.changes.setdefault(self._deleted_by, []).append(data)
        if not self._in_text or not self._open or self._ignored:
            return
        if self._is_hidden:
            self.hidden += len(data.split())
            return
        if self._inserted_by:
            self.changes.setdefault(self._inserted_by[-1], []).append(data)
        parts = self._open[-1][0]
        is_mark = self._is_raised and parts and _NOTE_MARK.fullmatch(data)
        if is_mark and _AFTER_A_WORD.search(parts[-1]):
            data = f" {data}"  # a note's number is not part of the word before it
        parts.append(data)

    def end(self, name: str) -> None:
        if self._ignored:
            self._ignored -= 1
            self._deleted_by = self._deleted_by if self._ignored else ""
        elif name in _INSERTED and self._inserted_by:
            self._inserted_by.pop()
        elif name == "t":
            self._in_text = False
        elif name == "r":
            self._in_run = self._is_hidden = self._is_raised = False
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
