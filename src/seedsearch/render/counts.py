"""Counts: tables and bars on a terminal, else values with tabs between them, or JSON.

An object has the schema `seedsearch.term/1`, or that of another kind. A missing value or date is null in JSON and empty
in a record. All text is sanitised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from seedsearch.render.cells import cut, display_width
from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.paint import Paint
from seedsearch.render.sanitize import fold

if TYPE_CHECKING:
    from seedsearch.search.facets import Facet, Timeline, ValueCount

_GAP = "  "
_LEAST_FIRST = 8
_LEAST_HEADING = 3
_NONE = "none"  # the label of passages without a value, on a terminal
_LONGEST_BAR = 40
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
WITHOUT_BLOCKS = str.maketrans(dict.fromkeys("█▉▊▋▌▍▎▏", "#"))
"""The replacements of a bar's blocks in a terminal encoding without them."""


def count_record(values: Iterable[str | float]) -> bytes:
    """Return values with tabs between them, and a newline."""
    return ("\t".join(_written(value) for value in values) + "\n").encode()


def count_object(kind: str, values: Mapping[str, object]) -> bytes:
    """Return values as a line of JSON, after its schema."""
    return json_line({"schema": f"seedsearch.{kind}/1", **values})


def _written(value: str | float, commas: str = "") -> str:
    if isinstance(value, str):
        return fold(value)
    return f"{value:{commas}.1f}" if isinstance(value, float) else f"{value:{commas}}"


def count_summary(total: int) -> str:
    """Return `312 passages`."""
    return plural(total, "passage") if total else "no passage matches"


# ------------------------------------------------------------------------------ on a terminal


def table_lines(
    headings: Sequence[str], items: Sequence[Sequence[str | float]], width: int, paint: Paint
) -> Iterator[str]:
    """Yield the headings and a row for each item, at most `width` cells wide.

    The first column is aligned left, the others right. In a narrow terminal, headings are cut before the first column,
    and numbers never: the last columns are left out if there is no room for them. Without items there are no headings
    either.
    """
    if not items:
        return
    rows = [[_written(value, ",") for value in item] for item in items]
    columns = list(zip(headings, *rows, strict=True))
    while len(columns) > 1 and _least_width(columns) > width:
        del columns[-1]
    first, *others = [max(map(display_width, column)) for column in columns]
    least = [_least_number(column) for column in columns[1:]]
    room = width - len(_GAP) * len(others)
    while sum(others) + min(first, _LEAST_FIRST) > room and others != least:
        spare = [have - need for have, need in zip(others, least, strict=True)]
        others[spare.index(max(spare))] -= 1
    first = min(first, max(room - sum(others), _LEAST_FIRST))
    for number, row in enumerate(zip(*columns, strict=True)):
        cells = [cut(row[0], first)]
        cells[0] += " " * (first - display_width(cells[0]))
        for cell, size in zip(row[1:], others, strict=True):
            text = cut(cell, size)
            cells.append(" " * (size - display_width(text)) + text)
        line = _GAP.join(cells).rstrip()
        yield line if number else paint("faint", line)


def _least_number(column: Sequence[str]) -> int:
    return max(_LEAST_HEADING, *map(display_width, column[1:]))


def _least_width(columns: Sequence[Sequence[str]]) -> int:
    first = min(max(map(display_width, columns[0])), _LEAST_FIRST)
    return first + sum(len(_GAP) + _least_number(column) for column in columns[1:])


def facet_lines(facets: Iterable[Facet], width: int, paint: Paint) -> Iterator[str]:
    """Yield rows of `width` cells: a block for each facet."""
    for number, facet in enumerate(facets):
        if number:
            yield ""
        rest = facet.values - len(facet.counts)
        more = f", {rest:,} more" if rest else ""
        yield paint("lit", fold(facet.name)) + paint("faint", more)
        yield from bar_lines(facet.counts, width, paint)


def bar_lines(counts: Sequence[ValueCount], width: int, paint: Paint) -> Iterator[str]:
    """Yield a row for each value: the value, the number of passages and a bar."""
    numbers = [f"{count.passages:,}" for count in counts]
    widest = max(map(len, numbers), default=0)
    names = [fold(count.value) or _NONE for count in counts]
    room = max(1, min(max(map(display_width, names), default=0), width - widest - 4))
    longest = min(_LONGEST_BAR, width - room - widest - 4)
    most = max((count.passages for count in counts), default=0)
    for name, number, count in zip(names, numbers, counts, strict=True):
        shown = cut(name, room)
        gap = " " * (room - display_width(shown))
        value = paint("path", shown) if count.value else paint("faint", shown)
        row = f"{value}{gap}  {number:>{widest}}"
        bar = _bar(count.passages, most, longest)
        yield f"{row}  {bar}" if bar else row


def _bar(count: int, most: int, longest: int) -> str:
    if longest < 1 or not count:
        return ""
    whole, part = divmod(max(1, round(8 * longest * count / most)), 8)
    return "█" * whole + _EIGHTHS[part]


# ------------------------------------------------------------------------------ in a pipe


def facet_records(facets: Iterable[Facet], *, as_json: bool) -> Iterator[bytes]:
    """Yield `facet<TAB>value<TAB>passages`, or an object, for each value."""
    for facet in facets:
        for value, passages in facet.counts:
            about = {"facet": facet.name, "value": value or None, "passages": passages}
            record = facet.name, value, passages
            yield count_object("facet", about) if as_json else count_record(record)


def period_records(timeline: Timeline, *, as_json: bool) -> Iterator[bytes]:
    """Yield `period<TAB>passages`, or an object, for each period."""
    for period, passages in timeline.every_period:
        about = {"unit": timeline.unit, "period": period or None, "passages": passages}
        yield count_object("period", about) if as_json else count_record((period, passages))
