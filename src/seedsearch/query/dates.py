"""Read the date of a document, in the form that ranges compare: 2024, 2024-10, 2024-10-21 or 2024-10-21T09:30.

Mails, pages and records write dates in many ways. Ambiguous parts are left out: 10/11/2024 becomes 2024, because
either number may be the month. "yesterday" is not a date. A time keeps its time zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import inf

_NAMES = (
    "date published published_at date_published publication_date publish_date pub_date pubdate issued created "
    "created_at timestamp updated modified"
)
NAMES = tuple(_NAMES.split())
"""The fields of a document that may hold its date. The first one with a date counts."""

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
_PARSED = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::([\d.]+))?(Z|[+-]\d\d:?\d\d)?)?)?)?\Z"
)
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)" + _TIME)
_FORMS = (  # and their groups for year, month, day, time and zone
    (_COMPACT, (1, 2, 3)),
    (_HAN, (1, 2, 3)),
    (_ISO, (1, 3, 4, 5, 6)),
    (_DAY_FIRST, (3, 2, 1, 4, 5)),
    (_MONTH_FIRST, (3, 1, 2, 4, 5)),
)


def date_of(fields: Iterable[tuple[str, str]]) -> str:
    """Return the date that a document's fields state, or ""."""
    stated: dict[str, str] = {}
    for name, value in fields:
        stated.setdefault(_plain(name), value)
    return next((date for name in NAMES if (date := parse_date(stated.get(name, "")))), "")


def is_date(name: str) -> bool:
    """Return whether a field of this name may state the date of a document."""
    return _plain(name) in NAMES


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def parse_date(value: str) -> str:
    """Return a date in the form that ranges compare; "" if the value is not a date."""
    value = value.strip()
    for form, groups in _FORMS:
        if found := form.match(value):
            return _joined(*found.group(*groups))
    if found := _NUMBERS.match(value):
        return _day_and_month(found)
    return ""


def time_of(date: str) -> float:
    """Return the seconds since 1970 of a date that `parse_date` returned; minus infinity for "".

    A missing part is its beginning, and a time without a zone is UTC.
    """
    found = _PARSED.match(date)
    if not found:
        return -inf
    from calendar import timegm  # start-up time: few answers are sorted by date

    year, month, day = (int(part or 1) for part in found.group(1, 2, 3))
    hour, minute = (int(part or 0) for part in found.group(4, 5))
    zone = found[7] or "Z"
    shift = 0 if zone == "Z" else int(zone[:3]) * 3600 + int(zone[0] + zone[-2:]) * 60
    return timegm((max(year, 1), month, day, hour, minute, 0)) + float(found[6] or 0) - shift


def _day_and_month(found: re.Match[str]) -> str:
    """Return the date of `day/month/year` or `month/day/year`; only the year if both are possible."""
    one, sign, other, year, time, zone = found.groups()
    if sign == "." or int(one) > 12:
        return _joined(year, other, one, time, zone)
    if int(other) > 12 or one == other:
        return _joined(year, one, other, time, zone)
    return year


def _joined(
    year: str, month: str | None, day: str | None, time: str | None = None, zone: str | None = None
) -> str:
    """Return the date up to the first part that is missing or impossible. A month may have an English name."""
    if month and month.isalpha():
        start = month[:3].lower()
        month = str(_MONTHS.index(start) + 1) if start in _MONTHS else ""
    if not month or not 1 <= int(month) <= 12:
        return year
    if not day or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02}"
    date = f"{year}-{int(month):02}-{int(day):02}"
    return f"{date}T{time.zfill(5) if len(time) < 6 else time}{zone or ''}" if time else date
