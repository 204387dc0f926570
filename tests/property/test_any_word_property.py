"""Any of several words: the best of them are the best of all, however they are found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedsearch.analysis import Analyzer
from seedsearch.engine.whoosh import anyword
from seedsearch.engine.whoosh.anyword import AnyWord, Lookup
from seedsearch.engine.whoosh.arrays import ArrayExecution
from seedsearch.engine.whoosh.execute import Statistics
from seedsearch.engine.whoosh.units import Units
from seedsearch.engine.whoosh.words import Scored, peak_of

PASSAGES = 700

# Few scores, so that many tie; and so many passages of a word that its best are not all of them.
scores = st.sampled_from([0.25, 0.5, 0.5000001, 1.0, 3.0])
words = st.one_of(
    st.dictionaries(st.integers(0, PASSAGES - 1), scores, min_size=1, max_size=12),
    st.builds(
        lambda first, step, own: {
            passage: own[passage % len(own)] for passage in range(first, PASSAGES, step)
        },
        st.integers(0, 9),
        st.integers(1, 4),
        st.lists(scores, min_size=1, max_size=23),
    ),
)


def scored(word: dict[int, float]) -> Scored:
    docs = np.array(sorted(word), np.int64)
    alone = Scored(docs, np.array([word[doc] for doc in docs.tolist()]), positive=True)
    return alone._replace(peak=peak_of(alone))


def added(several: list[dict[int, float]]) -> dict[int, float]:
    total: dict[int, float] = {}
    for word in several:
        for passage, score in word.items():
            total[passage] = total.get(passage, 0.0) + score
    return total


class OfNoSegment(ArrayExecution):
    """Combines scores of so many passages, which stand in no segment."""

    def __init__(self) -> None:
        super().__init__([], Units([], Analyzer()), Statistics(PASSAGES, 1.0))
        self._passages = PASSAGES
        self._bases = np.array([0, PASSAGES])
        self._base_list = [0, PASSAGES]


@pytest.mark.parametrize("looked_up", [0, 20, 2048])
@settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    several=st.lists(words, min_size=2, max_size=4),
    most=st.one_of(st.none(), st.integers(0, 5), st.integers(10, PASSAGES)),
    size_first=st.booleans(),
)
def test_the_best_of_any_word(
    monkeypatch: pytest.MonkeyPatch,
    looked_up: int,
    several: list[dict[int, float]],
    most: int | None,
    size_first: bool,
) -> None:
    monkeypatch.setattr(anyword, "_LOOKED_UP", looked_up)
    execution, lookup = OfNoSegment(), Lookup(PASSAGES)
    parts = [scored(word) for word in several]
    expected = added(several)
    for _ in range(2):  # the second time with arrays that the first one gave back
        found = AnyWord(parts, lookup, execution)
        if size_first:
            assert found.size == len(expected)
        ranked = {doc: score for score, doc, _ in found.best(most).ranked}
        assert found.size == len(expected)
        in_order = sorted(expected.values(), reverse=True)
        if most is None or most >= len(in_order):
            wanted = expected
        elif most == 0:
            wanted = {}
        else:
            least = in_order[most - 1] - 1e-9
            wanted = {doc: score for doc, score in expected.items() if score >= least}
        assert {doc: ranked.get(doc) for doc in wanted} == pytest.approx(wanted, abs=1e-9)
        assert {doc: expected[doc] for doc in ranked} == pytest.approx(ranked, abs=1e-9)
