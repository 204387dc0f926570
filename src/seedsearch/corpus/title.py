"""Find the title of a text: its first line, if it reads like a title."""

from __future__ import annotations

from seedsearch.line_ends import with_newlines
from seedsearch.patterns import pattern

_HEADING = pattern(r"#{1,6}+[ \t]([^\r\n]*+)")
_UNDERLINE = pattern(r"(=++|-++)\s*+\Z")
_TWO_SENTENCES = pattern(r"[a-z]{2}[.!?][\"'”’]? +[A-Z]|[。！？].")
_STOPS = frozenset(".!?。！？")
FIRST_LINES = 2000
"""The number of characters that a title is searched in."""
_TITLE_CHARS = 100
_TITLE_WORDS = 16
TITLE_RULES = FIRST_LINES, _TITLE_CHARS, _TITLE_WORDS
"""For the compiled core (core/c/title.c), which finds most titles."""


def title_of(text: str) -> str:
    """Return the first line if it reads like a title, else ""; a Markdown heading without its marks.

    A title is short, does not end like a sentence, and is followed by a blank or a longer line.
    """
    if text[:1] in "#\ufeff \t\r\n\u3000":
        text = text[:FIRST_LINES].lstrip("\ufeff \t\r\n\u3000")
        heading = _HEADING.match(text)
        if heading and (words := heading[1].rstrip(" \t#").split()):
            return " ".join(words)[:_TITLE_CHARS]
    first, _, rest = with_newlines(text[:FIRST_LINES]).partition("\n")
    if len(first) > 2 * _TITLE_CHARS or not _is_title(title := " ".join(first.split())):
        return ""
    after, _, later = rest.partition("\n")
    if not after or after.isspace():
        return title if later and not later.isspace() else ""
    return title if len(after) > len(first) or _UNDERLINE.match(after) else ""


def title_in(data: bytes) -> str:
    """Return the title of a text in UTF-8."""
    # FIRST_LINES characters have at most four times as many bytes, with a mark. The last one may be cut.
    return title_of(data[: 4 * FIRST_LINES].decode("utf-8-sig", "ignore"))


def _is_title(line: str) -> bool:
    if not 0 < len(line) <= _TITLE_CHARS or line.count(" ") >= _TITLE_WORDS:
        return False
    if line[-1] in ".!。！,;:,、；：-—…{([=" and not line.endswith(("U.S.", "Inc.", "Jr.", "etc.")):
        return False
    if not _STOPS.isdisjoint(line) and _TWO_SENTENCES.search(line):
        return False
    return any(map(str.isalnum, line))
