"""The fields of the documents of an index, and the values of one, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from seedsearch.engine.base import Engine
from seedsearch.errors import UsageError
from seedsearch.model import field_key
from seedsearch.record import NamedTuple
from seedsearch.spelling import did_you_mean


class FieldCount(NamedTuple):
    """A field, or a value of one, and the number of documents that have it."""

    text: str
    documents: int


class FieldList(NamedTuple):
    """The most frequent fields or values, up to a limit, and the total number found."""

    counts: tuple[FieldCount, ...]
    total: int


def list_fields(engine: Engine, name: str = "", limit: int | None = 100) -> FieldList:
    """Return the fields of the documents, or with `name` the values of that field, the most frequent first.

    Names are as queries write them. Raises UsageError if no document has the field, IndexDamagedError.
    """
    if not name:
        return _first(_names(engine), limit)
    known = field_key(name)
    values = Counter(
        value
        for fields in engine.document_fields()
        for value in {value for own, value in fields if field_key(own) == known}
    )
    if not values:
        hint = did_you_mean(known, _names(engine), "seedsearch fields lists the fields")
        raise UsageError(f"no document has a field {name}", hint)
    return _first(values, limit)


def _names(engine: Engine) -> Counter[str]:
    return Counter(
        name
        for fields in engine.document_fields()
        for name in {field_key(name) for name, _ in fields}
    )


def _first(counts: Counter[str], limit: int | None) -> FieldList:
    ranked: Iterable[tuple[str, int]] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return FieldList(tuple(map(FieldCount._make, ranked))[:limit], len(counts))
