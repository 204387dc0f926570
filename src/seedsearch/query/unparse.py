"""Write a query tree in the query language: for explanations, and to show a relaxed query."""

from __future__ import annotations

from seedsearch.query.ast import (
    And,
    Boost,
    Compounds,
    Exact,
    Filter,
    Fuzzy,
    Maybe,
    Near,
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
    one_word,
)


def unparse(query: Query) -> str:
    """Return the text of a query; "" for a query that matches nothing."""
    match query:
        case Term(text, field) | Compounds(text, _, field):
            return _in(field, text)
        case Exact(text, field):
            return _in(field, f"={text}")
        case Phrase(terms, field):
            return _in(field, f'"{" ".join(terms)}"')
        case Near(terms, slop, field):
            return _in(field, f'"{" ".join(terms)}"~{slop}')
        case Prefix(text, field):
            return _in(field, f"{text}*")
        case Wildcard(pattern, field):
            return _in(field, pattern)
        case Fuzzy(text, distance, field):
            return _in(field, f"{text}~{distance}")
        case Filter(field, pattern):
            return _in(field, f'"{pattern}"' if " " in pattern else pattern)
        case Range():
            return _in(query.field, _range(query))
        case Written(text, field, case):
            sign = "==" if case else "="
            return _in(field, f'{sign}"{text}"' if " " in text else sign + text)
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


def _in(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


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
