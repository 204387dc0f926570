"""Fields of documents: their names, their values, and queries for them."""

from __future__ import annotations

import pytest
from library import Library, document

from seedsearch.analysis import Analyzer
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse_with_notes

VALUES = [("20", "Ann Kim"), ("7.5", "Bo Lee"), ("1,000", "Ann Kim"), ("many", "Éva")]


@pytest.fixture
def letters(library: Library) -> Library:
    for number, (price, author) in enumerate(VALUES):
        fields = (("Unit Price", price), ("author", author))
        text = f"fox {number}"
        library.commit(
            {str(number): [document(str(number), text, fields=fields)], f"x{number}": "fox"}
        )
    library.commit({"gone": [document("gone", "fox", fields=(("editor", "Bo"),))]})
    library.commit({}, remove=["gone"])
    return library


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("author:ann", "0 2"),
        ("fox author:eva", "3"),
        ("fox -author:ann -path:x*", "1 3"),
        ("unit_price:>10", "0 2"),
        ("unit_price:..20", "0 1"),
        ("unit_price:m*", "3"),
        ('author:="ann kim" OR unit_price:7.5', "0 1 2"),
    ],
)
def test_a_query_asks_for_fields(letters: Library, query: str, paths: str) -> None:
    tree = parse_with_notes(query, fields=letters.engine.fields()).query
    found = letters.rank(analyse(tree, Analyzer()))
    assert sorted(hit.passage.document.path for hit in found.passages) == paths.split()


def test_the_fields_of_documents_that_are_there(letters: Library) -> None:
    assert {"unit_price", "author"} <= set(letters.engine.fields())
    stated = sorted(fields for fields in letters.engine.document_fields() if fields)
    assert stated == sorted((("Unit Price", p), ("author", a)) for p, a in VALUES)
