"""Words of a query as parts of compounds (`analysis.compounds`), and compounds as their parts: as weaker matches.

A plain word also finds the compounds that it is a part of. A word that stands nowhere in the index, in no form and no
compound, finds its own parts: all of them where it is asked for, else any. Words in quotes, patterns and what stands
below a NOT are as they were.
"""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.analysis import STOP_WORDS
from seedsearch.analysis.compounds import LEAST, parts_of
from seedsearch.engine.base import Engine
from seedsearch.query.ast import (
    And,
    Boost,
    Compounds,
    Maybe,
    Not,
    Or,
    Query,
    Synonym,
    Term,
    children_of,
    map_children,
    one_word,
)

_WEAKER = 0.4
_MOST_WORDS = 6  # longer queries have words enough, and would take long


def with_compounds(query: Query, engine: Engine) -> Query:
    """The analysed query, with the compounds of its words."""
    languages = sorted(engine.compounding())
    words = tuple(dict.fromkeys(_words(query))) if languages else ()
    if not 0 < len(words) <= _MOST_WORDS:
        return query
    return _Widening(engine, words, languages).node(query)


def _words(query: Query) -> Iterator[str]:
    """The words that may be parts of compounds, or compounds."""
    if word := _plain(query):
        yield word.text
    elif not isinstance(query, Not):
        for child in children_of(query):
            yield from _words(child)


def _plain(query: Query) -> Term | None:
    """The word that a query is, if it has Latin letters alone, and several."""
    word = one_word(query)
    if not isinstance(word, Term) or len(word.text) < LEAST or word.text in STOP_WORDS:
        return None
    return word if word.text.isalpha() and word.text < "\u0250" else None


class _Widening:
    """The walk that adds compounds and parts to the words of a query."""

    def __init__(self, engine: Engine, words: tuple[str, ...], languages: list[str]) -> None:
        self._engine = engine
        self._languages = languages
        self._compounds = engine.compounds(words)

    def node(self, query: Query, *, strict: bool = False) -> Query:
        """A node with its words widened; `strict`, where it has to match."""
        if word := _plain(query):
            return self._word(query, word, strict=strict)
        match query:
            case Not():
                return query
            case Maybe(required, optional):
                return Maybe(self.node(required, strict=True), self.node(optional))
            case _:
                strict = strict or isinstance(query, And)
                return map_children(query, lambda child: self.node(child, strict=strict))

    def _word(self, query: Query, word: Term, *, strict: bool) -> Query:
        ways = query.children if isinstance(query, Synonym) else (query,)
        if terms := self._compounds.get(word.text):
            more: Query = Compounds(word.text, tuple(terms), word.field)
        elif parts := self._parts(word):
            more = And(parts) if strict else Or(parts)
        else:
            return query
        return Synonym((*ways, Boost(more, _WEAKER)))

    def _parts(self, word: Term) -> tuple[Query, ...]:
        if len(word.text) < 2 * LEAST or self._is_word(word.text):
            return ()
        for language in self._languages:
            if parts := parts_of(word.text, language, self._is_word):
                return tuple(Term(part, word.field) for part in dict.fromkeys(parts))
        return ()

    def _is_word(self, text: str) -> bool:
        return self._engine.frequency(Term(text)).df > 0
