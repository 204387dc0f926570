"""Wrap text to a width in terminal cells, in any script.

Rows break at spaces, and between characters of scripts without spaces (Chinese, Japanese, full-width forms). Closing
punctuation stays with the character before it. A word wider than a row is split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

_NO_LINE_BEGINS_WITH = frozenset("、。，．：；？！）］｝〉》」』】〕”’…ー々·・％%,.:;?!)]}")
_NO_LINE_ENDS_WITH = frozenset("（［｛〈《「『【〔“‘([{")


def wrap(text: str, width: int, cell_width: Callable[[str], int]) -> list[tuple[int, int]]:
    """Return the rows as character ranges, each at most `width` cells, without spaces at the ends.

    The only white space in `text` must be single spaces. A width below 2 counts as 2.
    """
    width = max(width, 2)
    rows: list[tuple[int, int]] = []
    start = end = cells = 0
    for low, high in _chunks(text, cell_width):
        size = cell_width(text[low:high])
        gap = low - end  # the space before this chunk, if any
        if end > start and cells + gap + size > width:
            rows.append((start, end))
            start, cells, gap = low, 0, 0
        while size > width:
            cut = _cut(text, low, high, width, cell_width)
            rows.append((low, cut))
            start = low = cut
            size = cell_width(text[low:high])
        cells += gap + size
        end = high
    if end > start:
        rows.append((start, end))
    return rows


def _chunks(text: str, cell_width: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """Yield the ranges between possible breaks, without the spaces."""
    start: int | None = None
    for at, character in enumerate(text):
        if character == " ":
            if start is not None:
                yield start, at
            start = None
        elif start is None:
            start = at
        elif _breaks(text[at - 1], character, cell_width):
            yield start, at
            start = at
    if start is not None:
        yield start, len(text)


def _breaks(before: str, after: str, cell_width: Callable[[str], int]) -> bool:
    if before < "\u1100" and after < "\u1100":
        return False
    if after in _NO_LINE_BEGINS_WITH or before in _NO_LINE_ENDS_WITH:
        return False
    if cell_width(after) == 0:
        return False
    wide = cell_width(before) == 2 or cell_width(after) == 2
    return wide and not (_is_hangul(before) and _is_hangul(after))


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3" or "\u1100" <= character <= "\u11ff"


def _cut(text: str, low: int, high: int, width: int, cell_width: Callable[[str], int]) -> int:
    """Return where to split a chunk wider than a row: after at least one character."""
    cells = 0
    for at in range(low, high):
        cells += cell_width(text[at])
        if cells > width and at > low:
            return at
    return high
