"""Filters on the columns of tables, which select rows."""

from __future__ import annotations

import pytest
from library import Library, document

from seedsearch.analysis import Analyzer
from seedsearch.engine.base import DocumentText
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse_with_notes
from seedsearch.rows import columns

LINES = [
    "name,city,price,date",
    "ann,Rome,25,2024-03-01",
    'bo,"New York, NY",15,2023-05-06',
    "bo fox,Rome,$30.50,2024-11-12",
    "éva,Zürich",
]
NAMED = ["name: cy\tcity: Rome\tprice: 7", "name: di\tcity: Oslo\tprice: 70"]
"""Rows of a spreadsheet."""


@pytest.fixture
def tables(library: Library) -> Library:
    names = ("", ","), *columns(["name", "city", "price", "date"])
    library.commit({"a.csv": [document("a.csv", "\n\n".join(LINES), fields=names)], "b": "bo Rome"})
    sheet = ("sheet", "Prices"), *columns(["name", "city", "price"])
    library.commit({"c.xlsx": [document("c.xlsx", "\n\n".join(NAMED), fields=sheet)]})
    library.commit({"d.csv": [cut_row("d.csv")]})
    library.commit({"gone.csv": [document("gone.csv", "\n\n".join(LINES), fields=names)]})
    library.commit({}, remove=["gone.csv"])
    return library


def cut_row(path: str) -> DocumentText:
    """Index a row that is too long for one passage: its parts are on one line."""
    whole = document(path, "1,Rome,bo met\n\nann there,9\n\n2,Oslo,bo,8", fields=(
        ("", ","), *columns(["id", "city", "note", "price"])
    ))  # fmt: skip
    first, second, third = whole.spans
    spans = [first, second._replace(line_start=1, line_end=1), third._replace(line_start=2)]
    return whole._replace(spans=spans)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("city:rome", "a.csv:3 a.csv:7 c.xlsx:1 d.csv:1 d.csv:1"),
        ("city:rome name:ann", "a.csv:3"),
        ("bo city:rome", "a.csv:7 d.csv:1"),
        ("bo -city:rome", "a.csv:5 b:1 d.csv:2"),
        ('city:"new york"', "a.csv:5"),
        ("price:>20", "a.csv:3 a.csv:7 c.xlsx:3"),
        ("there price:9", "d.csv:1"),
        ("date:2024", "a.csv:3 a.csv:7"),
        ("city:zurich OR sheet:prices", "a.csv:9 c.xlsx:1 c.xlsx:3"),
        ("city:city", ""),
    ],
)
def test_a_filter_on_a_column_tests_each_row(tables: Library, query: str, found: str) -> None:
    tree = parse_with_notes(query, fields=tables.engine.fields()).query
    passages = [hit.passage for hit in tables.rank(analyse(tree, Analyzer()), limit=None).passages]
    assert sorted(f"{p.document.path}:{p.line_start}" for p in passages) == found.split()


def test_the_fields_of_rows(tables: Library) -> None:
    stated = [dict(fields) for fields in tables.engine.document_fields() if fields]
    assert {"name": "éva", "city": "Zürich"} in stated
    assert {"id": "1", "city": "Rome", "note": "bo met ann there", "price": "9"} in stated
    assert {"sheet": "Prices"} in stated
    assert len(stated) == 4 + 1 + 2 + 2
