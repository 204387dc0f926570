"""Which parts of a page are its text: regions with what they hold, and the choice among them.

Where a page marks its main text, or its articles, that is kept with the prose that stands outside, such as the lead of
a story. Where nothing is marked, all is kept but navigation. What is dropped is never most of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from seedsearch.corpus.formats import markup

ENOUGH_CHARS = 500
PROSE_CHARS = 40  # of a run that is no label, outside its links
_TITLE_CHARS = 18  # of the text of a link that is the title of something
_NOISE = re.compile(
    r"cookie|consent|gdpr|newsletter|subscri|breadcrumb|share|sharing|social|related|recommend|promo|advert|sponsor"
    r"|sidebar|popup|modal|menu|navbar|toolbar",
    re.IGNORECASE,
)
_WHOLE_PAGE = ("", "html", "body")
TEXT, SCRIPTLESS, EDGE, HIDDEN = range(4)
"""What a region is: text; text for browsers without scripts; navigation or a banner, as is said of it; not shown."""


class Opened:
    """An element that has begun and not ended. Its region is made when text comes."""

    __slots__ = (
        "article",
        "attributes",
        "footer",
        "kind",
        "main",
        "name",
        "noise",
        "parent",
        "region",
    )

    def __init__(self, name: str, attributes: str, parent: Opened | None, kind: int = TEXT) -> None:
        self.name, self.attributes, self.parent = name, attributes, parent
        self.region: Region | None = None
        self.noise: bool | None = None
        self.main, self.article = name == "main", name == "article"
        self.footer, self.kind = name == "footer", kind
        if parent is None:
            return
        self.main, self.article = self.main or parent.main, self.article or parent.article
        self.footer = self.footer or parent.footer
        if parent.kind == HIDDEN or (parent.kind > kind and name not in ("main", "article")):
            # A banner that nobody closes ends where the main text begins.
            self.kind = parent.kind

    def is_noise(self) -> bool:
        """Whether it, or what it is in, is named after something that is no text."""
        above: list[Opened] = []
        opened: Opened | None = self
        while opened is not None and opened.noise is None and opened.name not in _WHOLE_PAGE:
            above.append(opened)
            opened = opened.parent
        noise = opened is not None and bool(opened.noise)
        for opened in reversed(above):
            noise = opened.noise = noise or opened.is_named_as_noise()
        return noise

    def is_named_as_noise(self) -> bool:
        """Whether its own class or id says so."""
        if "class" not in self.attributes and "id" not in self.attributes:
            return False
        found = markup.attributes(self.attributes)
        return any(_NOISE.search(found.get(name, "")) for name in ("class", "id"))


class Region:
    """A part of a page that is kept or dropped as one: how much of it is text, prose, links."""

    __slots__ = ("asks_for_scripts", "chars", "link_chars", "links", "opened", "prose")

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.chars = self.link_chars = self.links = self.prose = 0
        self.asks_for_scripts = False

    def add(self, text: str, link_chars: int, heading: int) -> None:
        """One more run of text, in which links have so many characters."""
        if len(text) - link_chars >= PROSE_CHARS or heading == 1:
            self.prose += len(text)
        if self.opened.kind == SCRIPTLESS and "javascript" in text.lower():
            self.asks_for_scripts = True

    def is_navigation(self) -> bool:
        """Whether it is a list of links, outside the main text."""
        outside = not self.opened.main and not self.opened.article
        return outside and self.links >= 3 and self.link_chars > self.chars * 0.7

    def lists_titles(self) -> bool:
        """Whether its links are titles, as in a bibliography, and not those of other pages of the site."""
        is_edge = self.opened.footer or self.opened.name == "aside" or self.opened.is_noise()
        return self.link_chars >= self.links * _TITLE_CHARS and not is_edge

    def stands_alone(self) -> bool:
        """Whether it says something outside the main text."""
        if self.opened.name == "aside" or self.opened.is_noise():
            return False
        is_text = self.link_chars <= self.chars * 0.3
        return is_text and (self.prose > 0 or self.opened.footer)


def chosen(regions: Iterable[Region], whole: bool) -> set[Region]:
    """The regions to keep; all that are shown, where the `whole` page is text."""
    every = set(regions)
    text = {region for region in every if region.opened.kind == TEXT}
    text |= {
        region
        for region in every
        if region.opened.kind == SCRIPTLESS and not region.asks_for_scripts
    }
    kept = text if whole else _without_navigation(text)
    for kind in (EDGE, HIDDEN):
        more = {region for region in every if region.opened.kind == kind and region.prose}
        if kind == EDGE and whole:
            kept |= {region for region in every if region.opened.kind == EDGE}
        elif _chars(kept) < ENOUGH_CHARS and _chars(more) > 3 * _chars(kept):
            kept |= more
    return kept or every


def _without_navigation(text: set[Region]) -> set[Region]:
    links = {region for region in text if region.is_navigation()}
    kept = text - links
    if _chars(kept) < ENOUGH_CHARS and _chars(kept) < _chars(text) * 0.3:
        kept = text
    else:
        kept |= {region for region in links if region.lists_titles()}
    size = _chars(kept)
    for choice in (
        {region for region in text if region.opened.main},
        {region for region in kept if region.opened.article},
    ):
        if choice and _chars(choice) >= size * 0.5:
            return choice | {region for region in kept - choice if region.stands_alone()}
    return kept


def _chars(regions: set[Region]) -> int:
    return sum(region.chars for region in regions)
