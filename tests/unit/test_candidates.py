"""Which candidates of a cluster are read: the best, as soon as nothing else can be among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pytest

from seedsearch.engine.opensearch.candidates import Candidate, CandidateView, Named, read_best
from seedsearch.engine.opensearch.mapping import Stored
from seedsearch.engine.opensearch.scoring import Found, Scorer
from seedsearch.engine.opensearch.snapshot import Snapshot
from seedsearch.model import Document, Passage
from seedsearch.query.ast import Or, Query, Term

FOX, HEN = Term("fox"), Term("hen")
NEAR = Or((FOX, HEN), implicit=True)
NAMED = Named({FOX: ["0"], HEN: ["1"]}, {}, {(FOX, HEN): "2"}, ())
UNTOLD = NAMED._replace(
    near={}
)  # the words are too many for the cluster to say how close they can be


def stored(key: str) -> Stored:
    document = Document(path=key[0], title="", encoding="utf-8")
    passage = Passage(document, int(key[1:]), "", 1, 1, None, None)
    return Stored(passage, 0, "d", "", 1, (), False)


class Fixed:
    """Knows the score of each candidate by its key, and the highest it can have; None: no match."""

    def __init__(self, known: dict[str, tuple[float, float] | None]) -> None:
        self.known = known
        self.read: list[list[str]] = []

    def score_of(self, view: CandidateView) -> float | None:
        found = self.known[view.stored.key]
        return found and found[view.closeness(FOX, HEN) == 1.0]

    def at(self, keys: Iterable[str], *, streams: bool) -> dict[str, Stored]:
        new = list(keys)
        self.read.append(new)
        return {key: stored(key) for key in new}

    def found(self, passages: Iterable[Stored]) -> list[Found]:
        keys = {f"{own.passage.document.path}{own.passage.ordinal}": own for own in passages}
        scores = [(own, self.known[key]) for key, own in keys.items()]
        return sorted((Found(own, found[0]) for own, found in scores if found), key=Found.order)


def best_of(
    fixed: Fixed, query: Query, limit: int, per_file: int | None = None, named: Named = UNTOLD
) -> str:
    """Return the best. The first letter of a key is the path of its file."""
    counts = {"0": 1, "1": 1, "2": 0.5}
    views = [
        CandidateView(Candidate(key, key[0], 0, int(key[1:]), "d", 1), counts, named)
        for key in fixed.known
    ]
    found = read_best(
        query,
        named,
        views,
        cast(Scorer, fixed),
        cast(Snapshot, fixed),
        limit,
        per_file,
        streams=False,
    )
    return " ".join(
        f"{own.stored.passage.document.path}{own.stored.passage.ordinal}" for own in found
    )


KNOWN: dict[str, tuple[float, float] | None] = {
    **{f"a{number}": (9.0 - number / 10, 9.0 - number / 10) for number in range(6)},
    "b1": (8.95, 9.5),
    "b2": (3.0, 3.0),
    "b3": None,
    **{f"c{number}": (2.0, 2.0) for number in range(40)},
    **{f"d{number}": (7.0, 10.0) for number in range(30)},
}


BEST = [
    (1, None, "a0"),
    (2, None, "a0 b1"),
    (3, None, "a0 b1 a1"),
    (3, 1, "a0 b1 d0"),
    (8, None, "a0 b1 a1 a2 a3 a4 a5 d0"),  # of those that tie, the first by path
    (0, None, ""),
]


@pytest.mark.parametrize(("limit", "per_file", "expected"), BEST)
def test_the_best_alone_are_read_if_their_scores_are_known(
    limit: int, per_file: int | None, expected: str
) -> None:
    fixed = Fixed(KNOWN)
    assert best_of(fixed, NEAR, limit, per_file, NAMED) == expected
    assert [" ".join(keys) for keys in fixed.read] == [expected]


@pytest.mark.parametrize(("limit", "per_file", "expected"), BEST)
def test_else_texts_are_read_until_no_other_candidate_can_be_among_the_best(
    limit: int, per_file: int | None, expected: str
) -> None:
    fixed = Fixed(KNOWN)
    assert best_of(fixed, NEAR, limit, per_file) == expected
    read = [key for keys in fixed.read for key in keys]
    assert len(set(read)) == len(read)
    assert not {key for key in read if key[0] == "c"} or per_file


def test_no_text_is_read_of_a_candidate_that_cannot_be_among_the_best() -> None:
    fixed = Fixed({f"a{number}": (1.0, 1.0 - number / 50) for number in range(40)})
    assert best_of(fixed, NEAR, 3) == "a0 a1 a2"
    assert [len(keys) for keys in fixed.read] == [7]


@pytest.mark.parametrize(
    ("limit", "per_file", "expected"),
    [(3, None, "d0 d1 d2"), (4, 1, "d0 b1 a0 c0"), (0, None, "")],
)
def test_without_pairs_the_best_are_known_at_once(
    limit: int, per_file: int | None, expected: str
) -> None:
    fixed = Fixed(KNOWN)
    assert best_of(fixed, FOX, limit, per_file) == expected
    assert [" ".join(keys) for keys in fixed.read] == [expected]
