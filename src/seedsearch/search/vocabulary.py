"""The terms of an index, with counts, by prefix or pattern."""

from __future__ import annotations

from typing import Literal

from seedsearch.analysis import shared_analyzer
from seedsearch.engine.base import Engine, TermCount
from seedsearch.errors import UsageError
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import Fuzzy, Nothing, Prefix, Term, Wildcard
from seedsearch.query.parse import parse
from seedsearch.record import NamedTuple

Order = Literal["count", "word"]


class TermList(NamedTuple):
    """The first terms, up to a limit, and the total number of terms found."""

    terms: tuple[TermCount, ...]
    total: int


def list_terms(
    engine: Engine, text: str, limit: int | None = 100, order: Order = "count"
) -> TermList:
    """Return the terms that begin with `text`, or match it: `troo`, `tr*ps`, `trops~`, `title:troo`.

    The order is by number of passages, highest first, then by code points; or by code points alone ("word"). An empty
    `text` matches all terms.

    Raises QuerySyntaxError, UsageError if `text` is not one word, UnsupportedError, IndexDamagedError.
    """
    found = list(engine.terms(_leaf(text)))
    if order == "count":
        found.sort(key=lambda term: -term.passages)
    return TermList(tuple(found[:limit]), len(found))


def _leaf(text: str) -> Prefix | Wildcard | Fuzzy:
    if not text.strip():
        return Prefix("", capped=False)
    match parse(text):
        case Term(word, field):
            leaf = analyse(Prefix(word, field), shared_analyzer())
        case Prefix() | Wildcard() | Fuzzy() as written:
            leaf = analyse(written, shared_analyzer())
        case _:
            leaf = Nothing()
    if not isinstance(leaf, Prefix | Wildcard | Fuzzy):
        raise UsageError(
            "not a word or the beginning of one", "write it like terms troo, or terms 'tr*ps'"
        )
    return leaf
