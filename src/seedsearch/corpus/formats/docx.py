"""Read Word (.docx): paragraphs, headings as sections, tables by rows.

Headers, notes, comments, charts and other parts beside the text each become a section. Embedded documents are
members.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import Writing, clean_text, described
from seedsearch.corpus.formats.opc import Drawing, Package, fields_of
from seedsearch.corpus.formats.superscripts import WORD_CHARS, as_note
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
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

    def _part(self, part: str) -> _Body:
        body = _Body(self.writing, self._styles, self._chunk)
        body.read(self._package.read(part))
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
                self._try(kind, partial(self._drawn, part, heading))

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

    def _read_styles(self, part: str) -> None:
        self._styles.read(self._package.read(part))

    def _drawn(self, part: str, heading: str) -> None:
        self.writing.paragraphs(Drawing(self._package.read(part)).paragraphs, heading)

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


class _Styles:
    """The styles of headings (named in any language) and of titles, and the styles that hide text."""

    def __init__(self) -> None:
        self.headings: set[str] = set()
        self.titles: set[str] = set()
        self.hidden: set[str] = set()

    def read(self, data: bytes) -> None:
        """Read a list of styles. Raise Skip if it is broken."""
        for style in xml.elements(data, ("style",)):
            name = style.get("styleId", "")
            said = {setting.tag: setting.get("val", "") for setting in style.iter()}
            if _HEADING.match(said.get("name", "")) or said.get("outlineLvl") in _LEVELS:
                self.headings.add(name)
            elif said.get("name", "").lower() == "title":
                self.titles.add(name)
            if _is_on(said, "vanish", said.get("basedOn") in self.hidden):
                self.hidden.add(name)


def _is_on(settings: Mapping[str, str], name: str, otherwise: bool) -> bool:
    return settings[name] not in _OFF if name in settings else otherwise


class _Body:
    """Writes the paragraphs of a part. `chunk` writes a separate part, given its relation.

    `hidden` counts the invisible words, which are left out. `changes` has what was inserted and deleted, by who did it.
    """

    def __init__(self, writing: Writing, styles: _Styles, chunk: Callable[[str], None]) -> None:
        self.title = ""
        self.hidden = 0
        self.changes: dict[str, list[str]] = {}
        self._writing, self._styles, self._chunk = writing, styles, chunk
        self._tables = 0
        self._inserted_by = ""
        self._is_hidden = self._is_raised = False

    def read(self, data: bytes) -> None:
        """Write the paragraphs. Raise Skip if the part is broken."""
        for element in xml.elements(data, _BLOCKS, begun=("comment",)):
            if element.tag == "comment":
                self._writing.section(signed("Comment", element.attrib))
                if author := element.get("author", ""):
                    self._writing.add(f"{author}:", "\n")
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
                    self.changes.setdefault(signed(_DELETED, element.attrib), []).extend(said)
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
            self._writing.end_cell()
        elif tag == "tr":
            self._writing.end_row()
        elif tag == "tbl":
            self._tables -= 1
            if not self._tables:
                self._writing.add("", "\n")

    def _run(self, run: Element, parts: list[str]) -> None:
        style = {setting.tag: setting.get("val", "") for setting in run.iterfind("rPr/*")}
        before = self._is_hidden, self._is_raised
        is_hidden = self._is_hidden or style.get("rStyle") in self._styles.hidden
        self._is_hidden = _is_on(style, "vanish", is_hidden)
        self._is_raised = style.get("vertAlign") == "superscript"
        self._walk(run, parts)
        self._is_hidden, self._is_raised = before

    def _said(self, text: str, parts: list[str]) -> None:
        if self._is_hidden:
            self.hidden += len(text.split())
            return
        if self._inserted_by:
            self.changes.setdefault(self._inserted_by, []).append(text)
        if self._is_raised and parts:
            text = as_note(parts[-1][-WORD_CHARS:], text, False) or text
        parts.append(text)

    def _paragraph(self, paragraph: Element) -> None:
        style = {setting.tag: setting.get("val", "") for setting in paragraph.iterfind("pPr/*")}
        named = style.get("pStyle", "")
        before, self._is_hidden = self._is_hidden, named in self._styles.hidden
        parts: list[str] = []
        self._walk(paragraph, parts)
        self._is_hidden = before
        text = clean_text("".join(parts)).strip()
        if not text:
            return
        if self._tables:
            self._writing.in_cell(text)
            return
        if named in self._styles.titles:
            self.title = self.title or text
        if named in self._styles.headings or style.get("outlineLvl") in _LEVELS:
            self._writing.section(text)
            self.title = self.title or text
        self._writing.add(text)
