"""Explain scores: the walk over a query that all engines share.

A score is a sum: of every leaf that matches, times the boosts around it. The engine supplies the passage's score for
each node, and each leaf's df. The terms of a leaf, and their frequencies, are read from the passage's text and title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import sqrt

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.passage_language import language_in
from seedsearch.core.plain_matching import closeness
from seedsearch.engine.bm25f import REACH, TITLE_WEIGHT, nearness, saturated
from seedsearch.engine.forms import Places, form_test, places_of
from seedsearch.model import Explanation, LeafFacts, Part, Passage, TermUse
from seedsearch.query.ast import (
    And,
    Boost,
    Compounds,
    Exact,
    Filter,
    Fuzzy,
    Leaf,
    Maybe,
    Near,
    Neighbours,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Spelt,
    Synonym,
    Term,
    Wildcard,
    Written,
    neighbours,
    side_by_side,
    unparse,
    words_of,
)
from seedsearch.record import NamedTuple


class PassageFigures(NamedTuple):
    """The figures of an engine for one passage and its collection.

    `score` returns the passage's score for a query, or None without a match; `df` the number of passages with a leaf;
    `around` the score of a word in the passage's document. `length` is the passage's weighted length, `mean_length`
    the mean of all `passages`.
    """

    score: Callable[[Query], float | None]
    df: Callable[[Leaf], int]
    around: Callable[[Term | Exact], float]
    length: int
    passages: int
    mean_length: float


def explain(
    query: Query, passage: Passage, figures: PassageFigures, analyzer: Analyzer
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
        self._body = places_of(passage.text, self._language, analyzer)
        self._title = places_of(title, self._language, analyzer)

    def parts(self, query: Query, boost: float) -> Iterator[Part]:
        """Yield the parts of the passage's score for a query that matches it, times `boost`."""
        match query:
            case Term() | Exact() | Prefix() | Wildcard() | Fuzzy() | Compounds():
                yield self._unit(query, boost)
            case Phrase() | Near():
                yield self._words(query, boost)
            case And(children) | Or(children):
                for child in children:
                    yield from self._if_it_matches(child, boost)
                pairs = neighbours(query)
                for pair in pairs:
                    yield from self._nearness(pair, boost * nearness(len(pairs)), boost)
                yield from self._document(side_by_side(query), boost)
            case Synonym(children):
                matching = [child for child in children if self._figures.score(child) is not None]
                yield from self.parts(max(matching, key=self._rounded), boost)
            case Maybe(required, optional):
                yield from self.parts(required, boost)
                yield from self._if_it_matches(optional, boost)
            case Boost(child, factor):
                yield from self.parts(child, boost * factor)
            case Not() | Filter() | Range() | Written() | Nothing():
                return

    def _score(self, query: Query) -> float:
        return self._figures.score(query) or 0.0

    def _rounded(self, query: Query) -> float:
        return round(self._score(query), 9)  # so that engines agree on ties

    def _if_it_matches(self, query: Query, boost: float) -> Iterator[Part]:
        if self._figures.score(query) is not None:
            yield from self.parts(query, boost)

    def _words(self, query: Phrase | Near, boost: float) -> Part:
        words = tuple(self._unit(leaf, boost) for leaf in words_of(query))
        return Part(
            _KINDS[type(query)],
            unparse(query),
            sum(word.score for word in words),
            boost,
            None,
            words,
        )

    def _document(self, words: Sequence[Term | Exact], boost: float) -> Iterator[Part]:
        """Yield the score of words in the document as a whole."""
        found = {word: score for word in words if (score := self._figures.around(word))}
        if found:
            score = sum(found.get(word, 0.0) for word in words)
            text = " ".join(map(unparse, found))
            yield Part("document", text, boost * score, boost, None, ())

    def _nearness(self, pair: Neighbours, share: float, boost: float) -> Iterator[Part]:
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
            yield Part("nearness", " ".join(map(unparse, pair)), score, boost, None, ())

    def _places(self, leaf: Leaf, field: Places) -> list[int]:
        """Return the positions of a leaf's terms, ascending."""
        return sorted({place for form in filter(self._test(leaf), field) for place in field[form]})

    def _unit(self, leaf: Leaf, boost: float) -> Part:
        figures = self._figures
        score = self._score(leaf)
        uses = tuple(self._uses(leaf))
        body, title = sum(use.body for use in uses), sum(use.title for use in uses)
        tf = (0 if leaf.field == "title" else body) + TITLE_WEIGHT * title
        weight = score / saturated(tf, figures.length, figures.mean_length)
        facts = LeafFacts(uses, tf, figures.df(leaf), weight)
        return Part(_KINDS[type(leaf)], unparse(leaf), boost * score, boost, facts, ())

    def _uses(self, leaf: Leaf) -> Iterator[TermUse]:
        fits = self._test(leaf)
        title, body = Counter[str](), Counter[str]()
        for form in filter(fits, {*self._title, *self._body}):
            title[form.term] += len(self._title.get(form, ()))
            body[form.term] += 0 if leaf.field == "title" else len(self._body.get(form, ()))
        for term in sorted(title):
            if title[term] or body[term]:
                yield TermUse(term, body[term], title[term])

    def _test(self, leaf: Leaf) -> Callable[[Form], bool]:
        return form_test(leaf, self._language, self._analyzer)


_KINDS: dict[type[Query], str] = {
    Term: "word",
    Spelt: "word",
    Exact: "exact",
    Prefix: "prefix",
    Wildcard: "wildcard",
    Fuzzy: "fuzzy",
    Compounds: "compound",
    Phrase: "phrase",
    Near: "near",
}
