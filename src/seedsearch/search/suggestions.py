"""When nothing matches: which words no passage has, what is spelt like them, and a query that asks for less.

*Relaxed*, a query wants any of its words where it wanted all of them: phrases and AND become words side by
side, `=word` the word in any form, and a word that no passage has becomes those that are spelt most like it. What was
to be left out stays out, and filters stay, unless nothing at all is found so: then these go too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedsearch.analysis import STOP_WORDS
from seedsearch.analysis.tokenizer import UNSPACED
from seedsearch.engine.base import Engine, TermCount
from seedsearch.query.ast import (
    And,
    Boost,
    Exact,
    Filter,
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
    Range,
    Term,
    Wildcard,
    looked_for,
)
from seedsearch.query.match import within_edits
from seedsearch.record import NamedTuple

_NEAREST = 3
_SHORT = 4  # characters up to which two edits make another word of it


class Missing(NamedTuple):
    """A leaf that no passage has, and the words of the index that are spelt most like it, the best first."""

    leaf: Leaf
    nearest: tuple[str, ...]


class Suggestions(NamedTuple):
    """What to tell of a query without hits: `relaxed` matches `total` passages; None if nothing would."""

    missing: tuple[Missing, ...]
    relaxed: Query | None
    total: int


def suggest(engine: Engine, query: Query) -> Suggestions:
    """What to tell of an analysed query that nothing matches."""
    missing = tuple(
        Missing(leaf, _nearest(engine, leaf))
        for leaf in dict.fromkeys(_leaves(query))
        if _is_missing(engine, leaf)
    )
    nearest = {item.leaf: _instead(engine, item) for item in missing}
    relaxed = _Relaxing(nearest, filters=True).node(query)
    for candidate in (relaxed, _Relaxing(nearest, filters=False).node(query)):
        if candidate not in (query, Nothing()):
            total = engine.search(candidate, limit=0, text=False).total
            if total:
                return Suggestions(missing, candidate, total)
    return Suggestions(missing, None, 0)


def _leaves(query: Query) -> Iterator[Leaf]:
    """The leaves that were looked for, the words of phrases one by one."""
    for leaf in looked_for(query, synonyms=False):
        match leaf:
            case Phrase(terms, field):
                yield from (Exact(term, field) for term in terms)
            case Near(terms, _, field):
                yield from (Term(term, field) for term in terms)
            case _:
                yield leaf


def _is_missing(engine: Engine, leaf: Leaf) -> bool:
    if isinstance(leaf, Term | Exact):
        return engine.frequency(leaf).df == 0
    return not any(True for _ in engine.terms(leaf))


def _nearest(engine: Engine, leaf: Leaf) -> tuple[str, ...]:
    """The words spelt most like a leaf's: by edits, then by how many passages have them.

    Those that begin with the same letter are looked at first, for few slips are in the first.
    """
    if not isinstance(leaf, Term | Exact) or len(leaf.text) < 3 or _is_unspaced(leaf.text):
        return ()
    most = 1 if len(leaf.text) <= _SHORT else 2
    same_letter = engine.terms(Prefix(leaf.text[0], leaf.field))
    near = [term for term in same_letter if _is_near(leaf.text, term.term, most)]
    found = near or list(engine.terms(Fuzzy(leaf.text, most, leaf.field)))

    def order(term: TermCount) -> tuple[bool, int, str]:
        return not within_edits(leaf.text, term.term, 1), -term.passages, term.term

    return tuple(term.term for term in sorted(found, key=order)[:_NEAREST])


def _instead(engine: Engine, missing: Missing) -> tuple[str, ...]:
    """The words to look for in the place of a leaf that no passage has: another form of it, if there is one."""
    leaf = missing.leaf
    if isinstance(leaf, Exact) and engine.frequency(Term(leaf.text, leaf.field)).df:
        return (leaf.text,)
    return missing.nearest


def _is_near(text: str, other: str, most: int) -> bool:
    if abs(len(text) - len(other)) > most or len(set(text).difference(other)) > most:
        return False  # two cheap looks before the dear one
    return within_edits(text, other, most)


def _is_unspaced(text: str) -> bool:
    ranges = zip(UNSPACED[::3], UNSPACED[2::3], strict=True)
    return any(first <= text[0] <= last for first, last in ranges)


class _Relaxing:
    """The walk that asks for less. `nearest` has what to take for the leaves that no passage has."""

    def __init__(self, nearest: dict[Leaf, tuple[str, ...]], *, filters: bool) -> None:
        self._nearest = nearest
        self._filters = filters

    def node(self, query: Query) -> Query:
        match query:
            case Term(text, field) | Exact(text, field):
                near = self._nearest.get(query)
                words = (text,) if near is None else near
                return _any_of([Term(word, field) for word in words])
            case Prefix() | Wildcard() | Fuzzy():
                return Nothing() if query in self._nearest else query
            case Phrase(terms, field):
                return _any_of([self.node(Exact(term, field)) for term in terms])
            case Near(terms, _, field):
                return _any_of([self.node(Term(term, field)) for term in terms])
            case And(children) | Or(children):
                return self._together(children)
            case Maybe(required, optional):
                return self._together((required, optional))
            case Boost(child, factor):
                inner = self.node(child)
                return inner if inner == Nothing() else Boost(inner, factor)
            case _:
                return query

    def _together(self, children: Sequence[Query]) -> Query:
        narrowing = [child for child in children if isinstance(child, Not | Filter | Range)]
        wanted = _any_of([self.node(child) for child in children if child not in narrowing])
        if not narrowing or wanted == Nothing() or not self._filters:
            return wanted
        return And((wanted, *narrowing))


def _any_of(nodes: Sequence[Query]) -> Query:
    """Any of the nodes: without stop words, as long as others remain."""
    flat: list[Query] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, Or) and node.implicit else (node,))
    words = [node for node in dict.fromkeys(flat) if node != Nothing()]
    telling = [n for n in words if not (isinstance(n, Term) and n.text in STOP_WORDS)] or words
    if not telling:
        return Nothing()
    return Or(tuple(telling), implicit=True) if len(telling) > 1 else telling[0]
