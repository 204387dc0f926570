"""Suggestions for a query that matches nothing: missing words, similar spellings, and a relaxed query.

A *relaxed* query matches any of the words. Phrases and AND become words side by side, and `=word` becomes the word in
any form. A word that no passage contains is replaced by the terms with the most similar spelling. Exclusions and
filters stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.analysis import STOP_WORDS, shared_analyzer
from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.engine.base import Engine
from seedsearch.query.ast import (
    And,
    Boost,
    Compounds,
    Exact,
    Fuzzy,
    Leaf,
    Maybe,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    Wildcard,
    Written,
    is_filter,
    words_in,
    words_of,
)
from seedsearch.record import NamedTuple
from seedsearch.spelling import within_edits

_NEAREST = 3
_SHORT = 4  # characters: in words up to this length, two edits change too much


class Missing(NamedTuple):
    """A leaf that no passage contains, and the terms with the most similar spelling, best first."""

    leaf: Leaf
    nearest: tuple[str, ...]


class Suggestions(NamedTuple):
    """The suggestions. `relaxed` matches `total` passages.

    Without `relaxed`, `total` is the number of passages that match the query without its filters.
    """

    missing: tuple[Missing, ...]
    relaxed: Query | None
    total: int


def suggest(engine: Engine, query: Query) -> Suggestions:
    """Return suggestions for an analysed query that matches nothing."""
    missing = tuple(
        Missing(leaf, _nearest(engine, leaf))
        for leaf in dict.fromkeys(words_in(query, synonyms=False))
        if _is_missing(engine, leaf)
    )
    nearest = {item.leaf: _replacements(engine, item) for item in missing}
    relaxed = _Relaxer(nearest).node(query)
    if relaxed not in (query, Nothing()):
        total = engine.search(relaxed, limit=0, text=False).total
        if total:
            return Suggestions(missing, relaxed, total)
    return Suggestions(missing, None, _total_without_filters(engine, query))


def _total_without_filters(engine: Engine, query: Query) -> int:
    """Return the number of passages that match a query without its filters, or 0 if it has none."""
    if not isinstance(query, And):
        return 0
    rest = tuple(child for child in query.children if not is_filter(child))
    if not rest or len(rest) == len(query.children):
        return 0
    return engine.search(And(rest), limit=0, text=False).total


def _is_missing(engine: Engine, leaf: Leaf) -> bool:
    if isinstance(leaf, Term | Exact):
        return engine.frequency(leaf).df == 0
    return not isinstance(leaf, Compounds) and not any(True for _ in engine.terms(leaf))


def _nearest(engine: Engine, leaf: Leaf) -> tuple[str, ...]:
    """Return the terms with the spelling most similar to a leaf: by edits, then by number of passages.

    Terms with the same first letter are tried first, because few mistakes are in the first letter.
    """
    if not isinstance(leaf, Term | Exact) or len(leaf.text) < 3 or is_unspaced(leaf.text):
        return ()
    text = shared_analyzer().fold(leaf.text)  # a word that matches in any form keeps its accents
    most = 1 if len(text) <= _SHORT else 2
    same_letter = engine.terms(Prefix(text[0], leaf.field))
    near = [term for term in same_letter if _is_similar(text, term.term, most)]
    found = near or list(engine.terms(Fuzzy(text, most, leaf.field)))
    found.sort(key=lambda t: (not within_edits(text, t.term, 1), -t.passages, t.term))
    return tuple(term.term for term in found[:_NEAREST])


def _replacements(engine: Engine, missing: Missing) -> tuple[str, ...]:
    """Return the words that replace a missing leaf: another form of it, else the nearest terms."""
    leaf = missing.leaf
    if isinstance(leaf, Exact) and engine.frequency(Term(leaf.text, leaf.field)).df:
        return (leaf.text,)
    return missing.nearest


def _is_similar(text: str, other: str, most: int) -> bool:
    if abs(len(text) - len(other)) > most or len(set(text).difference(other)) > most:
        return False  # cheap tests before the expensive one
    return within_edits(text, other, most)


class _Relaxer(NamedTuple):
    """The walk that relaxes a query. `nearest` maps missing leaves to their replacements."""

    nearest: dict[Leaf, tuple[str, ...]]

    def node(self, query: Query) -> Query:
        match query:
            case Term(text, field) | Exact(text, field):
                near = self.nearest.get(query)
                words = (text,) if near is None else near
                return _any_of([Term(word, field) for word in words])
            case Prefix() | Wildcard() | Fuzzy():
                return Nothing() if query in self.nearest else query
            case Phrase() | Near():
                return _any_of([self.node(leaf) for leaf in words_of(query)])
            case And(children) | Or(children):
                return self._together(children)
            case Maybe(required, optional):
                return self._together((required, optional))
            case Boost(child, factor):
                inner = self.node(child)
                return inner if inner == Nothing() else Boost(inner, factor)
            case Written():
                return Nothing()
            case _:
                return query

    def _together(self, children: Sequence[Query]) -> Query:
        narrowing = [child for child in children if isinstance(child, Not) or is_filter(child)]
        wanted = _any_of([self.node(child) for child in children if child not in narrowing])
        if not narrowing or wanted == Nothing():
            return wanted
        return And((wanted, *narrowing))


def _any_of(nodes: Sequence[Query]) -> Query:
    """Return a query for any of the nodes, without stop words if other words remain."""
    flat: list[Query] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, Or) and node.implicit else (node,))
    words = [node for node in dict.fromkeys(flat) if node != Nothing()]
    useful = [n for n in words if not (isinstance(n, Term) and n.text in STOP_WORDS)] or words
    if not useful:
        return Nothing()
    return Or(tuple(useful), implicit=True) if len(useful) > 1 else useful[0]
