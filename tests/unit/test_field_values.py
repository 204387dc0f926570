"""What a value of a document's field fits: words, whole values, globs, numbers, dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsearch.errors import QuerySyntaxError
from seedsearch.model import Document
from seedsearch.query.ast import And, Filter, Not, Or, Query, Range, Term
from seedsearch.query.match import fits_document
from seedsearch.query.parse import parse_with_notes

FIELDS = ("author", "city", "price", "data.title", "http")


def fits(typed: str, value: str) -> bool:
    """Whether `price:typed` fits a value."""
    leaf = parse_with_notes(f"price:{typed}", fields=FIELDS).query
    assert isinstance(leaf, Filter | Range)
    return fits_document(leaf)(Document("a", "", "utf-8", fields=(("Price", value),)))


@pytest.mark.parametrize(
    ("typed", "fitting", "others"),
    [
        ("kim", ["Kim", "Ann Kim <kim@x.org>", "KÍM"], ["Kimberly", ""]),
        ('"ann kim"', ["Ann Kim", "Mary-Ann Kim"], ["Kim, Ann", "Ann M. Kim"]),
        ("plan", ["Secret_plan.png", "a plan"], ["planet"]),
        ("zürich", ["Zurich", "ZÜRICH HB"], ["Zuric"]),
        ("=ann", [" Ann ", "ANN"], ["Ann Kim", "Änn"]),
        ('="new york"', ["New York"], ["New York City"]),
        ("ki*", ["Kim Lee", "kind"], ["skim"]),
        ("*@x.org", ["Ann <kim@x.org>", "a@x.org"], ["a@y.org", "a@x.org.uk"]),
        ("k?m", ["Kim", "Lee (Kam)"], ["Km"]),
        ("20", ["20", "20.00", "$20", "20 €", "20 %"], ["20.50", "120"]),
        ("1000", ["1,000", "1'000.0"], ["1", "10000"]),
        ("$20.50", ["20.5"], ["20"]),
        (">20", ["21", "1,000", "20.01"], ["20", "7", "-30", "many"]),
        (">=20", ["20", "20.0"], ["19.99"]),
        ("<0", ["-1", "-0.5"], ["0", "1"]),
        ("2..5", ["2", "5", "3.3"], ["1", "5.1", "20"]),
        ("..5", ["-9", "5"], ["6"]),
        (">2020", ["2021-01-01", "Mon, 3 May 2021", "2021"], ["2020-12-31", "2020", "soon"]),
        ("2020-05..2021", ["2020-05-01", "31 Dec 2021"], ["2020-04-30", "2022"]),
        ("a..c", ["Anna", "bo", "C", "Carl"], ["Dora"]),
        ("%&", [], ["x"]),
    ],
)
def test_a_value_fits(typed: str, fitting: list[str], others: list[str]) -> None:
    if typed == "%&":  # punctuation is no value
        assert parse_with_notes("a price:%&", fields=FIELDS).query == Or(
            (Term("a"), Term("price:%&")), True
        )
        return
    assert [value for value in fitting if not fits(typed, value)] == []
    assert [value for value in others if fits(typed, value)] == []


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("author:kim", Filter("author", "kim")),
        ("data.title:kim", Filter("data.title", "kim")),
        ("kim -author:lee", And((Term("kim"), Not(Filter("author", "lee"))))),
        ("author:(kim OR lee)", Or((Filter("author", "kim"), Filter("author", "lee")))),
        ("city:>5", Range("city", "5", "", low_inclusive=False)),
        ("http://x.org", Term("http://x.org")),
        ("editor:kim", Term("editor:kim")),
        ("author: kim", Or((Term("author:"), Term("kim")), True)),
    ],
)
def test_names_of_fields_are_read_as_fields(query: str, tree: Query) -> None:
    assert parse_with_notes(query, fields=FIELDS).query == tree


def test_a_note_names_the_fields_that_there_are() -> None:
    (note,) = parse_with_notes("autor:kim", fields=FIELDS).notes
    assert note.startswith("there is no field autor: it is read as a word; did you mean author:?")
    assert note.endswith("date, author, city, data.title, http, price")
    many = [f"name{number}" for number in range(100)]
    assert parse_with_notes("autor:kim", fields=many).notes[0].endswith(", ...")


def test_what_follows_a_number_stays_an_error_elsewhere() -> None:
    with pytest.raises(QuerySyntaxError, match="is not a date"):
        parse_with_notes("date:soon", fields=("date",))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_value_can_be_compared(typed: str, value: str) -> None:
    document = Document("a", "", "utf-8", fields=(("x", value),))
    for leaf in (Filter("x", typed), Range("x", typed, ""), Range("x", "", typed)):
        assert fits_document(leaf)(document) in (True, False)
    if value.strip():
        assert fits_document(Filter("x", f"={value}"))(document)
