"""The file formats, as columns and as JSON (`seedsearch.format/1`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from seedsearch.record import Record

FORMAT_SCHEMA = "seedsearch.format/1"

_WIDTH = 38


class FormatLine(Record):
    """A format, its file name endings, and the package or program to install before it can be read, or ""."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    needs: str


def format_lines(formats: Sequence[FormatLine]) -> Iterator[str]:
    """Yield three columns: the format, whether it can be read, its endings."""
    for entry in formats:
        state = f"needs {entry.needs}" if entry.needs else "read"
        first, *more = _wrapped(entry.endings)
        yield f"{entry.name:<20}{state:<22}{first}"
        for line in more:
            yield f"{'':<42}{line}"
    missing = sorted({entry.needs for entry in formats if "[" in entry.needs})
    if missing:
        yield ""
        yield f"To read more: pip install {' '.join(repr(name) for name in missing)}"


def format_object(entry: FormatLine) -> dict[str, Any]:
    """Return one format as plain values. `needs` is None if it can be read."""
    return {
        "schema": FORMAT_SCHEMA,
        "name": entry.name,
        "media_type": entry.media_type,
        "endings": [ending for ending in entry.endings if ending.startswith(".")],
        "needs": entry.needs or None,
    }


def _wrapped(endings: tuple[str, ...]) -> list[str]:
    lines = [""]
    for ending in endings:
        if lines[-1] and len(lines[-1]) + 1 + len(ending) > _WIDTH:
            lines.append("")
        lines[-1] += f" {ending}" if lines[-1] else ending
    return lines
