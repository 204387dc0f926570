"""Read PowerPoint (.pptx): a section for each slide, under its title and with its number as page.

Notes and comments follow their slide.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import Writing, made
from seedsearch.corpus.formats.drawing import Drawing
from seedsearch.corpus.formats.opc import Package, fields_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_MAX_SLIDES = 20_000
_BESIDE = {
    "notesSlide": "Notes", "comments": "Comments", "comment": "Comments", "chart": "", "chartEx": "", "diagramData": "",
}  # fmt: skip
"""The parts related to a slide that are read, and the names of their sections; "" joins the slide."""


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the document, and the documents inside it. Raise Skip if it is broken or without text."""
    package = Package(file, data)
    writing = Writing()
    problems: list[Problem] = []
    title = ""
    for number, part in enumerate(_slides(package)[:_MAX_SLIDES], 1):
        try:
            found = _slide(package, part, number, writing, problems)
            title = title or found
        except Skip as skip:
            problems.append(Problem(f"slide {number}", skip.reason))
    text, sections = writing.done()
    facts = package.facts()
    title = facts.get("title", "") or title
    inside = list(package.embedded(file))
    if text.strip() or title:
        yield made(file.path, MEDIA_TYPE, title or os.path.basename(file.path), text, sections,
                   fields=fields_of(facts), with_properties=True)  # fmt: skip
    elif not inside and not problems:
        raise Skip("no text in it")
    yield from problems
    yield from inside


def _slides(package: Package) -> list[str]:
    """Return the slides in the order of the show."""
    main = package.main("ppt/presentation.xml")
    shown = _Shown()
    try:
        xml.parse(package.read(main), shown)
    except Skip:
        shown.order = []
    related = package.relations(main)
    parts = package.parts(main, "slide", r"ppt/slides/slide\d+\.xml")
    ordered = [related[key].target for key in shown.order if key in related]
    return [part for part in ordered if part in parts] or parts


def _slide(
    package: Package, part: str, number: int, writing: Writing, problems: list[Problem]
) -> str:
    """Write one slide and its related parts. Return its title. Raise Skip if it is broken."""
    slide = _Slide()
    xml.parse(package.read(part), slide)
    heading = slide.title or f"Slide {number}"
    _write(writing, slide.paragraphs, heading + (" (hidden)" if slide.is_hidden else ""), number)
    beside = list(package.relations(part).values())
    for kind, label in _BESIDE.items():
        for relation in beside:
            if relation.kind != kind:
                continue
            found = Drawing()
            try:
                xml.parse(package.read(relation.target), found)
            except Skip as skip:
                problems.append(Problem(f"slide {number}, {kind}", skip.reason))
                continue
            _write(writing, found.paragraphs, f"{label}: {heading}" if label else heading, number)
    return slide.title


def _write(writing: Writing, paragraphs: list[str], heading: str, page: int) -> None:
    if paragraphs:
        writing.section(heading, page)
        for paragraph in paragraphs:
            writing.add(paragraph, "\n")


class _Slide(Drawing):
    """A slide, which may be hidden."""

    is_hidden = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name == "sld" and attributes.get("show") in ("0", "false"):
            self.is_hidden = True
        super().start(name, attributes)


class _Shown(xml.Handler):
    """The order of the slides, by their relations."""

    def __init__(self) -> None:
        self.order: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name == "sldId" and attributes:
            self.order.append(list(attributes.values())[-1])
