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
from seedsearch.query import ast
from seedsearch.record import NamedTuple
from seedsearch.spelling import within_edits

_NEAREST = 3
_SHORT = 4  # characters: in words up to this length, two edits change too much


class Missing(NamedTuple):
    """A leaf that no passage contains, and the terms with the most similar spelling, best first."""

    leaf: ast.Leaf
    nearest: tuple[str, ...]


class Suggestions(NamedTuple):
    """The suggestions. `relaxed` matches `total` passages.

    Without `relaxed`, `total` is the number of passages that match the query without its filters.
    """

    missing: tuple[Missing, ...]
    relaxed: ast.Query | None
    total: int


def suggest(engine: Engine, query: ast.Query) -> Suggestions:
    """Return suggestions for an analysed query that matches nothing."""
    missing = tuple(
        Missing(leaf, _nearest(engine, leaf))
        for leaf in dict.fromkeys(ast.words_in(query, synonyms=False))
        if _is_missing(engine, leaf)
    )
    nearest = {item.leaf: _replacements(engine, item) for item in missing}
    relaxed = _Relaxer(nearest).node(query)
    if relaxed not in (query, ast.Nothing()):
        total = engine.search(relaxed, limit=0, text=False).total
        if total:
            return Suggestions(missing, relaxed, total)
    return Suggestions(missing, None, _total_without_filters(engine, query))


def _total_without_filters(engine: Engine, query: ast.Query) -> int:
    """Return the number of passages that match a query without its filters, or 0 if it has none."""
    if not isinstance(query, ast.And):
        return 0
    rest = tuple(child for child in query.children if not ast.is_filter(child))
    if not rest or len(rest) == len(query.children):
        return 0
    return engine.search(ast.And(rest), limit=0, text=False).total


def _is_missing(engine: Engine, leaf: ast.Leaf) -> bool:
    if isinstance(leaf, ast.Term | ast.Exact):
        return engine.frequency(leaf).df == 0
    return not isinstance(leaf, ast.Compounds) and not any(True for _ in engine.terms(leaf))


def _nearest(engine: Engine, leaf: ast.Leaf) -> tuple[str, ...]:
    """Return the terms with the spelling most similar to a leaf: by edits, then by number of passages.

    Terms with the same first letter are tried first, because few mistakes are in the first letter.
    """
    if not isinstance(leaf, ast.Term | ast.Exact) or len(leaf.text) < 3 or is_unspaced(leaf.text):
        return ()
    text = shared_analyzer().fold(leaf.text)  # a word that matches in any form keeps its accents
    most = 1 if len(text) <= _SHORT else 2
    same_letter = engine.terms(ast.Prefix(text[0], leaf.field))
    near = [term for term in same_letter if _is_similar(text, term.term, most)]
    found = near or list(engine.terms(ast.Fuzzy(text, most, leaf.field)))
    found.sort(key=lambda t: (not within_edits(text, t.term, 1), -t.passages, t.term))
    return tuple(term.term for term in found[:_NEAREST])


def _replacements(engine: Engine, missing: Missing) -> tuple[str, ...]:
    """Return the words that replace a missing leaf: another form of it, else the nearest terms."""
    leaf = missing.leaf
    if isinstance(leaf, ast.Exact) and engine.frequency(ast.Term(leaf.text, leaf.field)).df:
        return (leaf.text,)
    return missing.nearest


def _is_similar(text: str, other: str, most: int) -> bool:
    if abs(len(text) - len(other)) > most or len(set(text).difference(other)) > most:
        return False  # cheap tests before the expensive one
    return within_edits(text, other, most)


class _Relaxer(NamedTuple):
    """The walk that relaxes a query. `nearest` maps missing leaves to their replacements."""

    nearest: dict[ast.Leaf, tuple[str, ...]]

    def node(self, query: ast.Query) -> ast.Query:
        match query:
            case ast.Term(text, field) | ast.Exact(text, field):
                near = self.nearest.get(query)
                words = (text,) if near is None else near
                return _any_of([ast.Term(word, field) for word in words])
            case ast.Prefix() | ast.Wildcard() | ast.Fuzzy():
                return ast.Nothing() if query in self.nearest else query
            case ast.Phrase() | ast.Near():
                return _any_of([self.node(leaf) for leaf in ast.words_of(query)])
            case ast.And(children) | ast.Or(children):
                return self._together(children)
            case ast.Maybe(required, optional):
                return self._together((required, optional))
            case ast.Boost(child, factor):
                inner = self.node(child)
                return inner if inner == ast.Nothing() else ast.Boost(inner, factor)
            case ast.Written():
                return ast.Nothing()
            case _:
                return query

    def _together(self, children: Sequence[ast.Query]) -> ast.Query:
        narrowing = [child for child in children if ast.is_narrowing(child)]
        wanted = _any_of([self.node(child) for child in children if child not in narrowing])
        return wanted if wanted == ast.Nothing() else ast.together(ast.And, [wanted, *narrowing])


def _any_of(nodes: Sequence[ast.Query]) -> ast.Query:
    """Return a query for any of the nodes, without stop words if other words remain."""
    flat: list[ast.Query] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, ast.Or) and node.implicit else (node,))
    words = [node for node in dict.fromkeys(flat) if node != ast.Nothing()]
    useful = [n for n in words if not (isinstance(n, ast.Term) and n.text in STOP_WORDS)]
    return ast.together(ast.Or, useful or words, True)
