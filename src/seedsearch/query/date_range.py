"""Parse the value of `date:`: a date, a range (`2024-01..2024-06`) or a comparison (`>=2024-05`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeAlias

from seedsearch.query.ast import Range

Fail: TypeAlias = Callable[[str, str], NoReturn]
"""Raises the error of a message and a hint."""

_DIGITS = frozenset("0123456789")


def date_range(field: str, value: str, fail: Fail) -> Range:
    """Return the range that a value stands for."""
    if value[0] in "<>":
        inclusive = value[1:2] == "="
        date = _date(value[1 + inclusive :], fail)
        if value[0] == ">":
            return Range(field, date, "", low_inclusive=inclusive)
        return Range(field, "", date, high_inclusive=inclusive)
    low, dots, high = value.partition("..")
    if not dots:
        low = high = _date(value, fail)
        return Range(field, low, high)
    if not low and not high:
        _bad_date(value, fail)
    low = _date(low, fail) if low else ""
    high = _date(high, fail) if high else ""
    if low and high and low > high and not low.startswith(high):
        fail("this range runs backwards", f"write {field}:{high}..{low}")
    return Range(field, low, high)


def _date(value: str, fail: Fail) -> str:
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
    return value


def _bad_date(value: str, fail: Fail) -> NoReturn:
    fail(
        f"{value!r} is not a date",
        "write date:2024, date:2024-05, date:2024-05-31, date:2024-01..2024-06 or date:>2024",
    )
