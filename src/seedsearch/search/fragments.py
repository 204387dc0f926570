"""Choose the fragments and the window of a text to show, with their highlights: the specification of c/fragments.c.

A *highlight* is the union of lit ranges that overlap or touch.

*Fragments* are sentences, or lines if the text is not wrapped (lists, tables, verse, code). A fragment longer than
the width is cut at line ends and between words; a single word longer than the width is cut at the width. Fragments
with the most query words not yet shown are chosen first, then others with highlights, in the order of the text.

The *window* is the best match, with the text around it that fits into one row. It shows the most different query words
that fit into the width; among equal windows the one with the most matches, then the first. It begins at a sentence or
line if one begins nearby, else between words, and takes as much text as fits. It cuts no word shorter than the width.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from sys import maxsize
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.core import compiled
from seedsearch.line_ends import LINE_END, line_ranges
from seedsearch.model import Fragment, Span
from seedsearch.patterns import pattern

if TYPE_CHECKING:
    from seedsearch.core import _core

Lit: TypeAlias = tuple[int, int, int]
"""A lit range of characters, and the number of the query leaf that lights it."""
Range: TypeAlias = tuple[int, int]
_CLOSING_SIGNS = "\"'”’»)]」』）"
CLOSING = f"[{re.escape(_CLOSING_SIGNS)}]"
"""A pattern for a sign that may follow the stop of a sentence."""
_STOPS = "[.!?…。！？｡]"
_FULL_WIDTH_STOPS = "。！？｡"
_WRAPPED = 0.7  # share of the longest line: the end of a line at least this long is a wrap
_HYPHENS = "\u00ac\u00ad"  # at the end of a line
_WRAPPED_FROM = 30  # characters; a text with only shorter lines is not wrapped


# ------------------------------------------------------------------------------ for the core


class Characters(dict[str, bytes]):
    """What the core needs of each character beyond ASCII: its shape, a byte, and then the character that it folds to.

    The latter is missing if the character folds to none or to several, or depends on its neighbours.
    """

    def __init__(self, fold: Callable[[str], str | None]) -> None:
        self._fold = fold

    def __missing__(self, char: str) -> bytes:
        folded = self._fold(char)
        stays = folded is not None and len(folded) == 1 and char not in _HYPHENS
        rest = folded.encode("utf-8", "surrogatepass") if folded and stays else b""
        self[char] = found = _shape(char).encode("latin-1") + rest
        return found


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


_STOP = pattern(  # a possible sentence end; see `_ends_sentence`
    f"{_STOPS}(?<!{_STOPS}{{2}})(?:(?<=[.!?…]){_STOPS}*+{CLOSING}*+\\s++(?![a-z])"
    f"|(?<=[。！？｡]){_STOPS}*+{CLOSING}*+\\s*+)"
)
_BLANK_LINE = pattern(r"(?>\r\n|\r|\n)[^\S\r\n]*(?:(?>\r\n|\r|\n)[^\S\r\n]*)+")


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
    stops = [stop.end() for stop in _STOP.finditer(text) if _ends_sentence(text, *stop.span())]
    if "\n" not in text and "\r" not in text:
        return stops
    ends = {*stops, *(match.end() for match in _BLANK_LINE.finditer(text))}
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


# -------------------------------------------------------------------------------- the window


Parts: TypeAlias = tuple[tuple[Fragment, ...], tuple[Span, ...], Fragment, int]
"""The fragments, the highlights, the window, and where its first match begins: 0 if nothing is lit."""

Lines: TypeAlias = tuple[int, int]
"""The line on which a text begins, and how many lines follow it at each line end: 0 if that is not known."""

_KINDS = Fragment, Span, Fragment._fields


def snippet_of(
    text: str,
    shapes: bytes | None,
    lit: list[Lit] | _core.Sought,
    most: int,
    width: int,
    window: int,
    lines: Lines = (0, 1),
) -> Parts:
    """Return at most `most` fragments of `width` characters, the highlights, and the window of `window` characters.

    `lit` is in order. Where nothing is lit, the first fragment comes alone. `shapes` are a byte for each character, in
    ASCII the character itself, otherwise that of `Characters`; None without the core. The window has the line of its
    match.
    """
    if compiled is not None and shapes is not None:
        most, width, window = min(most, maxsize), min(width, maxsize), min(window, maxsize)
        return compiled.snippet(shapes, lit, most, width, window, _KINDS, lines)
    assert isinstance(lit, list)  # only the core finds words
    highlights = merged(lit)
    pieces = _pieces(text, lit, highlights, width) if most else []

    def fragment(span: Range, at: int) -> Fragment:
        inside = _spans(clipped(highlights, *span))
        return Fragment(Span(*span), lines[0] + lines[1] * line_ends(text, at), inside)

    span, match = _window_of(text, lit, window)
    fragments = tuple(fragment(piece, piece[0]) for piece in _best(pieces, lit, most))
    return fragments, _spans(highlights), fragment(span, match), match


def _spans(ranges: Sequence[Range]) -> tuple[Span, ...]:
    return tuple(Span(*own) for own in ranges)


def _window_of(text: str, lit: list[Lit], width: int) -> tuple[Range, int]:
    """Return the range of the window, and where its first match begins."""
    if not lit:
        return _around(text, 0, 0, width), 0
    first, last = _densest(lit, width)
    start = lit[first][0]
    end = max(end for _, end, _ in lit[first : last + 1])
    return _around(text, start, min(end, start + width), width), start


def window_in_line(
    text: str,
    shapes: bytes | None,
    span: Range,
    match: int,
    lit: list[Lit],
    width: int,
    lines: Lines,
) -> Fragment:
    """Return the window inside the line of `span` that shows the most different query words.

    Of equal lines it is the one with the most matches, then the first. Where nothing is lit, it is the line of `match`.
    """
    near = [place for place in lit if span[0] <= place[0] < span[1]]
    ranges = [line for line in line_ranges(text) if line[1] > span[0] and line[0] < span[1]]

    def shown_in(line: Range) -> tuple[int, int, bool]:
        leaves = [leaf for start, _, leaf in near if line[0] <= start < line[1]]
        return len(set(leaves)), len(leaves), line[0] <= match <= line[1]

    low, high = max(ranges, key=shown_in)
    inside = [(s - low, min(e, high) - low, leaf) for s, e, leaf in lit if low <= s < high]
    part = shapes and shapes[low:high]
    _, _, window, _ = snippet_of(text[low:high], part, inside, 0, width, width)
    start, end = window.span
    shown = [(first + low, last + low) for first, last in window.highlights]
    number = lines[0] + lines[1] * line_ends(text, low)
    return Fragment(Span(start + low, end + low), number, _spans(shown))


# What a sentence or line begins after. The core does without it.
_BEFORE_BEGINNING = pattern(rf"(?:[.!?…]{CLOSING}*\s|[。！？｡]|[\r\n])\s*")


def _densest(lit: list[Lit], width: int) -> Range:
    """Return the indexes in `lit` of the first and last match to show."""
    if len(lit) == 1:
        return 0, 0
    best, score, first = (0, 0), (0, 0), 0
    inside: dict[int, int] = {}
    for last, (_, end, leaf) in enumerate(lit):
        inside[leaf] = inside.get(leaf, 0) + 1
        while first < last and end - lit[first][0] > width:
            gone = lit[first][2]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        if (len(inside), last - first) > score:
            best, score = (first, last), (len(inside), last - first)
    return best


def _around(text: str, start: int, end: int, width: int) -> Range:
    """Return a range of at most `width` characters that includes the matches from `start` to `end`."""
    room = width - (end - start)
    low = max(0, min(start - room // 2, len(text) - width))
    if low:
        low = _beginning(text, low, start)
    high = min(low + width, len(text))
    if high < len(text):
        high = next((at for at in range(high, end, -1) if between_words(text, at)), high)
    return stripped(text, low, high)


def _beginning(text: str, low: int, start: int) -> int:
    """Return where to begin between `low` and the first match."""
    found = _BEFORE_BEGINNING.search(text, low, start)
    if found and found.end() <= start:
        return found.end()
    return next((at for at in range(low, start) if between_words(text, at)), start)
