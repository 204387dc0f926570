"""A table for a terminal: the first column aligned left, columns of numbers aligned right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedsearch.render.cells import display_width
from seedsearch.render.paint import Paint
from seedsearch.render.rows import cut

_GAP = "  "
_LEAST_FIRST = 8
_LEAST_HEADING = 3


def table_lines(
    headings: Sequence[str], rows: Sequence[Sequence[str]], width: int, paint: Paint
) -> Iterator[str]:
    """Yield the headings and the rows, at most `width` cells wide if the numbers leave room. Cells are sanitised.

    In a narrow terminal, headings are cut before the first column, and numbers never.
    """
    columns = list(zip(headings, *rows, strict=True))
    first, *others = [max(map(display_width, column)) for column in columns]
    least = [max(_LEAST_HEADING, *map(display_width, column[1:])) for column in columns[1:]]
    room = width - len(_GAP) * len(others)
    while sum(others) + min(first, _LEAST_FIRST) > room and others != least:
        spare = [have - need for have, need in zip(others, least, strict=True)]
        others[spare.index(max(spare))] -= 1
    first = min(first, max(room - sum(others), _LEAST_FIRST))
    for number, row in enumerate([headings, *rows]):
        cells = [cut(row[0], first)]
        cells[0] += " " * (first - display_width(cells[0]))
        for cell, size in zip(row[1:], others, strict=True):
            text = cut(cell, size)
            cells.append(" " * (size - display_width(text)) + text)
        line = _GAP.join(cells).rstrip()
        yield line if number else paint("faint", line)
