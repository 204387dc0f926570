"""Facets and timelines: bars on a terminal, else `facet<TAB>value<TAB>passages` and `period<TAB>passages`, or JSON.

An object is `seedsearch.facet/1` or `seedsearch.period/1`. A missing value or date is null in JSON and empty in a
record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from seedsearch.render.cells import display_width
from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.paint import Paint
from seedsearch.render.rows import cut
from seedsearch.render.sanitize import fold
from seedsearch.search.facets import Facet, Timeline, ValueCount

FACET_SCHEMA = "seedsearch.facet/1"
PERIOD_SCHEMA = "seedsearch.period/1"
_NONE = "none"  # the label of passages without a value, on a terminal
_LONGEST_BAR = 40
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
WITHOUT_BLOCKS = str.maketrans(dict.fromkeys("█▉▊▋▌▍▎▏", "#"))
"""The replacements of a bar's blocks in a terminal encoding without them."""


def facet_lines(facets: Iterable[Facet], width: int, paint: Paint) -> Iterator[str]:
    """Yield terminal rows of `width` cells: a block for each facet."""
    for number, facet in enumerate(facets):
        if number:
            yield ""
        rest = facet.values - len(facet.counts)
        more = f", {rest:,} more" if rest else ""
        yield paint("lit", fold(facet.name)) + paint("faint", more)
        yield from bar_lines(facet.counts, width, paint)


def timeline_lines(timeline: Timeline, width: int, paint: Paint) -> Iterator[str]:
    """Yield terminal rows of `width` cells."""
    yield from bar_lines((*timeline.periods, *_undated(timeline)), width, paint)


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


def facet_records(facets: Iterable[Facet]) -> Iterator[bytes]:
    """Yield `facet<TAB>value<TAB>passages` and a newline for each value."""
    for facet in facets:
        for value, passages in facet.counts:
            yield f"{fold(facet.name)}\t{fold(value)}\t{passages}\n".encode()


def facet_objects(facets: Iterable[Facet]) -> Iterator[bytes]:
    """Yield a line of JSON for each value."""
    for facet in facets:
        for value, passages in facet.counts:
            about = {"facet": facet.name, "value": value or None, "passages": passages}
            yield json_line({"schema": FACET_SCHEMA, **about})


def period_records(timeline: Timeline) -> Iterator[bytes]:
    """Yield `period<TAB>passages` and a newline for each period."""
    for period, passages in (*timeline.periods, *_undated(timeline)):
        yield f"{period}\t{passages}\n".encode()


def period_objects(timeline: Timeline) -> Iterator[bytes]:
    """Yield a line of JSON for each period."""
    for period, passages in (*timeline.periods, *_undated(timeline)):
        about = {"unit": timeline.unit, "period": period or None, "passages": passages}
        yield json_line({"schema": PERIOD_SCHEMA, **about})


def spread_summary(total: int) -> str:
    """Return `312 passages`."""
    return plural(total, "passage") if total else "no passage matches"


def _undated(timeline: Timeline) -> tuple[ValueCount, ...]:
    return (ValueCount("", timeline.undated),) if timeline.undated else ()
