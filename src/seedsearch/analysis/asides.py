"""Asides: text that Markdown, reStructuredText, AsciiDoc, Org and wikis put between the words of a sentence.

An *aside* is invisible in the finished page: the address of a link, the name of a role, a tag, the number of a note.
Its words are terms, so that an address is found. But an aside takes no positions: the word after it follows the word
before it, and the words inside count from the same position. So a phrase may continue across it.

The patterns apply to all texts, because mails, comments and records have such marks too. Each pattern ends before the
next sign that may begin one, so that no character is tested often. This is the specification of `core/c/asides.c`.
"""

from __future__ import annotations

import re

from seedsearch.patterns import pattern

_SCHEMES = "http", "https", "ftp", "irc", "mailto", "link", "xref"
_TAGS = (
    "a", "abbr", "b", "big", "br", "center", "cite", "code", "del", "dfn", "div", "em", "font", "h1", "h2", "h3", "h4",
    "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "table", "tbody", "td", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
)  # fmt: skip

_SIGNS = pattern(r"[]\[<:]")
_NAME = "[A-Za-z0-9_.+-]++"
_CHARS = r"[^\s<>()\[\]\0]*+"
_LINK = pattern(
    rf"\]\((?P<address><[^<>\n\0]*+>|{_CHARS}(?:\({_CHARS}\){_CHARS})*+)"
    r"""(?:[ \t]++(?:"[^"\n\0]*+"|'[^'\n\0]*+'))?\)""",
    re.ASCII,
)
_REFERENCE = pattern(r"\]\[[^\[\]\n\0]++\]")
_WORDY = pattern(r"[A-Za-z0-9_)\]]")
_ADDRESS = pattern("[/:#]")
_BEHIND = {
    "]": pattern(r"\]\{[.#:][^{}\n\0]*+\}"),  # [text]{.class}
    "[": pattern(
        r"\[\[(?![ \t])[^\[\]|\n\0]*+(?:\]\[|\|)"  # [[address][text]] and [[page|text]]
        r"|\[(?:\^|fn:)[^\s\[\]\0]++\](?!:)"  # notes: [^1], [fn:1]
        r"|\[[0-9]++(?:(?:[:.-]|[,;] ?+)[0-9]++)*+\]"  # [1, 2]; times: [00:12.50]
        rf"|\[#?(?:{_NAME})?\]_(?![A-Za-z0-9])",  # a note: [name]_
        re.ASCII,
    ),
    "<": pattern(
        r"<[^<>`\n\0]*+>(?=`)"  # `text <address>`_
        r"|<<[^<>,\s\0]++,(?=[^<>\n\0]*+>>)"  # <<name,text>>
        rf"|(?i:</?(?:{'|'.join(_TAGS)})(?:\s[^<>=\0]*+=[\"'][^<>\0]*+|\s*+/?)>)",
        re.ASCII,
    ),
    ":": pattern(rf"(?::{_NAME}){{1,2}}:(?=`)"),  # :role:`text`
}
_NAMED = pattern(r"(?://)?[^\s\[\]<>:\0]*+(?::[0-9][^\s\[\]<>:\0]*+)?\[(?!\])", re.ASCII)
_SCHEME = pattern(rf"(?<![^\s(\[\"])(?:{'|'.join(_SCHEMES)})\Z", re.ASCII)
_LONGEST_SCHEME = max(map(len, _SCHEMES))


def asides(folded: str) -> list[tuple[int, int]]:
    """Return the asides of a folded text, ascending, as ranges of characters."""
    found: list[tuple[int, int]] = []
    at = 0
    while sign := _SIGNS.search(folded, at):
        start, end = _aside(folded, sign.start(), sign[0])
        if end:
            found.append((start, end))
        at = end or sign.end()
    return found


def _aside(text: str, at: int, sign: str) -> tuple[int, int]:
    """Return the aside with its sign at `at`. Its end is 0 if there is none."""
    if sign == "]":
        if link := _LINK.match(text, at):
            address = link["address"]
            return at, link.end() if _ADDRESS.search(address) or _ends_text(text, at) else 0
        if reference := _REFERENCE.match(text, at):
            return at, reference.end() if _ends_text(text, at) else 0
    elif (
        sign == ":"
        and (scheme := _SCHEME.search(text, max(0, at - _LONGEST_SCHEME), at))
        and (named := _NAMED.match(text, at + 1))
    ):
        return scheme.start(), named.end()
    found = _BEHIND[sign].match(text, at)
    return at, found.end() if found else 0


def _ends_text(text: str, at: int) -> bool:
    """Return whether the bracket that closes here opens after no word and no bracket: `f[x](y)` is code."""
    opened = text.rfind("[", 0, at)
    if opened < 0 or "]" in text[opened:at]:
        return False
    return not opened or not _WORDY.match(text, opened - 1)
