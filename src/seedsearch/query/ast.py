"""The query tree, from the parser through the analysis to the engines, and its text.

The same node types serve before and after the analysis. The parser stores the user's own words (`Term("Troops")`,
`Phrase(("As he left",))`). `query.analyse` replaces them by index terms (`Term("troops")`, `Phrase(("as", "he",
"left"))`). Engines see only analysed trees.

A *term set* is the set of terms that one leaf stands for: a Term its stem class, an Exact the one term, a
Prefix, Wildcard or Fuzzy every term that fits, a Compounds a stem class and some compounds. A term set has one
frequency and one document frequency, whatever the number of its terms.

`field` is "" (title and body) or "title" on leaves that search text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from seedsearch.record import Record

OTHERWISE_SPELT = 0.6
"""The factor for the score of a word that matches with other accents, or with none."""


class _Word(Record):
    """The base of Term and Exact. Each query makes, compares and hashes some of them, so it skips Record's checks."""

    text: str
    field: str = ""

    def __init__(self, text: str, field: str = "") -> None:
        values = self.__dict__
        values["text"] = text
        values["field"] = field

    def __hash__(self) -> int:
        return hash(self.text)  # a string keeps its hash

    __eq__ = Record.__eq__


class Term(_Word):
    """A word in any of its forms: matches every term with its stem."""


class Spelt(Term):
    """A word in any of its forms, with its accents: matches like Term, except terms known to have other accents."""


class Exact(_Word):
    """A word in this form only. Case and accents are folded; `Written` compares them."""


class Phrase(Record):
    """Words in these forms, one directly after the other. Its score is the sum of its words.

    A term with `*` or `?` is a pattern, here and in a Near; an index has no such terms. `words_of` returns the
    leaves.
    """

    terms: tuple[str, ...]
    field: str = ""


class Near(Record):
    """Words in any form and any order, with at most `slop` other words among them."""

    terms: tuple[str, ...]
    slop: int
    field: str = ""


class Prefix(Record):
    """Every term with this prefix. Without `capped`, MAX_EXPANSIONS does not apply."""

    text: str
    field: str = ""
    capped: bool = True


class Wildcard(Record):
    """Every term that matches a pattern of `*` (any characters, or none) and `?` (exactly one)."""

    pattern: str
    field: str = ""


class Fuzzy(Record):
    """Every term within `distance` edits (insert, delete, replace, swap neighbours), 1 or 2."""

    text: str
    distance: int
    field: str = ""


class Compounds(Record):
    """A word in any of its forms, or as a part of one of these compounds, which are terms (`analysis.compounds`)."""

    text: str
    terms: tuple[str, ...]
    field: str = ""


class Range(Record):
    """Documents whose `field` lies between `low` and `high`; "" leaves an end open. Scores nothing.

    Values compare as text. A value that begins with `high` is inside if `high_inclusive` (2024-06 includes
    2024-06-30). A value that begins with `low` is outside unless `low_inclusive` (after 2024 means from 2025 on).
    """

    field: str
    low: str
    high: str
    low_inclusive: bool = True
    high_inclusive: bool = True


class Filter(Record):
    """Documents whose `field` matches a glob pattern, without regard to case. Scores nothing."""

    field: str
    pattern: str


class Written(Record):
    """Passages whose text or title has these words as written: with accents and signs, and case if `case`.

    In a `literal` text, `*` and `?` are signs, not patterns. Scores nothing. A user's `=résumé` becomes an And of its
    terms and this node.
    """

    text: str
    field: str = ""
    case: bool = False
    literal: bool = False


class And(Record):
    """All children match; the score is the sum of theirs.

    `implicit` marks a plain list of words, from which stop words are dropped. Its plain words (`side_by_side`) also
    score in the whole document, and neighbours (`neighbours`) score if they are near each other.
    """

    children: tuple[Query, ...]
    implicit: bool = False


class Or(Record):
    """At least one child matches; the score is the sum of the matching children.

    `implicit` marks a plain list of words, as in And.
    """

    children: tuple[Query, ...]
    implicit: bool = False


class Synonym(Record):
    """At least one child matches; the score is the highest of theirs. For names that mean the same."""

    children: tuple[Query, ...]


class Not(Record):
    """Every passage that the child does not match. Scores nothing."""

    child: Query


class Maybe(Record):
    """`required` decides what matches; `optional` adds its score if it matches too."""

    required: Query
    optional: Query


class Boost(Record):
    """The child with its score times `factor` (0 or more)."""

    child: Query
    factor: float


class Nothing(Record):
    """Matches no passage: a query whose words hold no letter or digit."""


Leaf: TypeAlias = Term | Exact | Prefix | Wildcard | Fuzzy | Compounds
"""What stands for one term set."""

Wording: TypeAlias = Leaf | Phrase | Near
"""What looks for words."""

Neighbours: TypeAlias = tuple[Term | Exact, Term | Exact]
"""Two adjacent words of a query."""

Query: TypeAlias = (
    Wording | Range | Filter | Written | And | Or | Synonym | Not | Maybe | Boost | Nothing
)


def text_of(leaf: Leaf) -> str:
    """Return the word or pattern of a leaf."""
    return leaf.pattern if isinstance(leaf, Wildcard) else leaf.text


def words_of(query: Phrase | Near) -> tuple[Leaf, ...]:
    """Return the leaves for the words of a phrase or Near."""
    word = Exact if isinstance(query, Phrase) else Term
    return tuple([(pattern if is_pattern(t) else word)(t, query.field) for t in query.terms])


def side_by_side(query: And | Or) -> tuple[Term | Exact, ...]:
    """Return the plain words of an implicit And or Or, if there are several; else ()."""
    if not query.implicit:
        return ()
    words = [word for word in map(one_word, query.children) if word]
    return tuple(words) if len(words) > 1 else ()


def spelling(text: str, field: str = "", other: str = "") -> Synonym:
    """Return the query for a word with accents: the word as spelt, or, as a weaker match, with any accents.

    `other` is another weaker match (mueller).
    """
    weaker = [Boost(Term(way, field), OTHERWISE_SPELT) for way in (text, other) if way]
    return Synonym((Spelt(text, field), *weaker))


def one_word(query: Query) -> Term | Exact | None:
    """Return the word of a query of one word, as spelt if accents count; else None."""
    match query:
        case Term() | Exact():
            return query
        case Synonym((Spelt() as word, Boost(), *_)):
            return word
        case Synonym((Term() as word, Boost(Compounds() | And() | Or() | Phrase()))):
            return word
        case _:
            return None


def neighbours(query: And | Or) -> tuple[Neighbours, ...]:
    """Return the pairs of adjacent plain words in an implicit And or Or. Words that score nothing are skipped."""
    if not query.implicit:
        return ()
    scoring = [one_word(c) for c in query.children if type(c) is not Boost or c.factor]
    pairs = pairwise(scoring)
    return tuple([(one, two) for one, two in pairs if one and two and one.text != two.text])


def is_pattern(text: str) -> bool:
    """Return whether a text has `*` or `?`."""
    return "*" in text or "?" in text


def is_address(word: str) -> bool:
    """Return whether the `?` of a word belongs to an address: `https://example.org/a?b`, `search?q=x`."""
    return "://" in word or "=" in word.partition("?")[2]


def pattern(text: str, field: str = "") -> Prefix | Wildcard:
    """Return the leaf of a text with `*` or `?`."""
    start = text[:-1]
    if text[-1] == "*" and start and not is_pattern(start):
        return Prefix(start, field)
    return Wildcard(text, field)


def children_of(query: Query) -> tuple[Query, ...]:
    """Return the direct children of a node."""
    match query:
        case And(children) | Or(children) | Synonym(children):
            return children
        case Maybe(required, optional):
            return required, optional
        case Not(child) | Boost(child):
            return (child,)
        case _:
            return ()


def map_children(query: Query, change: Callable[[Query], Query]) -> Query:
    """Return the same node with changed children."""
    match query:
        case And(children) | Or(children) | Synonym(children):
            return query.replace(children=tuple(map(change, children)))
        case Maybe(required, optional):
            return Maybe(change(required), change(optional))
        case Not(child) | Boost(child):
            return query.replace(child=change(child))
        case _:
            return query


def looked_for(query: Query, *, synonyms: bool = True) -> Iterator[Wording]:
    """Yield the leaves that can match: none below a Not. Without `synonyms`, none below a Synonym either."""
    match query:
        case Term() | Exact() | Prefix() | Wildcard() | Fuzzy() | Compounds() | Phrase() | Near():
            yield query
        case Not():
            return
        case Synonym() if not synonyms:
            if word := one_word(query):
                yield Term(word.text, word.field)
        case _:
            for child in children_of(query):
                yield from looked_for(child, synonyms=synonyms)


def words_in(query: Query, *, synonyms: bool = True) -> Iterator[Leaf]:
    """Yield what `looked_for` yields, with the words of a phrase or Near instead of it."""
    for leaf in looked_for(query, synonyms=synonyms):
        if isinstance(leaf, Phrase | Near):
            yield from words_of(leaf)
        else:
            yield leaf


def together(
    kind: type[And] | type[Or] | type[Synonym], nodes: Sequence[Query], *implicit: bool
) -> Query:
    """Return several nodes as one of this kind, one node alone, or Nothing()."""
    if len(nodes) > 1:
        return kind(tuple(nodes), *implicit)
    return nodes[0] if nodes else Nothing()


def is_narrowing(query: Query) -> bool:
    """Return whether a child of an And only removes matches of the other children."""
    return isinstance(query, Not) or is_filter(query)


def is_filter(query: Query) -> bool:
    """Return whether a query tests only documents: it has no words, and scores nothing."""
    match query:
        case Filter() | Range():
            return True
        case Not() | And() | Or():
            return all(map(is_filter, children_of(query)))
        case _:
            return False


# ------------------------------------------------------------------------------ the text of a tree


def unparse(query: Query) -> str:
    """Return the text of a query; "" for a query that matches nothing."""
    match query:
        case And((_, Written() as written)):
            return unparse(written)
        case And(children, implicit) | Or(children, implicit):
            word = " " if implicit else " AND " if isinstance(query, And) else " OR "
            return word.join(map(_inside, children))
        case Synonym(children):
            if spelt := one_word(query):
                return unparse(spelt)
            return " OR ".join(map(_inside, children))
        case Not(child):
            return f"NOT {_inside(child)}"
        case Maybe(required, optional):
            return f"+{_inside(required)} {_inside(optional)}"
        case Boost(child, factor):
            return f"{_inside(child)}^{factor:g}"
        case Nothing():
            return ""
        case _:
            return f"{query.field}:{_leaf(query)}" if query.field else _leaf(query)


def _leaf(query: Wording | Filter | Range | Written) -> str:
    match query:
        case Term(text) | Compounds(text) | Wildcard(text):
            return text
        case Exact(text):
            return f"={text}"
        case Phrase(terms):
            return f'"{" ".join(terms)}"'
        case Near(terms, slop):
            return f'"{" ".join(terms)}"~{slop}'
        case Prefix(text):
            return f"{text}*"
        case Fuzzy(text, distance):
            return f"{text}~{distance}"
        case Filter(_, pattern):
            return f'"{pattern}"' if " " in pattern else pattern
        case Range():
            return _range(query)
        case Written(text, _, case):
            return ("==" if case else "=") + (f'"{text}"' if " " in text else text)


def _inside(query: Query) -> str:
    """Return the text of a part of a larger query, in parentheses if it has several parts."""
    has_parts = isinstance(query, And | Synonym | Or) and len(query.children) > 1
    has_parts = has_parts and not one_word(query)
    return f"({unparse(query)})" if has_parts or isinstance(query, Maybe) else unparse(query)


def _range(leaf: Range) -> str:
    if leaf.low == leaf.high:
        return leaf.low
    if not leaf.high and not leaf.low_inclusive:
        return f">{leaf.low}"
    if not leaf.low and not leaf.high_inclusive:
        return f"<{leaf.high}"
    return f"{leaf.low}..{leaf.high}"
