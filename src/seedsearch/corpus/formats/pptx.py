"""PowerPoint (.pptx): each slide a section with its number as the page, under its title; then its notes, comments."""

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
"""What is read of the parts that a slide is related to, and how its section is called; "": it is part of the slide."""


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The document, and those inside it. Raises Skip for what is broken or without text."""
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
                   fields=fields_of(facts))  # fmt: skip
    elif not inside and not problems:
        raise Skip("no text in it")
    yield from problems
    yield from inside


def _slides(package: Package) -> list[str]:
    """The slides in the order in which they are shown."""
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
    """Write one slide and what belongs to it; gives its title. Raises Skip where it is broken."""
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
    """A slide may be left out of the show."""

    is_hidden = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "sld" and attributes.get("show") in ("0", "false"):
            self.is_hidden = True
        super().start(name, attributes)


class _Shown(xml.Handler):
    """The order of the slides, by their relations."""

    def __init__(self) -> None:
        self.order: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "sldId" and attributes:
            self.order.append(list(attributes.values())[-1])
