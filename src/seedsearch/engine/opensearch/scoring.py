"""Test and score passages with the query tree, by the one formula (`engine.bm25f`).

The statistics come from the cluster, the frequencies and positions from the streams of each passage.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from typing import TypeAlias

from seedsearch.engine.base import PerFile
from seedsearch.engine.bm25f import idf, nearness, saturated, term_weight
from seedsearch.engine.explain import PassageFigures, explain
from seedsearch.engine.opensearch.mapping import Stored
from seedsearch.engine.opensearch.snapshot import Snapshot
from seedsearch.engine.opensearch.views import Scored, Tests, View
from seedsearch.model import Explanation
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
    Synonym,
    Term,
    Wildcard,
    Written,
    children_of,
    neighbours,
    side_by_side,
    text_of,
    words_of,
)
from seedsearch.record import NamedTuple


class Found(NamedTuple):
    """A passage that matches, and its score, rounded."""

    stored: Stored
    score: float

    def order(self) -> tuple[float, bytes, int, int]:
        """Return the key of the order of answers."""
        passage = self.stored.passage
        path = os.fsencode(passage.document.path)
        return -self.score, path, self.stored.place, passage.ordinal


def at_most_per_file(found: Sequence[Found], per_file: int | None) -> list[Found]:
    """Return passages in their order, at most `per_file` of a file."""
    files = PerFile(per_file)
    return [each for each in found if files.admits(each.stored.passage.document.path)]


_Context: TypeAlias = tuple[Query, tuple[Term | Exact, ...], tuple[Neighbours, ...]]
"""An And or Or, its plain words that stand side by side, and the pairs of them."""


class Scorer:
    """Scores passages for one query."""

    def __init__(self, query: Query, snapshot: Snapshot) -> None:
        self._query = query
        self._snapshot = snapshot
        self._analyzer = snapshot.analyzer
        self._around: dict[Leaf, dict[str, float]] = {}
        self._read: set[str] = set()  # documents
        self._contexts: dict[
            int, _Context
        ] = {}  # by the id of a node; it is kept, so that no other gets its id
        self._words = list(dict.fromkeys(_document_words(query)))
        self.leaves = tuple(dict.fromkeys(_leaves(query)))
        figures = snapshot.figures(self.leaves)
        totals = snapshot.totals
        self._mean = totals.length / max(totals.passages, 1)
        self._df = {leaf: known.df for leaf, known in figures.items()}
        self._weights = {
            leaf: term_weight(totals.passages, known.df, known.frequency, text_of(leaf))
            for leaf, known in figures.items()
        }
        self._tests = Tests(snapshot.term_set)

    def boost(self, leaf: Leaf) -> float:
        """Return the factor that makes the cluster's weight of a leaf, its idf, that of the formula."""
        rarity = idf(self._snapshot.totals.passages, self._df[leaf]) if leaf in self._df else 0.0
        return self._weights[leaf] / rarity if rarity else 1.0

    def found(self, passages: Iterable[Stored]) -> list[Found]:
        """Return those of the passages that match, in the order of answers."""
        views = [View(stored, self._tests) for stored in passages]
        self.read_documents(view.stored.document for view in views)
        scores = [(view, self.score(self._query, view)) for view in views]
        found = [Found(view.stored, round(s, 9)) for view, s in scores if s is not None]
        return sorted(found, key=Found.order)

    def explanation(self, stored: Stored) -> Explanation:
        """Return why a passage that matches has its score."""
        view = View(stored, self._tests)
        self.read_documents([stored.document])
        figures = PassageFigures(
            score=lambda node: self.score(node, view),
            df=self._df.__getitem__,
            around=lambda leaf: self._around.get(leaf, {}).get(stored.document, 0.0),
            length=stored.length,
            passages=self._snapshot.totals.passages,
            mean_length=self._mean,
        )
        return explain(self._query, stored.passage, figures, self._analyzer)

    @property
    def has_words(self) -> bool:
        """Return whether documents add to the scores of their passages."""
        return bool(self._words)

    def read_documents(self, documents: Iterable[str]) -> None:
        """Ask for the scores of plain words in documents as wholes, unless they are known."""
        new = set(documents) - self._read
        if not self._words or not new:
            return
        self._read |= new
        totals = self._snapshot.totals
        mean = totals.length / max(totals.documents, 1)
        lengths, frequencies = self._snapshot.in_documents(self._words, new)
        for word in self._words:
            weight = self._weights[word]
            self._around.setdefault(word, {}).update(
                {
                    key: weight * saturated(tf, lengths[key], mean)
                    for key, tf in frequencies[word].items()
                    if tf
                }
            )

    # ---------------------------------------------------------------------- the tree

    def around(self, document: str) -> float:
        """Return what a document that was read adds, as a whole, to the scores of its passages at most."""
        return sum(of_word.get(document, 0.0) for of_word in self._around.values())

    def score_of(self, view: Scored) -> float | None:
        """Return the score of a passage, or None if it does not match."""
        return self.score(self._query, view)

    def score(self, query: Query, view: Scored) -> float | None:
        """Return the score of a passage for a node of the query, or None if it does not match."""
        match query:
            case Term() | Exact() | Prefix() | Wildcard() | Fuzzy() | Compounds():
                return self._unit(query, view)
            case Phrase() | Near():
                if not view.passes(query):
                    return None
                return sum(self._unit(leaf, view) or 0.0 for leaf in words_of(query))
            case And(children):
                scores = [self.score(child, view) for child in children]
                matching = [score for score in scores if score is not None]
                return (
                    self._in_context(query, view, matching)
                    if len(matching) == len(scores)
                    else None
                )
            case Or(children):
                scores = [self.score(child, view) for child in children]
                matching = [score for score in scores if score is not None]
                return self._in_context(query, view, matching) if matching else None
            case Synonym(children):
                scores = [self.score(child, view) for child in children]
                return max((score for score in scores if score is not None), default=None)
            case Not(child):
                return 0.0 if self.score(child, view) is None else None
            case Maybe(required, optional):
                score = self.score(required, view)
                return None if score is None else score + (self.score(optional, view) or 0.0)
            case Boost(child, factor):
                score = self.score(child, view)
                return None if score is None else score * factor
            case Filter() | Range() | Written():
                return 0.0 if view.passes(query) else None
            case Nothing():
                return None

    def _unit(self, leaf: Leaf, view: Scored) -> float | None:
        tf = view.frequency(leaf)
        if not tf:
            return None
        return self._weights[leaf] * saturated(tf, view.stored.length, self._mean)

    def _in_context(self, query: And | Or, view: Scored, scores: Sequence[float]) -> float:
        """Return the sum of scores, with the additions for plain words: the whole document, and nearness."""
        total = sum(scores)
        if id(query) not in self._contexts:
            self._contexts[id(query)] = query, side_by_side(query), neighbours(query)
        _, words, pairs = self._contexts[id(query)]
        for word in words:
            total += self._around.get(word, {}).get(view.stored.document, 0.0)
        for one, other in pairs:
            first, second = self._unit(one, view), self._unit(other, view)
            if first is None or second is None:
                continue
            close = view.closeness(one, other)
            if close:
                total += nearness(len(pairs)) * min(first, second) * sqrt(close)
        return total


def _leaves(query: Query) -> Iterator[Leaf]:
    match query:
        case Term() | Exact() | Prefix() | Wildcard() | Fuzzy() | Compounds():
            yield query
        case Phrase() | Near():
            yield from words_of(query)
        case And() | Or():
            for pair in neighbours(query):
                yield from pair
            yield from side_by_side(query)
            for child in query.children:
                yield from _leaves(child)
        case _:
            for child in children_of(query):
                yield from _leaves(child)


def _document_words(query: Query) -> Iterator[Term | Exact]:
    if isinstance(query, And | Or):
        yield from side_by_side(query)
    for child in children_of(query):
        yield from _document_words(child)
