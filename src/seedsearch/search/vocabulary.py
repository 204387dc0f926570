"""The terms of an index, by prefix or pattern, and the fields of its documents, with counts."""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias

from seedsearch.engine.base import Engine, TermCount, by_count
from seedsearch.errors import UsageError
from seedsearch.model import field_key
from seedsearch.query.ast import Fuzzy, Prefix, Term, Wildcard
from seedsearch.record import NamedTuple
from seedsearch.spelling import did_you_mean

Order = Literal["count", "word"]
_Pattern: TypeAlias = Prefix | Wildcard | Fuzzy


def list_terms(
    engine: Engine, text: str, limit: int | None = 100, order: Order = "count"
) -> tuple[tuple[TermCount, ...], int]:
    """Return the first terms that begin with `text`, or match it, and their total number.

    `text` is like `troo`, `tr*ps`, `trops~`, `title:troo`; "" matches all terms. The order is by number of passages,
    highest first, then by code points; or by code points alone ("word").

    Raises QuerySyntaxError, UsageError if `text` is not one word, UnsupportedError, IndexDamagedError.
    """
    if order == "count" and limit:
        most, total = engine.most_frequent(_leaf(text), limit)
        return tuple(most), total
    found = list(engine.terms(_leaf(text)))
    if order == "count":
        found.sort(key=lambda term: -term.passages)
    return tuple(found[:limit]), len(found)


def _leaf(text: str) -> _Pattern:
    # start-up time: a list of fields needs none of these
    from seedsearch.analysis import shared_analyzer
    from seedsearch.query.analyse import analyse
    from seedsearch.query.parse import parse

    if not text.strip():
        return Prefix("", capped=False)
    tree = parse(text)
    begun = Prefix(tree.text, tree.field) if isinstance(tree, Term) else tree
    leaf = analyse(begun, shared_analyzer()) if isinstance(begun, _Pattern) else begun
    if not isinstance(leaf, _Pattern):
        raise UsageError(
            "not a word or the beginning of one", "write it like terms troo, or terms 'tr*ps'"
        )
    return leaf


class FieldCount(NamedTuple):
    """A field, or a value of one, and the number of documents that have it."""

    text: str
    documents: int


def list_fields(
    engine: Engine, name: str = "", limit: int | None = 100
) -> tuple[tuple[FieldCount, ...], int]:
    """Return the most frequent fields of the documents, or with `name` values of that field, and their total number.

    Names are as queries write them. Raises UsageError if no document has the field, IndexDamagedError.
    """
    known = field_key(name)
    counts = (
        _names(engine)
        if not name
        else Counter(
            value
            for fields in engine.document_fields()
            for value in {value for own, value in fields if field_key(own) == known}
        )
    )
    if name and not counts:
        hint = did_you_mean(known, _names(engine), "seedsearch fields lists the fields")
        raise UsageError(f"no document has a field {name}", hint)
    return tuple(map(FieldCount._make, by_count(counts)[:limit])), len(counts)


def _names(engine: Engine) -> Counter[str]:
    return Counter(
        name
        for fields in engine.document_fields()
        for name in {field_key(own) for own, _ in fields}
    )
