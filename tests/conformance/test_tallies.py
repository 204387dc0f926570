"""Matching passages, counted by document and by row, on every engine."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from library import Library, document
from test_rows_of_tables import LINES, cut_row

from seedsearch.index import builder as build
from seedsearch.query.ast import And, Boost, Filter, Not, Nothing, Query, Term
from seedsearch.rows import columns


def tallies(library: Library, query: Query, *wanted: str) -> list[tuple[object, ...]]:
    """Return the counts in order, without the media type."""
    names: Collection[str] = wanted
    found = library.engine.tallies(query, lambda name: name in names)
    rows = [(t.path, t.language, dict(t.fields), t.passages) for t in found]
    return sorted(rows, key=repr)


@pytest.fixture
def mixed(library: Library) -> Library:
    mail = (("From", "Ann"), ("to", "Bo"), ("to", "Cy"))
    box = [
        document("box", "fox\n\nhen\n\nfox", fields=mail, language="en"),
        document("box", "hen", fields=mail),
        document("box", "fox hen", language="de"),
    ]
    library.commit({"box": box, "alone": "a fox"})
    table = ("", ","), ("of", "Ann"), *columns(["name", "city", "price", "date"])
    library.commit({"a.csv": [document("a.csv", "\n\n".join(LINES), fields=table)]})
    library.commit({"d.csv": [cut_row("d.csv")], "gone": "fox"})
    library.commit({}, remove=["gone"])
    return library


def test_passages_are_counted_by_document(mixed: Library) -> None:
    assert tallies(mixed, Term("fox")) == [
        ("a.csv", "", {}, 1),
        ("alone", "", {}, 1),
        ("box", "de", {}, 1),
        ("box", "en", {}, 2),
    ]
    assert tallies(mixed, Term("hen"), "from") == [
        ("box", "", {"From": "Ann"}, 1),
        ("box", "de", {}, 1),
        ("box", "en", {"From": "Ann"}, 1),
    ]
    assert tallies(mixed, Term("xyzzy")) == []


def test_all_passages_are_counted(mixed: Library) -> None:
    everything = sum(t.passages for t in mixed.engine.tallies(Not(Nothing()), lambda _: False))
    assert everything == mixed.engine.size().passages


def test_rows_are_counted_where_a_column_is_asked_for(mixed: Library) -> None:
    assert tallies(mixed, Term("bo"), "city", "of") == [
        ("a.csv", "", {"city": "New York, NY", "of": "Ann"}, 1),
        ("a.csv", "", {"city": "Rome", "of": "Ann"}, 1),
        ("d.csv", "", {"city": "Oslo"}, 1),
        ("d.csv", "", {"city": "Rome"}, 1),
    ]
    assert tallies(mixed, Term("bo"), "of") == [
        ("a.csv", "", {"of": "Ann"}, 2),
        ("d.csv", "", {}, 2),
    ]
    filtered = And((Term("bo"), Boost(Filter("city", "rome"), 2.0)))
    assert [found[2] for found in tallies(mixed, filtered, "id")] == [{}, {"id": "1"}]


def test_a_document_in_several_segments_is_counted_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "MAX_PASSAGES", 2)
    about = columns(["name", "city"])
    rows = "\n\n".join(f"name: {name}\tcity: Rome" for name in ("ann", "bo", "cy", "di", "ed"))
    library.commit({"a": [document("a", "cow"), document("a", rows, fields=tuple(about))]})
    assert tallies(library, Term("rome")) == [("a", "", {}, 5)]
    found = tallies(library, Term("rome"), "name")
    assert [own[2:] for own in found] == [
        ({"name": name}, 1) for name in ("ann", "bo", "cy", "di", "ed")
    ]
