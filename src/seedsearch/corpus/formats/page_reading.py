"""Divide a page of HTML into regions, and compose the text of the kept regions with the lines of the source.

The rules are specified here. The compiled core does the same work (core/c/page_reading.c), and calls Python for the
meaning of attributes and superscripts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.page_composing import Composed, Run
from seedsearch.corpus.formats.page_regions import (
    EDGE,
    HIDDEN,
    PROSE_CHARS,
    SCRIPTLESS,
    TEXT,
    Region,
)
from seedsearch.corpus.formats.superscripts import as_note, word_before

DEPTH = 500
"""The greatest nesting of elements that is tracked."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _set(
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html input legend li listing main "
    "menu nav ol option p plaintext pre section summary table tbody text textarea tfoot thead tr tspan ul"
)
_REGIONS = _set(
    "article aside blockquote body center details dialog dl fieldset figure footer form header main menu "
    "nav ol section table td template noscript object svg math canvas select ul div"
)
_BREAKS = _BLOCKS | _REGIONS | {"th"}
_KINDS = {
    "nav": EDGE, "noscript": SCRIPTLESS,
    **dict.fromkeys(("template", "object", "canvas", "select", "datalist", "defs", "desc", "metadata"), HIDDEN),
}  # fmt: skip
_EDGES = _set("navigation banner search menu menubar dialog")  # roles
_EMPTY = _set("area base br col embed hr img input link meta param source track wbr")
_WHOLE_PAGE = ("", "html", "body")
_HEADINGS = _set("h1 h2 h3 h4 h5 h6")
_RUBY = _set("ruby rb rt rtc rp")
_READINGS = ("rt", "rtc")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
FACT_CHARS = 2000

FOUND_IN = {"meta": "", "link": "canonical", "time": "datetime"}
"""The elements whose attributes state facts about the page, and the text that those attributes contain."""


Fact: TypeAlias = tuple[str, str, int]
"""A fact that an element states: its name, its attributes or text, and the line after its tag.

Elements are those in FOUND_IN, titles and scripts.
"""


class _Opened:
    """An open element. Its region and its place are created when text comes."""

    __slots__ = ("article", "attributes", "footer", "kind", "main", "name", "place", "region")

    def __init__(self, name: str, attributes: str, parent: _Opened | None, kind: int) -> None:
        self.name, self.attributes = name, attributes
        self.region = self.place = -1
        self.main: bool = name == "main" or (parent is not None and parent.main)
        self.article: bool = name == "article" or (parent is not None and parent.article)
        self.footer: bool = name == "footer" or (parent is not None and parent.footer)
        above: int = parent.kind if parent is not None else TEXT
        # An unclosed banner ends where the main text begins.
        inherits = above == HIDDEN or (above > kind and name not in ("main", "article"))
        self.kind: int = above if inherits else kind


class PlainReading:
    """A page that was read: its facts, its regions, and the text of some of them.

    `regions` are the regions with text. `places` are the elements around them: the attributes of each, and the
    number of the element around it, or -1 for the whole page. The page's line ends must be `\\n`.
    """

    def __init__(self, source: str) -> None:
        self.facts: list[Fact] = []
        self.places: list[tuple[str, int]] = []
        self._regions: list[Region] = []
        self._runs: list[Run] = []
        self._stack = [_Opened("", "", None, TEXT)]
        self._closing: dict[str, int] = {}  # names of open elements, and their numbers
        self._parts: list[str] = []
        self._begin = self._end = 0  # lines of the parts
        self._heading, self._exact, self._in_link = 0, 0, False
        self._cell, self._cells, self._link_chars = False, 0, 0
        self._beside: list[str] = []  # readings and titles, which follow the run
        self._ruby = ""  # the current part of a ruby that is not its base
        self._aloud: list[str] = []  # the parts of the reading of a ruby
        self._raised, self._raised_by = -1, ""  # where a possible note begins in the parts
        self._raised_link, self._note_ended = False, False
        self._read(source)
        self.regions = [region for region in self._regions if region.runs]

    def compose(self, kept: Sequence[int]) -> Composed:
        """Return the text of the regions with these numbers."""
        numbers = frozenset(kept)
        composed = Composed()
        for run in self._runs:
            if run.region in numbers:
                composed.add(run)
        return composed

    def _read(self, source: str) -> None:
        line, counted = 1, 0
        for tag, attributes, text, at in markup.tags(source):
            line += source.count("\n", counted, at)
            counted = at
            name = tag.lstrip("/")
            if name in _BREAKS and (self._parts or self._cell):
                self._flush()
            if tag[:1] == "/":
                self._close(name)
            elif tag in ("=title", "=script"):
                self._raw(tag[1:], text, line)
                continue
            elif tag and tag[0] != "=":
                self._open(name, attributes, line)
            if text and (self._parts or self._exact or not text.isspace()):
                self._text(text, line)
        self._flush()

    def _text(self, text: str, line: int) -> None:
        if self._ruby:
            self._aloud += [text] if self._ruby in _READINGS else []
            return
        if self._parts:
            # If tags are on lines of their own, so are the words between them.
            if line > self._end:
                self._parts.append("\n" * (line - self._end))
            if self._note_ended and text[:1].isalnum():
                self._parts.append(" ")
        else:
            if not self._exact:
                # White space before the first word counts only for its line number.
                size = len(text)
                text, before = text.lstrip(), text
                line += before.count("\n", 0, size - len(text))
            self._begin = line
        self._note_ended = False
        self._end = line + text.count("\n")
        self._parts.append(text)
        region = self._regions[self._region()]
        region.chars += len(text)
        if self._in_link:
            region.link_chars += len(text)
            self._link_chars += len(text)

    def _end_reading(self) -> None:
        """Let the reading of a ruby be beside the run."""
        if self._aloud:
            self._beside.append("".join(self._aloud))
            self._aloud.clear()

    def _region(self) -> int:
        """Return the region of the innermost element."""
        top = self._stack[-1]
        if top.region < 0:
            top.region = len(self._regions)
            inside = top.main, top.article, top.footer, top.name == "aside"
            self._regions.append(Region(top.region, top.kind, self._place(), inside))
        return top.region

    def _place(self) -> int:
        """Return the place of the innermost element."""
        first = len(self._stack)
        while self._stack[first - 1].place < 0 and self._stack[first - 1].name not in _WHOLE_PAGE:
            first -= 1
        above = self._stack[first - 1].place
        for opened in self._stack[first:]:
            self.places.append((opened.attributes, above))
            opened.place = above = len(self.places) - 1
        return above

    def _flush(self) -> None:
        self._end_reading()
        if self._parts:
            text = "".join(self._parts)
            number = self._region()
            region = self._regions[number]
            region.runs += 1
            if len(text) - self._link_chars >= PROSE_CHARS or self._heading == 1:
                region.prose += len(text)
            if region.kind == SCRIPTLESS and "javascript" in text.lower():
                region.asks_for_scripts = True
            said = beside(text, self._beside) if self._beside else ""
            if said and not self._heading:
                text, said = f"{text.rstrip()} {said}", ""
            self._runs.append(
                Run(text, self._begin, number, self._heading, self._cell, self._exact > 0)
            )
            if said:
                self._runs.append(Run(said, self._begin, number))
            self._parts.clear()
            self._beside.clear()
        self._cell, self._link_chars = False, 0
        self._ruby, self._raised = "", -1

    def _script(self, name: str, ends: bool) -> None:
        """Begin or end a superscript, or a part of a ruby."""
        if name != "sup":
            self._ruby = "" if ends or name in ("ruby", "rb") else name
            self._end_reading()
        elif ends:
            self._end_note("sup", self._raised_link)
        else:
            self._raised, self._raised_link = len(self._parts), self._in_link
            self._raised_by = name

    def _end_note(self, name: str, linked: bool) -> None:
        """End a possible number of a note: a superscript, or a link within this page."""
        if self._raised < 0 or name != self._raised_by:
            return
        before = word_before(self._parts, self._raised)
        if note := as_note(before, "".join(self._parts[self._raised :]), linked):
            self._note_ended = True
            self._parts[self._raised :] = [note]
        self._raised = -1

    def _open(self, name: str, source: str, line: int) -> None:
        if name == "sup" or name in _RUBY:
            self._script(name, False)
        elif name == "tr":
            self._cells = 0
        elif name in ("td", "th"):
            self._cell = self._cells > 0
            self._cells += 1
        elif name in _HEADINGS:
            self._heading = int(name[1])
        elif name == "a":
            self._open_link(source)
        elif name in FOUND_IN and FOUND_IN[name] in source:
            self.facts.append((name, source, line))
        elif name == "pre":
            self._exact += 1
        kind = TEXT if name == "template" and "shadowroot" in source else _KINDS.get(name, TEXT)
        if markup.is_notable(source) or name in ("img", "area"):
            kind, instead, more = asked(name, source, kind)
            if instead:
                self._text(f" {instead} ", line)
            if more:
                self._end_reading()
                self._beside.append(more)
        if name in _EMPTY or source.endswith("/"):
            return
        if name in _REGIONS or kind != TEXT:
            self._push(name, source, kind)

    def _open_link(self, source: str) -> None:
        self._in_link = "href" in source
        if self._in_link:
            self._regions[self._region()].links += 1
            self._raised_link = True
            if "#" in source and self._raised < 0:
                self._raised, self._raised_by = len(self._parts), "a"

    def _push(self, name: str, source: str, kind: int) -> None:
        if kind != TEXT:
            self._flush()
        if len(self._stack) < DEPTH:
            self._stack.append(_Opened(name, source, self._stack[-1], kind))
            self._closing[name] = self._closing.get(name, 0) + 1

    def _close(self, name: str) -> None:
        if name == "sup" or name in _RUBY:
            self._script(name, True)
        elif name in _HEADINGS:
            self._heading = 0
        elif name == "a":
            self._end_note("a", False)
            self._in_link = False
        elif name == "pre":
            self._exact = max(0, self._exact - 1)
        if self._closing.get(name):
            if self._stack[-1].kind != TEXT:
                self._flush()
            if not self._parts:
                self._beside.clear()  # of an element without text
                self._aloud.clear()
            last = ""
            while last != name:
                last = self._stack.pop().name
                self._closing[last] -= 1

    def _raw(self, name: str, text: str, line: int) -> None:
        if name == "title":
            if not any(entry.name == "svg" for entry in self._stack[-3:]):
                self.facts.append((name, text[:FACT_CHARS], line))
        elif '"@context"' in text[:FACT_CHARS]:
            self.facts.append((name, text, line))


def beside(text: str, beside: list[str]) -> str:
    """Return the words beside a run that the run does not contain, in parentheses."""
    every = [" ".join(said.split()) for said in beside]
    known = set(text.split())
    said = " ".join(words for words in dict.fromkeys(every) if not known.issuperset(words.split()))
    return f"({said})" if said else ""


def asked(name: str, source: str, kind: int) -> tuple[int, str, str]:
    """Return what the attributes of an element say: its kind, the text of a picture, and a title beside its text."""
    found = markup.attributes(source)
    if (
        ("hidden" in found and found["hidden"] != "until-found")
        or found.get("aria-hidden", "").lower() == "true"
        or (name not in _WHOLE_PAGE and _HIDDEN.search(found.get("style", "")) is not None)
    ):
        kind = HIDDEN
    elif found.get("role", "").lower() in _EDGES:
        kind = EDGE
    alt, title = found.get("alt", "").strip(), found.get("title", "").strip()
    alt = alt or title if name in ("img", "area") else ""
    if title == alt or name in _EMPTY - {"img", "area"} or found.get("href", "").startswith("#"):
        title = ""
    return kind, alt, title


# ------------------------------------------------------------------ for the compiled core

_BREAK, _REGION, _ALONE, _KIND_SHIFT = 1, 2, 4, 3
NAMES = {
    name: (name in _BREAKS) * _BREAK
    | (name in _REGIONS) * _REGION
    | (name in _EMPTY) * _ALONE
    | _KINDS.get(name, TEXT) << _KIND_SHIFT
    for name in (_BREAKS | _EMPTY | _KINDS.keys())
}
"""The properties of elements by their names, as bits."""
