"""HTML: the main text without navigation, on the lines of the source, with what the page says of itself."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.charset import declared_in, decoded_as
from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.formats.page_facts import Facts, shown
from seedsearch.corpus.formats.page_regions import (
    EDGE,
    HIDDEN,
    SCRIPTLESS,
    TEXT,
    Opened,
    Region,
    chosen,
)
from seedsearch.corpus.formats.superscripts import is_note
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, Section, SourceFile
from seedsearch.record import NamedTuple

MAX_BYTES = 32 << 20
_DEPTH = 500


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _set(
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li listing main "
    "menu nav ol option p plaintext pre section summary table tbody tfoot thead tr ul"
)
_REGIONS = _set(
    "article aside blockquote body center details dialog dl fieldset figure footer form header main menu "
    "nav ol section table td template noscript object svg math canvas select ul div"
)
_BREAKS = _BLOCKS | _REGIONS | {"th"}
_KINDS = {
    "nav": EDGE, "noscript": SCRIPTLESS,
    **dict.fromkeys(("template", "object", "svg", "canvas", "select", "datalist"), HIDDEN),
}  # fmt: skip
_EDGES = _set("navigation banner search menu menubar dialog")  # roles
_NO_CONTENT = _set("area base br col embed hr img input link meta param source track wbr")
_HEADINGS = _set("h1 h2 h3 h4 h5 h6")
_ENDS_RUN = _BREAKS | {f"/{name}" for name in _BREAKS}
_RUBY = _set("ruby rb rt rtc rp")
_SCRIPTS = _set("sup /sup") | _RUBY | {f"/{name}" for name in _RUBY}
_WATCHED = (
    _REGIONS
    | _HEADINGS
    | _SCRIPTS
    | {f"/{name}" for name in _HEADINGS}
    | {f"={name}" for name in markup.RAW - _set("textarea xmp")}
    | _set("tr td th a /a img area link meta time pre /pre")
)
_GIVEN = _WATCHED | _ENDS_RUN
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\f\v\xa0]+")
_SAME_WORDS = 0.5  # of a description that the text says itself


class Page(NamedTuple):
    """What a page holds: its text with sections, the source's lines on which each line of the text begins and ends, and
    what it says of itself. `title` is "" where it has none."""

    title: str
    fields: tuple[tuple[str, str], ...]
    text: str
    sections: tuple[Section, ...]
    lines: Sequence[int]
    ends: Sequence[int]


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
        fields=page.fields, lines=page.lines, ends=page.ends,
    )  # fmt: skip
    if len(data) > MAX_BYTES:
        yield Problem(f"from byte {MAX_BYTES:,} on", "too large for a page")


def read_page(source: str, *, whole: bool = False) -> Page:
    """The title, facts and main text of a page's source, or, where the page is `whole` text (a mail, a chapter), all of
    it that is shown. Raises nothing, whatever the source is."""
    reading = _Reading(clean_text(source))
    reading.read()
    kept = chosen((run.region for run in reading.runs), whole)
    text = _Composed()
    for run in reading.runs:
        if run.region in kept:
            text.add(run)
    facts = reading.facts
    _add_told(text, facts)
    sections = text.sections()
    title = facts.title() or next((s.heading for s in sections if s.heading), "")
    return Page(title, facts.fields(), text.text(), sections, text.lines, text.ends)


def _add_told(text: _Composed, facts: Facts) -> None:
    """What a page says in its head alone: its description, and an article that a script would show."""
    every = [(facts.description(), facts.described_on), *facts.bodies]
    known = set(text.text().split()) if any(words for words, _ in every) else set()
    for fact, line in every:
        words = fact.split()
        if words and sum(word in known for word in words) <= _SAME_WORDS * len(words):
            known.update(words)
            said = markup.without_tags(fact) if "<" in fact else fact
            text.add(_Run(said, line, Region(Opened("", "", None)), 0, False, False))


class _Run(NamedTuple):
    """Text between two ends of blocks, and the line on which it begins. `heading` is its level; `cell` sets it apart by
    a tab."""

    text: str
    line: int
    region: Region
    heading: int
    cell: bool
    exact: bool


class _Reading:
    """One way through a page, which gathers runs of text and facts."""

    def __init__(self, source: str) -> None:
        self.runs: list[_Run] = []
        self.facts = Facts(source)
        self.source = source
        self._stack = [Opened("", "", None)]
        self._closing: dict[str, int] = {}  # what would close open elements, and how many
        self._parts: list[str] = []
        self._begin = self._end = 0  # the lines of the parts
        self._heading, self._exact, self._in_link = 0, 0, False
        self._cell, self._cells, self._link_chars = False, 0, 0
        self._beside: list[str] = []  # readings and titles, which stand behind the run
        self._ruby = ""  # the part of a ruby that is no text
        self._raised, self._raised_by = -1, ""  # where what may be a note begins in the parts
        self._raised_link, self._note_ended = False, False

    def read(self) -> None:
        """Go through the page."""
        parts, closing = self._parts, self._closing
        for name, attributes, text, line in markup.pieces(self.source, _GIVEN):
            if name in _ENDS_RUN and (parts or self._cell):
                self._flush()
            if name in _WATCHED or closing.get(name) or (attributes and _may_matter(attributes)):
                if name in _SCRIPTS:
                    self._script(name)
                elif name[0] == "/":
                    self._close(name)
                elif name[0] == "=":
                    self._raw(name, text, line)
                    continue
                else:
                    self._open(name, attributes, line)
            if text and (parts or not text.isspace()):
                self._text(text, line)
        self._flush()

    def _text(self, text: str, line: int) -> None:
        if self._ruby:
            if self._ruby != "rp":
                self._beside.append(text)
            return
        if self._parts:
            # Where tags lie on lines of their own, so do the words between them.
            if line > self._end:
                self._parts.append("\n" * (line - self._end))
            if self._note_ended and text[:1].isalnum():
                self._parts.append(" ")
        else:
            if not self._exact:
                # What stands before the first word only counts for the line that it is on.
                size = len(text)
                stripped = text.lstrip()
                if size > len(stripped):
                    line += text.count("\n", 0, size - len(stripped))
                    text = stripped
            self._begin = line
        self._note_ended = False
        self._end = line + text.count("\n")
        self._parts.append(text)
        region = self._region()
        region.chars += len(text)
        if self._in_link:
            region.link_chars += len(text)
            self._link_chars += len(text)

    def _region(self) -> Region:
        top = self._stack[-1]
        if top.region is None:
            top.region = Region(top)
        return top.region

    def _flush(self) -> None:
        if self._parts:
            text = "".join(self._parts)
            region = self._region()
            region.add(text, self._link_chars, self._heading)
            beside = _beside(text, self._beside) if self._beside else ""
            if beside and not self._heading:
                text, beside = f"{text.rstrip()} {beside}", ""
            self._parts.clear()
            run = (text, self._begin, region, self._heading, self._cell, self._exact > 0)
            self.runs.append(tuple.__new__(_Run, run))
            if beside:
                self.runs.append(_Run(beside, self._begin, region, 0, False, False))
            self._beside.clear()
        self._cell, self._link_chars = False, 0
        self._ruby, self._raised = "", -1

    def _script(self, name: str) -> None:
        """A superscript, or a part of a ruby."""
        if name == "sup":
            self._raised, self._raised_link = len(self._parts), self._in_link
            self._raised_by = name
        elif name == "/sup":
            self._end_note("sup", self._raised_link)
        else:
            self._ruby = name if name in ("rt", "rtc", "rp") else ""

    def _end_note(self, name: str, linked: bool) -> None:
        """The end of what may be the number of a note: a superscript, or a link on this page."""
        if self._raised < 0 or name != self._raised_by:
            return
        before = "".join(self._parts[max(0, self._raised - 2) : self._raised])
        if is_note(before, "".join(self._parts[self._raised :]), linked):
            self._note_ended = True
            if before:
                self._parts.insert(self._raised, " ")
        self._raised = -1

    def _open(self, name: str, source: str, line: int) -> None:
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
                self._raised_link = True
                if "#" in source and self._raised < 0:
                    self._raised, self._raised_by = len(self._parts), name
        elif name == "meta":
            self.facts.meta(source, line)
        elif name == "link":
            if "canonical" in source:
                self.facts.link(source)
        elif name == "time" and "datetime" in source:
            self.facts.state("<time>", markup.attributes(source).get("datetime", ""))
        elif name == "pre":
            self._exact += 1
        if name in ("img", "area") or ("title" in source and name not in _NO_CONTENT):
            self._told(name, source, line)
        if name in _NO_CONTENT or source.endswith("/"):
            return
        if name in _REGIONS or _may_matter(source):
            kind = _kind_of(name, source)
            if kind != TEXT or name in _REGIONS:
                self._push(name, source, kind)

    def _told(self, name: str, source: str, line: int) -> None:
        """What an element says instead of a picture, or on top of its text."""
        found = markup.attributes(source)
        alt, title = found.get("alt", "").strip(), found.get("title", "").strip()
        if name in ("img", "area") and (alt := alt or title):
            self._text(f" {alt} ", line)
        if title and title != alt and not found.get("href", "").startswith("#"):
            self._beside.append(title)

    def _push(self, name: str, source: str, kind: int) -> None:
        if kind != TEXT:
            self._flush()
        if len(self._stack) < _DEPTH:
            self._stack.append(Opened(name, source, self._stack[-1], kind))
            closing = f"/{name}"
            self._closing[closing] = self._closing.get(closing, 0) + 1

    def _close(self, name: str) -> None:
        if name[1:] in _HEADINGS:
            self._heading = 0
        elif name == "/a":
            self._end_note("a", False)
            self._in_link = False
        elif name == "/pre":
            self._exact = max(0, self._exact - 1)
        if self._closing.get(name):
            if self._stack[-1].kind != TEXT:
                self._flush()
            if not self._parts:
                self._beside.clear()  # of what has no text
            last = ""
            while last != name:
                last = f"/{self._stack.pop().name}"
                self._closing[last] -= 1

    def _raw(self, name: str, text: str, line: int) -> None:
        if name == "=title" and not any(entry.name == "svg" for entry in self._stack[-3:]):
            self.facts.state("<title>", text[:2000])
        elif name == "=script" and '"@context"' in text[:2000]:
            self.facts.linked_data(text, line)


def _beside(text: str, beside: list[str]) -> str:
    """What stands beside a run and is not said in it."""
    every = [" ".join(said.split()) for said in beside]
    known = set(text.split())
    said = " ".join(words for words in dict.fromkeys(every) if not known.issuperset(words.split()))
    return f"({said})" if said else ""


def _may_matter(source: str) -> bool:
    return "role" in source or "hidden" in source or "display" in source or "title" in source


def _kind_of(name: str, source: str) -> int:
    """What is said of an element by its name and attributes."""
    if not _may_matter(source):
        return TEXT if name == "template" and "shadowroot" in source else _KINDS.get(name, TEXT)
    found = markup.attributes(source)
    if (
        ("hidden" in found and found["hidden"] != "until-found")
        or found.get("aria-hidden", "").lower() == "true"
        or _HIDDEN.search(found.get("style", "")) is not None
    ):
        return HIDDEN
    return EDGE if found.get("role", "").lower() in _EDGES else _KINDS.get(name, TEXT)


class _Composed:
    """The text of the runs that are kept, its sections, and the source's lines of each of its lines.

    As many line ends stand between two runs as in the source, up to a blank line; so the lines of a
    passage are those of the source wherever they can be.
    """

    def __init__(self) -> None:
        self.lines, self.ends = array("q"), array("q")
        self._parts: list[str] = []
        self._sections: list[Section] = []
        self._size, self._start, self._heading = 0, 0, ""

    def add(self, run: _Run) -> None:
        """The next run, which is a cell of its row, or has lines of its own."""
        text, first, _, level, cell, exact = run
        parts, lines, ends = self._parts, self.lines, self.ends
        for line, said in _lines_of(text, first, exact):
            joined = ""
            if parts and cell:
                joined = "\t"
                ends[-1] = line
            else:
                if parts:
                    joined = "\n"
                    if line - ends[-1] > 1:
                        joined = "\n\n"
                        lines.append(line - 1)
                        ends.append(line - 1)
                lines.append(line)
                ends.append(line)
            cell = False
            parts += (joined, said)
            self._size += len(joined)
            if level:
                self._end_section()
                self._heading, level = shown(text), 0
            self._size += len(said)

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def sections(self) -> tuple[Section, ...]:
        """Its sections that are not empty."""
        self._end_section()
        return tuple(self._sections)

    def _end_section(self) -> None:
        if self._size > self._start:
            self._sections.append(Section(self._start, self._size, self._heading))
            self._start = self._size


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
