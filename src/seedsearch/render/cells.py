"""The width of texts and of the terminal, in cells; text that is cut or wrapped to a width, in any script."""

from __future__ import annotations

import os
from collections.abc import Iterator

_NO_LINE_BEGINS_WITH = frozenset("、。，．：；？！）］｝〉》」』】〕”’…ー々·・％%,.:;?!)]}")
_NO_LINE_ENDS_WITH = frozenset("（［｛〈《「『【〔“‘([{")


def display_width(text: str) -> int:
    """Return the width of a text in cells: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width  # start-up time: ASCII needs neither

    return sum(
        0
        if category(c) in ("Mn", "Me", "Cf") or "\u1160" <= c <= "\u11ff"
        else 2
        if east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def first_cells(text: str, cells: int) -> str:
    """Return as much of the beginning of the text as fits into so many cells."""
    if text.isascii():
        return text[: max(cells, 0)]
    width = 0
    for at, character in enumerate(text):
        width += display_width(character)
        if width > cells:
            return text[:at]
    return text


def last_cells(text: str, cells: int) -> str:
    """Return as much of the end of the text as fits into so many cells; it does not begin with a combining mark."""
    if text.isascii():
        return text[max(len(text) - max(cells, 0), 0) :]
    width, start = 0, len(text)
    for at in range(len(text) - 1, -1, -1):
        own = display_width(text[at])
        width += own
        if width > cells:
            break
        if own:
            start = at
    return text[start:]


def terminal_width() -> int:
    """Return COLUMNS, else the width of the first terminal among stdout, stderr and stdin, else 80."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted):
        return int(wanted)
    for descriptor in (1, 2, 0):
        try:
            return os.get_terminal_size(descriptor).columns or 80
        except OSError:
            continue
    return 80


def cut(text: str, width: int) -> str:
    """Return the text in at most `width` cells, with an ellipsis if it is cut."""
    if display_width(text) <= width:
        return text
    start, end = wrap(text, max(width - 1, 1))[0]
    return text[start:end] + "…"


def folded(line: str, width: int) -> list[str]:
    """Return a line in rows of at most `width` cells, broken at spaces.

    Later rows begin below the last column of the line (a column begins after two spaces or more), else two cells after
    the line's own indentation, but in the left half of the terminal. A word is never cut, because it may be a path to
    copy: one that is wider than the terminal has a row of its own.
    """
    if display_width(line) <= width:
        return [line]
    import re  # start-up time: few lines are too wide

    indent = len(line) - len(line.lstrip(" "))
    *_, below = (indent + 2, *(gap.end() for gap in re.finditer(r"(?<=[^ ]) {2,}(?=[^ ])", line)))
    left, below = min(indent, width // 2), min(display_width(line[:below]), width // 2)
    rows: list[str] = []
    row = ""
    for gap, word in re.findall(r"( *)([^ ]+)", line[indent:]):
        if row and display_width(row + gap + word) > width:
            rows.append(row)
            row, left = "", below
        row += gap + word if row else " " * min(left, max(width - display_width(word), 0)) + word
    return [*rows, row]


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Return the rows as character ranges, each at most `width` cells, without spaces at the ends.

    Rows break at spaces, and between characters of scripts without spaces (Chinese, Japanese, full-width forms).
    Closing punctuation stays with the character before it. A word wider than a row is split. The only white space in
    `text` must be single spaces. A width below 2 counts as 2.
    """
    width = max(width, 2)
    rows: list[tuple[int, int]] = []
    start = end = cells = 0
    for low, high in _chunks(text):
        size = display_width(text[low:high])
        gap = low - end  # the space before this chunk, if any
        if end > start and cells + gap + size > width:
            rows.append((start, end))
            start, cells, gap = low, 0, 0
        while size > width:
            split = low + max(len(first_cells(text[low:high], width)), 1)
            rows.append((low, split))
            start = low = split
            size = display_width(text[low:high])
        cells += gap + size
        end = high
    if end > start:
        rows.append((start, end))
    return rows


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges between possible breaks, without the spaces."""
    start: int | None = None
    for at, character in enumerate(text):
        if character == " ":
            if start is not None:
                yield start, at
            start = None
        elif start is None:
            start = at
        elif _breaks(text[at - 1], character):
            yield start, at
            start = at
    if start is not None:
        yield start, len(text)


def _breaks(before: str, after: str) -> bool:
    if before < "\u1100" and after < "\u1100":
        return False
    if after in _NO_LINE_BEGINS_WITH or before in _NO_LINE_ENDS_WITH:
        return False
    if display_width(after) == 0:
        return False
    wide = display_width(before) == 2 or display_width(after) == 2
    return wide and not (_is_hangul(before) and _is_hangul(after))


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3" or "\u1100" <= character <= "\u11ff"
