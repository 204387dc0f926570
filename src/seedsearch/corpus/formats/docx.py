"""Read Word (.docx): paragraphs, headings as sections, tables by rows.

Headers, notes, comments, charts and other parts beside the text each become a section. Embedded documents are
members.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import Writing, clean_text, described
from seedsearch.corpus.formats.opc import Drawing, Package, fields_of
from seedsearch.corpus.formats.superscripts import WORD_CHARS, as_note
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, left_out
from seedsearch.model import SourceFile

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
_DELETIONS, _INSERTIONS = frozenset(("del", "moveFrom")), frozenset(("ins", "moveTo"))
_IGNORED = frozenset(("Fallback", "pPr", "rPr"))
_BLOCKS = frozenset(("p", "tbl", "altChunk", "Fallback", *_DELETIONS, *_INSERTIONS))
_PICTURES = frozenset(("docPr", "shape", "rect"))
_SIGNS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
_DELETED = "Deleted"


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the document, and the documents inside it. Raise Skip if it is broken, encrypted or without text."""
    package = Package(file, data)
    reading = _Reading(file, package)
    reading.body()
    reading.beside()
    facts = package.facts()
    title = facts.get("title", "") or reading.title
    beside = [*reading.problems, *package.embedded(file)]
    yield from reading.writing.documents(file, MEDIA_TYPE, title, fields_of(facts), beside)


def signed(what: str, attributes: Mapping[str, str]) -> str:
    """Return what somebody did, with name and day: `Comment by Ann 2024-05-06`."""
    author, day = attributes.get("author", ""), attributes.get("date", "")[:10]
    return " ".join(filter(None, (what, author and f"by {author}", day)))


class _Reading:
    """Reads one file into a text, and collects the parts that cannot be read.

    `hidden` counts the invisible words, which are left out. `changes` has what was inserted and deleted, by who did it.
    """

    def __init__(self, file: SourceFile, package: Package) -> None:
        self.writing = Writing()
        self.problems: list[Problem] = []
        self.title = ""
        self._file, self._package = file, package
        self._hidden = 0
        self._changes: dict[str, list[str]] = {}
        self._main = package.main("")
        if not self._main:
            found = package.parts("", "officeDocument", r"word/document\d*\.xml")
            self._main = found[0] if found else "word/document.xml"
        self._relations = package.relations(self._main)
        # The styles of headings (named in any language) and of titles, and the styles that hide text.
        self._headings, self._titles, self._unseen = set[str](), set[str](), set[str]()
        self._tables = 0
        self._inserted_by = ""
        self._is_hidden = self._is_raised = False
        for part in package.parts(self._main, "styles", r"word/styles\d*\.xml"):
            with left_out(self.problems, "styles"):
                self._learn(package.read(part))

    def _learn(self, data: bytes) -> None:
        """Read a list of styles. Raise Skip if it is broken."""
        for style in xml.elements(data, ("style",)):
            name = style.get("styleId", "")
            said = {setting.tag: setting.get("val", "") for setting in style.iter()}
            if _HEADING.match(said.get("name", "")) or said.get("outlineLvl") in _LEVELS:
                self._headings.add(name)
            elif said.get("name", "").lower() == "title":
                self._titles.add(name)
            if _is_on(said, "vanish", said.get("basedOn") in self._unseen):
                self._unseen.add(name)

    def body(self) -> None:
        """Write the main text. Raise Skip if it cannot be read."""
        self._part(self._package.read(self._main))
        if self._hidden:
            words = f"{self._hidden:,} words that are not shown"
            self.problems.append(Problem("hidden text", words))

    def beside(self) -> None:
        """Write the parts beside the text. A header that repeats on all pages is written once."""
        said: set[bytes] = set()
        title, changes, self._changes = self.title, self._changes, {}
        for kind, pattern, heading in _BESIDE:
            for part in self._package.parts(self._main, kind, pattern):
                content = self._package.read(part)
                if content not in said:
                    said.add(content)
                    self.writing.section(heading)
                    with left_out(self.problems, kind):
                        self._part(content)
        self.title = title
        self._write_changes(changes)
        for kind, pattern, heading in _DRAWN:
            for part in self._package.parts(self._main, kind, pattern):
                with left_out(self.problems, kind):
                    drawing = Drawing(self._package.read(part))
                    self.writing.paragraphs(drawing.paragraphs, heading)

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

    def _chunk(self, identifier: str) -> None:
        """Write an embedded text in another format, at its place."""
        _, target = self._relations.get(identifier, ("", ""))
        if not target:
            self.problems.append(Problem("altChunk", "what was put in is missing"))
            return
        name = os.path.basename(target)
        with left_out(self.problems, name):
            content = self._package.read(target)
            for found in members_of(self._file, name, content):
                if isinstance(found, Problem):
                    self.problems.append(found)
                    continue
                for section in found.sections:
                    self.writing.section(section.heading)
                    self.writing.add(found.text[section.start : section.end].strip("\n"))

    def _part(self, data: bytes) -> None:
        """Write the paragraphs of a part. Raise Skip if it is broken."""
        for element in xml.elements(data, _BLOCKS, begun=("comment",)):
            if element.tag == "comment":
                self.writing.section(signed("Comment", element.attrib))
                if author := element.get("author", ""):
                    self.writing.add(f"{author}:", "\n")
            self._walk((element,), [])

    def _walk(self, elements: Iterable[Element], parts: list[str]) -> None:
        """Add the text of elements to the parts of their paragraph, and write the paragraphs inside."""
        for element in elements:
            tag = element.tag
            if tag == "t":
                self._said(element.text or "", parts)
            elif tag == "r":
                self._run(element, parts)
            elif tag in _SIGNS:
                parts.append(_SIGNS[tag])
            elif tag == "p":
                self._paragraph(element)
            elif tag == "altChunk":
                self._chunk(element.get("id", ""))
            elif tag in _DELETIONS:
                if said := [text for text in element.itertext() if text.strip()]:
                    self._changes.setdefault(signed(_DELETED, element.attrib), []).extend(said)
            elif tag in _INSERTIONS:
                before, self._inserted_by = self._inserted_by, signed("Inserted", element.attrib)
                self._walk(element, parts)
                self._inserted_by = before
            elif tag not in _IGNORED:
                self._tables += tag == "tbl"
                if tag in _PICTURES:
                    parts += described(element.attrib)
                self._walk(element, parts)
                self._end(tag)

    def _end(self, tag: str) -> None:
        if tag == "tc":
            self.writing.end_cell()
        elif tag == "tr":
            self.writing.end_row()
        elif tag == "tbl":
            self._tables -= 1
            if not self._tables:
                self.writing.add("", "\n")

    def _run(self, run: Element, parts: list[str]) -> None:
        style = {setting.tag: setting.get("val", "") for setting in run.iterfind("rPr/*")}
        before = self._is_hidden, self._is_raised
        is_hidden = self._is_hidden or style.get("rStyle") in self._unseen
        self._is_hidden = _is_on(style, "vanish", is_hidden)
        self._is_raised = style.get("vertAlign") == "superscript"
        self._walk(run, parts)
        self._is_hidden, self._is_raised = before

    def _said(self, text: str, parts: list[str]) -> None:
        if self._is_hidden:
            self._hidden += len(text.split())
            return
        if self._inserted_by:
            self._changes.setdefault(self._inserted_by, []).append(text)
        if self._is_raised and parts:
            text = as_note(parts[-1][-WORD_CHARS:], text, False) or text
        parts.append(text)

    def _paragraph(self, paragraph: Element) -> None:
        style = {setting.tag: setting.get("val", "") for setting in paragraph.iterfind("pPr/*")}
        named = style.get("pStyle", "")
        before, self._is_hidden = self._is_hidden, named in self._unseen
        parts: list[str] = []
        self._walk(paragraph, parts)
        self._is_hidden = before
        text = clean_text("".join(parts)).strip()
        if not text:
            return
        if self._tables:
            self.writing.in_cell(text)
            return
        if named in self._titles:
            self.title = self.title or text
        if named in self._headings or style.get("outlineLvl") in _LEVELS:
            self.writing.section(text)
            self.title = self.title or text
        self.writing.add(text)


def _is_on(settings: Mapping[str, str], name: str, otherwise: bool) -> bool:
    return settings[name] not in _OFF if name in settings else otherwise
