"""What words that stand side by side in a query add where a passage has them near each other, on every engine."""

from __future__ import annotations

from math import sqrt

import pytest
from library import Library, document, names

from seedsearch.engine.bm25f import NEARNESS, REACH
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
    plain = scores(places, query.replace(implicit=False))
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
        added = NEARNESS * lower * sqrt(closeness.get(name, 0))
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


def test_only_plain_neighbours_are_near(places: Library) -> None:
    boosted = Or((Boost(FOX, 2.0), DOG), implicit=True)
    assert scores(places, boosted) == scores(places, boosted.replace(implicit=False))
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
            ]
