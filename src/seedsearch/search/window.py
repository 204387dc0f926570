"""Choose the window of a passage: the best match, with the text around it that fits into one row.

The window shows the most different query words that fit into the width; among equal windows the one with the most
matches, then the first. It begins at a sentence or line if one begins nearby, else between words, and takes as much
text as fits. It cuts no word shorter than the width.
"""

from __future__ import annotations

from typing import TypeAlias

from seedsearch.core import compiled
from seedsearch.line_ends import line_ranges
from seedsearch.patterns import pattern
from seedsearch.search.fragments import (
    CLOSING,
    Cut,
    Lit,
    Range,
    between_words,
    clipped,
    cut_out,
    line_ends,
    merged,
    stripped,
)

Window: TypeAlias = tuple[Range, int, int, list[Range]]
"""The range to show; where its first match begins, 0 if nothing is lit; how many lines end before that; the highlights
inside."""


Sought: TypeAlias = tuple[bytes, tuple[bytes, ...], tuple[bytes, ...], tuple[int, ...]]
"""The words that light a text, for the core to find: see `_core.snippet`."""


def snippet_of(
    text: str, shapes: bytes | None, lit: list[Lit] | Sought, most: int, width: int, window: int
) -> tuple[list[Cut], list[Range], Window]:
    """Return at most `most` fragments of `width` characters, the highlights, and the window of `window` characters.

    `lit` is in order. `shapes` are those of `fragments.shapes_of`.
    """
    if compiled is not None and shapes is not None:
        return compiled.snippet(shapes, lit, most, width, window)
    assert isinstance(lit, list)  # only the core finds words
    return *cut_out(text, lit, most, width), _window_of(text, lit, window)


def window_of(text: str, shapes: bytes | None, lit: list[Lit], width: int) -> Window:
    """Return the window of a text; see `snippet_of`."""
    return snippet_of(text, shapes, lit, 0, width, width)[2]


def _window_of(text: str, lit: list[Lit], width: int) -> Window:
    if not lit:
        span, start = _around(text, 0, 0, width), 0
    else:
        first, last = _densest(lit, width)
        start = lit[first][0]
        end = max(end for _, end, _ in lit[first : last + 1])
        span = _around(text, start, min(end, start + width), width)
    return span, start, line_ends(text, start), clipped(merged(lit), *span)


def window_in_line(
    text: str, shapes: bytes | None, span: Range, match: int, lit: list[Lit], width: int
) -> Window:
    """Return the window inside the line of `span` that shows the most different query words.

    Of equal lines it is the one with the most matches, then the first. Where nothing is lit, it is the line of `match`.
    """
    near = [place for place in lit if span[0] <= place[0] < span[1]]
    lines = [line for line in line_ranges(text) if line[1] > span[0] and line[0] < span[1]]

    def shown_in(line: Range) -> tuple[int, int, bool]:
        leaves = [leaf for start, _, leaf in near if line[0] <= start < line[1]]
        return len(set(leaves)), len(leaves), line[0] <= match <= line[1]

    low, high = max(lines, key=shown_in)
    inside = [(s - low, min(e, high) - low, leaf) for s, e, leaf in lit if low <= s < high]
    (start, end), match, _, ranges = window_of(
        text[low:high], shapes and shapes[low:high], inside, width
    )
    shown = [(first + low, last + low) for first, last in ranges]
    return (start + low, end + low), match + low, line_ends(text, low), shown


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
