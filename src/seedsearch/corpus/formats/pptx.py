"""Read PowerPoint (.pptx): a section for each slide, under its title and with its number as page.

Notes and comments follow their slide.
"""

from __future__ import annotations

from contextlib import suppress

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import Writing
from seedsearch.corpus.formats.opc import Drawing, Package, fields_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip, left_out
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_MAX_SLIDES = 20_000
_BESIDE = {
    "notesSlide": "Notes", "comments": "Comments", "comment": "Comments", "chart": "", "chartEx": "", "diagramData": "",
}  # fmt: skip
"""The parts related to a slide that are read, and the names of their sections; "" joins the slide."""


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the document, and the documents inside it. Raise Skip if it is broken or without text."""
    package = Package(file, data)
    writing = Writing()
    problems: list[Problem] = []
    title = ""
    for number, part in enumerate(_slides(package)[:_MAX_SLIDES], 1):
        with left_out(problems, f"slide {number}"):
            found = _slide(package, part, number, writing, problems)
            title = title or found
    facts = package.facts()
    title = facts.get("title", "") or title
    beside = [*problems, *package.embedded(file)]
    yield from writing.documents(file, MEDIA_TYPE, title, fields_of(facts), beside)


def _slides(package: Package) -> list[str]:
    """Return the slides in the order of the show."""
    main = package.main("ppt/presentation.xml")
    order: list[str] = []
    with suppress(Skip):
        shown = xml.root_of(package.read(main)).iter("sldId")
        order = [list(slide.attrib.values())[-1] for slide in shown if slide.attrib]
    related = package.relations(main)
    parts = dict.fromkeys(package.parts(main, "slide", r"ppt/slides/slide\d+\.xml"))
    ordered = [related[key][1] for key in order if key in related]
    return [part for part in ordered if part in parts] or list(parts)


def _slide(
    package: Package, part: str, number: int, writing: Writing, problems: list[Problem]
) -> str:
    """Write one slide and its related parts. Return its title. Raise Skip if it is broken."""
    slide = Drawing(package.read(part))
    heading = slide.title or f"Slide {number}"
    hidden = " (hidden)" if slide.root.get("show") in ("0", "false") else ""
    writing.paragraphs(slide.paragraphs, heading + hidden, number)
    beside = list(package.relations(part).values())
    for kind, label in _BESIDE.items():
        for own, target in beside:
            if own == kind:
                with left_out(problems, f"slide {number}, {kind}"):
                    said = Drawing(package.read(target)).paragraphs
                    writing.paragraphs(said, f"{label}: {heading}" if label else heading, number)
    return slide.title
