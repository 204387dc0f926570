"""The best passages in C: for any words, and any places of theirs, those that a slow and plain look finds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.engine.whoosh.words import consecutive, slots

_best = pytest.importorskip("seedsearch.engine.whoosh._best")

PASSAGES = 9_000  # several spans of those that any_of adds up at a time
TINY = 1e-9

# Few scores, so that many tie; and so many passages of a word that its best are not all of them.
scores = st.sampled_from([0.25, 0.5, 0.5 + 1e-10, 0.5000001, 1.0, 3.0])
words = st.one_of(
    st.dictionaries(st.integers(0, PASSAGES - 1), scores, max_size=12),
    st.builds(
        lambda first, step, own: {
            passage: own[passage % len(own)] for passage in range(first, PASSAGES, step)
        },
        st.integers(0, PASSAGES // 2),
        st.integers(1, 200),
        st.lists(scores, min_size=1, max_size=23),
    ),
)
wanted = st.one_of(st.integers(0, 12), st.sampled_from([127, 128, 129, 500, PASSAGES]))
Found = tuple[int, list[tuple[float, int]]] | None

held_to = settings(max_examples=300, derandomize=True, deadline=None, database=None)


def word(of: dict[int, float]) -> object:
    docs = sorted(of)
    return _best.Word(np.array(docs, np.int64), np.array([of[doc] for doc in docs], np.float64))


def added(docs: Iterable[int], several: list[dict[int, float]]) -> dict[int, float]:
    """The sum of the scores, in the order of the words."""
    total = {}
    for doc in docs:
        score = 0.0
        for one in several:
            score += one.get(doc, 0.0)
        total[doc] = score
    return total


def is_best(found: Found, expected: dict[int, float], most: int) -> None:
    in_order = sorted(expected.values(), reverse=True)
    least = in_order[most - 1] - TINY if 0 < most <= len(in_order) else 0.0
    good = {doc: score for doc, score in expected.items() if most and score >= least}
    if found is None:  # very many were equally good, at the end or on the way
        assert len(expected) > most + 1000
        return
    size, pairs = found
    assert size == len(expected)
    assert len(pairs) == len(dict(pairs)) or len(pairs) == len({doc for _, doc in pairs})
    assert {doc: score for score, doc in pairs} == good


@held_to
@given(several=st.lists(words, min_size=1, max_size=4), most=wanted)
def test_any_of(several: list[dict[int, float]], most: int) -> None:
    expected = added(sorted(set().union(*several)), several)
    is_best(_best.any_of(tuple(map(word, several)), most), expected, most)


@held_to
@given(several=st.lists(words, min_size=1, max_size=4), most=wanted, again=st.booleans())
def test_all_of(several: list[dict[int, float]], most: int, again: bool) -> None:
    if again:
        several.append(several[0])
    shared = set(several[0]).intersection(*several)
    expected = added(shared, sorted(several, key=len))
    is_best(_best.all_of(tuple(map(word, several)), most), expected, most)


# Places of a few passages, bodies first and then titles, some of them close together.
OF_PHRASE = 40
places = st.sets(st.tuples(st.integers(0, 2 * OF_PHRASE - 1), st.integers(0, 6)), max_size=120)


@held_to
@given(
    several=st.lists(places, min_size=1, max_size=3),
    again=st.booleans(),
    gone=st.sets(st.integers(0, OF_PHRASE - 1), max_size=5),
    most=st.integers(0, 50),
)
def test_phrase(
    several: list[set[tuple[int, int]]], again: bool, gone: set[int], most: int
) -> None:
    if again:
        several.append(several[0])
    keys = [np.array([doc << 32 | at for doc, at in sorted(own)], np.uint64) for own in several]
    live = [
        {doc % OF_PHRASE: 0.5 + doc % 7 + number for doc, _ in own if doc % OF_PHRASE not in gone}
        for number, own in enumerate(several)
    ]
    together = {
        doc % OF_PHRASE
        for doc, at in several[0]
        if all((doc, at + step) in own for step, own in enumerate(several))
    } - gone
    expected = added(together, live)
    found = _best.phrase(tuple(map(_best.Keys, keys)), tuple(map(word, live)), OF_PHRASE, most)
    is_best(found, expected, most)
    if found is not None:
        with_numpy = set(consecutive(keys, slots(), OF_PHRASE).tolist()) - gone
        assert with_numpy == together


def test_so_many_that_are_equally_good_are_left_to_others() -> None:
    one = word(dict.fromkeys(range(0, 4000, 2), 1.0))
    other = word(dict.fromkeys(range(1, 4000, 2), 1.0))
    assert _best.any_of((one, other), 10) is None
    assert _best.any_of((one,), 10) is None
    assert _best.all_of((one, one), 10) is None
    assert _best.any_of((one, other), 0) == (4000, [])
    assert _best.all_of((one, one), 0) == (2000, [])
    size, pairs = _best.any_of((one, other), 3000)
    assert (size, len(pairs)) == (4000, 4000)


@pytest.mark.parametrize(
    ("docs", "values"),
    [
        ([1, 1], [1.0, 1.0]),
        ([2, 1], [1.0, 1.0]),
        ([-1], [1.0]),
        ([1 << 31], [1.0]),
        ([1], [0.0]),
        ([1], [-1.0]),
        ([1], [float("nan")]),
        ([1, 2], [1.0]),
    ],
)
def test_what_is_no_word(docs: list[int], values: list[float]) -> None:
    with pytest.raises(ValueError, match="passage"):
        _best.Word(np.array(docs, np.int64), np.array(values, np.float64))


def test_what_is_no_list_of_places() -> None:
    with pytest.raises(ValueError, match="ascend"):
        _best.Keys(np.array([3, 3], np.uint64))
    with pytest.raises(ValueError, match="8 bytes"):
        _best.Keys(np.array([1], np.uint8))
    with pytest.raises((BufferError, ValueError)):
        _best.Keys(np.arange(10, dtype=np.uint64)[::2])


def test_what_is_no_question() -> None:
    one, places = word({1: 1.0}), _best.Keys(np.array([1 << 32], np.uint64))
    for ask in (_best.any_of, _best.all_of):
        with pytest.raises(ValueError, match="some words"):
            ask((), 1)
        with pytest.raises(ValueError, match="above zero"):
            ask((one,), -1)
        with pytest.raises(TypeError):
            ask((places,), 1)
        with pytest.raises(TypeError):
            ask([one], 1)
    with pytest.raises(ValueError, match="as many words"):
        _best.phrase((places, places), (one,), 9, 1)
    with pytest.raises(ValueError, match="above zero"):
        _best.phrase((places,), (one,), -9, 1)
    with pytest.raises(TypeError):
        _best.phrase((one,), (one,), 9, 1)


def test_a_word_says_again_what_it_was_told() -> None:
    one = word({7: 0.5, 9: 1.5})
    assert np.frombuffer(one.docs, np.uint32).tolist() == [7, 9]
    assert np.frombuffer(one.scores, np.float64).tolist() == [0.5, 1.5]
    assert one.nbytes > 24
    assert _best.Keys(np.array([1, 2], np.uint64)).nbytes == 16
