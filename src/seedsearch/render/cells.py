"""The width of texts and of the terminal, in cells."""

from __future__ import annotations

import os


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
