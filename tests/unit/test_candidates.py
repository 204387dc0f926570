"""Which candidates of a cluster are read: those that can be among the best."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pytest

from seedsearch.engine.opensearch.candidates import UNNAMED, Candidate, CandidateView, read_best
from seedsearch.engine.opensearch.mapping import Stored
from seedsearch.engine.opensearch.scoring import Found, Scorer
from seedsearch.engine.opensearch.snapshot import Snapshot
from seedsearch.model import Document, Passage


def stored(key: str) -> Stored:
    document = Document(path=key[0], title="", encoding="utf-8")
    passage = Passage(document, int(key[1:]), "", 1, 1, None, None)
    return Stored(passage, 0, "d", "", 1, (), False)


class Fixed:
    """Knows the score and the bound of each candidate by its key; None if it does not match. Notes what is read."""

    def __init__(self, known: dict[str, tuple[float, float] | None]) -> None:
        self.known = known
        self.read: list[str] = []
        self.has_words = True

    def score_of(self, view: CandidateView) -> float | None:
        found = self.known[view.stored.key]
        return None if found is None else found[1]

    def at(self, keys: Iterable[str]) -> list[Stored]:
        new = list(keys)
        self.read += new
        return [stored(key) for key in new]

    def found(self, passages: list[Stored]) -> list[Found]:
        keys = [f"{own.passage.document.path}{own.passage.ordinal}" for own in passages]
        scores = [self.known[key] for key in keys]
        return [Found(own, score[0]) for own, score in zip(passages, scores, strict=True) if score]


def best_of(
    known: dict[str, tuple[float, float] | None], limit: int, per_file: int | None = None
) -> tuple[str, int]:
    """Return the best, and how many were read. The first letter of a key is the path of its file."""
    fixed = Fixed(known)
    views = [
        CandidateView(Candidate(key, key[0].encode(), 0, int(key[1:]), "d", 1), {}, UNNAMED)
        for key in known
    ]
    both = cast(Scorer, fixed), cast(Snapshot, fixed)
    found = read_best(views, *both, limit, per_file)
    best = [f"{own.stored.passage.document.path}{own.stored.passage.ordinal}" for own in found]
    return " ".join(best), len(fixed.read)


KNOWN: dict[str, tuple[float, float] | None] = {
    **{f"a{number}": (9.0 - number / 10, 9.0) for number in range(6)},
    "b1": (8.95, 8.95),
    "b2": (3.0, 8.9),
    "b3": None,
    **{f"c{number}": (2.0, 2.0) for number in range(40)},
}


@pytest.mark.parametrize(
    ("limit", "per_file", "expected", "read"),
    [
        (1, None, "a0", 6),  # nothing beyond the first six can reach 9
        (2, None, "a0 b1", 7),
        (3, None, "a0 b1 a1", 8),
        (3, 1, "a0 b1 c0", 24),  # another eight, then twice as many: no third file before
        (9, None, "a0 b1 a1 a2 a3 a4 a5 b2 c0", 14),  # of those that tie, the first by path
        (99, None, None, 48),
        (0, None, "", 0),
    ],
)
def test_what_can_be_among_the_best_is_read(
    limit: int, per_file: int | None, expected: str | None, read: int
) -> None:
    best, number = best_of(KNOWN, limit, per_file)
    assert number == read
    assert expected is None or best == expected
