"""Read HTML: the main text without navigation, with the lines of the source, and facts from its head and linked data.

The rules are specified in Python, here and in the modules that begin with `page_`. The compiled core does the same
(core/c/page_reader.c), for a page in UTF-8 together with the language and the passages of its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from seedsearch.core import compiled
from seedsearch.corpus.encoded import LINE_CHARS
from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.charset import declared_in, decoded_as, may_be_other
from seedsearch.corpus.formats.document_builder import clean_text, made, stated, title_or_name
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
from seedsearch.corpus.found import Extracted, FoundDocument
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.corpus.split import FINDER
from seedsearch.model import Section, SourceFile
from seedsearch.patterns import pattern
from seedsearch.record import NamedTuple

_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "<title>")
_PUBLISHED = ("article:published_time", "citation_publication_date", "datepublished", "dc.date",
              "dcterms.created", "dcterms.date", "dc.date.issued", "pubdate", "publishdate", "date")  # fmt: skip
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified",
             "last-modified")  # fmt: skip
_AUTHORS = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "byl",
            "twitter:creator", "parsely-author")  # fmt: skip
_DESCRIPTIONS = ("description", "og:description", "dc.description", "twitter:description")
_ADDRESSES = ("<canonical>", "og:url", "<saved from>")
_NO_FIELDS = frozenset(("<title>", "viewport"))
_LINKED_CHARS = 2_000_000
HEAD_CHARS = 3000
"""The characters at the beginning of a page that may contain the address it was saved from."""

_SAME_WORDS = 0.5  # share of a description's words that the text has, too
# The comment that browsers and SingleFile write before a saved page.
_SAVED = re.compile(
    r"<!--[^>]{0,80}?saved (?:from url=\(\d+\)|with SingleFile\s+url: )([^\s>]{1,2000})"
)


def meant(
    facts: Iterable[tuple[str, str, int]], head: str, text: str
) -> tuple[str, tuple[tuple[str, str], ...], list[tuple[str, int]]]:
    """Return what the facts of a page mean: its title, its fields, and the texts that only they have, with their lines.

    `head` are the first HEAD_CHARS characters of the page. `text` is its text.
    """
    found = Facts(head, facts)
    return found.title(), found.fields(), found.texts_beside(text)


class Facts:
    """The facts of one page. The first one of each name counts."""

    def __init__(self, head: str, facts: Iterable[tuple[str, str, int]]) -> None:
        self._found: dict[str, str] = {}
        self._bodies: list[tuple[str, int]] = []  # articles in the linked data
        self._described_on = 1
        if saved := _SAVED.search(head):
            self._found["<saved from>"] = saved[1]
        for element, said, line in facts:
            if element == "title":
                self._state("<title>", said)
            elif element == "script":
                self._linked_data(said, line)
            else:
                self._element(element, said, line)

    def _state(self, name: str, value: str) -> None:
        self._found.setdefault(name, value)

    def _element(self, element: str, source: str, line: int) -> None:
        """Take the fact of an element without content."""
        if element == "meta" and "content" not in source.lower():
            return
        found = markup.attributes(source)
        if element == "time":
            self._state("<time>", found.get("datetime", ""))
        elif element == "link":
            if found.get("rel", "").lower() == "canonical":
                self._state("<canonical>", found.get("href", ""))
        else:
            name = found.get("property") or found.get("name") or found.get("itemprop")
            if name and found.get("content"):
                if name.lower() in _DESCRIPTIONS:
                    self._described_on = line
                self._state(name.lower(), found["content"])

    def _linked_data(self, text: str, line: int) -> None:
        """Take the facts of a JSON-LD script."""
        try:
            data: Any = json.loads(text[:_LINKED_CHARS])
        except (ValueError, RecursionError):
            return
        for entry in _entries(data):
            for name in ("datePublished", "dateModified", "description"):
                if isinstance(value := entry.get(name), str):
                    self._found[name.lower()] = self._found.get(name.lower()) or value
            authors = entry.get("author")
            authors = authors if isinstance(authors, list) else [authors]
            names = [who.get("name") if isinstance(who, dict) else who for who in authors]
            if known := ", ".join(name for name in names if isinstance(name, str)):
                self._found.setdefault("author", known)
            for name in ("articleBody", "reviewBody", "text"):
                if isinstance(value := entry.get(name), str) and value.strip():
                    self._bodies.append((clean_text(value), line))

    def title(self) -> str:
        """Return the title that the page states, or ""."""
        return shown(self._first(_TITLES))

    def texts_beside(self, text: str) -> list[tuple[str, int]]:
        """Return the description, and an article that a script would show, with their lines.

        A text most of whose words the page's text has is left out.
        """
        description = shown(self._first(_DESCRIPTIONS))
        every = [(description, self._described_on), *self._bodies]
        if every == [("", 1)]:
            return []
        known = set(text.split())
        beside: list[tuple[str, int]] = []
        for fact, line in every:
            words = fact.split()
            if words and sum(word in known for word in words) <= _SAME_WORDS * len(words):
                known.update(words)
                # Its references may mean line ends.
                beside.append(
                    (clean_text(markup.without_tags(fact)) if "<" in fact else fact, line)
                )
        return beside

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return the facts that become fields of the document."""
        if self._found.keys() <= _NO_FIELDS:
            return ()
        published, modified = self._first(_PUBLISHED), self._first(_MODIFIED)
        people = [name for name in _AUTHORS if "://" not in self._found.get(name, "://")]
        fields = (
            ("date", published or modified or self._first(("<time>",))),
            ("author", self._first(people)),
            ("published", published),
            ("modified", modified),
            ("url", self._first(_ADDRESSES)),
            ("description", self._first(_DESCRIPTIONS)),
            ("keywords", self._first(("keywords",))),
        )
        return tuple((name, shown(value)) for name, value in fields if value)

    def _first(self, names: Sequence[str]) -> str:
        found = self._found
        for name in names:
            if name in found and (value := found[name]):
                return value
        return ""


def shown(fact: str) -> str:
    """Return a fact as one line of text."""
    if fact.isascii() and "&" not in fact:
        return " ".join(fact.split())
    return clean_text(" ".join(markup.unescaped(fact).split()))


def _entries(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict) and isinstance(data.get("@graph"), list):
        data = data["@graph"]
    return (
        entry for entry in (data if isinstance(data, list) else [data]) if isinstance(entry, dict)
    )


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


def extract(file: SourceFile, data: bytes) -> Extracted:
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
