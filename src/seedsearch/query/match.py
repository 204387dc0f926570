"""Matching: terms against patterns, and documents against filters.

All engines and the snippets use these functions, so that they agree.

*Terms.* A Prefix matches terms that begin with it. In a Wildcard, `*` is any number of characters or none, and `?` is
exactly one. A Fuzzy matches terms within `distance` edits. An edit inserts, deletes or replaces a character, or swaps
two neighbours; no character is edited twice (optimal string alignment). Both sides must already be folded.

*Filters* ignore case. A glob has `*`, `?`, `[abc]` and `[!abc]`; `*` also matches `/`. A document matches if any
value of the field does:

- `path`: a pattern without `*` or `?` matches anywhere in the path. A glob matches the whole path, or the rest of it
  after any `/` (`*.txt`, `news/*`, `notes/2024-*.md`). A pattern after `./` matches a file, or a folder above it, from
  the beginning of the path. Brackets also match themselves. Composed and decomposed letters are equal.
- `type`: the media type (`text/html`), its second half (`html`), the extension of the file name, or a name for
  several of these (`mail`, `py`: see `file_types.py`).
- `lang`: the language tag, or its part before a hyphen (`zh` matches `zh-Hant`).
- `encoding`: the name, without hyphens and underscores (`utf8` matches `utf-8`).
- `date`: the date that the document states, as `dates.py` reads it. A document without a date never matches:
  the modification time of a file says little about when its text was written.
- any other name: the values of that name in the document's `fields`, as `fields.py` compares them.

The rows of a table hold the values of its columns (`seedsearch.rows`). A filter on a column, or on a date in a
column, is tested against rows.

*Ranges* of dates compare them as text. A date that begins with an end of the range is equal to that end: `2024-06-30`
is inside `..2024-06`, but outside `>2024-06` and `<2024-06`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import translate

from seedsearch.citation import MEMBER, document_place
from seedsearch.model import Document, field_key
from seedsearch.query.ast import Filter, Fuzzy, Prefix, Range, Wildcard, is_pattern
from seedsearch.rows import Fields, Table
from seedsearch.spelling import within_edits

OWN = ("path", "type", "lang", "encoding", "date")


def fits_term(leaf: Prefix | Wildcard | Fuzzy) -> Callable[[str], bool]:
    """Return a function that tests whether a term matches the leaf."""
    match leaf:
        case Prefix(text):
            return lambda term: term.startswith(text)
        case Wildcard(pattern):
            whole = re.compile(_glob(pattern, sets=False)).match
            return lambda term: whole(term) is not None
        case Fuzzy(text, distance):
            return lambda term: within_edits(text, term, distance)


def fits_document(leaf: Filter | Range) -> Callable[[Document], bool]:
    """Return a function that tests whether a document matches the filter."""
    field = leaf.field
    if isinstance(leaf, Filter) and field == "type":
        return _fits_type(leaf.pattern)
    fits = fits_value(leaf)
    if names_member(leaf):
        return lambda document: (
            fits(document.path) or fits(document_place(document.path, document.member))
        )
    return lambda document: any(fits(value) for value in field_values(document, field))


def names_member(leaf: Filter | Range) -> bool:
    """Return whether a filter names a member of a file. Paths are then compared with and without members."""
    return isinstance(leaf, Filter) and leaf.field == "path" and MEMBER in leaf.pattern


def fits_value(leaf: Filter | Range) -> Callable[[str], bool]:
    """Return a function that tests whether a value of the field matches the filter.

    For `type`, values alone do not decide: `fits_document` does.
    """
    if isinstance(leaf, Filter) and leaf.field in OWN:
        return _fits_filter(leaf)
    from seedsearch.query.fields import fits_field  # start-up time: few queries need it

    return fits_field(leaf, _fits_glob(leaf))


def is_of_rows(leaf: Filter | Range, fields: Fields) -> bool:
    """Return whether a filter must be tested against a document's rows: it asks for one of the columns."""
    names = _asked_for(leaf, fields)
    return any(not value and name in names for name, value in fields)


def fits_row(leaf: Filter | Range, fields: Fields) -> Callable[[str], bool]:
    """Return a function that tests whether a row of a table matches the filter, by the row's text.

    `fields` are the fields of the document.
    """
    names = _asked_for(leaf, fields)
    read = Table(fields).reader(names)
    own = tuple([pair for pair in fields if pair[0] in names and pair[1]])
    fits = fits_value(leaf)
    if leaf.field == "date":
        from seedsearch.query.dates import date_of  # start-up time: few queries need it

        return lambda text: bool(date := date_of((*own, *read(text)))) and fits(date)
    return lambda text: any(fits(value) for _, value in (*own, *read(text)))


def needle(leaf: Filter | Range) -> bytes:
    """Return a word, in small letters, that every matching ASCII row contains; b"" if none is known."""
    if isinstance(leaf, Range) or leaf.field == "date" or is_pattern(leaf.pattern):
        return b""
    words = re.findall(r"[a-z]+", leaf.pattern.lower()) if leaf.pattern.isascii() else ()
    return max(words, key=len, default="").encode()


def _asked_for(leaf: Filter | Range, fields: Fields) -> set[str]:
    if leaf.field == "date":
        from seedsearch.query.dates import is_date  # start-up time: few queries need it

        return {name for name, _ in fields if is_date(name)}
    return {name for name, _ in fields if leaf.field not in OWN and field_key(name) == leaf.field}


def field_values(document: Document, field: str) -> tuple[str, ...]:
    """Return the values of a document that a filter on `field` compares."""
    match field:
        case "path":
            return (document.path,)
        case "type":
            extension = _name(document).rpartition(".")[2] if "." in _name(document) else ""
            return (document.media_type, document.media_type.rpartition("/")[2], extension)
        case "date":
            from seedsearch.query.dates import date_of  # start-up time: few queries need it

            date = date_of(document.fields) if document.fields else ""
            return (date,) if date else ()
        case "lang":
            return (document.language,)
        case "encoding":
            return (document.encoding,)
        case _:
            return tuple(value for name, value in document.fields if field_key(name) == field)


def _fits_filter(leaf: Filter) -> Callable[[str], bool]:
    pattern = plain(leaf.pattern, leaf.field)
    if leaf.field == "path":
        return _fits_path(pattern)
    if leaf.field == "lang" and not any(char in pattern for char in "*?["):
        return lambda value: f"{value.casefold()}-".startswith(f"{pattern}-")
    return _fits_glob(leaf)


def _fits_glob(leaf: Filter | Range) -> Callable[[str], bool]:
    pattern = leaf.pattern if isinstance(leaf, Filter) else ""
    whole = re.compile(_glob(plain(pattern, leaf.field), sets=True)).match
    return lambda value: whole(plain(value, leaf.field)) is not None


def _fits_path(pattern: str) -> Callable[[str], bool]:
    at_any_depth = r"(?:\A|(?<=/))"
    if pattern.startswith(("./", "**/")):
        start, _, place = pattern.partition("/")
        below = "[!/]*" if place == "." else place.rstrip("/") + "/*"
        globs = [below] if place[-1:] == "/" else [place, below]
        return _fits_globs(r"\A" if start == "." else at_any_depth, globs)
    has_wildcard = is_pattern(pattern)
    if not has_wildcard and "[" not in pattern:
        return lambda value: pattern in plain(value, "path")
    after_slash = _fits_globs(at_any_depth, [pattern])
    if has_wildcard:
        return after_slash
    return lambda value: pattern in plain(value, "path") or after_slash(value)


def _fits_globs(start: str, globs: Sequence[str]) -> Callable[[str], bool]:
    """Return a function that matches globs against a path from `start` on. Brackets are sets or text."""
    ways = dict.fromkeys(_glob(glob, sets=sets) for glob in globs for sets in (True, False))
    fits = re.compile(f"{start}(?:{'|'.join(ways)})").search
    return lambda value: fits(plain(value, "path")) is not None


def _fits_type(pattern: str) -> Callable[[Document], bool]:
    # start-up time: few queries need it
    from seedsearch.query.file_types import MEDIA_TYPES, TypeSet

    name = pattern.casefold()
    files = TypeSet((name,))
    media_types = MEDIA_TYPES.get(name, ())
    fits = _fits_filter(Filter("type", pattern))

    return lambda document: (
        document.media_type in media_types
        or _name(document) in files
        or any(map(fits, field_values(document, "type")))
    )


def _name(document: Document) -> str:
    return document.path.rpartition("/")[2]


def plain(value: str, field: str) -> str:
    """Return a value of a field as filters compare it."""
    if not value.isascii():
        from unicodedata import normalize  # start-up time: few values need it

        value = normalize("NFC", value)
    value = value.casefold()
    return value.replace("-", "").replace("_", "") if field == "encoding" else value


def _glob(pattern: str, *, sets: bool) -> str:
    """Return the regular expression of a glob; with `sets`, `[abc]` is a set of characters."""
    return translate(pattern if sets else pattern.replace("[", "[[]"))
