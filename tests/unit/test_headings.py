"""Required words may be names of columns of a table, for the rows that have a value there."""

from __future__ import annotations

from seedsearch.query.ast import And, Filter, Not, Or, Synonym, Term
from seedsearch.search.headings import with_headings

CITY, NAME, ROME = Term("city"), Term("name"), Term("rome")
CSV = Filter("type", "csv")


def under(*columns: str) -> tuple[Filter, ...]:
    return tuple(Filter(column, "*") for column in columns)


def test_a_word_that_names_a_column_is_also_fulfilled_by_its_rows() -> None:
    query = And((CITY, ROME))
    assert with_headings(query, {"city", "year"}) == Synonym(
        (query, And((ROME, CSV, *under("city"))))
    )


def test_each_choice_of_such_words_is_a_way_to_match() -> None:
    query = And((CITY, NAME, ROME))
    found = with_headings(query, {"city", "name"})
    assert isinstance(found, Synonym)
    assert found.children == (
        query,
        And((NAME, ROME, CSV, *under("city"))),
        And((CITY, ROME, CSV, *under("name"))),
        And((ROME, CSV, *under("city", "name"))),
    )


def test_a_word_of_several_columns_is_fulfilled_by_each() -> None:
    found = with_headings(And((NAME, ROME)), {"first_name", "last_name"})
    assert isinstance(found, Synonym)
    assert found.children[1] == And((ROME, CSV, Or(under("first_name", "last_name"))))


def test_other_queries_stay() -> None:
    for query in (And((ROME, Term("oslo"))), And((CITY, Not(ROME))), And((CITY, CSV))):
        assert with_headings(query, {"city"}) == query
    only = And((CITY, NAME))
    found = with_headings(only, {"city", "name"})
    assert isinstance(found, Synonym)
    assert len(found.children) == 3  # one of the words is in the row
