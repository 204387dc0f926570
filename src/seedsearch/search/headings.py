"""Search the names of a table's columns beside the values of its rows: `+city +Rome` finds a row with Rome.

A row of CSV does not repeat the names of its columns. So a required word that is one is also fulfilled by a row with a
value in that column. The other words must be in the row. Rows of other tables have the names in their text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import combinations

from seedsearch.query import ast

_WORDS = re.compile(r"[\W_]+")
_MOST = 3  # words of a query that may be names: each doubles the ways to match


def with_headings(query: ast.And, fields: Collection[str]) -> ast.Query:
    """Return an analysed query that also matches rows under columns with its words; `fields` are those of the index."""
    columns: dict[str, list[str]] = {}
    for name in sorted(fields):
        for word in dict.fromkeys(_WORDS.split(name)):
            columns.setdefault(word, []).append(name)
    named = {
        at: columns[word.text]
        for at, child in enumerate(query.children)
        if isinstance(word := ast.one_word(child), ast.Term | ast.Exact) and word.text in columns
    }
    places = list(named)[:_MOST]
    ways = [
        _under(query, {at: named[at] for at in chosen})
        for size in range(1, len(places) + 1)
        for chosen in combinations(places, size)
    ]
    found = tuple(way for way in ways if way is not None)
    return ast.Synonym((query, *found)) if found else query


def _under(query: ast.And, named: dict[int, list[str]]) -> ast.And | None:
    """Return the query with columns in place of some words, or None if no word is left."""
    others = [child for at, child in enumerate(query.children) if at not in named]
    if all(map(ast.is_narrowing, others)):
        return None
    have_values = ([ast.Filter(name, "*") for name in names] for names in named.values())
    filters = (ast.together(ast.Or, any_of) for any_of in have_values)
    return ast.And((*others, ast.Filter("type", "csv"), *filters))
