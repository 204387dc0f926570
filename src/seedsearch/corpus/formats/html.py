"""Read HTML: the main text without navigation, with the lines of the source and facts about the page.

The rules are specified in Python, here and in the modules that begin with `page_`. The compiled core does the same
(core/c/page_reader.c), for a page in UTF-8 together with the language and the passages of its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seedsearch.core import compiled
from seedsearch.corpus.encoded import LINE_CHARS
from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.charset import declared_in, decoded_as, may_be_other
from seedsearch.corpus.formats.document_builder import clean_text, made, stated, title_or_name
from seedsearch.corpus.formats.page_facts import HEAD_CHARS, meant, shown
from seedsearch.corpus.formats.page_reading import (
    DEPTH,
    FACT_CHARS,
    NAMES,
    PlainReading,
    asked,
    beside,
)
from seedsearch.corpus.formats.page_regions import (
    ENOUGH_CHARS,
    PROSE_CHARS,
    TITLE_CHARS,
    chosen,
    is_named,
)
from seedsearch.corpus.formats.registry import HTML
from seedsearch.corpus.formats.superscripts import WORD_CHARS, as_note
from seedsearch.corpus.found import FoundDocument
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.corpus.split import FINDER
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.patterns import pattern
from seedsearch.record import NamedTuple

MAX_BYTES = 32 << 20
_FRAME = pattern(
    r"""<iframe\b(?=[\s/])([^<>"']|"[^"]*"|'[^']*'){0,50}?\bsrcdoc\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]{0,500}>""",
    re.IGNORECASE,
)

_RULES = (
    NAMES, DEPTH, PROSE_CHARS, WORD_CHARS, FACT_CHARS, ENOUGH_CHARS, TITLE_CHARS, HEAD_CHARS, LINE_CHARS,
    asked, markup.meant, as_note, beside, is_named, meant, shown, may_be_other,
)  # fmt: skip
_READER = compiled.PageReader(_RULES) if compiled else None


class Page(NamedTuple):
    """The contents of a page. `title` is "" if it has none.

    `lines` and `ends` are the source lines at which each line of the text begins and ends.
    """

    title: str
    fields: tuple[tuple[str, str], ...]
    text: str
    sections: tuple[Section, ...]
    lines: Sequence[int]
    ends: Sequence[int]


def whole(path: str, data: bytes) -> FoundDocument | None:
    """Return the document of a page if the compiled core finds it and its passages, else None.

    The result equals `extract` with the passages of `split`.
    """
    if _READER is None or FINDER is None or len(data) > MAX_BYTES or b"srcdoc" in data:
        return None
    if (found := _READER.find(FINDER, data)) is None:
        return None
    title, fields, text = found
    # A third of the cost of calling it.
    return tuple.__new__(
        FoundDocument, (path, title_or_name(title, path), "", "", HTML, stated(fields), text)
    )


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the one document of a page. Raise Skip if it is not text or has none."""
    if not data:
        raise Skip("empty")
    found = decoded_as(data[:MAX_BYTES], declared_in(data), file.encoding)
    page = read_page(found.text)
    if not page.text and not page.title:
        raise Skip("no text in the page")
    yield made(
        file.path, HTML, page.title, page.text, page.sections,
        encoding=found.encoding, errors=found.errors, confidence=found.confidence,
        fields=page.fields, lines=page.lines, ends=page.ends,
    )  # fmt: skip
    if len(data) > MAX_BYTES:
        yield Problem(f"from byte {MAX_BYTES:,} on", "too large for a page")


def read_page(source: str, *, whole: bool = False) -> Page:
    """Return the title, facts and main text of a page. This raises nothing, whatever the source is.

    If `whole`, return all visible text, as for a mail or a chapter.
    """
    clean = clean_text(source)
    if "srcdoc" in clean:
        clean = _FRAME.sub(_framed, clean)
    if _READER is None:
        return plain_page(clean, whole)
    title, fields, text, sections, lines, ends = _READER.read(clean, whole)
    laid = tuple([Section(*section) for section in sections])
    return Page(title, fields, text, laid, memoryview(lines).cast("q"), memoryview(ends).cast("q"))


def plain_page(source: str, whole: bool) -> Page:
    """Return a page without the compiled core. Its line ends are `\\n`, and it has no lone surrogates."""
    reading = PlainReading(source)
    composed = reading.compose(chosen(reading.regions, reading.places, whole))
    title, fields, more = meant(reading.facts, source[:HEAD_CHARS], composed.text())
    for said, line in more:
        composed.add_text(said, line)
    sections = tuple(
        Section(start, end, shown(heading)) for start, end, heading in composed.sections()
    )
    title = title or next((section.heading for section in sections if section.heading), "")
    return Page(title, fields, composed.text(), sections, composed.lines, composed.ends)


def _framed(frame: re.Match[str]) -> str:
    """Return the page that a frame contains in an attribute, on the same lines."""
    lines = frame[0].count("\n")
    page = markup.unescaped(frame[2] or frame[3] or "")
    if page.count("\n") > lines:
        page = page.replace("\n", " ")
    return "\n" * (lines - page.count("\n")) + f"<div>{page}</div>"
