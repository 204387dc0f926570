"""A query tree as a query of the cluster.

The cluster finds the passages that match, or, where it cannot test a part (a filter that compares values, words as
written, nearness), some more: `is_exact` says which. `scoring.py` then tests them with the tree itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from seedsearch.engine.opensearch.marks import TermSet, match_any
from seedsearch.engine.opensearch.streams import clean_mark, valid
from seedsearch.query import ast
from seedsearch.query.file_types import MEDIA_TYPES, TYPES
from seedsearch.query.match import OWN, names_member, plain
from seedsearch.record import NamedTuple

Dsl: TypeAlias = Mapping[str, Any]

EVERYTHING: Dsl = {"match_all": {}}
_NOTHING: Dsl = {"match_none": {}}


class Plan(NamedTuple):
    """A query of the cluster. Unless `is_exact`, it also finds passages that do not match."""

    query: Dsl
    is_exact: bool


def translate(
    query: ast.Query,
    term_set: Callable[[ast.Leaf], TermSet],
    boost: Callable[[ast.Leaf], float] = lambda leaf: 1.0,
    unit: Callable[[ast.Leaf], Dsl] | None = None,
) -> Plan:
    """Return the plan of an analysed query. `term_set` gives what a leaf stands for, `boost` multiplies its score.

    Phrases score the sum of their words, filters nothing. `unit`, if given, returns the query for a leaf.
    """

    def plans(children: Sequence[ast.Query]) -> list[Plan]:
        return [translate(child, term_set, boost, unit) for child in children]

    def word(leaf: ast.Leaf) -> Dsl:
        if unit is not None:
            return unit(leaf)
        return _boosted(match_any(term_set(leaf), leaf.field), boost(leaf))

    def scored(plan: Plan, leaves: Sequence[ast.Leaf]) -> Plan:
        return plan._replace(
            query={"bool": {"filter": [plan.query], "must": list(map(word, leaves))}}
        )

    match query:
        case (
            ast.Term() | ast.Exact() | ast.Prefix() | ast.Wildcard() | ast.Fuzzy() | ast.Compounds()
        ):
            return Plan(word(query), True)
        case ast.Phrase() | ast.Near():
            return scored(_together(query, term_set), ast.words_of(query))
        case ast.And(children):
            return _all(children, plans([_positive(child) for child in children]))
        case ast.Or(children):
            return _any({"bool": {"minimum_should_match": 1}}, "should", plans(children))
        case ast.Synonym(children):
            return _any({"dis_max": {}}, "queries", plans(children))
        case ast.Not(child):
            return _all((query,), plans((query.child,)))
        case ast.Maybe(required, optional):
            must, should = plans((required, optional))
            return Plan({"bool": {"must": [must.query], "should": [should.query]}}, must.is_exact)
        case ast.Boost(child, factor):
            (plan,) = plans((child,))
            return Plan(_boosted(plan.query, factor), plan.is_exact)
        case ast.Filter() | ast.Range():
            return scored(_filter(query), ())
        case ast.Written():
            return Plan(EVERYTHING, False)
        case ast.Nothing():
            return Plan(_NOTHING, True)


def _boosted(query: Dsl, factor: float) -> Dsl:
    return query if factor == 1.0 else {"bool": {"must": [query], "boost": factor}}


def _any(outside: dict[str, Any], key: str, plans: Sequence[Plan]) -> Plan:
    if not plans:
        return Plan(_NOTHING, True)
    ((kind, inside),) = outside.items()
    queries = [plan.query for plan in plans]
    return Plan({kind: {**inside, key: queries}}, all(plan.is_exact for plan in plans))


def _all(children: Sequence[ast.Query], plans: Sequence[Plan]) -> Plan:
    """Return the plan of an And. `plans` are those of its children, of a Not that of what it excludes.

    Only what is exact can be excluded here.
    """
    must: list[Dsl] = []
    must_not: list[Dsl] = []
    for child, plan in zip(children, plans, strict=True):
        if not isinstance(child, ast.Not):
            must.append(plan.query)
        elif plan.is_exact:
            must_not.append(plan.query)
    clauses = {"must": must or [EVERYTHING], "must_not": must_not}
    return Plan({"bool": clauses}, all(plan.is_exact for plan in plans))


def _positive(query: ast.Query) -> ast.Query:
    return query.child if isinstance(query, ast.Not) else query


def _together(query: ast.Phrase | ast.Near, term_set: Callable[[ast.Leaf], TermSet]) -> Plan:
    """Return the plan of a phrase or Near: exact for a phrase without patterns."""
    where = "title.words" if query.field == "title" else "body.words"
    if isinstance(query, ast.Phrase) and not any(map(ast.is_pattern, query.terms)):
        spans = [{"span_term": {where: clean_mark(term)}} for term in query.terms]
        if len(spans) == 1:
            return Plan({"term": spans[0]["span_term"]}, True)
        return Plan({"span_near": {"clauses": spans, "slop": 0, "in_order": True}}, True)
    found = [match_any(term_set(leaf), query.field) for leaf in ast.words_of(query)]
    return Plan({"bool": {"must": found}}, False)


def _filter(leaf: ast.Filter | ast.Range) -> Plan:
    """Return the plan of a filter. What it cannot express is left to the test."""
    field = leaf.field
    if isinstance(leaf, ast.Range):
        return _dates(leaf) if field == "date" else Plan({"term": {"names": field}}, False)
    if field not in OWN:
        return Plan({"term": {"names": field}}, False)
    pattern = valid(plain(leaf.pattern, field))
    if "[" in pattern or "\ufffd" in pattern or pattern == "./." or names_member(leaf):
        return Plan(EVERYTHING, False)
    globs = _paths(pattern) if field == "path" else [pattern]
    found = [_value(field, glob) for glob in globs]
    if field == "lang" and not ast.is_pattern(pattern):
        found.append({"prefix": {"values": f"lang={pattern}-"}})
    if field == "type":
        found += [_value("type", valid(own)) for own in MEDIA_TYPES.get(pattern, ())]
        names = TYPES.get(pattern, ())
        found += [_value("path", glob) for name in names for glob in (name, f"*/{name}")]
    return Plan({"bool": {"should": found, "minimum_should_match": 1}}, True)


def _value(field: str, glob: str) -> Dsl:
    """Return the query for a value of a field that matches a glob of `*` and `?`."""
    if not ast.is_pattern(glob):
        return {"term": {"values": f"{field}={glob}"}}
    pattern = glob.replace("\\", "\\\\")
    return {"wildcard": {"values": {"value": f"{field}={pattern}"}}}


def _paths(pattern: str) -> list[str]:
    """Return the globs for whole paths that a pattern for paths means."""
    if pattern.startswith(("./", "**/")):
        start, _, place = pattern.partition("/")
        below = f"{place.rstrip('/')}/*"
        globs = [below] if place[-1:] == "/" else [place, below]
        return globs if start == "." else [*globs, *(f"*/{glob}" for glob in globs)]
    if ast.is_pattern(pattern):
        return [pattern, f"*/{pattern}"]
    return [f"*{pattern}*"]


def _dates(leaf: ast.Range) -> Plan:
    """Return the plan of a range of dates, which are compared as text: see `query.match`."""
    must: list[Dsl] = [{"prefix": {"values": "date="}}]
    must_not: list[Dsl] = []
    if leaf.low:
        low = f"date={leaf.low}"
        must.append({"range": {"values": {"gte": low, "lt": "date>"}}})
        if not leaf.low_inclusive:
            must_not.append({"prefix": {"values": low}})
    if leaf.high:
        high = f"date={leaf.high}"
        either: list[Dsl] = [{"range": {"values": {"gte": "date=", "lt": high}}}]
        if leaf.high_inclusive:
            either.append({"prefix": {"values": high}})
        must.append({"bool": {"should": either, "minimum_should_match": 1}})
    return Plan({"bool": {"must": must, "must_not": must_not}}, True)
