"""Which candidates of a cluster are read: the best, as soon as nothing else can be among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import pytest

from seedsearch.engine.opensearch.candidates import Candidate, CandidateView, Named, read_best
from seedsearch.engine.opensearch.mapping import Stored
from seedsearch.engine.opensearch.scoring import Found, Scorer
from seedsearch.engine.opensearch.snapshot import Pair, Snapshot
from seedsearch.model import Document, Passage
from seedsearch.query.ast import Or, Query, Term

FOX, HEN = Term("fox"), Term("hen")
NEAR = Or((FOX, HEN), implicit=True)
NAMED = Named({FOX: ["0"], HEN: ["1"]}, {}, ())


def stored(key: str) -> Stored:
    document = Document(path=key[0], title="", encoding="utf-8")
    passage = Passage(document, int(key[1:]), "", 1, 1, None, None)
    return Stored(passage, 0, "d", "", 1, (), False)


class Fixed:
    """Knows the score of each candidate by its key without nearness, and what nearness adds; None: no match."""

    def __init__(
        self, known: dict[str, tuple[float, float] | None], *, can_measure: bool = True
    ) -> None:
        self.known = known
        self.read: list[str] = []
        self.measured: list[str] = []
        self._can_measure = can_measure

    def score_of(self, view: CandidateView) -> float | None:
        found = self.known[view.stored.key]
        return found and found[0] + 2 * view.closeness(FOX, HEN) * found[1]

    def can_measure(self, pairs: Sequence[Pair]) -> bool:
        return self._can_measure

    def closeness(
        self, keys: Sequence[str], pairs: Sequence[Pair]
    ) -> Iterator[tuple[str, dict[Pair, float]]]:
        self.measured += keys
        for key in keys:
            yield key, dict.fromkeys(pairs, 0.5)

    def at(self, keys: Iterable[str], *, streams: bool) -> dict[str, Stored]:
        new = list(keys)
        self.read += new
        return {key: stored(key) for key in new}

    def found(self, passages: Iterable[Stored]) -> list[Found]:
        keys = {f"{own.passage.document.path}{own.passage.ordinal}": own for own in passages}
        scores = [(own, self.known[key]) for key, own in keys.items()]
        return sorted((Found(own, sum(s)) for own, s in scores if s), key=Found.order)


def best_of(fixed: Fixed, query: Query, limit: int, per_file: int | None = None) -> str:
    """Return the best. The first letter of a key is the path of its file."""
    views = [
        CandidateView(Candidate(key, key[0], 0, int(key[1:]), "d", 1), {"0": 1, "1": 1}, NAMED)
        for key in fixed.known
    ]
    found = read_best(
        query, views, cast(Scorer, fixed), cast(Snapshot, fixed), limit, per_file, streams=False
    )
    return " ".join(
        f"{own.stored.passage.document.path}{own.stored.passage.ordinal}" for own in found
    )


KNOWN: dict[str, tuple[float, float] | None] = {
    **{f"a{number}": (9.0 - number / 10, 0.0) for number in range(6)},
    "b1": (7.95, 1.0),  # 8.95
    "b2": (1.0, 2.0),
    "b3": None,
    **{f"c{number}": (2.0, 0.0) for number in range(40)},
    **{f"d{number}": (4.0, 3.0) for number in range(30)},  # 7.0, and 10.0 side by side
}


@pytest.mark.parametrize(
    ("limit", "per_file", "expected", "measured"),
    [
        (1, None, "a0", 38),
        (2, None, "a0 b1", 38),
        (3, None, "a0 b1 a1", 38),
        (3, 1, "a0 b1 d0", 78),  # the first three times three are of one file
        (8, None, "a0 b1 a1 a2 a3 a4 a5 d0", 38),  # of those that tie, the first by path
        (0, None, "", 0),
    ],
)
def test_closeness_is_asked_of_those_that_can_be_among_the_best(
    limit: int, per_file: int | None, expected: str, measured: int
) -> None:
    fixed = Fixed(KNOWN)
    assert best_of(fixed, NEAR, limit, per_file) == expected
    assert len(fixed.measured) == measured
    assert " ".join(fixed.read) == expected


def test_texts_are_read_instead_if_the_words_are_too_many_for_a_query() -> None:
    fixed = Fixed(KNOWN, can_measure=False)
    assert best_of(fixed, NEAR, 3) == "a0 b1 a1"
    assert fixed.measured == []
    assert len(fixed.read) == 38


def test_few_texts_are_read_instead_of_asking() -> None:
    fixed = Fixed({key: score for key, score in KNOWN.items() if key[0] in "ab"})
    assert best_of(fixed, NEAR, 3) == "a0 b1 a1"
    assert fixed.measured == []


@pytest.mark.parametrize(
    ("limit", "per_file", "expected"),
    [(3, None, "d0 d1 d2"), (4, 1, "d0 b1 a0 c0"), (0, None, "")],
)
def test_without_pairs_the_best_are_known_at_once(
    limit: int, per_file: int | None, expected: str
) -> None:
    fixed = Fixed(KNOWN)
    assert best_of(fixed, FOX, limit, per_file) == expected
    assert " ".join(fixed.read) == expected
    assert fixed.measured == []
