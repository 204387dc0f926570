"""Read the common parts of OpenDocument files: their archive, their facts and their paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import ole, xml
from seedsearch.corpus.formats.archive import Archive, embedded
from seedsearch.corpus.formats.document_builder import (
    Writing,
    clean_text,
    described,
    made,
    stated_fields,
)
from seedsearch.corpus.formats.superscripts import as_note, word_before
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import SourceFile
from seedsearch.record import NamedTuple

_IGNORED = frozenset(("tracked-changes", "forms", "settings", "font-face-decls", "scripts", "binary-data",
                      "note-citation", "sequence-decls", "table-of-content", "meta", "hidden-text", "page-number",
                      "date-time", "creator", "date"))  # fmt: skip
_SIGNS = {"tab": "\t", "line-break": "\n"}
_CHANGES = {"insertion": "Inserted", "deletion": "Deleted"}
_FACTS = {
    "author": "initial-creator creator",
    "created": "creation-date",
    "modified": "date",
    "keywords": "keyword",
}
_MOST_SPACES = 100
_SUPERSCRIPTS = ("super", *"123456789")  # or by how much it is raised, in per cent
_OBJECT = re.compile(r"([^/]+)/content\.xml")
_OLE_OBJECT = re.compile(r"Object[^/]*")
_BESIDE = frozenset(
    f"{kind}{which}" for kind in ("header", "footer") for which in ("", "-left", "-first")
)
"""The elements that are printed above and below each page."""
_BLOCKS = {"style", "p", "h", "table", "annotation", "title", "desc", *_BESIDE, *_IGNORED}


class Opened(NamedTuple):
    """An open file: its content, styles and facts, and its archive unless it is flat."""

    content: bytes
    styles: bytes
    facts: dict[str, str]
    archive: Archive | None

    def documents(
        self,
        file: SourceFile,
        media_type: str,
        writing: Writing,
        title: str,
        problems: Iterable[Problem] = (),
    ) -> Extracted:
        """Yield the document that was written, and the embedded ones. Raise Skip if there is none."""
        title = self.facts.get("title", "") or title
        beside = [*problems, *self.objects(file)]
        yield from writing.documents(file, media_type, title, self.fields, beside)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The facts that become fields of a document."""
        return stated_fields(self.facts, _FACTS)

    def objects(self, file: SourceFile) -> Extracted:
        """Yield the embedded documents, as members of the file."""
        if self.archive is None:
            return
        for info in self.archive.infos:
            name = info.filename
            if _OLE_OBJECT.fullmatch(name):
                read = partial(self.archive.read, info)
                yield from embedded(file, name, partial(ole.unwrapped, name, read))
            elif found := _OBJECT.fullmatch(name):
                try:
                    writing = Writing()
                    Body(writing).read(self.archive.read(info))
                    text, sections = writing.done()
                    if text.strip():
                        yield made(
                            file.path, "text/plain", found[1], text, sections, member=found[1]
                        )
                except Skip as skip:
                    yield Problem(name, skip.reason)


def opened(file: SourceFile, data: bytes) -> Opened:
    """Open a file, in an archive or flat. Raise Skip if it is broken or encrypted."""
    if not data.startswith(b"PK"):
        return Opened(data, data, _facts_of(data), None)
    archive = Archive(data, file)
    if b"encryption-data" in archive.read("META-INF/manifest.xml", b""):
        raise Skip("encrypted")
    facts = _facts_of(archive.read("meta.xml", b""))
    return Opened(archive.read("content.xml"), archive.read("styles.xml", b""), facts, archive)


def _facts_of(data: bytes) -> dict[str, str]:
    with suppress(Skip):
        return next(map(xml.facts_of, xml.elements(data, ("meta",))), {})
    return {}


class Body:
    """Writes the paragraphs of a document: headings begin sections, a table row is a line.

    Invisible words are counted in `hidden` and left out; `comments` are collected as (heading, text). `changes` has how
    many words each person inserted or deleted, by who and when.
    """

    def __init__(self, writing: Writing) -> None:
        self.title = ""
        self.hidden = 0
        self.comments: list[tuple[str, str]] = []
        self.changes: dict[str, int] = {}
        self._writing = writing
        self._titles, self._unseen, self._raised = {"Title"}, set[str](), set[str]()  # styles
        self._rows = 0
        self._is_hidden = False
        self._readings: list[str] = []
        self._comment: list[str] | None = None

    def read(self, data: bytes, *, beside: bool = False) -> None:
        """Write the text, or what is printed `beside` it on each page. Raise Skip if it is broken."""
        for element in xml.elements(data, _BLOCKS):
            if element.tag == "style":
                self.learn(element)
            elif element.tag == "tracked-changes":
                self._count_changes(element)
            elif (element.tag in _BESIDE) == beside:
                self.take(element, None)

    def learn(self, style: Element) -> None:
        """Remember what a style says about its text."""
        name = style.get("name", "")
        if style.get("parent-style-name") in self._titles:
            self._titles.add(name)
        for said in style.iter("text-properties"):
            if said.get("display") == "none":
                self._unseen.add(name)
            elif said.get("text-position", "").startswith(_SUPERSCRIPTS):
                self._raised.add(name)

    def _count_changes(self, tracked: Element) -> None:
        for change in tracked.iter():
            if what := _CHANGES.get(change.tag):
                who, day = (change.findtext(f".//{name}", "") for name in ("creator", "date"))
                words = len(" ".join(change.itertext()).split()) - len(f"{who} {day}".split())
                said = f"{what} by {who} {day[:10]}".strip()
                self.changes[said] = self.changes.get(said, 0) + words

    def walk(self, element: Element, parts: list[str] | None) -> None:
        """Add the text inside an element to the parts of its paragraph, and write the paragraphs inside."""
        self._say(element.text, parts)
        for child in element:
            self.take(child, parts)
            self._say(child.tail, parts)

    def take(self, element: Element, parts: list[str] | None) -> None:
        """Take one element inside a paragraph, or outside of all if `parts` is None."""
        tag = element.tag
        if tag in ("p", "h"):
            self._paragraph(element)
        elif tag == "span":
            self._span(element, parts)
        elif tag == "annotation":
            self._annotation(element)
        elif tag in ("title", "desc"):
            self._description(element, parts)
        elif tag == "ruby-text":
            if reading := clean_text("".join(element.itertext())).strip():
                self._readings.append(reading)
        elif tag == "s":
            count = element.get("c", "1")
            known = count.isdecimal() and len(count) < 10
            self._say(" " * min(int(count) if known else 1, _MOST_SPACES), parts)
        elif tag in _SIGNS:
            self._say(_SIGNS[tag], parts)
        elif tag not in _IGNORED:
            self._rows += tag == "table-row"
            self.walk(element, parts)
            if tag in ("table-cell", "covered-table-cell"):
                self._writing.end_cell()
            elif tag == "table-row":
                self._rows -= 1
                self._writing.end_row()
            elif tag == "table":
                self._writing.add("", "\n")

    def _say(self, text: str | None, parts: list[str] | None) -> None:
        if text and parts is not None:
            if self._is_hidden:
                self.hidden += len(text.split())
            else:
                parts.append(text)

    def _span(self, span: Element, parts: list[str] | None) -> None:
        style, start = span.get("style-name", ""), len(parts or ())
        before, self._is_hidden = self._is_hidden, self._is_hidden or style in self._unseen
        self.walk(span, parts)
        self._is_hidden = before
        if parts and start and style in self._raised:
            raised = "".join(parts[start:])
            if note := as_note(word_before(parts, start), raised, False):
                parts[start:] = [note]

    def _annotation(self, annotation: Element) -> None:
        said = (annotation.findtext(name, "") for name in ("creator", "date"))
        author, day = (clean_text(text).strip() for text in said)
        self._comment = [f"{author}:"] if author else []
        self.walk(annotation, None)
        self.comments.append((f"Comment by {author} {day[:10]}".strip(), "\n".join(self._comment)))
        self._comment = None

    def _description(self, element: Element, parts: list[str] | None) -> None:
        for text in described({"descr": "".join(element.itertext())}):
            if parts is None:
                self.paragraph(text, "", heading=False)
            else:
                parts.append(text)

    def _paragraph(self, element: Element) -> None:
        style, parts = element.get("style-name", ""), list[str]()
        before, self._is_hidden = self._is_hidden, self._is_hidden or style in self._unseen
        self.walk(element, parts)
        self._is_hidden = before
        text = clean_text("".join(parts)).strip()
        if self._readings:
            text = f"{text} ({' '.join(self._readings)})"
            self._readings.clear()
        if not text:
            return
        if self._comment is not None:
            self._comment.append(text)
        elif self._rows:
            self._writing.in_cell(text)
        else:
            self.paragraph(text, style, heading=element.tag == "h")

    def paragraph(self, text: str, style: str, *, heading: bool) -> None:
        """Write one paragraph."""
        if heading:
            self._writing.section(text)
        if heading or style in self._titles:
            self.title = self.title or text
        self._writing.add(text)
