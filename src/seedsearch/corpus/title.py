"""The title of a text: its first line, where that reads like one."""

from __future__ import annotations

import re
from functools import cache

_HEADING = re.compile(r"#{1,6}+[ \t]([^\r\n]*+)")
_UNDERLINE = re.compile(r"(=++|-++)\s*+\Z")
_STOPS = frozenset(".!?。！？")
FIRST_LINES = 2000
"""Characters that a title is looked for in."""
_TITLE_CHARS = 100
_TITLE_WORDS = 16
TITLE_RULES = FIRST_LINES, _TITLE_CHARS, _TITLE_WORDS
"""For the compiled core (core/c/title.c), which knows most titles."""


def title_of(text: str) -> str:
    """The first line, where it reads like a title, or ""; a Markdown heading without its marks.

    A title is short, does not end like a sentence, and is followed by a blank line or by a longer
    line.
    """
    if text[:1] in "#\ufeff \t\r\n\u3000":
        text = text[:FIRST_LINES].lstrip("\ufeff \t\r\n\u3000")
        heading = _HEADING.match(text)
        if heading and (words := heading[1].rstrip(" \t#").split()):
            return " ".join(words)[:_TITLE_CHARS]
    head = text[:FIRST_LINES]
    if "\r" in head:
        head = head.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = head.partition("\n")
    if len(first) > 2 * _TITLE_CHARS or not _is_title(title := " ".join(first.split())):
        return ""
    after, _, later = rest.partition("\n")
    if not after or after.isspace():
        return title if later and not later.isspace() else ""
    return title if len(after) > len(first) or _UNDERLINE.match(after) else ""


@cache
def _sentence_inside() -> re.Pattern[str]:
    """Two sentences in one line. Compiled when first needed: start-up time."""
    return re.compile(r"[a-z]{2}[.!?][\"'”’]? +[A-Z]|[。！？].")


def _is_title(line: str) -> bool:
    if not 0 < len(line) <= _TITLE_CHARS or line.count(" ") >= _TITLE_WORDS:
        return False
    if line[-1] in ".!。！,;:,、；：-—…{([=" and not line.endswith(("U.S.", "Inc.", "Jr.", "etc.")):
        return False
    if not _STOPS.isdisjoint(line) and _sentence_inside().search(line):
        return False
    return any(map(str.isalnum, line))
