"""The date that a document states, in the one form that ranges compare: 2024, 2024-10, 2024-10-21, 2024-10-21T09:30.

Mail, pages and records write dates in many ways. What is certain is kept and nothing is guessed: 10/11/2024 is
2024, for nobody knows which of the two is the month; "yesterday" is no date. A time stays as it was
stated, in the zone in which it was stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NAMES = (
    "date",
    "published",
    "published_at",
    "date_published",
    "publication_date",
    "publish_date",
    "pub_date",
    "pubdate",
    "issued",
    "created",
    "created_at",
    "timestamp",
    "updated",
    "modified",
)
"""The fields of a document that can hold its date; the first of these that does is its date."""

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TIME = r"(?:[T ,]+(\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?"
_ISO = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?!\d)" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d+Z?)?\Z")
_HAN = re.compile(r"(\d{4})\s*[年년](?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?)?")
_DAY_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4})(?!\d)"
    + _TIME,
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+day,?\s+)?([a-z]{3,9})\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})(?!\d)"
    + _TIME,
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)" + _TIME)


def date_of(fields: Iterable[tuple[str, str]]) -> str:
    """The date that a document's fields state, "" where they state none."""
    stated: dict[str, str] = {}
    for name, value in fields:
        stated.setdefault(name.lower().replace("-", "_"), value)
    return next((date for name in NAMES if (date := parse_date(stated.get(name, "")))), "")


def parse_date(value: str) -> str:
    """A date as people and programs write it, in the form that compares; "" for what is none."""
    value = value.strip()
    if found := _COMPACT.match(value):
        return _joined(found[1], found[2], found[3])
    if found := _HAN.match(value):
        return _joined(found[1], found[2], found[3])
    if found := _ISO.match(value):
        return _joined(found[1], found[3], found[4], found[5], found[6])
    if found := _DAY_FIRST.match(value):
        return _joined(found[3], _month(found[2]), found[1], found[4], found[5])
    if found := _MONTH_FIRST.match(value):
        return _joined(found[3], _month(found[1]), found[2], found[4], found[5])
    if found := _NUMBERS.match(value):
        return _day_and_month(found)
    return ""


def _day_and_month(found: re.Match[str]) -> str:
    """Day and month in numbers: which is which where it can be told, else the year alone."""
    one, sign, other, year, time, zone = found.groups()
    if sign == "." or int(one) > 12:
        return _joined(year, other, one, time, zone)
    if int(other) > 12 or one == other:
        return _joined(year, one, other, time, zone)
    return year


def _month(name: str) -> str | None:
    """The number of an English month by its first letters; None where it is not one."""
    start = name[:3].lower()
    return str(_MONTHS.index(start) + 1) if start in _MONTHS else None


def _joined(
    year: str,
    month: str | None,
    day: str | None,
    time: str | None = None,
    zone: str | None = None,
) -> str:
    """As much as there is, from the left, and only what a calendar has."""
    if not month or not 1 <= int(month) <= 12:
        return year
    if not day or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02}"
    date = f"{year}-{int(month):02}-{int(day):02}"
    return f"{date}T{time.zfill(5) if len(time) < 6 else time}{zone or ''}" if time else date
