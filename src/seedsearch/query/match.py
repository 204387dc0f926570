"""What fits a pattern: terms for the leaves that expand, documents for the filters.

Every engine and the snippets ask here, so that they cannot differ.

*Terms.* A Prefix fits what begins with it; in a Wildcard, `*` stands for any characters, also
none, and `?` for exactly one; a Fuzzy fits within `distance` edits, where an edit inserts, deletes
or replaces a character or swaps two neighbours, and no character is edited twice (optimal string
alignment). Terms are compared as they are: both sides have been folded.

*Filters* compare without regard to case, and a glob knows `*`, `?`, `[abc]` and `[!abc]`, where `*`
also stands for `/`. A document fits if any value of its field does:

- `path`: a pattern without `*`, `?` or `[` fits wherever it stands in the path; a glob fits the
  whole path, or what is left of it after any `/` (`*.txt`, `news/*`, `notes/2024-*.md`).
- `type`: the media type (`text/html`), its second half (`html`), the file name's extension, or a name
  for several of these (`mail`, `py`: see `file_types.py`).
- `lang`: the language's tag, or the beginning of one before a hyphen (`zh` fits `zh-Hant`).
- `encoding`: its name; hyphens and underscores do not count (`utf8` fits `utf-8`).
- `date`: the date that the document states, as `dates.py` reads it. One that states none fits nothing:
  when a file was written says little of when its text was, and a citation must not guess.
- any other name: the values that the document's `fields` give it.

*Ranges* compare the same values as text. A value that begins with an end of the range belongs to that end:
`2024-06-30` lies inside `..2024-06` and outside `>2024-06` or `<2024-06`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from seedsearch.model import Document
from seedsearch.query.ast import Filter, Fuzzy, Prefix, Range, Wildcard
from seedsearch.wildcards import between_stars, one_of


def fits_term(leaf: Prefix | Wildcard | Fuzzy) -> Callable[[str], bool]:
    """The test whether a term is one that this leaf stands for."""
    match leaf:
        case Prefix(text):
            return lambda term: term.startswith(text)
        case Wildcard(pattern):
            whole = re.compile(_glob(pattern, sets=False), re.DOTALL).match
            return lambda term: whole(term) is not None
        case Fuzzy(text, distance):
            return lambda term: within_edits(text, term, distance)


def within_edits(a: str, b: str, most: int) -> bool:
    """Whether `a` becomes `b` by at most `most` edits (optimal string alignment)."""
    if abs(len(a) - len(b)) > most:
        return False
    if a == b:
        return True
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, start=1):
        above, row = row, [i]
        for j, other in enumerate(b, start=1):
            edits = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        # Later rows build on this one and, by a swap, on the one above it.
        if min(row) > most and min(above) > most:
            return False
        before = above
    return row[-1] <= most


def fits_document(leaf: Filter | Range) -> Callable[[Document], bool]:
    """The test whether a document passes this filter."""
    field = leaf.field
    if isinstance(leaf, Range):
        fits = _fits_range(leaf)
    elif field == "type":
        return _fits_type(leaf.pattern)
    else:
        fits = _fits_filter(leaf)
    return lambda document: any(fits(value) for value in field_values(document, field))


def field_values(document: Document, field: str) -> tuple[str, ...]:
    """The values that a filter on `field` looks at."""
    match field:
        case "path":
            return (document.path,)
        case "type":
            extension = _name(document).rpartition(".")[2] if "." in _name(document) else ""
            return (document.media_type, document.media_type.rpartition("/")[2], extension)
        case "date":
            from seedsearch.query.dates import date_of  # seldom: start-up time

            date = date_of(document.fields) if document.fields else ""
            return (date,) if date else ()
        case "lang":
            return (document.language,)
        case "encoding":
            return (document.encoding,)
        case _:
            return tuple(value for name, value in document.fields if name == field)


def _fits_range(leaf: Range) -> Callable[[str], bool]:
    low, high = leaf.low, leaf.high

    def fits(value: str) -> bool:
        if low and (value < low or (not leaf.low_inclusive and value.startswith(low))):
            return False
        if not high or value < high:
            return True
        return leaf.high_inclusive and value.startswith(high)

    return fits


def _fits_filter(leaf: Filter) -> Callable[[str], bool]:
    pattern = _plain(leaf.pattern, leaf.field)
    is_glob = any(char in pattern for char in "*?[")
    if leaf.field == "path" and not is_glob:
        return lambda value: pattern in value.casefold()
    if leaf.field == "path":
        # At the beginning of the path, or after any of its slashes.
        after = re.compile(rf"(?:\A|(?<=/))(?:{_glob(pattern, sets=True)})", re.DOTALL).search
        return lambda value: after(value.casefold()) is not None
    whole = re.compile(_glob(pattern, sets=True), re.DOTALL).match
    if leaf.field == "lang" and not is_glob:
        return lambda value: f"{value.casefold()}-".startswith(f"{pattern}-")
    return lambda value: whole(_plain(value, leaf.field)) is not None


def _fits_type(pattern: str) -> Callable[[Document], bool]:
    from seedsearch.query.file_types import MEDIA_TYPES, TypeSet  # seldom: start-up time

    name = pattern.casefold()
    files = TypeSet((name,))
    media_types = MEDIA_TYPES.get(name, ())
    fits = _fits_filter(Filter("type", pattern))

    def fits_type(document: Document) -> bool:
        if document.media_type in media_types or _name(document) in files:
            return True
        return any(fits(value) for value in field_values(document, "type"))

    return fits_type


def _name(document: Document) -> str:
    return document.path.rpartition("/")[2]


def _plain(value: str, field: str) -> str:
    value = value.casefold()
    return value.replace("-", "").replace("_", "") if field == "encoding" else value


def _glob(pattern: str, *, sets: bool) -> str:
    """The regular expression of a glob; with `sets`, `[abc]` is a set of characters."""
    pieces = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        closed = pattern.find("]", at + (3 if pattern[at + 1 : at + 2] == "!" else 2))
        if char == "*":
            pieces.append("")
        elif char == "?":
            pieces[-1] += "."
        elif sets and char == "[" and closed > 0:
            pieces[-1] += _set(pattern[at + 1 : closed])
            at = closed
        else:
            pieces[-1] += re.escape(char)
        at += 1
    return between_stars(pieces)


def _set(inside: str) -> str:
    """The regular expression for `[inside]`; a range that runs backwards holds nothing."""
    negated = inside.startswith("!")
    chars = inside[1:] if negated else inside
    parts: list[str] = []
    at = 0
    while at < len(chars):
        low, high = chars[at], chars[at]
        if chars[at + 1 : at + 2] == "-" and at + 2 < len(chars):
            high = chars[at + 2]
            at += 2
        if low <= high:
            parts.append(f"{re.escape(low)}-{re.escape(high)}")
        at += 1
    return one_of("".join(parts), negated=negated)


def can_choose(places: Sequence[Sequence[int]]) -> bool:
    """Whether one place can be taken from each list, all different (bipartite matching)."""
    owner: dict[int, int] = {}

    def place_for(index: int, tried: set[int]) -> bool:
        for place in places[index]:
            if place in tried:
                continue
            tried.add(place)
            if place not in owner or place_for(owner[place], tried):
                owner[place] = index
                return True
        return False

    return all(place_for(index, set()) for index in range(len(places)))
