"""Explain scores: the walk over a query that all engines share.

A score is a sum: of every leaf that matches, times the boosts around it. The engine supplies the passage's score for
each node, and each leaf's df. The terms of a leaf, and their frequencies, are read from the passage's text and title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from typing import TypeAlias

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.compounds import COMPOUNDING
from seedsearch.analysis.passage_language import language_in
from seedsearch.core.plain_matching import closeness
from seedsearch.engine.bm25f import REACH, TITLE_WEIGHT, nearness, saturated
from seedsearch.model import Explanation, LeafFacts, Part, Passage, TermUse
from seedsearch.query import ast
from seedsearch.query.match import fits_term
from seedsearch.record import NamedTuple

_Places: TypeAlias = dict[Form, list[int]]
"""The positions of each form in a text."""


class PassageFigures(NamedTuple):
    """The figures of an engine for one passage and its collection.

    `score` returns the passage's score for a query, or None without a match; `df` the number of passages with a leaf;
    `around` the score of a word in the passage's document. `length` is the passage's weighted length, `mean_length`
    the mean of all `passages`.
    """

    score: Callable[[ast.Query], float | None]
    df: Callable[[ast.Leaf], int]
    around: Callable[[ast.Term | ast.Exact], float]
    length: int
    passages: int
    mean_length: float


def explain(
    query: ast.Query, passage: Passage, figures: PassageFigures, analyzer: Analyzer
) -> Explanation:
    """Return the parts of the score of a passage, with its text, that matches an analysed query."""
    parts = tuple(_Walk(passage, figures, analyzer).parts(query, 1.0))
    return Explanation(parts, figures.length, figures.mean_length, figures.passages)


class _Walk:
    """One passage, with its terms counted."""

    def __init__(self, passage: Passage, figures: PassageFigures, analyzer: Analyzer) -> None:
        self._figures = figures
        self._analyzer = analyzer
        self._language = language_in(passage.document, passage.text)
        title = passage.document.title if passage.ordinal == 0 else ""
        self._body = _places_of(passage.text, self._language, analyzer)
        self._title = _places_of(title, self._language, analyzer)

    def parts(self, query: ast.Query, boost: float) -> Iterator[Part]:
        """Yield the parts of the passage's score for a query that matches it, times `boost`."""
        match query:
            case (
                ast.Term()
                | ast.Exact()
                | ast.Prefix()
                | ast.Wildcard()
                | ast.Fuzzy()
                | ast.Compounds()
            ):
                yield self._unit(query, boost)
            case ast.Phrase() | ast.Near():
                yield self._words(query, boost)
            case ast.And(children) | ast.Or(children):
                for child in children:
                    yield from self._if_it_matches(child, boost)
                pairs = ast.neighbours(query)
                for pair in pairs:
                    yield from self._nearness(pair, boost * nearness(len(pairs)), boost)
                yield from self._document(ast.side_by_side(query), boost)
            case ast.Synonym(children):
                matching = [child for child in children if self._figures.score(child) is not None]
                yield from self.parts(max(matching, key=self._rounded), boost)
            case ast.Maybe(required, optional):
                yield from self.parts(required, boost)
                yield from self._if_it_matches(optional, boost)
            case ast.Boost(child, factor):
                yield from self.parts(child, boost * factor)
            case ast.Not() | ast.Filter() | ast.Range() | ast.Written() | ast.Nothing():
                return

    def _score(self, query: ast.Query) -> float:
        return self._figures.score(query) or 0.0

    def _rounded(self, query: ast.Query) -> float:
        return round(self._score(query), 9)  # so that engines agree on ties

    def _if_it_matches(self, query: ast.Query, boost: float) -> Iterator[Part]:
        if self._figures.score(query) is not None:
            yield from self.parts(query, boost)

    def _words(self, query: ast.Phrase | ast.Near, boost: float) -> Part:
        words = tuple(self._unit(leaf, boost) for leaf in ast.words_of(query))
        return Part(
            _KINDS[type(query)],
            ast.unparse(query),
            sum(word.score for word in words),
            boost,
            None,
            words,
        )

    def _document(self, words: Sequence[ast.Term | ast.Exact], boost: float) -> Iterator[Part]:
        """Yield the score of words in the document as a whole."""
        found = {word: score for word in words if (score := self._figures.around(word))}
        if found:
            score = sum(found.get(word, 0.0) for word in words)
            text = " ".join(map(ast.unparse, found))
            yield Part("document", text, boost * score, boost, None, ())

    def _nearness(self, pair: ast.Neighbours, share: float, boost: float) -> Iterator[Part]:
        """Yield the addition of two neighbouring words, if they are near each other."""
        one, other = pair
        fields = (
            (self._title,) if "title" in (one.field, other.field) else (self._body, self._title)
        )
        close = max(
            closeness(self._places(one, field), self._places(other, field), REACH)
            for field in fields
        )
        if close:
            score = share * min(map(self._score, pair)) * sqrt(close)
            yield Part("nearness", " ".join(map(ast.unparse, pair)), score, boost, None, ())

    def _places(self, leaf: ast.Leaf, field: _Places) -> list[int]:
        """Return the positions of a leaf's terms, ascending."""
        return sorted({place for form in filter(self._test(leaf), field) for place in field[form]})

    def _unit(self, leaf: ast.Leaf, boost: float) -> Part:
        figures = self._figures
        score = self._score(leaf)
        uses = tuple(self._uses(leaf))
        body, title = sum(use.body for use in uses), sum(use.title for use in uses)
        tf = (0 if leaf.field == "title" else body) + TITLE_WEIGHT * title
        weight = score / saturated(tf, figures.length, figures.mean_length)
        facts = LeafFacts(uses, tf, figures.df(leaf), weight)
        return Part(_KINDS[type(leaf)], ast.unparse(leaf), boost * score, boost, facts, ())

    def _uses(self, leaf: ast.Leaf) -> Iterator[TermUse]:
        fits = self._test(leaf)
        title, body = Counter[str](), Counter[str]()
        for form in filter(fits, {*self._title, *self._body}):
            title[form.term] += len(self._title.get(form, ()))
            body[form.term] += 0 if leaf.field == "title" else len(self._body.get(form, ()))
        for term in sorted(title):
            if title[term] or body[term]:
                yield TermUse(term, body[term], title[term])

    def _test(self, leaf: ast.Leaf) -> Callable[[Form], bool]:
        return _form_test(leaf, self._language, self._analyzer)


def _places_of(text: str, language: str, analyzer: Analyzer) -> _Places:
    """Return the positions of the forms of a text in a language."""
    places: _Places = {}
    for form, token in analyzer.forms(text, language):
        places.setdefault(form, []).append(token.position)
    return places


def _form_test(leaf: ast.Leaf, language: str, analyzer: Analyzer) -> Callable[[Form], bool]:
    """Return a function that tests whether a leaf stands for a form, in passages of a language.

    Compounds are matched only in languages that write them as one word.
    """
    match leaf:
        case ast.Term(text):
            return analyzer.meant(text, language, as_spelt=isinstance(leaf, ast.Spelt))
        case ast.Exact(text):
            return lambda form: form.term == text
        case ast.Compounds(text, terms):
            meant = analyzer.meant(text, language)
            parts = frozenset(terms) if language in COMPOUNDING else frozenset()
            return lambda form: meant(form) or form.term in parts
        case _:
            fits = fits_term(leaf)
            return lambda form: fits(form.term)


_KINDS: dict[type[ast.Query], str] = {
    ast.Term: "word",
    ast.Spelt: "word",
    ast.Exact: "exact",
    ast.Prefix: "prefix",
    ast.Wildcard: "wildcard",
    ast.Fuzzy: "fuzzy",
    ast.Compounds: "compound",
    ast.Phrase: "phrase",
    ast.Near: "near",
}
