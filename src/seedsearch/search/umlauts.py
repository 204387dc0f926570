"""Words that write an umlaut with two letters: a query for Zuerich finds Zürich if Zuerich is nowhere in the index."""

from __future__ import annotations

import re

from seedsearch.engine.base import Engine
from seedsearch.query.ast import OTHERWISE_SPELT, Boost, Not, Query, Synonym, Term, map_children

_IN_TWO = re.compile("([aou])e|a(a)", re.IGNORECASE)


def with_umlauts(query: Query, engine: Engine) -> Query:
    """Return the analysed query, in which a word that is not in the index may have its umlauts as one letter."""
    if isinstance(query, Not):
        return query
    if not isinstance(query, Term):
        return map_children(query, lambda child: with_umlauts(child, engine))
    other = Term(_IN_TWO.sub(r"\1\2", query.text), query.field)
    if other == query or engine.frequency(query).df or not engine.frequency(other).df:
        return query
    return Synonym((query, Boost(other, OTHERWISE_SPELT)))
