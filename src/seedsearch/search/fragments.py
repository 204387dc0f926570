"""Choose the fragments of a text to show, with their highlights. This is the specification of c/fragments.c.

A *highlight* is the union of lit ranges that overlap or touch.

*Fragments* are sentences, or lines if the text is not wrapped (lists, tables, verse, code). A fragment longer than
the width is cut at line ends and between words; a single word longer than the width is cut at the width. Fragments
with the most query words not yet shown are chosen first, then others with highlights, in the order of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import TypeAlias

from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.core import compiled
from seedsearch.line_ends import LINE_END

Lit: TypeAlias = tuple[int, int, int]
"""A lit range of characters, and the number of the query leaf that lights it."""
Range: TypeAlias = tuple[int, int]
Cut: TypeAlias = tuple[Range, int, list[Range]]
"""A fragment: its range, the number of line ends before it, and its highlights."""

_CLOSING_SIGNS = "\"'”’»)]」』）"
CLOSING = f"[{re.escape(_CLOSING_SIGNS)}]"
"""A pattern for a sign that may follow the stop of a sentence."""
_STOPS = "[.!?…。！？｡]"
_NOT_ASCII = re.compile(r"([^\x00-\x7f])")
_FULL_WIDTH_STOPS = "。！？｡"
_WRAPPED = 0.7  # share of the longest line: the end of a line at least this long is a wrap
_WRAPPED_FROM = 30  # characters; a text with only shorter lines is not wrapped


def cut_out(text: str, lit: list[Lit], most: int, width: int) -> tuple[list[Cut], list[Range]]:
    """At most `most` fragments of `width` characters each, and the highlights; `lit` is in order.

    Where nothing is lit, the first fragment comes alone.
    """
    highlights = merged(lit)
    if most < 1:
        return [], highlights
    pieces = _pieces(text, lit, highlights, width)
    cuts = [
        (piece, line_ends(text, piece[0]), clipped(highlights, *piece))
        for piece in _best(pieces, lit, most)
    ]
    return cuts, highlights


# ------------------------------------------------------------------------------ for the core


def shapes_of(text: str) -> bytes | None:
    """A byte for each character: itself in ASCII, otherwise what the rules below look at. None without the core."""
    if compiled is None:
        return None
    if text.isascii():
        return text.encode()
    parts = _NOT_ASCII.split(text)  # every other one is a character beyond ASCII
    parts[1::2] = map(_shape, parts[1::2])
    return "".join(parts).encode("latin-1")


@lru_cache(4096)
def _shape(char: str) -> str:
    """Return the ASCII character with the same role (space, stop, closing sign), or else bits from 128 on."""
    if char.isspace():
        return " "
    if char == "…":
        return "?"
    if char in _CLOSING_SIGNS:
        return ")"
    bits = (
        char.islower(),
        char.isalpha(),
        char.isalnum(),
        is_unspaced(char),
        char in _FULL_WIDTH_STOPS,
    )
    return chr(128 + sum(1 << bit for bit, is_so in enumerate(bits) if is_so))


# ------------------------------------------------------------------------------ highlights


def merged(lit: list[Lit]) -> list[Range]:
    """Return the ranges in order. Ranges that overlap or touch are joined."""
    spans: list[Range] = []
    for start, end, _ in lit:
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def clipped(highlights: Sequence[Range], low: int, high: int) -> list[Range]:
    """Return the parts of highlights inside a range."""
    return [
        (max(start, low), min(end, high)) for start, end in highlights if start < high and end > low
    ]


# ------------------------------------------------------------------------------- fragments


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a possible sentence end (see `_ends_sentence`) and of blank lines.

    Compiled late, because the core does not need them: start-up time.
    """
    stop = (
        f"{_STOPS}(?<!{_STOPS}{{2}})(?:(?<=[.!?…]){_STOPS}*+{CLOSING}*+\\s++(?![a-z])"
        f"|(?<=[。！？｡]){_STOPS}*+{CLOSING}*+\\s*+)"
    )
    blank_line = r"(?>\r\n|\r|\n)[^\S\r\n]*(?:(?>\r\n|\r|\n)[^\S\r\n]*)+"
    return re.compile(stop), re.compile(blank_line)


def _best(pieces: list[Range], lit: list[Lit], most: int) -> list[Range]:
    """Return the pieces to show, in the order of the text."""
    shown_by = _leaves_of(pieces, lit)
    lighting = [n for n in range(len(pieces)) if shown_by[n]]
    if not lighting:
        return pieces[: min(most, 1)]
    if len(lighting) <= most:
        return [pieces[n] for n in lighting]
    chosen: list[int] = []
    missing = {leaf for _, _, leaf in lit}
    while lighting and len(chosen) < most:
        # max() takes the first of equals, which is the first in the text.
        best = max(lighting, key=lambda n: (len(shown_by[n] & missing), len(shown_by[n])))
        lighting.remove(best)
        chosen.append(best)
        missing -= shown_by[best]
    return [pieces[n] for n in sorted(chosen)]


def _leaves_of(pieces: list[Range], lit: list[Lit]) -> list[set[int]]:
    """Return for each piece the leaves with a lit range in it."""
    starts = [piece[0] for piece in pieces]
    leaves: list[set[int]] = [set() for _ in pieces]
    for start, _, leaf in lit:
        at = bisect_left(starts, start + 1) - 1
        if at >= 0 and start < pieces[at][1]:
            leaves[at].add(leaf)
    return leaves


def _pieces(text: str, lit: list[Lit], highlights: list[Range], width: int) -> list[Range]:
    """Return the sentences and lines with lit ranges, or all of them, in pieces of at most `width` characters.

    Pieces have no surrounding white space.
    """
    pieces: list[Range] = []
    ends = [*_boundaries(text), len(text)]
    lighting = dict.fromkeys([bisect_right(ends, start) for start, _, _ in lit])
    for at in lighting or range(len(ends)):
        start, end = stripped(text, ends[at - 1] if at else 0, ends[at])
        while end - start > width:
            cut = _cut(text, start, start + width, highlights)
            pieces.append(stripped(text, start, cut))
            start, end = stripped(text, cut, end)
        if start < end:
            pieces.append((start, end))
    return pieces


def _boundaries(text: str) -> list[int]:
    """Return the ends of sentences and of lines that are not wrapped, in order."""
    stop_pattern, blank_line = _patterns()
    stops = [
        stop.end() for stop in stop_pattern.finditer(text) if _ends_sentence(text, *stop.span())
    ]
    if "\n" not in text and "\r" not in text:
        return stops
    ends = {*stops, *(match.end() for match in blank_line.finditer(text))}
    lines = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    wrap = max(_WRAPPED_FROM, _WRAPPED * max(end - start for start, end in pairwise(lines)))
    # A line that goes on in lower case was broken early, whatever its length.
    ends.update(
        end
        for start, end in pairwise(lines)
        if end - start < wrap and not text[end : end + 1].islower()
    )
    return sorted(ends)


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Return whether a stop ends a sentence: not in U.N. or 3.5, nor before a word in lower case."""
    stop = text[start]
    if stop in _FULL_WIDTH_STOPS:
        return True
    if text[end : end + 1].islower():
        return False
    is_initial = text[start - 1 : start].isalpha() and not text[start - 2 : start - 1].isalnum()
    return not (stop == "." and start > 1 and is_initial)


def _cut(text: str, start: int, limit: int, highlights: list[Range]) -> int:
    """Return the best place to cut at or before `limit`: a line end, else a word end, else `limit`."""
    middle = (start + limit) // 2
    line_end = max(text.rfind("\n", middle, limit + 1), text.rfind("\r", middle, limit + 1))
    if line_end > start:
        return line_end
    for at in range(limit, start, -1):
        if between_words(text, at) and not any(low < at < high for low, high in highlights):
            return at
    return limit


def between_words(text: str, at: int) -> bool:
    """Return whether a cut before character `at` splits no word. Unspaced scripts may be cut anywhere."""
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return True
    # A vowel sign or tone mark is not alphanumeric, and stays with its letter.
    return after.isalnum() and is_unspaced(before) and is_unspaced(after)


def stripped(text: str, start: int, end: int) -> Range:
    """Return the range without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def line_ends(text: str, at: int) -> int:
    """Return the number of line ends before character `at`."""
    crlf = text.count("\r\n", 0, at)
    return text.count("\n", 0, at) + text.count("\r", 0, at) - crlf
