"""Widen the words of a query by other words of the index, as weaker matches.

A plain word also finds the compounds that it is a part of (`analysis.compounds`). A word that is not in the index
finds its parts if it is a compound: all of them if it is required, else any. Without parts it finds the word that has
one letter for an umlaut in two (Zuerich, Zürich), or an apostrophe after a short word (dartagnan, d'Artagnan).

A word of a phrase also finds the same word with a sign inside: "email address" finds e-mail address. Two words also
find one: "wi fi router" finds wifi router. Other words in quotes, patterns and words below a NOT stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from seedsearch.analysis import STOP_WORDS
from seedsearch.analysis.compounds import LEAST, parts_of
from seedsearch.analysis.tokenizer import ELISIONS
from seedsearch.engine.base import Engine
from seedsearch.patterns import pattern
from seedsearch.query import ast
from seedsearch.query.wording import two_words

_WEAKER = 0.4
_MOST_WORDS = 6  # compounds take long, and longer queries have enough words
_UMLAUTS_IN_TWO = ("ae", "oe", "ue", "aa")
_UMLAUT = pattern("([aou])e|a(a)", re.IGNORECASE)
_VOWELS = "aeiouyh"
_MOST_WAYS = 16  # to write a phrase
_ABBREVIATION = pattern("\\b[A-Z]{2,5}\\b")
# Words after which people write a hyphen, an apostrophe or nothing: e-mail, O'Connor, non-profit, wi-fi, well-known.
_FIRSTS = pattern(
    "[eotux]|all|anti|co|counter|cross|ex|full|half|hi|high|inter|lo|long|low|micro|mid|mini|multi|non|off|on|over|part"
    "|post|pre|pro|re|sci|self|semi|short|sub|super|ultra|un|under|web|well|wi|world"
)
_ELIDED = pattern(f"(?:{'|'.join(ELISIONS)})[{_VOWELS}]")


def widened(query: ast.Query, engine: Engine, text: str = "") -> ast.Query:
    """Return the analysed query with weaker matches for its words. `text` is as the user typed it."""
    words = tuple(dict.fromkeys(_words(query)))
    return _Widening(engine, words if len(words) <= _MOST_WORDS else (), text).node(query)


def _words(query: ast.Query) -> Iterator[str]:
    """Yield the words that may be compounds or parts of compounds."""
    if word := _plain(query):
        yield word.text
    elif not isinstance(query, ast.Not):
        for child in ast.children_of(query):
            yield from _words(child)


def _plain(query: ast.Query) -> ast.Term | None:
    """Return the word of a query of one word, if it has several Latin letters and nothing else."""
    word = ast.one_word(query)
    if not isinstance(word, ast.Term) or len(word.text) < LEAST or word.text in STOP_WORDS:
        return None
    return word if word.text.isalpha() and word.text < "\u0250" else None


class _Widening:
    """One walk through a query."""

    def __init__(self, engine: Engine, words: tuple[str, ...], text: str) -> None:
        self._engine = engine
        self._words = words
        self._languages = sorted(engine.compounding()) if words else []
        self._compounds = engine.compounds(words) if self._languages else {}
        self._abbreviations = {word.lower() for word in _ABBREVIATION.findall(text)}

    def node(self, query: ast.Query, *, strict: bool = False) -> ast.Query:
        """Return a node with its words widened. `strict` says whether it must match."""
        if word := _plain(query):
            return self._word(query, word, strict=strict) if word.text in self._words else query
        match query:
            case ast.Not() | ast.And((_, ast.Written())):
                return query
            case ast.Phrase():
                return self._phrase(query)
            case ast.Maybe(required, optional):
                return ast.Maybe(self.node(required, strict=True), self.node(optional))
            case _:
                strict = strict or isinstance(query, ast.And)
                return ast.map_children(query, lambda child: self.node(child, strict=strict))

    def _word(self, query: ast.Query, word: ast.Term, *, strict: bool) -> ast.Query:
        ways = query.children if isinstance(query, ast.Synonym) else (query,)
        has_two = any(map(word.text.lower().__contains__, _UMLAUTS_IN_TWO))
        other = _UMLAUT.sub(r"\1\2", word.text) if has_two else word.text
        if terms := self._compounds.get(word.text):
            more: ast.Query = ast.Compounds(word.text, tuple(terms), word.field)
        elif parts := self._parts(word):
            more = ast.And(parts) if strict else ast.Or(parts)
        elif (other == word.text and not _ELIDED.match(word.text)) or self._is_word(word.text):
            return query
        elif other != word.text and self._is_word(other):
            return ast.Synonym((*ways, ast.Boost(ast.Term(other, word.field), ast.OTHERWISE_SPELT)))
        elif elided := self._elided(word.text):
            more = ast.Phrase(elided, word.field)
        else:
            return query
        return ast.Synonym((*ways, ast.Boost(more, _WEAKER)))

    def _parts(self, word: ast.Term) -> tuple[ast.Query, ...]:
        if not self._languages or len(word.text) < 2 * LEAST or self._is_word(word.text):
            return ()
        for language in self._languages:
            if parts := parts_of(word.text, language, self._is_word):
                return tuple(ast.Term(part, word.field) for part in dict.fromkeys(parts))
        return ()

    def _elided(self, text: str) -> tuple[str, str] | None:
        """Return the two words that an apostrophe would separate, if the index has both."""
        for elision in ELISIONS:
            rest = text.removeprefix(elision)
            is_long = len(text) > len(rest) >= LEAST
            if is_long and rest[0] in _VOWELS and self._is_word(rest) and self._is_word(elision):
                return elision, rest
        return None

    def _phrase(self, query: ast.Phrase) -> ast.Query:
        """Return a phrase, or also its words with a sign inside, or two of them as one word: "well known", wellknown.

        A whole has the position of its first part, and the other parts follow: so e-mail address has the phrase "email
        mail address".
        """
        ways = [query.terms]
        for at, term in reversed(list(enumerate(query.terms[:-1]))):
            rests = self._rests(term, query.field) if len(ways) < _MOST_WAYS else ()
            ways += [(*way[: at + 1], *rest, *way[at + 1 :]) for rest in rests for way in ways[:]]
        ways += self._joined(query.terms)
        if len(ways) == 1:
            return query
        phrases = (
            ast.Phrase(way, query.field) if way[1:] else ast.Exact(way[0], query.field)
            for way in ways[1:]
        )
        return ast.Synonym((query, *(ast.Boost(phrase, ast.OTHERWISE_SPELT) for phrase in phrases)))

    def _joined(self, terms: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield the terms of a phrase with two of them as one word, if the index has that word."""
        for at, (first, second) in enumerate(pairwise(terms)):
            whole = first + second
            may_be_one = _FIRSTS.fullmatch(first) or two_words(whole)
            if may_be_one and self._engine.frequency(ast.Exact(whole)).df:
                yield (*terms[:at], whole, *terms[at + 2 :])

    def _rests(self, whole: str, field: str) -> Iterator[tuple[str, ...]]:
        """Yield the parts after the first one, of each way in which the index has signs inside a word."""
        for parts in self._ways_to_cut(whole):
            rest = parts[1:]
            if all(self._engine.frequency(ast.Exact(part)).df for part in parts):
                both = ast.And((ast.Phrase((whole, *rest), field), ast.Phrase(parts, field)))
                if self._engine.search(both, limit=1, text=False).total:
                    yield rest

    def _ways_to_cut(self, word: str) -> Iterator[tuple[str, ...]]:
        """Yield the parts that a word may have."""
        is_word = word.isalpha() and word not in STOP_WORDS
        if word in self._abbreviations or (is_word and len(word) == 2):
            yield tuple(word)
        elif parts := two_words(word):
            yield parts
        elif is_word:
            for cut in range(1, len(word) - 1):
                if _FIRSTS.fullmatch(word, 0, cut):
                    yield word[:cut], word[cut:]

    def _is_word(self, text: str) -> bool:
        return self._engine.frequency(ast.Term(text)).df > 0
