"""Parse ranges of values: `>=5`, `2..5`, and the dates of `date:` (`2024-01..2024-06`, `>=2024-05`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeAlias

from seedsearch.query.ast import Range

Fail: TypeAlias = Callable[[str, str], NoReturn]
"""Raises the error of a message and a hint."""

_DIGITS = frozenset("0123456789")


def comparison(field: str, value: str) -> Range | None:
    """Return the range that a value means (`>5`, `2..5`), or None if it is no comparison."""
    if value[:1] in ("<", ">"):
        inclusive = value[1:2] == "="
        end = value[1 + inclusive :].strip()
        if not end:
            return None
        if value[0] == ">":
            return Range(field, end, "", low_inclusive=inclusive)
        return Range(field, "", end, high_inclusive=inclusive)
    low, dots, high = value.partition("..")
    return Range(field, low, high) if dots and (low or high) else None


def date_range(field: str, value: str, fail: Fail) -> Range:
    """Return the range of dates that a value means."""
    found = comparison(field, value) or Range(field, value, value)
    low, high = found.low, found.high
    for date in filter(None, (low, high)):
        _check_date(date, fail)
    if low and high and low > high and not low.startswith(high):
        fail("this range runs backwards", f"write {field}:{high}..{low}")
    return found


def _check_date(value: str, fail: Fail) -> None:
    day, clock, time = value.partition("T")
    parts = day.split("-")
    limits = (9999, 12, 31)
    sizes = [len(part) for part in parts]
    if sizes != [4, 2, 2][: len(parts)] or not _DIGITS.issuperset("".join(parts)):
        _bad_date(value, fail)
    if any(not 1 <= int(part) <= most for part, most in zip(parts, limits, strict=False)):
        _bad_date(value, fail)
    if clock and (len(parts) != 3 or not time or not set(time) <= _DIGITS | set(":.+-Z")):
        _bad_date(value, fail)


def _bad_date(value: str, fail: Fail) -> NoReturn:
    fail(
        f"{value!r} is not a date",
        "write date:2024, date:2024-05, date:2024-05-31, date:2024-01..2024-06 or date:>2024",
    )
