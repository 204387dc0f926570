"""The additions for words that stand side by side in a query, the whole document and nearness, on every engine."""

from __future__ import annotations

import random
from math import sqrt

import pytest
from library import Library, document, names

from seedsearch.engine.bm25f import ALL_PAIRS, NEARNESS, REACH, nearness
from seedsearch.query.ast import And, Boost, Exact, Filter, Not, Or, Query, Term

FILLED = "x " * 40
FOX, DOG = Term("fox"), Term("dog")
EITHER, BOTH = Or((FOX, DOG), implicit=True), And((FOX, DOG), implicit=True)

PLACES = {
    "far": f"fox {FILLED} dog",
    "behind": f"dog fox {FILLED}",
    "beside": f"fox dog {FILLED}",
    "one between": f"fox x dog {FILLED}",
    "reached": f"fox {'x ' * (REACH - 1)} dog {FILLED[: -2 * REACH]}",
    "not reached": f"fox {'x ' * REACH} dog {FILLED[: -2 * REACH]}",
    "twice": f"dogs fox x x dogs {FILLED}",
    "title": [document("title", f"{FILLED} fox", title="Fox dog")],
    "alone": "fox",
}


def scores(library: Library, query: Query) -> dict[str, float]:
    ranking = library.engine.search(query, limit=None)
    found = zip(names(ranking), ranking.passages, strict=True)
    return {name.removesuffix("#0"): hit.score for name, hit in found}


@pytest.fixture
def places(library: Library) -> Library:
    library.commit(PLACES)
    return library


@pytest.mark.parametrize("query", [EITHER, BOTH], ids=["or", "and"])
def test_nearness_is_a_part_of_the_lower_score(places: Library, query: Or | And) -> None:
    of_each = scores(places, FOX), scores(places, DOG)
    # Each document has one passage, so that a word scores the same in both.
    plain = {
        name: 2 * score for name, score in scores(places, query.replace(implicit=False)).items()
    }
    closeness = {
        "behind": 1 / 2,
        "beside": 1,
        "one between": 1 / 2,
        "reached": 1 / REACH,
        "twice": 1 / 2,
        "title": 1,
    }
    for name, score in scores(places, query).items():
        lower = min(own.get(name, 0) for own in of_each)
        added = ALL_PAIRS * lower * sqrt(closeness.get(name, 0))
        assert score == pytest.approx(plain[name] + added, rel=1e-9, abs=2e-9), name


def test_what_restricts_a_query_changes_no_score(places: Library) -> None:
    whole = scores(places, EITHER)
    for query in (
        And((EITHER, Filter("path", "*e*"))),
        And((EITHER, Not(Term("x")))),
        And((EITHER, Not(Exact("dogs")))),
        And((FOX, DOG, Filter("path", "*e*")), implicit=True),
    ):
        found = scores(places, query)
        assert found
        assert found.items() <= whole.items()


def test_the_best_are_the_best_of_all(places: Library) -> None:
    for query in (EITHER, BOTH):
        ranked = list(scores(places, query))
        for limit in range(len(ranked) + 1):
            best = places.engine.search(query, limit=limit)
            assert [name.removesuffix("#0") for name in names(best)] == ranked[:limit]


@pytest.mark.parametrize(
    ("pair", "languages"),
    [
        ((FOX, DOG), ("",)),
        ((FOX, Term("dog", "title")), ("",)),
        ((Exact("fox"), DOG), ("", "de", "es")),
        ((Term("fox", "title"), Term("dog", "title")), ("es",)),
        ((Term("fox"), Term("dög")), ("de", "en")),
    ],
)
def test_the_best_of_many_are_the_best_of_all(
    library: Library, pair: tuple[Term | Exact, ...], languages: tuple[str, ...]
) -> None:
    draw = random.Random(7)
    words = ["fox", "foxes", "dog", "dogs", "dög", *"uvwxyz" * 3]
    files = {
        f"{number:02}": [
            document(
                f"{number:02}",
                " ".join(draw.choices(words, k=draw.randint(5, 60))),
                title=" ".join(draw.choices(words, k=draw.randint(9, 20))),
                language=draw.choice(languages),
            )
        ]
        for number in range(150)
    }
    library.commit(files)
    for query in (
        Or(pair, implicit=True),
        And(pair, implicit=True),
        Or((*pair, FOX), implicit=True),
    ):
        ranked = list(scores(library, query).items())
        assert len(ranked) > 20
        for limit in (1, 3, 10):
            best = library.engine.search(query, limit=limit)
            found = [(hit.passage.document.path, hit.score) for hit in best.passages]
            assert found == ranked[:limit]


def test_only_plain_neighbours_are_near(places: Library) -> None:
    boosted = Or((Boost(FOX, 2.0), Boost(DOG, 2.0)), implicit=True)
    assert scores(places, boosted) == scores(places, boosted.replace(implicit=False))
    assert nearness(1) == ALL_PAIRS
    assert nearness(2) == ALL_PAIRS / 2
    assert nearness(20) == NEARNESS
    between = And((FOX, Boost(Term("x"), 0.0), DOG), implicit=True)
    assert scores(places, between)["beside"] == scores(places, BOTH)["beside"]


def test_it_is_explained(places: Library) -> None:
    ranking = places.engine.search(Boost(EITHER, 3.0), limit=None, explain=True)
    for name, hit in zip(names(ranking), ranking.passages, strict=True):
        assert hit.explanation is not None
        parts = hit.explanation.parts
        assert sum(part.score for part in parts) == pytest.approx(hit.score, abs=2e-9)
        if name == "beside#0":
            assert [(part.kind, part.query) for part in parts] == [
                ("word", "fox"),
                ("word", "dog"),
                ("nearness", "fox dog"),
                ("document", "fox dog"),
            ]


def test_a_passage_gains_by_its_document(library: Library) -> None:
    library.commit(
        {
            "a": "fox x x\n\ndog x x",
            "b": "fox y y\n\nx x x",
            "c": [document("c", "x\n\nx"), document("c", "fox x x")],
        }
    )
    found = scores(library, EITHER)
    assert set(found) == {"a", "a#1", "b", "c"}  # the matches stay the same
    assert found["a"] > found["c"] > found["b"]
    (of_dog,) = scores(library, DOG).values()
    b_of = 1.2 * 0.75 * 4 / 17  # four documents of 17 words
    length, weight = 6, of_dog * (1 + 1.2 * 0.25 + 1.2 * 0.75 * 3 / (17 / 7)) / 2.2
    of_document = weight * 2.2 / (1 + 1.2 * 0.25 + b_of * length)
    fox_weight = (found["b"] - scores(library, FOX)["b"]) * (1 + 1.2 * 0.25 + b_of * 6) / 2.2
    fox_in_a = fox_weight * 2.2 / (1 + 1.2 * 0.25 + b_of * 6)
    assert found["a#1"] == pytest.approx(of_dog + of_document + fox_in_a, abs=1e-8)


def test_removed_documents_count_until_they_are_merged_away(library: Library) -> None:
    files = {name: f"fox {name}\n\ndog {name}" for name in "abcdefgh"}
    library.commit(files)
    library.commit({}, remove=["a"])
    kept = library.engine.stats().deleted
    found = scores(library, EITHER)
    assert len(found) == 14
    assert len(set(found.values())) == 1
    assert kept in (0, 2)
