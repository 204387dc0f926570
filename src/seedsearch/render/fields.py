"""Fields of documents with their counts: `name<TAB>documents` lines, and `seedsearch.field/1` as JSON Lines."""

from __future__ import annotations

from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean
from seedsearch.search.fields import FieldCount

FIELD_SCHEMA = "seedsearch.field/1"


def field_record(found: FieldCount) -> bytes:
    """Return `text<TAB>documents` and a newline."""
    return f"{_one_line(found.text)}\t{found.documents}\n".encode()


def field_row(found: FieldCount) -> tuple[str, str]:
    """Return the cells of a row, sanitised."""
    return _one_line(found.text), f"{found.documents:,}"


def field_object(found: FieldCount, name: str) -> bytes:
    """Return a field, or a value of the field `name`, as a line of JSON."""
    what = {"name": name, "value": found.text} if name else {"name": found.text}
    return json_line({"schema": FIELD_SCHEMA, **what, "documents": found.documents})


def fields_summary(shown: int, total: int, name: str) -> str:
    """Return `100 of 1,234 values`."""
    what = "value" if name else "field"
    return f"{shown:,} of {plural(total, what)}" if total else "the documents have no fields"


def _one_line(text: str) -> str:
    return clean(" ".join(text.split()))
