"""Fields of documents in a query: `author:kim`, `city:"New York"`, `price:>20`, `published:2024..2025`.

The fields depend on the documents: a mail has `from`, a JSON record its keys. Names ignore case and have `_` for
spaces: `full_name:kim` is a filter on the key "Full Name".

- `name:value` matches a value that has these words, one after the other. Case and accents do not count. A number
  matches only an equal number: `price:20` matches 20.00, but not 20.50.
- `name:=value` matches the whole value, without regard to case.
- `name:val*` is a glob: it matches the whole value, or one of its words.
- `name:>5`, `name:>=5`, `name:<5`, `name:2..5` compare as numbers, else as dates, else as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from seedsearch.analysis.fold import Folder
from seedsearch.query.ast import Filter, Range, is_pattern
from seedsearch.query.dates import parse_date

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[^\w+.-]?\s*([+-]?\d[\d,']*(?:\.\d+)?|[+-]?\.\d+)\s*[^\w\s]?\Z")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d.*)?)?\Z")
_AROUND = "<>()[]{},;:\"'"


def fits_field(leaf: Filter | Range, glob: Callable[[str], object]) -> Callable[[str], bool]:
    """Return a function that tests whether a value of a field fits. `glob` matches the pattern of the leaf."""
    if isinstance(leaf, Range):
        return _fits_range(leaf) if leaf.field == "date" else _fits_comparison(leaf)
    pattern = leaf.pattern
    if pattern.startswith("="):
        whole = pattern[1:].strip().casefold()
        return lambda value: value.strip().casefold() == whole
    if is_pattern(pattern):
        # the words as written, without brackets and quotes around them
        return lambda value: any(map(glob, (value, *(p.strip(_AROUND) for p in value.split()))))
    number = _number(pattern)
    fold = Folder().fold
    words = _words(fold(pattern))

    def fits(value: str) -> bool:
        if number is not None and (other := _number(value)) is not None:
            return number == other
        return words in _words(fold(value)) if words.strip() else pattern in value

    return fits


def _words(folded: str) -> str:
    """Return the words of a value, each with spaces around it, so that `in` finds whole words."""
    return f" {' '.join(_WORD.findall(folded.casefold()))} "


def _number(value: str) -> float | None:
    """Return the value as a number, or None. It may have a currency or per cent sign."""
    found = _NUMBER.match(value.strip())
    return float(re.sub("[,']", "", found[1])) if found else None


def _fits_comparison(leaf: Range) -> Callable[[str], bool]:
    ends = [end for end in (leaf.low, leaf.high) if end]
    numbers = [_number(end) for end in ends]
    low, high = _number(leaf.low), _number(leaf.high)
    are_dates = all(map(_DATE.match, ends))
    fits_text = _fits_range(leaf.replace(low=leaf.low.casefold(), high=leaf.high.casefold()))

    def fits(value: str) -> bool:
        number = None if None in numbers else _number(value)
        if number is not None:
            above = low is None or number > low or (number == low and leaf.low_inclusive)
            below = high is None or number < high or (number == high and leaf.high_inclusive)
            return above and below
        date = parse_date(value) if are_dates else ""
        if date:
            return fits_text(date)
        return None in numbers and not are_dates and fits_text(value.casefold())

    return fits


def _fits_range(leaf: Range) -> Callable[[str], bool]:
    """Return a function that tests whether a text is in a range.

    A text that begins with an end of the range counts as equal to it.
    """
    low, high = leaf.low, leaf.high

    def fits(value: str) -> bool:
        if low and (value < low or (not leaf.low_inclusive and value.startswith(low))):
            return False
        if not high or value < high:
            return True
        return leaf.high_inclusive and value.startswith(high)

    return fits
