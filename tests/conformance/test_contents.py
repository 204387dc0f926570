"""All passages of an index, and their copies in another one."""

from __future__ import annotations

import os
from pathlib import Path

from library import Library, document
from openers import embedded

from seedsearch.indexing.copying import End, copy_index
from seedsearch.paths import Home


def filled(library: Library) -> None:
    library.commit(
        {"b": "Fox\n\nhen", "a": [document("a", "one", "Fox"), document("a", "two\n\nfox")]}
    )
    library.commit({"é/c": "foxes and hens", "gone": "fox"})
    library.commit({"a": [document("a", "new\n\nfox", "Fox fox")]}, remove=["gone"])


def test_all_passages_in_the_order_of_the_files(library: Library) -> None:
    filled(library)
    assert [
        (passage.document.path, place, passage.ordinal, passage.text)
        for place, passage in library.engine.contents()
    ] == [
        ("a", 0, 0, "new"),
        ("a", 0, 1, "fox"),
        ("b", 0, 0, "Fox"),
        ("b", 0, 1, "hen"),
        ("é/c", 0, 0, "foxes and hens"),
    ]


def test_an_empty_index_has_no_passages(library: Library) -> None:
    assert list(library.engine.contents()) == []


def test_a_copy_and_its_copy_back_answer_as_their_source_does(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "back").mkdir()
    source = Library(embedded(tmp_path / "source"))
    back = Library(embedded(tmp_path / "back"))
    home = Home(os.fspath(tmp_path / ".seedsearch"))
    source.commit(
        {"b": "Fox\n\nhen", "a": [document("a", "one", "Fox"), document("a", "two\n\nfox")]}
    )
    source.commit({"é/c": "foxes and hens"})
    copy_index(End(source.engine, home), End(library.engine, home))
    copied = copy_index(End(library.engine, home), End(back.engine, home))
    assert copied == (3, 0)
    for each in (library, back):
        assert dict(each.engine.files()) == dict(source.engine.files())
        for query in ("fox", "fox hen", '"hens"', "title:fox", "f*"):
            assert each.ask(query) == source.ask(query)
            assert each.scores(query) == source.scores(query)
    assert copy_index(End(source.engine, home), End(library.engine, home)) == (0, 3)
