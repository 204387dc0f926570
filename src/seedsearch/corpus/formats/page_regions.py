"""Choose the regions of a page that are its text.

If a page marks its main text or its articles, these are kept, with prose outside of them, such as the lead of a
story. If nothing is marked, everything but navigation is kept. Most of a page is never dropped.

The compiled core does the same work (core/c/page_regions.c), and calls `is_named`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from seedsearch.corpus.formats import markup

ENOUGH_CHARS = 500
PROSE_CHARS = 40  # of a run outside its links; shorter runs are labels
TITLE_CHARS = 18  # mean length of links that are titles
_NOISE = re.compile(
    r"cookie|consent|gdpr|newsletter|subscri|breadcrumb|share|sharing|social|related|recommend|promo|advert|sponsor"
    r"|sidebar|popup|modal|menu|navbar|toolbar",
    re.IGNORECASE,
)
# The links between the pages of a manual: DocBook's, texinfo's, LaTeX2HTML's and others'.
_STEPS = re.compile(r"nav-?(?:header|footer|panel)|navigation|pagination|pager\b", re.IGNORECASE)
_MAIN = re.compile(r"\Amain\Z", re.IGNORECASE)  # a role: pages older than the element have it
STEPS, NOISE, MAIN_ROLE = range(3)
"""What an element may be named."""

_NAMED = ((_STEPS, ("class", "id")), (_NOISE, ("class", "id")), (_MAIN, ("role",)))
TEXT, SCRIPTLESS, EDGE, HIDDEN = range(4)
"""The kind of a region: text; text for browsers without scripts; navigation or a banner, as marked; invisible."""


class Region:
    """A part of a page that is kept or dropped as a whole. It counts its text, links, prose and runs of text.

    `place` is the number of its element among the reading's places, -1 for the whole page.
    """

    def __init__(self, number: int, kind: int, place: int, inside: tuple[bool, ...]) -> None:
        self.number, self.kind, self.place = number, kind, place
        self.main, self.article, self.footer, self.aside = inside
        self.chars = self.link_chars = self.links = self.prose = self.runs = 0
        self.asks_for_scripts = False

    def is_navigation(self) -> bool:
        """Return whether the region is a list of links outside the main text."""
        is_list = self.links >= 3 and self.link_chars > self.chars * 0.7
        return is_list and not self.main and not self.article

    def lists_titles(self, noise: Named) -> bool:
        """Return whether its links are titles, as in a bibliography, rather than links to pages of the site."""
        is_edge = self.footer or self.aside or noise.at(self.place)
        return self.link_chars >= self.links * TITLE_CHARS and not is_edge

    def stands_alone(self, noise: Named) -> bool:
        """Return whether it has text of its own outside the main text."""
        if self.aside or noise.at(self.place):
            return False
        is_text = self.link_chars <= self.chars * 0.3
        return is_text and (self.prose > 0 or self.footer)


def is_named(source: str, kind: int) -> bool:
    """Return whether the attributes of an element name it STEPS, NOISE or MAIN_ROLE."""
    names, attributes = _NAMED[kind]
    if not any(name in source for name in attributes):
        return False
    found = markup.attributes(source)
    return any(names.search(found.get(name, "")) for name in attributes)


class Named:
    """Finds elements that are named so, and elements inside them."""

    def __init__(self, places: Sequence[tuple[str, int]], kind: int) -> None:
        self._places, self._kind = places, kind
        self._known: dict[int, bool] = {-1: False}

    def at(self, place: int) -> bool:
        """Return whether the element with this number is one, or inside one."""
        places, known = self._places, self._known
        inside: list[int] = []
        while place not in known:
            inside.append(place)
            place = places[place][1]
        found = known[place]
        for place in reversed(inside):
            found = known[place] = found or is_named(places[place][0], self._kind)
        return found


def chosen(
    regions: Sequence[Region], places: Sequence[tuple[str, int]], whole: bool
) -> Sequence[int]:
    """Return the numbers of the regions to keep. If the `whole` page is text, all visible ones are kept."""
    by_kind: tuple[list[Region], ...] = ([], [], [], [])
    for region in regions:
        by_kind[
            TEXT if region.kind == SCRIPTLESS and not region.asks_for_scripts else region.kind
        ].append(region)
    text = by_kind[TEXT]
    kept = text if whole else _without_navigation(_without_steps(text, places), places)
    for kind in (EDGE, HIDDEN):
        if kind == EDGE and whole:
            kept = kept + by_kind[kind]
            continue
        more = [region for region in by_kind[kind] if region.prose]
        if more and _chars(kept) < ENOUGH_CHARS and _chars(more) > 3 * _chars(kept):
            kept = kept + more
    return [region.number for region in kept or regions]


def _without_steps(text: list[Region], places: Sequence[tuple[str, int]]) -> list[Region]:
    """Return the regions without links to the next page and the like, which may stand inside the main text."""
    steps = Named(places, STEPS)
    kept = [region for region in text if region.prose or not steps.at(region.place)]
    return kept if 2 * _chars(kept) >= _chars(text) else text


def _without_navigation(text: list[Region], places: Sequence[tuple[str, int]]) -> list[Region]:
    noise = Named(places, NOISE)
    links: list[Region] = []
    kept: list[Region] = []
    for region in text:
        (links if region.is_navigation() else kept).append(region)
    if _chars(kept) < ENOUGH_CHARS and _chars(kept) < _chars(text) * 0.3:
        kept = text
    elif links:
        kept = kept + [region for region in links if region.lists_titles(noise)]
    half = _chars(kept) * 0.5
    role = Named(places, MAIN_ROLE)
    main = [region for region in text if region.main or role.at(region.place)]
    if main and _chars(main) >= half:
        inside = {region.number for region in main}
        return main + [r for r in kept if r.number not in inside and r.stands_alone(noise)]
    article = [region for region in kept if region.article]
    if article and _chars(article) >= half:
        return article + [r for r in kept if not r.article and r.stands_alone(noise)]
    return kept


def _chars(regions: Sequence[Region]) -> int:
    return sum([region.chars for region in regions])
