"""Read OpenDocument text (.odt, .fodt): paragraphs, headings as sections, tables by rows, notes in place.

Comments follow, and then the text printed above and below each page.
"""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import Writing
from seedsearch.corpus.formats.odf import BESIDE, Body, Changes, opened
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the document, and the documents inside it. Raise Skip if it is broken, encrypted or without text."""
    found = opened(file, data)
    writing = Writing()
    problems: list[Problem] = []
    body = Body(writing)
    xml.parse(found.content, body)
    for heading, text in body.comments:
        writing.section(heading)
        writing.add(text)
    if b"tracked-changes" in found.content:
        changes = Changes()
        xml.parse(found.content, changes)
        if changes.found:
            writing.section("Tracked changes")
        for said, words in changes.found.items():
            writing.add(f"{said}: {words:,} words" if words else said, "\n")
    if found.styles:
        writing.section("Header and footer")
        try:
            xml.parse(found.styles, Body(writing, BESIDE))
        except Skip as skip:
            problems.append(Problem("styles", skip.reason))
    if body.hidden:
        problems.append(Problem("hidden text", f"{body.hidden:,} words that are not shown"))
    yield from found.documents(file, MEDIA_TYPE, writing, body.title, problems)
