"""A scanner of HTML as it is found: tags and text, in time linear in the page, whatever it holds.

The standard library's `html.parser` takes minutes for 60 kB of unfinished tags. Here every search
that fails is remembered or bounded, so that no byte is looked at more than a few times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from seedsearch.record import NamedTuple

_NAME = re.compile(r"</?[a-zA-Z][^\s/>\x00]{0,40}")
_SIMPLE = re.compile(r"<(/?[a-zA-Z][^\s/<>\x00]{0,40}+)([^<>']*+)>")
_REST = re.compile(r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_UNFINISHED = re.compile(r"[^<>]*+>?")
_RAW = ("script", "style", "title", "textarea", "iframe", "xmp", "noembed", "noframes")
_ATTRIBUTE = re.compile(
    r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""",
)
_ATTRIBUTES_CHARS = 20_000
# The standard library raises ValueError for numbers of thousands of digits.
_NO_CHARACTER = re.compile("&#(?:[0-9]{20,}+|[xX][0-9a-fA-F]{20,}+);?")


class Piece(NamedTuple):
    """A stretch of a page: a tag (`name` is lower-case, with `/` before it where it closes), or text.

    `text` is the source: of a tag its attributes, of an element that holds no tags (a script, a
    title) what is between its tags. `at` is where that begins.
    """

    name: str
    text: str
    at: int


def pieces(page: str) -> Iterator[Piece]:
    """The tags and texts of a page, in order; comments and declarations are left out."""
    at, size = 0, len(page)
    never_closed: set[str] = set()  # what was looked for up to the end once, and is not there
    while at < size:
        tag = page.find("<", at)
        if tag != at:
            end = tag if tag >= 0 else size
            yield Piece("", page[at:end], at)
            at = end
            continue
        simple = _SIMPLE.match(page, at)
        if simple is not None and simple[2].count('"') % 2 == 0:
            element, attributes = simple[1].lower(), simple[2]
            begin, at = simple.start(2), simple.end()
            yield Piece(element, attributes, begin)
        else:
            following = page[at + 1 : at + 2]
            if following in ("!", "?"):
                at = _after_declaration(page, at, never_closed)
                continue
            name = _NAME.match(page, at)
            if name is None:
                yield Piece("", "<", at)
                at += 1
                continue
            begin = name.end()
            rest = _REST.match(page, begin) or _UNFINISHED.match(page, begin)
            assert rest is not None  # the second pattern matches anything
            at = rest.end()
            element, attributes = name[0][1:].lower(), page[begin:at].removesuffix(">")
            yield Piece(element, attributes, begin)
        if element in _RAW and not attributes.endswith("/"):
            end = _end_of_raw(page, element, at, never_closed)
            yield Piece("=" + element, page[at:end], at)
            at = end


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
        closing = re.compile(rf"</{element}(?=[\s/>])", re.IGNORECASE).search(page, at)
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


def unescaped(text: str) -> str:
    """The text with its character references replaced, as in HTML."""
    return unescape(_NO_CHARACTER.sub("\ufffd", text)) if "&" in text else text
