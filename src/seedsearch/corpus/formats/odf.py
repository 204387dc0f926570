"""Read the common parts of OpenDocument files: their archive, their facts and their paragraphs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from seedsearch.corpus.formats import ole, xml
from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import Writing, clean_text, made, stated_fields
from seedsearch.corpus.formats.drawing import described
from seedsearch.corpus.formats.superscripts import WORD_CHARS, is_note
from seedsearch.corpus.formats.zipped import Archive
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile
from seedsearch.record import NamedTuple

_IGNORED = frozenset(("tracked-changes", "forms", "settings", "font-face-decls", "scripts", "binary-data",
                      "note-citation", "sequence-decls", "table-of-content", "meta", "hidden-text", "page-number",
                      "date-time"))  # fmt: skip
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
BESIDE = frozenset(
    f"{kind}{which}" for kind in ("header", "footer") for which in ("", "-left", "-first")
)
"""The elements that are printed above and below each page."""


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
    ) -> Iterator[ExtractedDocument | Problem]:
        """Yield the document that was written, and the embedded ones. Raise Skip if there is none."""
        text, sections = writing.done()
        title = self.facts.get("title", "") or title
        inside = [*problems, *self.objects(file)]
        if text.strip() or title:
            yield made(file.path, media_type, title or os.path.basename(file.path), text, sections,
                       fields=self.fields, with_properties=True)  # fmt: skip
        elif not inside:
            raise Skip("no text in it")
        yield from inside

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The facts that become fields of a document."""
        return stated_fields(self.facts, _FACTS)

    def objects(self, file: SourceFile) -> Iterator[ExtractedDocument | Problem]:
        """Yield the embedded documents, as members of the file."""
        for info in self.archive.infos if self.archive else ():
            name = info.filename
            try:
                if found := _OBJECT.fullmatch(name):
                    writing = Writing()
                    xml.parse(self.archive.read(info), Body(writing))  # type: ignore[union-attr]
                    text, sections = writing.done()
                    if text.strip():
                        yield made(
                            file.path, "text/plain", found[1], text, sections, member=found[1]
                        )
                elif _OLE_OBJECT.fullmatch(name):
                    label, data = ole.unwrapped(name, self.archive.read(info))  # type: ignore[union-attr]
                    if data:
                        yield from members_of(file, label, data)
            except Skip as skip:
                yield Problem(name, skip.reason)


def opened(file: SourceFile, data: bytes) -> Opened:
    """Open a file, in an archive or flat. Raise Skip if it is broken or encrypted."""
    if not data.startswith(b"PK"):
        return Opened(data, data, xml.facts_of(data), None)
    archive = Archive(data, file)
    if b"encryption-data" in archive.read("META-INF/manifest.xml", b""):
        raise Skip("encrypted")
    facts = xml.facts_of(archive.read("meta.xml", b""))
    return Opened(archive.read("content.xml"), archive.read("styles.xml", b""), facts, archive)


class Body(xml.Handler):
    """Writes the paragraphs inside the elements `within`: headings begin sections, a table row is a line.

    Invisible words are counted in `hidden` and left out; `comments` are collected as (heading, text).
    """

    def __init__(self, writing: Writing, within: frozenset[str] = frozenset(("body",))) -> None:
        self.title = ""
        self.hidden = 0
        self.comments: list[tuple[str, str]] = []
        self._writing, self._within = writing, within
        self._inside = self._ignored = self._rows = 0
        self._open: list[list[str]] = []
        self._kinds: list[tuple[str, str]] = []  # of the open paragraphs: name and style
        self._row: list[str] = []
        self._style = ""
        self._titles, self._unseen = {"Title"}, set[str]()
        self._raised: set[str] = set()  # the styles of superscripts
        self._spans: list[
            int
        ] = []  # where open superscripts begin in their paragraph; -1 for other spans
        self._readings: list[str] = []
        self._hiding = 0  # depth of spans, from the outermost invisible one
        self._comment: list[str] | None = None
        self._by = ["", ""]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        style = attributes.get("style-name", "")
        if self._ignored or name in _IGNORED:
            self._ignored += 1
        elif name in self._within:
            self._inside += 1
            self._open.append([])  # text outside of paragraphs is dropped
            self._kinds.append(("", ""))
        elif name in ("p", "h") or (name in _SAID and self._open):
            self._open.append([])
            self._kinds.append((name, style))
        elif name == "annotation":
            self._comment, self._by = [], ["", ""]
        elif name == "table-row":
            self._rows += 1
        elif name == "span" and (self._hiding or style in self._unseen):
            self._hiding += 1
        elif name == "span" and self._open:
            self._spans.append(len(self._open[-1]) if style in self._raised else -1)
        elif name in ("style", "text-properties"):
            self._learn(name, attributes)
        elif self._open:
            self._space(name, attributes)

    def _learn(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style":
            self._style = attributes.get("name", "")
            if attributes.get("parent-style-name") in self._titles:
                self._titles.add(self._style)
        elif attributes.get("display") == "none":
            self._unseen.add(self._style)
        elif attributes.get("text-position", "").startswith(_SUPERSCRIPTS):
            self._raised.add(self._style)

    def _space(self, name: str, attributes: dict[str, str]) -> None:
        if name == "s":
            count = attributes.get("c", "1")
            known = count.isdecimal() and len(count) < 10
            self._open[-1].append(" " * min(int(count) if known else 1, _MOST_SPACES))
        elif name == "tab":
            self._open[-1].append("\t")
        elif name == "line-break":
            self._open[-1].append("\n")

    def text(self, data: str) -> None:
        """Take characters."""
        if not self._open or not self._inside or self._ignored:
            return
        if self._hiding or self._kinds[-1][1] in self._unseen:
            self.hidden += len(data.split())
        else:
            self._open[-1].append(data)

    def end(self, name: str) -> None:
        """End an element."""
        if self._ignored:
            self._ignored -= 1
        elif name in self._within and self._open:
            self._inside -= 1
            self._open.pop()
            self._kinds.pop()
        elif self._kinds and name == self._kinds[-1][0]:
            text = clean_text("".join(self._open.pop())).strip()
            _, style = self._kinds.pop()
            if self._readings and name in ("p", "h"):
                text = f"{text} ({' '.join(self._readings)})"
                self._readings.clear()
            if text and self._inside:
                self._said(name, text, style)
        elif name == "span" and self._hiding:
            self._hiding -= 1
        elif name == "span" and self._spans:
            self._end_of_span(self._spans.pop())
        elif name == "annotation" and self._comment is not None:
            words = " ".join(("Comment by", self._by[0], self._by[1][:10]))
            by = [f"{self._by[0]}:"] if self._by[0] else []
            self.comments.append((words.strip(), "\n".join([*by, *self._comment])))
            self._comment = None
        else:
            self._end_of_table(name)

    def _end_of_span(self, start: int) -> None:
        """Part a superscript that is the number of a note from the word before it."""
        if start > 0 and self._open:
            parts = self._open[-1]
            before, raised = "".join(parts[:start]), "".join(parts[start:])
            if is_note(before[-WORD_CHARS:], raised, False):
                parts.insert(start, " ")

    def _end_of_table(self, name: str) -> None:
        if name in ("table-cell", "covered-table-cell") and self._rows:
            self._row.append("\t")
        elif name == "table-row":
            self._rows -= 1
            row = "".join(self._row).strip("\t ")
            self._row = []
            if row:
                self._writing.add(row, "\n")
        elif name == "table":
            self._writing.add("", "\n")

    def _said(self, name: str, text: str, style: str) -> None:
        """Take one paragraph, a picture's description, or a comment's author or date."""
        if name in ("creator", "date"):
            self._by[name == "date"] = text
        elif name == "ruby-text":
            self._readings.append(text)
        elif name in ("title", "desc"):
            text = described({"descr": text})[0]
            if self._kinds[-1][0]:
                self._open[-1].append(text)
            else:
                self.paragraph(text, "", heading=False)
        elif self._comment is not None:
            self._comment.append(text)
        elif self._rows:
            joined = " " if self._row and self._row[-1] != "\t" else ""
            self._row.append(joined + " ".join(text.split()))
        else:
            self.paragraph(text, style, heading=name == "h")

    def paragraph(self, text: str, style: str, *, heading: bool) -> None:
        """Write one paragraph."""
        if heading:
            self._writing.section(text)
        if heading or style in self._titles:
            self.title = self.title or text
        self._writing.add(text)


class Changes(xml.Handler):
    """Collects the tracked changes of a document: who inserted or deleted, when, and how many words were deleted."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self._change = self._element = ""
        self._by = {"creator": "", "date": ""}
        self._words = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name in ("insertion", "deletion"):
            self._change, self._words = name, 0
            self._by = {"creator": "", "date": ""}
        self._element = name

    def text(self, data: str) -> None:
        """Take characters."""
        if self._change and self._element in self._by:
            self._by[self._element] += data
        elif self._change:
            self._words += len(data.split())

    def end(self, name: str) -> None:
        """End an element."""
        self._element = ""
        if name == self._change:
            what = "Deleted" if name == "deletion" else "Inserted"
            said = f"{what} by {self._by['creator']} {self._by['date'][:10]}".strip()
            self.found[said] = self.found.get(said, 0) + self._words
            self._change = ""


_SAID = frozenset(("title", "desc", "creator", "date", "ruby-text"))
"""Elements that have text without a paragraph: descriptions of pictures, readings, a comment's author and date."""
