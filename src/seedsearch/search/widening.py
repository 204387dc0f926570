"""Widen the words of a query by other words of the index, as weaker matches.

A plain word also finds the compounds that it is a part of (`analysis.compounds`). A word that is not in the index
finds its parts if it is a compound: all of them if it is required, else any. Without parts it finds the word that has
one letter for an umlaut in two (Zuerich, Zürich), or an apostrophe after a short word (dartagnan, d'Artagnan). Words
in quotes, patterns and words below a NOT stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.analysis import STOP_WORDS
from seedsearch.analysis.compounds import LEAST, parts_of
from seedsearch.analysis.tokenizer import ELISIONS
from seedsearch.engine.base import Engine
from seedsearch.patterns import pattern
from seedsearch.query.ast import (
    OTHERWISE_SPELT,
    And,
    Boost,
    Compounds,
    Maybe,
    Not,
    Or,
    Phrase,
    Query,
    Synonym,
    Term,
    children_of,
    map_children,
    one_word,
)

_WEAKER = 0.4
_MOST_WORDS = 6  # compounds take long, and longer queries have enough words
_UMLAUTS_IN_TWO = ("ae", "oe", "ue", "aa")
_UMLAUT = pattern("([aou])e|a(a)", re.IGNORECASE)
_VOWELS = "aeiouyh"
_ELIDED = pattern(f"(?:{'|'.join(ELISIONS)})[{_VOWELS}]")


def widened(query: Query, engine: Engine) -> Query:
    """Return the analysed query with weaker matches for its words."""
    languages = sorted(engine.compounding())
    words = tuple(dict.fromkeys(_words(query)))
    if not 0 < len(words) <= _MOST_WORDS:
        return query
    return _Widening(engine, words if languages else (), languages).node(query)


def _words(query: Query) -> Iterator[str]:
    """Yield the words that may be compounds or parts of compounds."""
    if word := _plain(query):
        yield word.text
    elif not isinstance(query, Not):
        for child in children_of(query):
            yield from _words(child)


def _plain(query: Query) -> Term | None:
    """Return the word of a query of one word, if it has several Latin letters and nothing else."""
    word = one_word(query)
    if not isinstance(word, Term) or len(word.text) < LEAST or word.text in STOP_WORDS:
        return None
    return word if word.text.isalpha() and word.text < "\u0250" else None


class _Widening:
    """One walk through a query."""

    def __init__(self, engine: Engine, words: tuple[str, ...], languages: list[str]) -> None:
        self._engine = engine
        self._languages = languages
        self._compounds = engine.compounds(words)

    def node(self, query: Query, *, strict: bool = False) -> Query:
        """Return a node with its words widened. `strict` says whether it must match."""
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
        has_two = any(map(word.text.lower().__contains__, _UMLAUTS_IN_TWO))
        other = _UMLAUT.sub(r"\1\2", word.text) if has_two else word.text
        if terms := self._compounds.get(word.text):
            more: Query = Compounds(word.text, tuple(terms), word.field)
        elif parts := self._parts(word):
            more = And(parts) if strict else Or(parts)
        elif (other == word.text and not _ELIDED.match(word.text)) or self._is_word(word.text):
            return query
        elif other != word.text and self._is_word(other):
            return Synonym((*ways, Boost(Term(other, word.field), OTHERWISE_SPELT)))
        elif elided := self._elided(word.text):
            more = Phrase(elided, word.field)
        else:
            return query
        return Synonym((*ways, Boost(more, _WEAKER)))

    def _parts(self, word: Term) -> tuple[Query, ...]:
        if not self._languages or len(word.text) < 2 * LEAST or self._is_word(word.text):
            return ()
        for language in self._languages:
            if parts := parts_of(word.text, language, self._is_word):
                return tuple(Term(part, word.field) for part in dict.fromkeys(parts))
        return ()

    def _elided(self, text: str) -> tuple[str, str] | None:
        """Return the two words that an apostrophe would separate, if the index has both."""
        for elision in ELISIONS:
            rest = text.removeprefix(elision)
            is_long = len(text) > len(rest) >= LEAST
            if is_long and rest[0] in _VOWELS and self._is_word(rest) and self._is_word(elision):
                return elision, rest
        return None

    def _is_word(self, text: str) -> bool:
        return self._engine.frequency(Term(text)).df > 0
