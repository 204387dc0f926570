"""Read OpenDocument text (.odt, .fodt): paragraphs, headings as sections, tables by rows, notes in place.

Comments follow, and then the text printed above and below each page.
"""

from __future__ import annotations

from seedsearch.corpus.formats.document_builder import Writing
from seedsearch.corpus.formats.odf import Body, opened
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, left_out
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the document, and the documents inside it. Raise Skip if it is broken, encrypted or without text."""
    found = opened(file, data)
    writing = Writing()
    problems: list[Problem] = []
    body = Body(writing)
    body.read(found.content)
    for heading, text in body.comments:
        writing.section(heading)
        writing.add(text)
    changes = body.changes.items()
    writing.paragraphs(
        (f"{said}: {words:,} words" if words else said for said, words in changes),
        "Tracked changes",
    )
    if found.styles:
        writing.section("Header and footer")
        with left_out(problems, "styles"):
            Body(writing).read(found.styles, beside=True)
    if body.hidden:
        problems.append(Problem("hidden text", f"{body.hidden:,} words that are not shown"))
    yield from found.documents(file, MEDIA_TYPE, writing, body.title, problems)
