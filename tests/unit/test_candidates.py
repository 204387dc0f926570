"""Which candidates of a cluster are read: those that can be among the best."""

from __future__ import annotations

from typing import cast

import pytest

from seedsearch.engine.opensearch.candidates import UNNAMED, Candidate, CandidateView, promising
from seedsearch.engine.opensearch.scoring import Scorer


class Bounds:
    """Knows the lowest and the highest score of each candidate by its key; None if it does not match."""

    def __init__(self, bounds: dict[str, tuple[float, float] | None]) -> None:
        self.bounds = bounds

    def score_of(self, view: CandidateView) -> float | None:
        found = self.bounds[view.stored.key]
        return None if found is None else found[view.beside]


def chosen(
    bounds: dict[str, tuple[float, float] | None], limit: int, per_file: int | None = None
) -> list[str]:
    """Return the keys that are read. The first letter of a key is the path of its file."""
    views = [
        CandidateView(Candidate(key, key[0].encode(), 0, 0, "d", 1), {}, UNNAMED) for key in bounds
    ]
    return promising(views, cast(Scorer, Bounds(bounds)), limit, per_file)


BOUNDS: dict[str, tuple[float, float] | None] = {
    "a1": (5.0, 6.0),
    "a2": (4.0, 4.5),
    "b1": (3.0, 5.5),
    "b2": (3.0, 3.5),
    "c1": (1.0, 4.0),
    "c2": None,
}


@pytest.mark.parametrize(
    ("limit", "per_file", "expected"),
    [
        (1, None, ["a1", "b1"]),  # none but b1 can reach 5
        (2, None, ["a1", "a2", "b1", "c1"]),  # 4 may tie
        (2, 1, ["a1", "a2", "b1", "b2", "c1"]),  # the second best file has at least 3
        (9, None, ["a1", "a2", "b1", "b2", "c1"]),  # all that match
    ],
)
def test_what_can_be_among_the_best(limit: int, per_file: int | None, expected: list[str]) -> None:
    assert chosen(BOUNDS, limit, per_file) == expected
