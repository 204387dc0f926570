"""HTML: the main text without navigation, on the lines of the source, with what the page says of itself."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.charset import declared_in, decoded_as
from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.record import NamedTuple

MAX_BYTES = 32 << 20
_DEPTH = 500
_ENOUGH_CHARS = 500


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _set(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li listing main "
    "menu nav ol option p plaintext pre section summary table tbody tfoot thead tr ul"
)
_REGIONS = _set(
    "article aside blockquote body center dialog div dl fieldset figure footer form header main menu "
    "nav ol section table td template noscript object svg math canvas select button ul"
)
_BREAKS = _BLOCKS | _REGIONS | {"th"}
_NOT_TEXT = _set("nav footer template noscript object svg canvas select button datalist")
_ROLES = _set("navigation banner contentinfo search menu menubar dialog")
_NO_CONTENT = _set("area base br col embed hr img input link meta param source track wbr")
_HEADINGS = _set("h1 h2 h3 h4 h5 h6")
_ENDS_RUN = _BREAKS | {f"/{name}" for name in _BREAKS}
_WATCHED = (
    _REGIONS
    | _HEADINGS
    | {f"/{name}" for name in _HEADINGS}
    | {f"={name}" for name in markup.RAW - _set("textarea xmp")}
    | _set("tr td th a /a meta time pre /pre")
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\f\v\xa0]+")
_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title")
_DATES = ("article:published_time", "citation_publication_date", "datepublished", "dc.date",
          "dcterms.created", "dcterms.date", "dc.date.issued", "pubdate", "date",
          "article:modified_time", "last-modified")  # fmt: skip
_AUTHORS = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "byl",
            "twitter:creator")  # fmt: skip


class Page(NamedTuple):
    """What a page holds: its text with sections, the source's line of each line of the text, and
    what it says of itself. `title` is "" where it has none."""

    title: str
    fields: tuple[tuple[str, str], ...]
    text: str
    sections: tuple[Section, ...]
    lines: Sequence[int]


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The one document of a page. Raises Skip for what is not text or holds none."""
    if not data:
        raise Skip("empty")
    source, encoding, errors, confidence = decoded_as(
        data[:MAX_BYTES], declared_in(data), file.encoding
    )
    page = read_page(source)
    if not page.text and not page.title:
        raise Skip("no text in the page")
    yield made(
        file.path, "text/html", page.title, page.text, page.sections,
        encoding=encoding, errors=errors, confidence=confidence,
        fields=page.fields, lines=page.lines,
    )  # fmt: skip
    if len(data) > MAX_BYTES:
        yield Problem(f"from byte {MAX_BYTES:,} on", "too large for a page")


def read_page(source: str) -> Page:
    """The title, facts and main text of a page's source. Raises nothing, whatever the source is."""
    reading = _Reading(clean_text(source))
    reading.read()
    text, sections, lines = _composed(reading.runs, _chosen(reading), reading.source)
    facts = reading.facts
    title = _first(facts, _TITLES) or facts.get("<title>", "")
    title = title or next((s.heading for s in sections if s.heading), "")
    date = _first(facts, _DATES) or facts.get("<time>", "")
    author = _first({name: fact for name, fact in facts.items() if "://" not in fact}, _AUTHORS)
    fields = (("date", date), ("author", author))
    return Page(_shown(title), tuple((n, _shown(v)) for n, v in fields if v), text, sections, lines)


def _first(facts: dict[str, str], names: Sequence[str]) -> str:
    """The first of some facts that the page states."""
    return next((facts[name] for name in names if facts.get(name)), "")


def _shown(fact: str) -> str:
    return clean_text(" ".join(markup.unescaped(fact).split()))


class _Region:
    """A part of a page that is kept or dropped as one: how much of it is text, how much links."""

    __slots__ = ("article", "chars", "dropped", "link_chars", "links", "main")

    def __init__(self, dropped: bool, main: bool, article: bool) -> None:
        self.dropped, self.main, self.article = dropped, main, article
        self.chars = self.link_chars = self.links = 0


class _Open:
    """An element that has begun and not ended. Its region is made when text comes."""

    __slots__ = ("article", "dropped", "main", "name", "region")

    def __init__(self, name: str, parent: _Open | None, dropped: bool) -> None:
        self.name = name
        self.dropped: bool = dropped or (parent is not None and parent.dropped)
        self.main: bool = name == "main" or (parent is not None and parent.main)
        self.article: bool = name == "article" or (parent is not None and parent.article)
        self.region: _Region | None = None


class _Run(NamedTuple):
    """Text between two ends of blocks, and where it begins. `heading` is its level; `cell` sets it apart by a tab."""

    text: str
    at: int
    region: _Region
    heading: int
    cell: bool
    exact: bool


class _Reading:
    """One way through a page, which gathers runs of text and facts."""

    def __init__(self, source: str) -> None:
        self.runs: list[_Run] = []
        self.facts: dict[str, str] = {}
        self.source = source
        self._stack = [_Open("", None, False)]
        self._closing: dict[str, int] = {}  # what would close open elements, and how many
        self._parts: list[str] = []
        self._begin = self._end = 0  # of the parts in the source
        self._heading, self._exact, self._in_link = 0, 0, False
        self._cell, self._cells = False, 0

    def read(self) -> None:
        """Go through the page."""
        parts, closing = self._parts, self._closing
        for name, attributes, text, at in markup.pieces(self.source):
            if name in _ENDS_RUN and (parts or self._cell):
                self._flush()
            if name in _WATCHED or closing.get(name) or (attributes and _may_hide(attributes)):
                if name[0] == "/":
                    self._close(name)
                elif name[0] == "=":
                    self._raw(name, text)
                    continue
                else:
                    self._open(name, attributes)
            if text and (parts or not text.isspace()):
                self._text(text, at)
        self._flush()

    def _text(self, text: str, at: int) -> None:
        size = len(text)
        if self._parts:
            # Where tags lie on lines of their own, so do the words between them.
            if gap := self.source.count("\n", self._end, at):
                self._parts.append("\n" * gap)
        elif self._exact:
            self._begin = at
        else:
            # What stands before the first word only counts for the line that it is on.
            text = text.lstrip()
            self._begin = at + size - len(text)
        self._end = at + size
        self._parts.append(text)
        region = self._region()
        region.chars += len(text)
        if self._in_link:
            region.link_chars += len(text)

    def _region(self) -> _Region:
        top = self._stack[-1]
        if top.region is None:
            top.region = _Region(top.dropped, top.main, top.article)
        return top.region

    def _flush(self) -> None:
        if self._parts:
            text = "".join(self._parts)
            self._parts.clear()
            run = (text, self._begin, self._region(), self._heading, self._cell, self._exact > 0)
            self.runs.append(tuple.__new__(_Run, run))
        self._cell = False

    def _open(self, name: str, source: str) -> None:
        if name == "tr":
            self._cells = 0
        elif name in ("td", "th"):
            self._cell = self._cells > 0
            self._cells += 1
        elif name in _HEADINGS:
            self._heading = int(name[1])
        elif name == "a":
            self._in_link = "href" in source
            if self._in_link:
                self._region().links += 1
        elif name == "meta":
            self._meta(source)
        elif name == "time" and "<time>" not in self.facts and "datetime" in source:
            self.facts["<time>"] = markup.attributes(source).get("datetime", "")
        elif name == "pre":
            self._exact += 1
        if name in _NO_CONTENT or source.endswith("/"):
            return
        if name in _REGIONS or _may_hide(source):
            self._push(name, name in _NOT_TEXT or _is_hidden(source))

    def _push(self, name: str, dropped: bool) -> None:
        if dropped:
            self._flush()
        if len(self._stack) < _DEPTH:
            self._stack.append(_Open(name, self._stack[-1], dropped))
            closing = f"/{name}"
            self._closing[closing] = self._closing.get(closing, 0) + 1

    def _close(self, name: str) -> None:
        if name[1:] in _HEADINGS:
            self._heading = 0
        elif name == "/a":
            self._in_link = False
        elif name == "/pre":
            self._exact = max(0, self._exact - 1)
        if self._closing.get(name):
            if self._stack[-1].dropped:
                self._flush()
            last = ""
            while last != name:
                last = f"/{self._stack.pop().name}"
                self._closing[last] -= 1

    def _raw(self, name: str, text: str) -> None:
        if name == "=title" and not any(entry.name == "svg" for entry in self._stack[-3:]):
            self.facts.setdefault("<title>", text[:2000])
        elif name == "=script" and '"@context"' in text[:2000]:
            self.facts.update(_linked_data(text))

    def _meta(self, source: str) -> None:
        found = markup.attributes(source)
        name = found.get("property") or found.get("name") or found.get("itemprop")
        if name and found.get("content"):
            self.facts.setdefault(name.lower(), found["content"])


def _may_hide(source: str) -> bool:
    return "role" in source or "hidden" in source or "display" in source


def _is_hidden(source: str) -> bool:
    if not _may_hide(source):
        return False
    found = markup.attributes(source)
    return (
        found.get("role", "").lower() in _ROLES
        or ("hidden" in found and found["hidden"] != "until-found")
        or found.get("aria-hidden", "").lower() == "true"
        or _HIDDEN.search(found.get("style", "")) is not None
    )


def _linked_data(text: str) -> dict[str, str]:
    """Date and author, where a page states them as JSON-LD."""
    try:
        data: Any = json.loads(text[:200_000])
    except (ValueError, RecursionError):
        return {}
    if isinstance(data, dict) and isinstance(data.get("@graph"), list):
        data = data["@graph"]
    found: dict[str, str] = {}
    for entry in data if isinstance(data, list) else [data]:
        if not isinstance(entry, dict):
            continue
        if isinstance(entry.get("datePublished"), str):
            found.setdefault("datepublished", entry["datePublished"])
        authors = entry.get("author")
        authors = authors if isinstance(authors, list) else [authors]
        names = [who.get("name") if isinstance(who, dict) else who for who in authors]
        known = ", ".join(name for name in names if isinstance(name, str))
        if known:
            found.setdefault("author", known)
    return found


# ------------------------------------------------------------------------------ what is kept


def _chosen(reading: _Reading) -> set[int]:
    """The regions to keep, by `id`: the main text where it is marked, else all but navigation.

    What is dropped is never most of a page that has little else: an index of links stays.
    """
    regions = {id(run.region): run.region for run in reading.runs}
    text = {key for key, region in regions.items() if not region.dropped}
    kept = {key for key in text if not _is_navigation(regions[key])}
    total, size = _chars(regions, text), _chars(regions, kept)
    if not text:
        return set(regions)
    if size < _ENOUGH_CHARS and size < total * 0.3:
        kept, size = text, total
    for choice in (
        {key for key in text if regions[key].main},
        {key for key in kept if regions[key].article},
    ):
        if choice and _chars(regions, choice) >= size * 0.5:
            return choice
    return kept


def _chars(regions: dict[int, _Region], keys: set[int]) -> int:
    return sum(regions[key].chars for key in keys)


def _is_navigation(region: _Region) -> bool:
    inside = region.main or region.article
    return not inside and region.links >= 3 and region.link_chars > region.chars * 0.7


def _composed(
    runs: list[_Run], kept: set[int], source: str
) -> tuple[str, tuple[Section, ...], Sequence[int]]:
    """The text of the runs that are kept, its sections, and the source's line for each line.

    As many line ends stand between two runs as in the source, up to a blank line; so the lines of a
    passage are those of the source wherever they can be.
    """
    parts: list[str] = []
    lines = array("q")
    sections: list[Section] = []
    size, start, heading, last = 0, 0, "", 0
    number, before = 1, 0  # the line of the run, and where it begins
    for text, at, region, level, cell, exact in runs:
        if id(region) not in kept:
            continue
        number += source.count("\n", before, at)
        before = at
        for line, said in _lines_of(text, number, exact):
            joined = ""
            if parts and cell:
                joined = "\t"
            elif parts:
                gap = min(max(1, line - last), 2)
                joined = "\n" * gap
                if gap > 1:
                    lines.append(line - 1)
                lines.append(line)
            else:
                lines.append(line)
            cell = False
            parts += (joined, said)
            size += len(joined)
            if level:
                if size > start:
                    sections.append(Section(start, size, heading))
                start, heading, level = size, _shown(text), 0
            size += len(said)
            last = line
    sections.append(Section(start, size, heading))
    return "".join(parts), tuple(s for s in sections if s.end > s.start), lines


def _lines_of(text: str, number: int, exact: bool) -> list[tuple[int, str]]:
    """The lines of a run that are not blank, unescaped, with their numbers in the source from that on."""
    if "\n" not in text:
        return [(number, said)] if (said := _said(text, exact)) else []
    lines = enumerate(text.split("\n"), number)
    return [(line, said) for line, part in lines if (said := _said(part, exact))]


def _said(line: str, exact: bool) -> str:
    if "&" in line:
        line = " ".join(markup.unescaped(line).splitlines())
    if exact:
        return line.rstrip()
    uneven = "  " in line or "\t" in line or "\xa0" in line or "\f" in line or "\v" in line
    return (_SPACES.sub(" ", line) if uneven else line).strip()
