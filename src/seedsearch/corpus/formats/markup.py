"""Scan HTML for tags and text, in time linear in the page, however broken it is.

The standard library's `html.parser` takes minutes for 60 kB of unfinished tags. Here every failed search is
remembered or bounded, so each byte is read only a few times.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from html import unescape

# A tag's name, in ASCII: other names have no meaning.
_NAME = re.compile(r"</?([a-zA-Z][!-.0-;=?-~]{0,40}+)")
_REST = re.compile(r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+""")
_UNFINISHED = re.compile(r"[^<>]*+>?")
RAW = frozenset(("script", "style", "title", "textarea", "iframe", "xmp", "noembed", "noframes"))
"""The elements that contain no tags."""
_BREAKS = frozenset(("p", "br", "div", "li", "td", "h1", "h2", "h3"))
_NO_TEXT = frozenset(("style", "iframe", "noembed", "noframes"))
_NOTABLE = re.compile("role|hidden|display|title")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_ATTRIBUTES_CHARS = 20_000
_REFERENCE = re.compile(r"&(?:#[0-9]++|#[xX][0-9a-fA-F]++|[^\t\n\f <&#;]{1,32}+);?")
_DIGITS = 20  # of an invalid number: the standard library raises ValueError for thousands of digits


def tags(page: str) -> Iterator[tuple[str, str, str, int]]:
    """Yield every tag of a page with the text after it: name, attributes, text, and the text's offset.

    Names are in lower case, with `/` first for closing tags. The name is "" for a comment, a declaration or invalid
    markup. The content of an element without tags (a script, a title) is yielded separately, with `=` before the
    element's name.
    """
    at = page.find("<")
    if at:
        yield "", "", page if at < 0 else page[:at], 0
    never_closed = {"": 0}  # what was searched for and not found, and how far; tags are ""
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


def _tag(page: str, at: int, never_closed: dict[str, int]) -> tuple[str, str, int]:
    """Return name, attributes and end of the tag at `at`.

    A declaration has no name, nor has a single "<", which ends where it begins. Quotation marks count for nothing as
    far as an earlier tag was read in which they hid the end.
    """
    if page.startswith(("!", "?"), at + 1):
        return "", "", _after_declaration(page, at, never_closed)
    name = _NAME.match(page, at)
    if name is None:
        return "", "", at
    begin = name.end()
    if begin >= never_closed[""] and (rest := _REST.match(page, begin)):
        end = rest.end()
        if page.startswith(">", end):
            return name[0][1:].lower(), page[begin:end], end + 1
        never_closed[""] = end
    unfinished = _UNFINISHED.match(page, begin)
    end = unfinished.end() if unfinished else begin
    return name[0][1:].lower(), page[begin:end].removesuffix(">"), end


def _after_declaration(page: str, at: int, never_closed: dict[str, int]) -> int:
    """Return the end of a comment, a declaration or a marked section."""
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
        never_closed[mark] = len(page)
    # It is never closed. The text after it must not be lost.
    rest = _UNFINISHED.match(page, at + 2)
    return rest.end() if rest else len(page)


def _end_of_raw(page: str, element: str, at: int, never_closed: dict[str, int]) -> int:
    """Return the end of the content of a script or similar element, before its closing tag."""
    if element not in never_closed:
        closing = re.compile(rf"</{element}(?=[\s/>])", re.IGNORECASE | re.ASCII).search(page, at)
        if closing is not None:
            return closing.start()
        never_closed[element] = len(page)
    if element in ("script", "style"):
        return len(page)
    end = page.find("<", at)
    return len(page) if end < 0 else end


def is_notable(attributes: str) -> bool:
    """Return whether attributes may mark an element as hidden or a banner, or give it a title."""
    return _NOTABLE.search(attributes) is not None


def attributes(source: str) -> dict[str, str]:
    """Return the attributes of a tag by lower-case name, the first of each name; values are not unescaped."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source, 0, _ATTRIBUTES_CHARS):
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
    return found


def without_tags(source: str) -> str:
    """Return the text of a piece of a page, on one line."""
    said = [
        f" {text}" if name.lstrip("/") in _BREAKS else text
        for name, _, text, _ in tags(source)
        if name[:1] != "="
    ]
    return unescaped("".join(said))


def unescaped(text: str) -> str:
    """Return the text with its character references replaced, as in HTML."""
    return _REFERENCE.sub(lambda reference: meant(reference[0]), text) if "&" in text else text


def meant(reference: str) -> str:
    """Return the text of a character reference."""
    return _character(reference) if len(reference) < 2 * _DIGITS else "\ufffd"


@functools.lru_cache(maxsize=1000)
def _character(reference: str) -> str:
    is_number = reference.startswith("&#") and len(reference.strip("&#xX;")) >= _DIGITS
    return "\ufffd" if is_number else unescape(reference)
