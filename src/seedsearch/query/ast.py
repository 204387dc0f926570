"""The query tree: what the parser gives, the analyser refines and the engines execute.

The same node types serve before and after analysis. The parser leaves the user's own words in them
(`Term("Troops")`, `Phrase(("As he left",))`); `query.analyse` replaces these by index terms
(`Term("troops")`, `Phrase(("as", "he", "left"))`). Engines see analysed trees only.

A *term set* is the set of terms that one leaf stands for: a Term its stem class, an Exact the one term, a
Prefix, Wildcard or Fuzzy every term that fits, a Compounds a stem class and some compounds. A term set has one
frequency and one document frequency, whatever the number of its terms.

`field` is "" (title and body) or "title" on leaves that look for text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeAlias

from seedsearch.record import Record

OTHERWISE_SPELT = 0.6
"""What a word scores where its accents are others, or none, of what it scores as it is spelt."""


class _Word(Record):
    """What Term and Exact share. Each query makes, compares and hashes some of them: without Record's detours."""

    text: str
    field: str = ""

    def __init__(self, text: str, field: str = "") -> None:
        values = self.__dict__
        values["text"] = text
        values["field"] = field

    def __hash__(self) -> int:
        return hash((type(self), self.text, self.field))

    __eq__ = Record.__eq__


class Term(_Word):
    """A word in any of its forms: matches what shares its stem."""


class Spelt(Term):
    """A word in any of its forms with its accents: as Term, without what is known to be written with others."""


class Exact(_Word):
    """A word in this form only (case and accents folded; `Written` tells these apart)."""


class Phrase(Record):
    """Words in these forms, one right after the other. Its score is the sum of its words'.

    A term with `*` or `?` is a pattern, here and in a Near: an index has no such terms. `words_of` gives the leaves.
    """

    terms: tuple[str, ...]
    field: str = ""


class Near(Record):
    """Words in any form and any order, with at most `slop` other words among them."""

    terms: tuple[str, ...]
    slop: int
    field: str = ""


class Prefix(Record):
    """Every term that begins so. `capped` is False where a term's one character was asked for."""

    text: str
    field: str = ""
    capped: bool = True


class Wildcard(Record):
    """Every term that fits a pattern of `*` (any characters, also none) and `?` (exactly one)."""

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

    Values compare as text; a value that begins with `high` counts as inside when `high_inclusive`
    (so that 2024-06 holds 2024-06-30), and one that begins with `low` as outside when not
    `low_inclusive` (so that what comes after 2024 begins in 2025).
    """

    field: str
    low: str
    high: str
    low_inclusive: bool = True
    high_inclusive: bool = True


class Filter(Record):
    """Documents whose `field` fits a glob pattern, without regard to case. Scores nothing."""

    field: str
    pattern: str


class Written(Record):
    """Passages whose text, or title, has these words as they are written: accents and signs count, case with `case`.

    In a `literal` text, `*` and `?` are signs as well, and no patterns. Scores nothing. What a
    user writes for it (`=résumé`) becomes an And of the words' terms and this.
    """

    text: str
    field: str = ""
    case: bool = False
    literal: bool = False


class And(Record):
    """All children match; the score is the sum of theirs.

    `implicit` marks words that merely stand side by side: from those, stop words are dropped. Plain ones among
    them (`side_by_side`) score in the document as well, and neighbours where they stand near each other (`neighbours`).
    """

    children: tuple[Query, ...]
    implicit: bool = False


class Or(Record):
    """At least one child matches; the score is the sum of the matching children.

    `implicit` marks words that merely stand side by side, as in And.
    """

    children: tuple[Query, ...]
    implicit: bool = False


class Synonym(Record):
    """At least one child matches; the score is the highest of theirs: names for one and the same thing."""

    children: tuple[Query, ...]


class Not(Record):
    """Every passage that the child does not match. Scores nothing."""

    child: Query


class Maybe(Record):
    """`required` decides what matches; `optional` adds its score where it matches too."""

    required: Query
    optional: Query


class Boost(Record):
    """The child, its score times `factor` (0 or more)."""

    child: Query
    factor: float


class Nothing(Record):
    """Matches no passage: what is left of a query whose words hold no letter or digit."""


Leaf: TypeAlias = Term | Exact | Prefix | Wildcard | Fuzzy | Compounds
"""What stands for one term set."""

Neighbours: TypeAlias = tuple[Term | Exact, Term | Exact]
"""Two words that stand side by side in a query."""

Query: TypeAlias = (
    Term
    | Exact
    | Phrase
    | Near
    | Prefix
    | Wildcard
    | Fuzzy
    | Compounds
    | Range
    | Filter
    | Written
    | And
    | Or
    | Synonym
    | Not
    | Maybe
    | Boost
    | Nothing
)


def words_of(query: Phrase | Near) -> tuple[Leaf, ...]:
    """The leaves that the words of a phrase stand for, or of words near each other."""
    word = Exact if isinstance(query, Phrase) else Term
    return tuple(
        [
            pattern(term, query.field) if is_pattern(term) else word(term, query.field)
            for term in query.terms
        ]
    )


def side_by_side(query: And | Or) -> tuple[Term | Exact, ...]:
    """The plain words of an implicit And or Or, if there are several."""
    if not query.implicit:
        return ()
    words = [word for word in map(one_word, query.children) if word]
    return tuple(words) if len(words) > 1 else ()


def spelling(text: str, field: str = "", other: str = "") -> Synonym:
    """A word that has accents: what is written so, or, as a weaker match, in any way; or as another term (mueller)."""
    weaker = [Boost(Term(way, field), OTHERWISE_SPELT) for way in (text, other) if way]
    return Synonym((Spelt(text, field), *weaker))


def one_word(query: Query) -> Term | Exact | None:
    """The word that a query is, if it is one: as it is spelt, where that counts."""
    match query:
        case Term() | Exact():
            return query
        case Synonym((Spelt() as word, Boost(), *_)):
            return word
        case Synonym((Term() as word, Boost(Compounds() | And() | Or()))):
            return word
        case _:
            return None


def neighbours(query: And | Or) -> tuple[Neighbours, ...]:
    """The pairs of plain words that are neighbours in an implicit And or Or; what scores nothing is skipped."""
    if not query.implicit:
        return ()
    scoring = [one_word(c) for c in query.children if type(c) is not Boost or c.factor]
    return tuple(
        [
            (one, other)
            for one, other in pairwise(scoring)
            if one and other and one.text != other.text
        ]
    )


def is_pattern(text: str) -> bool:
    """Whether a text has `*` or `?`."""
    return "*" in text or "?" in text


def is_address(word: str) -> bool:
    """Whether the `?` of a word is that of an address: `https://example.org/a?b`, `search?q=x`."""
    return "://" in word or "=" in word.partition("?")[2]


def pattern(text: str, field: str = "") -> Prefix | Wildcard:
    """The leaf of a text with `*` or `?`."""
    start = text[:-1]
    if text[-1] == "*" and start and not is_pattern(start):
        return Prefix(start, field)
    return Wildcard(text, field)


def children_of(query: Query) -> tuple[Query, ...]:
    """The nodes right below."""
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
    """The same node over changed children."""
    match query:
        case And(children) | Or(children) | Synonym(children):
            return query.replace(children=tuple(map(change, children)))
        case Maybe(required, optional):
            return Maybe(change(required), change(optional))
        case Not(child) | Boost(child):
            return query.replace(child=change(child))
        case _:
            return query


def looked_for(query: Query, *, synonyms: bool = True) -> Iterator[Leaf | Phrase | Near]:
    """The leaves that a match has, or may have: none below a Not, and without `synonyms` none below a Synonym."""
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


def is_filter(query: Query) -> bool:
    """Whether this looks at documents alone: it says nothing of words, and scores nothing."""
    match query:
        case Filter() | Range():
            return True
        case Not() | And() | Or():
            return all(map(is_filter, children_of(query)))
        case _:
            return False
