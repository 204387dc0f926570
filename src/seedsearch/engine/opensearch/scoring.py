"""Test and score passages with the query tree, by the one formula (`engine.bm25f`).

The statistics come from the cluster, the frequencies and positions from the streams of each passage.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import sqrt
from typing import Any, TypeAlias

from seedsearch.engine.base import PerFile
from seedsearch.engine.bm25f import idf, nearness, saturated, term_weight
from seedsearch.engine.explain import PassageFigures, explain
from seedsearch.engine.opensearch.mapping import Stored
from seedsearch.engine.opensearch.marks import AT_MOST, Weighed, near
from seedsearch.engine.opensearch.snapshot import Pair, Search, Snapshot
from seedsearch.engine.opensearch.views import Scored, Tests, View
from seedsearch.model import Explanation
from seedsearch.query import ast
from seedsearch.record import NamedTuple

MOST_WORDS = 64
"""The number of words that a leaf stands for, up to which the cluster counts them in passages."""

_MOST_SPANS = 800  # clauses of one query; a cluster takes 1,024 by default


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


class Addition(NamedTuple):
    """What an And or Or adds for plain words side by side: `factor` times their scores in the whole document, and
    `share` times the lower score of each pair that is near."""

    words: tuple[ast.Term | ast.Exact, ...]
    pairs: tuple[Pair, ...]
    factor: float
    share: float


_Rule: TypeAlias = Callable[[Scored, Sequence[float]], float | None]
"""From a passage and the scores of the leaves there to its score for a node of the query, or None without a match."""


class Scorer:
    """Scores passages for one query."""

    def __init__(self, query: ast.Query, snapshot: Snapshot) -> None:
        self._query = query
        self._snapshot = snapshot
        self._analyzer = snapshot.analyzer
        self._around: dict[ast.Leaf, dict[str, float]] = {}
        self._read: set[str] = set()  # documents
        self.additions = tuple(_additions(query, 1.0))
        self._words = tuple(dict.fromkeys(word for own in self.additions for word in own.words))
        self.leaves = tuple(dict.fromkeys(_leaves(query)))
        figures = snapshot.figures(self.leaves)
        totals = snapshot.totals
        self._mean = totals.length / max(totals.passages, 1)
        self._df = {leaf: known.df for leaf, known in figures.items()}
        self._weights = {
            leaf: term_weight(totals.passages, known.df, known.frequency, ast.text_of(leaf))
            for leaf, known in figures.items()
        }
        self._tests = Tests(snapshot.term_set)
        self._places = {leaf: place for place, leaf in enumerate(self._weights)}
        self._whole = self._rule(query)

    def boost(self, leaf: ast.Leaf) -> float:
        """Return the factor that makes the cluster's weight of a leaf, its idf, that of the formula."""
        rarity = idf(self._snapshot.totals.passages, self._df[leaf]) if leaf in self._df else 0.0
        return self._weights[leaf] / rarity if rarity else 1.0

    def found(self, passages: Iterable[Stored]) -> list[Found]:
        """Return those of the passages that match, in the order of answers."""
        views = [View(stored, self._tests) for stored in passages]
        self.read_documents(view.stored.document for view in views)
        scores = [(view, self.score_of(view)) for view in views]
        found = [Found(view.stored, round(s, 9)) for view, s in scores if s is not None]
        return sorted(found, key=Found.order)

    def explanation(self, stored: Stored) -> Explanation:
        """Return why a passage that matches has its score."""
        view = View(stored, self._tests)
        self.read_documents([stored.document])
        units = self._units(view)
        figures = PassageFigures(
            score=lambda node: self._rule(node)(view, units),
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

    @property
    def most_near(self) -> float:
        """Return the factor of a passage's score at most, if neighbouring words of the query are near each other.

        The lower scores of the pairs of n words in a row add up to (n - 1) / n of the scores of the words at most.
        """
        counts = [len(own.pairs) for own in self.additions]
        return 1 + max([nearness(pairs) * pairs / (pairs + 1) for pairs in counts], default=0.0)

    @property
    def has_few(self) -> bool:
        """Return whether the cluster can score all leaves by the formula."""
        return all(len(self._snapshot.term_set(own).words) <= MOST_WORDS for own in self.leaves)

    def _weighed(self, leaf: ast.Leaf) -> Weighed:
        return Weighed(self._snapshot.term_set(leaf), leaf.field, self._weights[leaf])

    def unit(self, leaf: ast.Leaf) -> Mapping[str, Any]:
        """Return the query whose score is that of a leaf in a passage."""
        return self._weighed(leaf).unit(self._mean)

    @cached_property
    def near(self) -> list[Mapping[str, Any]]:
        """The queries for what the nearness of words adds at most; none if they are too many for one search."""
        pairs = [
            (self._weighed(one), self._weighed(other), own.share)
            for own in self.additions
            for one, other in own.pairs
        ]
        sets = [own.term_set for *both, _ in pairs for own in both]
        if sum(len(own.marks) + len(own.words) for own in sets) * len(AT_MOST) > _MOST_SPANS:
            return []
        return [near(*pair, self._mean) for pair in pairs]

    def around(self, documents: Iterable[str]) -> dict[str, float]:
        """Return what documents that were read add, as wholes, to the scores of their passages at most."""
        found = dict.fromkeys(documents, 0.0)
        for own in self.additions:
            for of_word in [self._around[word] for word in own.words]:
                for key in of_word.keys() & found:
                    found[key] += own.factor * of_word[key]
        return found

    def read_documents(self, documents: Iterable[str], beside: Sequence[Search] = ()) -> list[Any]:
        """Ask for the scores of plain words in documents as wholes, unless they are known.

        Return the replies to other searches, which are asked in the same request.
        """
        new = set(documents) - self._read
        if not self._words or not new:
            return self._snapshot.ask_all(beside)
        self._read |= new
        totals = self._snapshot.totals
        mean = totals.length / max(totals.documents, 1)
        lengths, frequencies, replies = self._snapshot.in_documents(self._words, new, beside)
        for word in self._words:
            weight = self._weights[word]
            self._around.setdefault(word, {}).update(
                {
                    key: weight * saturated(tf, lengths[key], mean)
                    for key, tf in frequencies[word].items()
                    if tf
                }
            )
        return replies

    # ---------------------------------------------------------------------- the tree

    def score_of(self, view: Scored) -> float | None:
        """Return the score of a passage, or None if it does not match."""
        return self._whole(view, self._units(view))

    def _units(self, view: Scored) -> list[float]:
        """Return the score of each leaf in a passage, 0.0 if it is not there."""
        length, mean, frequency = view.stored.length, self._mean, view.frequency
        return [
            weight * saturated(tf, length, mean) if (tf := frequency(leaf)) else 0.0
            for leaf, weight in self._weights.items()
        ]

    def _rule(self, query: ast.Query) -> _Rule:
        """Return how a node of the query scores passages."""
        match query:
            case (
                ast.Term()
                | ast.Exact()
                | ast.Prefix()
                | ast.Wildcard()
                | ast.Fuzzy()
                | ast.Compounds()
            ):
                place = self._places[query]
                return lambda view, units: units[place] or None
            case ast.Phrase() | ast.Near():
                places = [self._places[word] for word in ast.words_of(query)]
                return lambda view, units: (
                    sum([units[place] for place in places]) if view.passes(query) else None
                )
            case ast.And() | ast.Or():
                return self._sum(query)
            case ast.Synonym(children):
                rules = [self._rule(child) for child in children]
                return lambda view, units: max(_matching(rules, view, units), default=None)
            case ast.Not(child):
                rule = self._rule(child)
                return lambda view, units: 0.0 if rule(view, units) is None else None
            case ast.Maybe(required, optional):
                rule, more = self._rule(required), self._rule(optional)
                return lambda view, units: (
                    None
                    if (score := rule(view, units)) is None
                    else score + (more(view, units) or 0.0)
                )
            case ast.Boost(child, factor):
                rule = self._rule(child)
                return lambda view, units: (
                    None if (score := rule(view, units)) is None else score * factor
                )
            case ast.Filter() | ast.Range() | ast.Written():
                return lambda view, units: 0.0 if view.passes(query) else None
            case ast.Nothing():
                return lambda view, units: None

    def _sum(self, query: ast.And | ast.Or) -> _Rule:
        """Return the rule of an And or Or, with the additions for plain words: the whole document, and nearness."""
        rules = [self._rule(child) for child in query.children]
        least = len(rules) if isinstance(query, ast.And) else 1
        around = [self._around.setdefault(word, {}) for word in ast.side_by_side(query)]
        at = self._places
        pairs = [(one, other, at[one], at[other]) for one, other in ast.neighbours(query)]
        share = nearness(len(pairs))

        def rule(view: Scored, units: Sequence[float]) -> float | None:
            scores = _matching(rules, view, units)
            if len(scores) < least:
                return None
            total = sum(scores)
            document = view.stored.document
            for of_word in around:
                total += of_word.get(document, 0.0)
            for one, other, first, second in pairs:
                lower = min(units[first], units[second])
                if lower and (close := view.closeness(one, other)):
                    total += share * lower * sqrt(close)
            return total

        return rule


def _matching(rules: Sequence[_Rule], view: Scored, units: Sequence[float]) -> list[float]:
    return [score for rule in rules if (score := rule(view, units)) is not None]


def _leaves(query: ast.Query) -> Iterator[ast.Leaf]:
    match query:
        case (
            ast.Term() | ast.Exact() | ast.Prefix() | ast.Wildcard() | ast.Fuzzy() | ast.Compounds()
        ):
            yield query
        case ast.Phrase() | ast.Near():
            yield from ast.words_of(query)
        case ast.And() | ast.Or():
            for pair in ast.neighbours(query):
                yield from pair
            yield from ast.side_by_side(query)
            for child in query.children:
                yield from _leaves(child)
        case _:
            for child in ast.children_of(query):
                yield from _leaves(child)


def _additions(query: ast.Query, factor: float) -> Iterator[Addition]:
    if isinstance(query, ast.And | ast.Or) and (words := ast.side_by_side(query)):
        pairs = ast.neighbours(query)
        yield Addition(words, pairs, factor, factor * nearness(len(pairs)))
    if isinstance(query, ast.Boost):
        factor *= query.factor
    for child in ast.children_of(query):
        yield from _additions(child, factor)
