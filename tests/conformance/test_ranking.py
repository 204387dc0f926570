"""Scores computed by hand, and the order of answers, on every engine."""

from __future__ import annotations

from math import log, sqrt

import pytest
from library import Library, document

from seedsearch.query.ast import (
    And,
    Boost,
    Exact,
    Filter,
    Maybe,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Synonym,
    Term,
)


@pytest.fixture
def zoo(library: Library) -> Library:
    """Index three passages of 3, 1 and 1 + 4 * 1 positions, with a mean of 3."""
    library.commit(
        {
            "a": "fox foxes dog",
            "b": "dog",
            "c": [document("c", "cat", title="Fox")],
        }
    )
    return library


def approx(scores: dict[str, float]) -> object:
    return pytest.approx(scores, rel=1e-9, abs=1e-9)


# k1 = 1.2, b = 0.75. Norm = k1 * (0.25 + 0.75 * length / average):
NORM_5 = 1.2 * (0.25 + 0.75 * 5 / 3)  # 1.8
NORM_3 = 1.2 * (0.25 + 0.75 * 3 / 3)  # 1.2
NORM_1 = 1.2 * (0.25 + 0.75 * 1 / 3)  # 0.6
# idf = ln(1 + (N - df + 0.5) / (df + 0.5)) ^ 1.4, N = 3:
IDF_1 = log(1 + 2.5 / 1.5) ** 1.4
IDF_2 = log(1 + 1.5 / 2.5) ** 1.4

# A weight is idf * sqrt((frequency + 3) / (df + 3)): fox occurs twice in a, and once in the title
# of c, which counts four times.
FOX_WEIGHT = IDF_2 * sqrt((6 + 3) / (2 + 3))
EXACT_FOX_WEIGHT = IDF_2 * sqrt((5 + 3) / (2 + 3))
TITLE_FOX_WEIGHT = IDF_1 * sqrt((4 + 3) / (1 + 3))
FOX = {
    "a#0": FOX_WEIGHT * 2 * 2.2 / (2 + NORM_3),
    "c#0": FOX_WEIGHT * 4 * 2.2 / (4 + NORM_5),
}
EXACT_FOX = {
    "a#0": EXACT_FOX_WEIGHT * 1 * 2.2 / (1 + NORM_3),
    "c#0": EXACT_FOX_WEIGHT * 4 * 2.2 / (4 + NORM_5),
}
TITLE_FOX = {"c#0": TITLE_FOX_WEIGHT * 4 * 2.2 / (4 + NORM_5)}
DOG = {"a#0": IDF_2 * 2.2 / (1 + NORM_3), "b#0": IDF_2 * 2.2 / (1 + NORM_1)}
FOXES = {"a#0": IDF_1 * 2.2 / (1 + NORM_3)}
EXACT_DOG = DOG

SCORED: list[tuple[Query, dict[str, float]]] = [
    (Term("fox"), FOX),
    (Exact("fox"), EXACT_FOX),
    (Prefix("fox"), FOX),
    (Term("fox", "title"), TITLE_FOX),
    (Prefix("fo", "title"), TITLE_FOX),
    (Term("dog"), DOG),
    (Boost(Term("dog"), 2.5), {key: 2.5 * score for key, score in DOG.items()}),
    (Or((Term("fox"), Term("dog"))), {"a#0": FOX["a#0"] + DOG["a#0"], "b#0": DOG["b#0"], "c#0": FOX["c#0"]}),
    (Or((Term("dog"), Term("dog"))), {key: 2 * score for key, score in DOG.items()}),
    (And((Term("fox"), Term("dog"))), {"a#0": FOX["a#0"] + DOG["a#0"]}),
    (And((Term("dog"), Not(Term("fox")))), {"b#0": DOG["b#0"]}),
    (Synonym((Term("fox"), Term("dog"))), {"a#0": max(FOX["a#0"], DOG["a#0"]), "b#0": DOG["b#0"], "c#0": FOX["c#0"]}),
    (Synonym((Not(Term("dog")), Term("cow"))), {"c#0": 0.0}),
    (Maybe(Term("dog"), Term("fox")), {"a#0": FOX["a#0"] + DOG["a#0"], "b#0": DOG["b#0"]}),
    (Phrase(("foxes", "dog")), {"a#0": FOXES["a#0"] + EXACT_DOG["a#0"]}),
    (Phrase(("fox",), "title"), TITLE_FOX),
    (Near(("dog", "fox"), 0), {"a#0": FOX["a#0"] + DOG["a#0"]}),
    (Near(("fox", "fox"), 0), {"a#0": 2 * FOX["a#0"]}),
    (Not(Term("dog")), {"c#0": 0.0}),
]  # fmt: skip


@pytest.mark.parametrize(("query", "scores"), SCORED, ids=lambda value: str(value)[:60])
def test_scores(zoo: Library, query: Query, scores: dict[str, float]) -> None:
    assert zoo.scores(query) == approx(scores)


def test_a_score_as_a_number(zoo: Library) -> None:
    assert zoo.scores(Term("fox"))["a#0"] == pytest.approx(0.641033383, abs=1e-9)
    assert zoo.scores(Term("dog"))["b#0"] == pytest.approx(0.477798073, abs=1e-9)


def test_parts_of_a_compound_share_a_position(library: Library) -> None:
    library.commit({"a": "F-35", "b": "one two"})
    # Three terms, two positions: both passages have length 2, the average.
    expected = log(1 + 1.5 / 1.5) ** 1.4 * 2.2 / (1 + 1.2)
    assert library.scores(Term("f35")) == approx({"a#0": expected})


def test_a_title_counts_in_the_first_passage_only(library: Library) -> None:
    library.commit({"a": [document("a", "x\n\ny y y y y", title="t")]})  # lengths 1 + 4 and 5
    weight_t, weight_y = log(2) ** 1.4 * sqrt(7 / 4), log(2) ** 1.4 * sqrt(8 / 4)
    assert library.scores(Term("t")) == approx({"a#0": weight_t * 4 * 2.2 / (4 + 1.2)})
    assert library.scores(Term("y")) == approx({"a#1": weight_y * 5 * 2.2 / (5 + 1.2)})


def test_a_form_in_a_title_counts_where_the_text_has_another(library: Library) -> None:
    library.commit({"a": [document("a", "foxes", title="fox")], "b": "fox"})
    weight = log(1 + 0.5 / 2.5) ** 1.4 * sqrt((5 + 3) / (2 + 3))
    assert library.scores(Exact("fox")) == approx(
        {"a#0": weight * 4 * 2.2 / (4 + NORM_5), "b#0": weight * 2.2 / (1 + NORM_1)}
    )


def test_of_two_words_the_one_that_comes_again_and_again_weighs_more(library: Library) -> None:
    files = {"a": "coal coal", "b": "coal coal", "c": "port", "d": "port"}
    library.commit(files | {"one coal": "x coal", "one port": "x port"})
    scores = library.scores("coal port")
    # Each is in three passages; coal occurs five times in all, port three times.
    ratio = scores["one coal#0"] / scores["one port#0"]
    assert ratio == pytest.approx(sqrt((5 + 3) / (3 + 3)))


def test_batches_make_one_collection(library: Library) -> None:
    library.commit({"a": "fox foxes dog"})
    library.commit({"b": "dog"})
    library.commit({"c": [document("c", "cat", title="Fox")]})
    for query, scores in SCORED:
        assert library.scores(query) == approx(scores)


def test_removed_passages_count_until_they_are_merged_away(library: Library) -> None:
    files = dict.fromkeys("abcdefgh", "fox") | {"i": "fox dog", "j": "dog dog cat"}
    library.commit(files)
    library.commit({}, remove=["a", "j"])
    deleted = library.engine.stats().deleted
    assert deleted in (0, 2)
    number, average, df = (10, 13 / 10, 9) if deleted else (8, 9 / 8, 8)
    idf = log(1 + (number - df + 0.5) / (df + 0.5)) ** 1.4
    norm = 1.2 * (0.25 + 0.75 * 2 / average)
    assert library.scores(Term("fox"))["i#0"] == pytest.approx(idf * 2.2 / (1 + norm), abs=1e-9)
    assert library.found(Not(Term("fox"))) == []
    assert library.found("dog") == ["i#0"]


# ----------------------------------------------------------------------------------- order


def test_best_first(library: Library) -> None:
    library.commit({"a": "fox dog hen cow", "b": "fox fox", "c": "fox dog"})
    assert library.ask("fox") == ["b#0", "c#0", "a#0"]


def test_ties_go_by_the_paths_bytes_then_by_position(library: Library) -> None:
    paths = ["b", "a", "a/b", "a.txt", "Z", "é", "\udcff", "\uffee", "\U0001f600", "日"]
    library.commit(dict.fromkeys(paths[:5], "fox\n\nfox"))
    library.commit(dict.fromkeys(paths[5:], "fox\n\nfox"))
    in_order = ["Z", "a", "a.txt", "a/b", "b", "é", "日", "\uffee", "\U0001f600", "\udcff"]
    assert library.ask("fox") == [f"{path}#{n}" for path in in_order for n in (0, 1)]
    assert library.ask("fox", limit=3) == ["Z#0", "Z#1", "a#0"]
    assert library.ask(Filter("path", "*"), limit=3) == ["Z#0", "Z#1", "a#0"]


def test_ties_within_a_file_go_by_its_documents(library: Library) -> None:
    records = [document("f", "fox\n\nfox", id=f"{9 - n}", title="") for n in range(3)]
    library.commit({"f": records})
    ranking = library.rank("fox")
    places = [(hit.passage.document.id, hit.passage.ordinal) for hit in ranking.passages]
    assert places == [("9", 0), ("9", 1), ("8", 0), ("8", 1), ("7", 0), ("7", 1)]


def test_ties_over_batches_go_by_documents_not_by_lines(library: Library) -> None:
    # The members of an archive each begin at line 1.
    library.commit({"b": [document("b", "fox\n\nfox", id=f"{n}") for n in range(2)]})
    library.commit({"a": [document("a", "fox\n\nfox", id=f"{n}") for n in range(2)]})
    ranking = library.rank("fox")
    places = [
        (hit.passage.document.path, hit.passage.document.id, hit.passage.ordinal)
        for hit in ranking.passages
    ]
    assert places == [(path, id, n) for path in "ab" for id in "01" for n in (0, 1)]


def test_scores_that_differ_past_nine_digits_are_a_tie(library: Library) -> None:
    library.commit({"b": "fox dog", "a": "dog fox"})
    tiny = Or((Term("fox"), Boost(Phrase(("fox", "dog")), 1e-12)))
    assert library.ask(tiny) == ["a#0", "b#0"]


def test_limit_and_total(library: Library) -> None:
    library.commit({f"{n:02}": "fox " * (n + 1) + "dog" for n in range(20)})
    best = [f"{n:02}#0" for n in reversed(range(20))]
    assert library.ask("fox") == best
    for limit in (0, 1, 5, 20, 50):
        ranking = library.rank("fox", limit)
        assert ranking.total == 20
        assert [hit.passage.document.path for hit in ranking.passages] == [
            name.partition("#")[0] for name in best[:limit]
        ]


def test_at_most_so_many_from_a_file(library: Library) -> None:
    library.commit({"a": "fox fox\n\nfox fox\n\nfox fox", "b": "fox hen\n\nfox", "c": "fox cow"})
    everything = library.ask("fox")
    assert library.ask("fox", per_file=1) == ["a#0", "b#1", "c#0"]
    assert library.ask("fox", per_file=2) == ["a#0", "a#1", "b#1", "b#0", "c#0"]
    assert library.ask("fox", per_file=9) == everything
    assert library.ask("fox", limit=2, per_file=1) == ["a#0", "b#1"]
    assert library.ask("fox", limit=3, per_file=2) == ["a#0", "a#1", "b#1"]
    assert library.rank("fox", 1, 1).total == 6


def test_a_long_run_from_one_file_hides_nothing(library: Library) -> None:
    library.commit({"a": "\n\n".join(["fox"] * 300), "b": "fox hen", "c": "fox hen cow"})
    assert library.ask("fox", limit=3, per_file=1) == ["a#0", "b#0", "c#0"]
