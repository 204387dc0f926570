"""Documents and files ranked by their passages, and ties at the limit, on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from library import Library, document

from seedsearch.engine.base import Grouping
from seedsearch.engine.embedded import engine as embedded
from seedsearch.engine.opensearch import all_matches
from seedsearch.index import builder as build
from seedsearch.lazy import Lazy
from seedsearch.query.ast import And, Boost, Filter, Not, Or, Term

FILES = {
    "box": [
        document("box", "fox\n\nfox fox fox\n\nhen", member="1"),
        document("box", "hen\n\nfox hen", member="2"),
    ],
    "lone": "a fox in a wood, and nothing else that matters here",
    "none": "cow",
}


def grouped(library: Library, query: str, by: Grouping) -> list[tuple[str, str, int, int]]:
    """Return path, member, ordinal and number of matching passages, best first."""
    tree = Term(query)
    ranking = library.engine.search(tree, limit=None, by=by)
    assert ranking.total == len(ranking.passages)
    return [
        (h.passage.document.path, h.passage.document.member, h.passage.ordinal, h.matching)
        for h in ranking.passages
    ]


def test_the_best_passage_stands_for_its_document_or_file(library: Library) -> None:
    library.commit(FILES)
    assert grouped(library, "fox", "document") == [
        ("box", "1", 1, 2),
        ("box", "2", 1, 1),
        ("lone", "", 0, 1),
    ]
    assert grouped(library, "fox", "file") == [("box", "1", 1, 3), ("lone", "", 0, 1)]
    assert grouped(library, "xyzzy", "document") == []


def test_limit_and_per_file_count_documents(library: Library) -> None:
    library.commit(FILES)

    def members(limit: int | None, per_file: int | None) -> list[str]:
        ranking = library.engine.search(
            Term("fox"), limit=limit, per_file=per_file, by="document", text=False
        )
        assert ranking.total == 3
        assert all(hit.passage.text == "" for hit in ranking.passages)
        return [hit.passage.document.member for hit in ranking.passages]

    assert members(2, None) == ["1", "2"]
    assert members(2, 1) == ["1", ""]
    assert members(None, 1) == ["1", ""]


@pytest.mark.parametrize("by", ["passage", "document", "file"])
def test_very_many_hits_are_read_when_they_are_needed(
    library: Library, by: Grouping, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.commit({**FILES, "caf\udce9": "Fox \N{FOX FACE}"})
    for query in (Term("fox"), Or((Term("fox"), Term("hen")), implicit=True)):
        for per_file in (None, 1):
            options: dict[str, Any] = {"limit": None, "per_file": per_file, "by": by}
            whole = library.engine.search(query, **options)
            with monkeypatch.context() as patch:
                for module in (embedded, all_matches):
                    patch.setattr(module, "LAZY", 1)
                some = library.engine.search(query, **options)
                bare = library.engine.search(query, **options, text=False)
                three = library.engine.search(query, **options | {"limit": 3})
            hits = whole.passages
            assert some.total == whole.total
            assert tuple(some.passages) == hits
            assert three.passages == hits[:3]  # a tuple: only all hits are lazy
            assert [hit.passage.text for hit in bare.passages] == [""] * len(hits)
            if some.passages != hits:
                assert isinstance(some.passages, Lazy)
                assert some.passages[-1] == hits[-1]
                assert list(some.paths) == [hit.passage.document.path for hit in hits]
                texts = [text.decode("utf-8", "surrogatepass") for text in some.texts]
                assert texts == [hit.passage.text for hit in hits]


def test_a_score_is_made_of_the_best_passages(library: Library) -> None:
    library.commit(FILES)
    passages = library.engine.search(Term("fox"), limit=None).passages
    ranking = library.engine.search(Term("fox"), limit=1, by="document")
    scores = [hit.score for hit in passages if hit.passage.document.member == "1"]
    assert len(scores) == 2
    assert ranking.passages[0].score == pytest.approx(max(scores), rel=1e-9)


def test_a_document_in_several_segments_is_one(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "MAX_PASSAGES", 2)
    paragraphs = "\n\n".join(["fox one", "fox two", "fox fox", "fox four", "hen"])
    library.commit({"a": [document("a", "cow"), document("a", paragraphs)], "b": "fox"})
    assert grouped(library, "fox", "document") == [("a", "", 2, 4), ("b", "", 0, 1)]
    assert grouped(library, "fox", "file") == [("a", "", 2, 4), ("b", "", 0, 1)]


def test_ties_of_thousands_come_in_the_order_of_paths(library: Library) -> None:
    for start in (1, 0):  # two segments, the later paths first
        files = {f"{n:04}": "fox\n\nhen" for n in range(start, 3000, 2)}
        library.commit(files)
    for tree in (Filter("path", "*"), Boost(Term("fox"), 0.0), Not(Term("cow"))):
        ask = [
            library.ask(tree, limit, per_file)
            for limit, per_file in ((5, None), (5, 1), (1200, 1), (None, 1))
        ]
        whole = library.ask(tree, None)
        assert ask[0] == whole[:5]
        assert ask[1] == [f"{n:04}#0" for n in range(5)]
        assert ask[2] == [f"{n:04}#0" for n in range(1200)]
        assert ask[3] == [f"{n:04}#0" for n in range(3000)]
    some = And((Filter("path", "*"), Boost(Term("hen"), 0.0)))
    assert library.ask(some, 3) == ["0000#1", "0001#1", "0002#1"]
