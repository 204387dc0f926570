"""Parse a query into a tree. The leaves hold the words as typed; `analyse` turns them into terms.

The language follows Lucene's::

    query    = list
    list     = clause { clause }              any of them, or all with `all_words`
    clause   = all { "OR" all }
    all      = one { "AND" one }
    one      = { "+" | "-" | "!" | "NOT" } thing    NOT binds before AND, AND before OR
    thing    = [ field ":" ] ( word | quoted | "(" list ")" [ "^" number ] )
    quoted   = [ "=" | "==" ] '"' text '"' [ "~" words ] [ "^" number ]
    word     = [ "=" | "==" ] text [ "~" [ 0 | 1 | 2 ] ] [ "^" number ]

    troops            the word in any form                "troops"            this form only, accents or not
    =troops  ="a b"   as written: accents and signs too   ==Troops            with its case
    "as he left"      a phrase                            "kim putin"~5       near, in any order
    pre*  w?ld  *x*   patterns; `?` is one character      fuzzy~  fuzzy~1     similar spellings
    +must -not        required, excluded                  word^2  (a b)^0.5   boosts
    title:word        in the title; also title:(a b)      path:  type:  lang:  encoding:   filters
    date:2024-05      date:2024-01..2024-06  date:>2024  date:>=2024-05  date:<2024  date:<=2024
    name:value        a field of the documents: see `fields.py`

In a list, `+` clauses decide what matches and plain clauses only rank. `-` clauses, and filters without an
operator, narrow what the other clauses match. An OR that contains a `+` is read as a list. `AND`, `OR` and `NOT` are
operators in capitals only. `&&` and `||` are not operators.

People paste text into queries, so a sign that only resembles an operator is text. Words of punctuation alone (`-`,
`&`, `*`, `->`) are skipped, and so are empty or unpaired parentheses and quotes (`(DPRK`, `1)`, `5" pipe`). A `?` at
the end of a word is punctuation. `+`, `-` and `!`, of every width, are operators only before a clause, so `F-35` and
`--help` are words; so are `http://x?y`, `12:30`, `std::map`, `Kim:Lee` and `x^n`. An unknown field (`author:Kim`) is a
word. A note names such text if it may have been meant as an operator. An operator without its operand is an error.

A phrase that opens with “, ” or „ ends at the next “, ” or ". One that opens with « or » ends at the next «, » or ".
‹…›, 「…」 and 『…』 are quotes as well.
Inside quotes, no character is special. `~` without a number allows 2 edits in words of more than 5 characters, else 1.
`~0` is the same as `=`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.query.ast import And, Exact, Or, Phrase, Query, Term
from seedsearch.record import NamedTuple

MAX_CHARACTERS = 10_000
MAX_CLAUSES = 1024
OPERATORS = frozenset(("AND", "OR", "NOT"))

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class Parsed(NamedTuple):
    """The tree of a query, and notes on parts read as text."""

    query: Query
    notes: tuple[str, ...] = ()


def parse(text: str, *, all_words: bool = False, literal: bool = False) -> Query:
    """Return the tree of a query, as `parse_with_notes` does."""
    return parse_with_notes(text, all_words=all_words, literal=literal).query


def parse_with_notes(
    text: str, *, all_words: bool = False, literal: bool = False, fields: Collection[str] = ()
) -> Parsed:
    """Return the tree of a query, and notes.

    With `all_words`, clauses side by side must all match. With `literal`, operators are words. `fields` are the
    names of the documents' fields. Raises QuerySyntaxError for a malformed or empty query, and QueryTooBroadError
    for one that exceeds a limit.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryTooBroadError(
            f"the query has {len(text):,} characters; the maximum is {MAX_CHARACTERS:,}",
            "make it shorter",
        )
    if literal:
        return Parsed(literal_words(text, all_words=all_words))
    if (simple := _plain_words(text, all_words=all_words)) is not None:
        return Parsed(simple)
    from seedsearch.query.grammar import Parser  # start-up time: plain words need no grammar

    return Parsed(*Parser(text, all_words, fields).parse())


def literal_words(text: str, *, all_words: bool) -> Query:
    """Return the tree of a text in which operators are words."""
    words = [word for word in text.split() if not is_punctuation(word)]
    if not words:
        nothing_to_look_for(text)
    if len(words) > MAX_CLAUSES:
        too_many_clauses()
    return side_by_side([Term(word) for word in words], all_words)


def _plain_words(text: str, *, all_words: bool) -> Query | None:
    """Return the tree of plain words, of words that all have a `+`, or of one phrase; else None.

    Most queries are of these kinds, and need no grammar.
    """
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
