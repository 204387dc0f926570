"""The words of an index: what a user typed -> terms with their counts, in order."""

from __future__ import annotations

from typing import Literal

from seedsearch.analysis import Analyzer
from seedsearch.engine.base import Engine, TermCount
from seedsearch.errors import UsageError
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import Fuzzy, Nothing, Prefix, Term, Wildcard
from seedsearch.query.parse import parse
from seedsearch.record import NamedTuple

Order = Literal["count", "word"]


class TermList(NamedTuple):
    """The words asked for, and how many there are in all."""

    terms: tuple[TermCount, ...]
    total: int


def list_terms(
    engine: Engine, text: str, limit: int | None = 100, order: Order = "count"
) -> TermList:
    """The words that begin with `text`, or fit it as a pattern: `troo`, `tr*ps`, `trops~`, `title:troo`.

    Ordered by the number of passages, the most first, or by the words' characters; words that stand in as
    many passages are in the order of their characters. An empty text stands for all words.

    Raises QuerySyntaxError, UsageError for what is not one word, UnsupportedError, IndexDamagedError.
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
            leaf = analyse(Prefix(word, field), Analyzer())
        case Prefix() | Wildcard() | Fuzzy() as written:
            leaf = analyse(written, Analyzer())
        case _:
            leaf = Nothing()
    if not isinstance(leaf, Prefix | Wildcard | Fuzzy):
        raise UsageError(
            "this is not one word, or the beginning of one", "as in: terms troo, terms 'tr*ps'"
        )
    return leaf
