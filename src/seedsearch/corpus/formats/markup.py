"""A scanner of HTML as it is found: tags and text, in time linear in the page, whatever it holds.

The standard library's `html.parser` takes minutes for 60 kB of unfinished tags. Here every search
that fails is remembered or bounded, so that no byte is looked at more than a few times.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import TypeAlias

from seedsearch.core import compiled

# A tag's name, in ASCII: what is not known by its name means nothing.
_NAME = re.compile(r"</?([a-zA-Z][!-.0-;=?-~]{0,40}+)")
_REST = re.compile(r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_UNFINISHED = re.compile(r"[^<>]*+>?")
RAW = frozenset(("script", "style", "title", "textarea", "iframe", "xmp", "noembed", "noframes"))
"""The elements that hold no tags."""
_BREAKS = frozenset(("p", "br", "div", "li", "td", "h1", "h2", "h3", "=script", "=title"))
_NO_TEXT = frozenset(("style", "iframe", "noembed", "noframes"))
_NOTABLE = re.compile("role|hidden|display|title")
_ATTRIBUTE = re.compile(
    r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""",
)
_ATTRIBUTES_CHARS = 20_000
_REFERENCE = re.compile(r"&(?:#[0-9]++|#[xX][0-9a-fA-F]++|[^\t\n\f <&#;]{1,32}+);?")
_DIGITS = 20  # of a number that is no character; the standard library raises ValueError for thousands of them

Piece: TypeAlias = tuple[str, str, str, int]
"""A tag that matters (its name in small letters, with `/` before it where it closes, and its attributes as they stand),
the text behind it up to the next one, without the tags between, and the line on which that begins. The name is "" where
there is text alone; of an element that holds no tags (a script, a title) it has `=` before it, and the text is what is
between its tags.
"""


def pieces(page: str, watched: frozenset[str]) -> Iterable[Piece]:
    """The tags that matter and the texts of a page, in order; comments and declarations are left out.

    A tag matters whose name is watched, or that says that it is hidden or has a title, and the tags that close such
    ones, and those behind what holds no tags. Of the others nothing is left but the line ends in them: words on two
    lines do not grow together.
    """
    if compiled is not None:
        return compiled.Pieces(page, watched)
    return plain_pieces(page, watched)


def plain_pieces(page: str, watched: frozenset[str]) -> Iterator[Piece]:
    """The same without the compiled core (core/c/page.c)."""
    noted: set[str] = set()  # what closes a tag that is not watched and matters
    name, attributes, texts = "", "", list[str]()
    first = line = 1  # of the piece, and of the end of its text
    counted = 0
    for tag, said, text, at in _tags(page):
        notable = tag[:1] not in "/=" and _NOTABLE.search(said) is not None
        gap = page.count("\n", counted, at)
        line, counted = line + gap, at + len(text)
        if name[:1] == "=" or (tag and (notable or tag in watched or tag in noted)):
            if notable and tag not in watched:
                noted.add(f"/{tag}")
            if name or texts:
                yield name, attributes, "".join(texts), first
            name, attributes, texts, first = tag, said, [], line
        if text:
            if texts and gap:
                texts.append("\n" * gap)
            first = first if texts else line
            texts.append(text)
        line += text.count("\n")
    if name or texts:
        yield name, attributes, "".join(texts), first


def _tags(page: str) -> Iterator[tuple[str, str, str, int]]:
    """Every tag with the text behind it, and where that begins; "" for the name of what is no tag."""
    at = page.find("<")
    if at:
        yield "", "", page if at < 0 else page[:at], 0
    never_closed: set[str] = set()  # what was looked for up to the end once, and is not there
    while 0 <= at < len(page):
        begin = at
        name, said, at = _tag(page, begin, never_closed)
        if name in RAW and not said.endswith("/"):
            yield name, said, "", at
            begin, at = at, _end_of_raw(page, name, at, never_closed)
            if name not in _NO_TEXT:
                yield "=" + name, "", page[begin:at], begin
            continue
        begin, at = at, page.find("<", at + (at == begin))
        yield name, said, page[begin : at if at >= 0 else len(page)], begin


def _tag(page: str, at: int, never_closed: set[str]) -> tuple[str, str, int]:
    """Name and attributes of the tag there, and where it ends; no name for a declaration, nor for a mere "<", which
    ends where it begins."""
    if page.startswith(("!", "?"), at + 1):
        return "", "", _after_declaration(page, at, never_closed)
    name = _NAME.match(page, at)
    if name is None:
        return "", "", at
    begin = name.end()
    rest = _REST.match(page, begin) or _UNFINISHED.match(page, begin)
    assert rest is not None  # the second pattern matches anything
    return name[0][1:].lower(), page[begin : rest.end()].removesuffix(">"), rest.end()


def _after_declaration(page: str, at: int, never_closed: set[str]) -> int:
    """Where a comment, a declaration or a marked section ends."""
    mark = ">"
    if page.startswith("<!--", at):
        mark = "-->"
        if page.startswith((">", "->"), at + 4):
            return page.index(">", at) + 1
    elif page.startswith("<![CDATA[", at):
        mark = "]]>"
    if mark not in never_closed:
        end = page.find(mark, at + 2)
        if end >= 0:
            return end + len(mark)
        never_closed.add(mark)
    # It is never closed: the text behind it must not be lost with it.
    rest = _UNFINISHED.match(page, at + 2)
    return rest.end() if rest else len(page)


def _end_of_raw(page: str, element: str, at: int, never_closed: set[str]) -> int:
    """Where the content of a script or the like ends, before its closing tag."""
    if element not in never_closed:
        closing = re.compile(rf"</{element}(?=[\s/>])", re.IGNORECASE | re.ASCII).search(page, at)
        if closing is not None:
            return closing.start()
        never_closed.add(element)
    if element in ("script", "style"):
        return len(page)
    end = page.find("<", at)
    return len(page) if end < 0 else end


def attributes(source: str) -> dict[str, str]:
    """The attributes of a tag, by lower-case name, the first of each; values are not unescaped."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source, 0, _ATTRIBUTES_CHARS):
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
    return found


def without_tags(source: str) -> str:
    """The text of a piece of a page, on one line."""
    every = pieces(source, _BREAKS)
    return unescaped(" ".join(text for name, _, text, _ in every if name[:1] != "="))


def unescaped(text: str) -> str:
    """The text with its character references replaced, as in HTML."""
    return _REFERENCE.sub(_meant, text) if "&" in text else text


def _meant(reference: re.Match[str]) -> str:
    text = reference[0]
    return _character(text) if len(text) < 2 * _DIGITS else "\ufffd"


@functools.lru_cache(maxsize=1000)
def _character(reference: str) -> str:
    is_number = reference.startswith("&#") and len(reference.strip("&#xX;")) >= _DIGITS
    return "\ufffd" if is_number else unescape(reference)
