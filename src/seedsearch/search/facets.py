"""Count the matches of a query: by folder, type, language, year or field (*facets*), and by date (a *timeline*).

Counts are of matching passages, copies included. Values are written as queries write them: `type:md` finds the passages
that the facet counts under `md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from seedsearch.engine.base import Engine, Tally, by_count
from seedsearch.errors import UsageError
from seedsearch.model import field_key
from seedsearch.query.ast import And, Not, Nothing, Query
from seedsearch.query.dates import date_of, is_date
from seedsearch.query.file_types import MEDIA_TYPES, TYPES
from seedsearch.record import NamedTuple, Record
from seedsearch.search import Opened
from seedsearch.search.searcher import SearchOptions, query_of
from seedsearch.spelling import did_you_mean

NAMES = ("folder", "type", "language", "year")
"""The facets of all documents."""

PEOPLE = ("from", "author")
"""The fields that are facets as well, if any document has them."""

_LONGEST = (("day", 1), ("month", 24), ("year", 60 * 12))
"""The maximum length of a timeline in months, by unit. Longer timelines have decades."""

_LENGTHS = {"day": 10, "month": 7, "year": 4}  # characters of a date
_MOST_FILLED = 60  # decades; a longer timeline leaves out decades without passages


class ValueCount(NamedTuple):
    """A value of a facet, or "" for no value, and the number of matching passages with it."""

    value: str
    passages: int


class Facet(NamedTuple):
    """The values of a facet with the most passages, up to a limit, and the total number of values."""

    name: str
    counts: tuple[ValueCount, ...]
    values: int


class Facets(Record):
    """The facets of the `total` passages that match a query."""

    query: str
    total: int
    facets: tuple[Facet, ...]
    query_notes: tuple[str, ...] = ()


class Timeline(Record):
    """The number of matching passages in each period, from the first to the last, of `total`.

    `unit` is "day", "month", "year" or "decade": the smallest unit with few dates. A period is the beginning of a date
    (2024-05-31, 2024-05, 2024), or 1990s. Periods without passages are included. A date without a day or month is a
    separate period. `undated` counts the passages of documents without a date.
    """

    query: str
    total: int
    unit: str
    periods: tuple[ValueCount, ...]
    undated: int
    query_notes: tuple[str, ...] = ()

    @property
    def every_period(self) -> tuple[ValueCount, ...]:
        """The periods, and after them "" for the passages without a date, if there are any."""
        return (*self.periods, *[ValueCount("", self.undated)] * bool(self.undated))


def facets(
    index: Opened,
    text: str,
    options: SearchOptions,
    names: Sequence[str] = (),
    limit: int | None = 10,
) -> Facets:
    """Return the facets of the matches of a query; of all passages for "".

    `names` are NAMES and fields of documents. Without `names`, use all NAMES, and the existing fields of PEOPLE.

    Raises UsageError for a field that no document has, and as `search` raises.
    """
    chosen = _names(index.engine, names)
    fields = {field_key(name) for name in chosen if name not in NAMES}
    by_year = "year" in chosen
    query, notes = tree_of(index, text, options)
    asked = index.engine.tallies(query, lambda own: own in fields or (by_year and is_date(own)))
    found = list(asked)
    counted = []
    for name in chosen:
        # the most frequent first, no value last
        counts = sorted(by_count(_counts(index, name, found)), key=lambda item: not item[0])
        if counts:
            first = tuple(map(ValueCount._make, counts[:limit]))
            counted.append(Facet(name, first, len(counts)))
    return Facets(text, sum(tally.passages for tally in found), tuple(counted), notes)


def timeline(index: Opened, text: str, options: SearchOptions) -> Timeline:
    """Return the timeline of the matches of a query. Raises as `search`."""
    query, notes = tree_of(index, text, options)
    of_date: Counter[str] = Counter()
    for tally in index.engine.tallies(query, is_date):
        of_date[date_of(tally.fields)[:10]] += tally.passages
    total, undated = of_date.total(), of_date.pop("", 0)
    unit, periods = _periods(of_date)
    return Timeline(text, total, unit, periods, undated, notes)


def tree_of(index: Opened, text: str, options: SearchOptions) -> tuple[Query, tuple[str, ...]]:
    """Return the analysed tree of a query, and notes. "" matches everything that passes the filters."""
    if text.strip():
        return query_of(index, text, options)
    everything: Query = Not(Nothing())
    if not options.filters:
        return everything, ()
    from seedsearch.search.filters import filters_for  # as in `query_of`

    return filters_for(index, And((everything, *options.filters)), text), ()


# ------------------------------------------------------------------------------ facets


def _names(engine: Engine, names: Sequence[str]) -> list[str]:
    known = engine.fields()
    if not names:
        return [*NAMES, *(name for name in PEOPLE if name in known)]
    for name in names:
        if name in NAMES or field_key(name) in known:
            continue
        if "," in name:
            raise UsageError(f"no field is called {name}", "give each field an option of its own")
        others = f"use {', '.join(NAMES)}, or a field"
        hint = did_you_mean(name, [*NAMES, *known], others)
        raise UsageError(f"no document has a field {name}", hint)
    return list(dict.fromkeys(names))


def _counts(index: Opened, name: str, tallies: Iterable[Tally]) -> Counter[str]:
    """Return the number of passages for each value, or nothing if no document has the facet."""
    counts: Counter[str] = Counter()
    values_of = _values_of(name)
    for tally in tallies:
        for value in values_of(tally):
            counts[value] += tally.passages
    if name == "folder":
        return _folders(index, counts)
    return counts if any(counts) else Counter()


def _values_of(name: str) -> Callable[[Tally], Iterable[str]]:
    key = field_key(name)
    match name:
        case "folder":
            return lambda tally: (tally.path.rpartition("/")[0],)
        case "language":
            return lambda tally: (tally.language,)
        case "type":
            return lambda tally: (type_of(tally.path.rpartition("/")[2], tally.media_type),)
        case "year":
            return lambda tally: (date_of(tally.fields)[:4],)
        case _:
            return lambda tally: {v for own, v in tally.fields if field_key(own) == key} or ("",)


def _folders(index: Opened, counts: Counter[str]) -> Counter[str]:
    """Return the counts of the topmost folders that differ, as shown to the user."""
    paths = {stored: stored.split("/") for stored in counts}
    low, high = min(paths.values(), default=[]), max(paths.values(), default=[])
    common = 0
    while common < len(low) and low[common] == high[common]:
        common += 1
    found: Counter[str] = Counter()
    for stored, count in counts.items():
        shown = index.shown("/".join(paths[stored][: common + 1]) or ".")
        found[shown if shown.endswith("/") else f"{shown}/"] += count
    return found


@cache
def _endings() -> dict[str, str]:
    """Return the type of each file name suffix, and of each name: the first if several types have it."""
    found: dict[str, str] = {}
    for name, patterns in TYPES.items():
        for pattern in patterns:
            found.setdefault(pattern.removeprefix("*"), name)
    return found


def type_of(name: str, media_type: str) -> str:
    """Return the type of a document, by the name of its file; for a member of an archive, by its media type."""
    plain = name.lower()
    dot = plain.rfind(".")
    found = _endings().get(plain[dot:] if dot >= 0 else plain, "")
    if found and (found != "archive" or media_type == "text/plain"):
        return found
    named = (own for own, media_types in MEDIA_TYPES.items() if media_type in media_types)
    return next(named, media_type.rpartition("/")[2])


# ------------------------------------------------------------------------------ time


def _periods(of_date: Counter[str]) -> tuple[str, tuple[ValueCount, ...]]:
    """Return the unit of a timeline, and the periods from the first to the last."""
    if not of_date:
        return "year", ()
    first, last = _month(min(of_date)), _month(max(of_date))
    unit = next((own for own, most in _LONGEST if last - first <= most), "decade")
    counts = Counter(dict.fromkeys(_between(first, last, unit), 0))
    for date, count in of_date.items():
        counts[_period(date, unit)] += count
    lowest, highest = _period(min(of_date), unit), _period(max(of_date), unit)
    periods = sorted(own for own in counts if lowest <= own <= highest)
    return unit, tuple(ValueCount(own, counts[own]) for own in periods)


def _month(date: str) -> int:
    return int(date[:4]) * 12 + int(date[5:7] or 1) - 1


def _period(date: str, unit: str) -> str:
    return f"{date[:3]}0s" if unit == "decade" else date[: _LENGTHS[unit]]


def _between(first: int, last: int, unit: str) -> Iterator[str]:
    """Return the periods from one month to another, or none if there are too many."""
    if unit == "day":
        from calendar import monthrange  # start-up time: few answers are timelines

        for month in range(first, last + 1):
            year, number = divmod(month, 12)
            for day in range(1, monthrange(max(year, 1), number + 1)[1] + 1):
                yield f"{year:04}-{number + 1:02}-{day:02}"
    elif last - first <= _MOST_FILLED * 12 * 10:
        dates = (f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1))
        yield from dict.fromkeys(_period(date, unit) for date in dates)
