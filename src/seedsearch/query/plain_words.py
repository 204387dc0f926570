"""Parse a query of plain words, without the grammar: most queries are of this kind, and start sooner so."""

from __future__ import annotations

from typing import NoReturn

from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.query.ast import And, Exact, Or, Phrase, Query, Term

MAX_CLAUSES = 1024
OPERATORS = frozenset(("AND", "OR", "NOT"))

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def literal(text: str, *, all_words: bool) -> Query:
    """Return the tree of a text in which operators are words."""
    words = [word for word in text.split() if not is_punctuation(word)]
    if not words:
        nothing_to_look_for(text)
    if len(words) > MAX_CLAUSES:
        too_many_clauses()
    return side_by_side([Term(word) for word in words], all_words)


def simple(text: str, *, all_words: bool) -> Query | None:
    """Return the tree of plain words, of words that all have a `+`, or of one phrase; else None."""
    words = text.split()
    if not 0 < len(words) <= MAX_CLAUSES:
        return None
    if words[0][0] == '"':
        inside = text.strip()[1:-1]
        quoted = inside.split()
        if text.rstrip()[-1] != '"' or not quoted or not all(map(str.isalnum, quoted)):
            return None
        return Exact(inside.strip()) if len(quoted) == 1 else Phrase((inside.strip(),))
    must = words[0][0] == "+"
    bare = [word[1:] for word in words if word[0] == "+"] if must else words
    if len(bare) < len(words):
        return None
    if not all(map(str.isalnum, bare)) or not OPERATORS.isdisjoint(bare):
        return None
    return side_by_side([Term(word) for word in bare], all_words, must=must)


def side_by_side(nodes: list[Query] | list[Term], all_words: bool, *, must: bool = False) -> Query:
    """Return one tree for adjacent clauses: any of them must match, or all."""
    if len(nodes) == 1:
        return nodes[0]
    return And(tuple(nodes), all_words) if must or all_words else Or(tuple(nodes), True)


def is_punctuation(word: str) -> bool:
    """Return whether a word has only ASCII punctuation. `^` is always an operator and does not count."""
    return "^" not in word and all(char in _PUNCTUATION for char in word)


def nothing_to_look_for(query: str) -> NoReturn:
    """Raise the error of a query without words."""
    missing = "has no word" if query.strip() else "is empty"
    raise QuerySyntaxError(f"the query {missing}", query, 0, "enter a word to search for")


def too_many_clauses() -> NoReturn:
    """Raise the error of a query with more clauses than MAX_CLAUSES."""
    raise QueryTooBroadError(
        f"the query has more than {MAX_CLAUSES:,} clauses, which is the maximum",
        "search for fewer words",
    )
