"""The passages of a file by their places, on every engine."""

from __future__ import annotations

from library import Library, document

from seedsearch.engine.base import Place
from seedsearch.search.identifiers import find_passage, passage_id

RECORDS = [
    document("r", "fox\n\ndog", id="one", member="1"),
    document("r", "", id="none", member="2"),
    document("r", "fox\nhen", id="two", member="3"),
]


def test_places_of_a_file_in_order(library: Library) -> None:
    library.commit({"a": "fox", "r": RECORDS, "s": "hen\n\nfox"})
    assert list(library.engine.places("r")) == [
        Place(0, 0, "1", "one", 1, 1, 0),
        Place(0, 1, "1", "one", 3, 3, 5),
        Place(2, 0, "3", "two", 1, 2, 0),
    ]
    assert [place.ordinal for place in library.engine.places("s")] == [0, 1]
    assert list(library.engine.places("zzz")) == []


def test_a_passage_by_its_place(library: Library) -> None:
    library.commit({"a": "fox", "r": RECORDS})
    passage = library.engine.passage("r", 2, 0)
    assert passage is not None
    assert (passage.document.id, passage.text) == ("two", "fox\nhen")
    for path, number, ordinal in (
        ("r", 1, 0),
        ("r", 0, 2),
        ("r", 3, 0),
        ("zzz", 0, 0),
        ("a", 0, 1),
    ):
        assert library.engine.passage(path, number, ordinal) is None


def test_what_is_removed_or_replaced_has_no_places(library: Library) -> None:
    library.commit({"a": "fox\n\nhen", "b": "fox"})
    library.commit({"a": "dog"}, remove=["b"])
    assert [place.ordinal for place in library.engine.places("a")] == [0]
    assert list(library.engine.places("b")) == []
    assert library.engine.passage("b", 0, 0) is None
    assert library.engine.passage("a", 0, 1) is None
    replaced = library.engine.passage("a", 0, 0)
    assert replaced is not None
    assert replaced.text == "dog"


def test_every_passage_is_found_by_its_name(library: Library) -> None:
    library.commit({"a": "fox\n\nfox\n\nfox", "b": "fox", "r": RECORDS})
    hits = library.rank("fox OR dog OR hen").passages
    names = {passage_id(hit.passage) for hit in hits}
    assert len(names) == len(hits) == 7
    for hit in hits:
        found = find_passage(library.engine, passage_id(hit.passage))
        assert found is not None
        assert found[0] == hit.passage
        assert found[1].ordinal == hit.passage.ordinal
    assert find_passage(library.engine, "aaaaaaaaaa") is None
