"""Read OpenDocument slides and drawings (.odp, .odg): a section for each page, under its title, then notes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import Writing
from seedsearch.corpus.formats.odf import Body, opened
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/vnd.oasis.opendocument.presentation"


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the document, and the documents inside it. Raise Skip if it is broken, encrypted or without text."""
    found = opened(file, data)
    writing = Writing()
    slides = _Slides(writing)
    slides.read(found.content)
    yield from found.documents(file, MEDIA_TYPE, writing, slides.title)


class _Slides(Body):
    """Writes the slides one by one. The title may be anywhere on a slide."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)
        self._number = 0
        self._heading = ""
        self._is_title = self._is_note = False
        self._paragraphs: dict[bool, list[str]] = {False: [], True: []}

    def read(self, data: bytes, *, beside: bool = False) -> None:
        """Write all slides. Raise Skip if they are broken."""
        for element in xml.elements(data, ("style", "page")):
            if element.tag == "style":
                self.learn(element)
            else:
                self._slide(element)

    def take(self, element: Element, parts: list[str] | None) -> None:
        if element.tag in ("frame", "custom-shape"):
            self._is_title = element.get("class") == "title" and not self._is_note
        self._is_note = self._is_note or element.tag == "notes"
        super().take(element, parts)
        if element.tag == "notes":
            self._is_note = False

    def paragraph(self, text: str, style: str, *, heading: bool) -> None:
        """Keep one paragraph until the slide ends."""
        if self._is_title:
            self._heading = self._heading or text
        self._paragraphs[self._is_note].append(text)

    def _slide(self, page: Element) -> None:
        self._number += 1
        self._heading = ""
        self._paragraphs = {False: [], True: []}
        self.walk(page, None)
        self.title = self.title or self._heading
        heading = self._heading or f"Slide {self._number}"
        comments = [text for _, text in self.comments]
        self.comments = []
        for label, paragraphs in (
            ("", self._paragraphs[False]), ("Notes: ", self._paragraphs[True]), ("Comments: ", comments),
        ):  # fmt: skip
            self._writing.paragraphs(paragraphs, label + heading, self._number)
