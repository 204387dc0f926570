"""Read HTML: the main text without navigation, with the lines of the source and facts about the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.charset import declared_in, decoded_as, is_surely_utf_8
from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.formats.page_facts import Facts, shown
from seedsearch.corpus.formats.page_reading import Reading, reading_of
from seedsearch.corpus.formats.page_regions import chosen
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.patterns import pattern
from seedsearch.record import NamedTuple

MAX_BYTES = 32 << 20
_FRAME = pattern(
    r"""<iframe\b(?=[\s/])([^<>"']|"[^"]*"|'[^']*'){0,50}?\bsrcdoc\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]{0,500}>""",
    re.IGNORECASE,
)
_SAME_WORDS = 0.5  # share of a description's words that the text has, too


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


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the one document of a page. Raise Skip if it is not text or has none."""
    if not data:
        raise Skip("empty")
    encoding, errors, confidence = "utf-8", "strict", 1.0
    if file.encoding or not is_surely_utf_8(data):
        found = decoded_as(data[:MAX_BYTES], declared_in(data), file.encoding)
        encoding, errors, confidence = found.encoding, found.errors, found.confidence
        page = read_page(found.text)
    else:
        page = read_page(data.decode() if b"srcdoc" in data else data)
    if not page.text and not page.title:
        raise Skip("no text in the page")
    yield made(
        file.path, "text/html", page.title, page.text, page.sections,
        encoding=encoding, errors=errors, confidence=confidence,
        fields=page.fields, lines=page.lines, ends=page.ends,
    )  # fmt: skip
    if len(data) > MAX_BYTES:
        yield Problem(f"from byte {MAX_BYTES:,} on", "too large for a page")


def read_page(source: str | bytes, *, whole: bool = False) -> Page:
    """Return the title, facts and main text of a page. This raises nothing, whatever the source is.

    Bytes are UTF-8 with `\\n` for every line end. If `whole`, return all visible text, as for a mail or a chapter.
    """
    clean = clean_text(source) if isinstance(source, str) else source
    if isinstance(clean, str) and "srcdoc" in clean:
        clean = _FRAME.sub(_framed, clean)
    reading = reading_of(clean)
    reading.compose(chosen(reading.regions, reading.places, whole))
    facts = Facts(clean, reading.facts)
    _add_facts(reading, facts)
    sections, lines, ends = reading.layout()
    new = tuple.__new__  # half the cost of calling Section and Page
    laid = [
        new(Section, (start, end, heading and shown(heading), 0, False))
        for start, end, heading in sections
    ]
    title = facts.title() or next((section.heading for section in laid if section.heading), "")
    return new(Page, (title, facts.fields(), reading.text(), tuple(laid), lines, ends))


def _framed(frame: re.Match[str]) -> str:
    """Return the page that a frame contains in an attribute, on the same lines."""
    lines = frame[0].count("\n")
    page = markup.unescaped(frame[2] or frame[3] or "")
    if page.count("\n") > lines:
        page = page.replace("\n", " ")
    return "\n" * (lines - page.count("\n")) + f"<div>{page}</div>"


def _add_facts(reading: Reading, facts: Facts) -> None:
    """Add text that only the head has: the description, and an article that a script would show."""
    every = [
        (fact, line)
        for fact, line in ((facts.description(), facts.described_on), *facts.bodies)
        if fact
    ]
    known = set(reading.text().split()) if every else set()
    for fact, line in every:
        words = fact.split()
        if words and sum(word in known for word in words) <= _SAME_WORDS * len(words):
            known.update(words)
            reading.add(markup.without_tags(fact) if "<" in fact else fact, line)
