"""The best passages in C: for any words, and any places of theirs, those that a slow and plain look finds."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_best = pytest.importorskip("seedsearch.core._core")

PASSAGES = 9_000  # several spans of those that any_of adds up at a time
TINY = 1e-9
Found = tuple[int, list[tuple[float, int]]] | None

held_to = settings(max_examples=300, derandomize=True, deadline=None, database=None)


# ------------------------------------------------------------------------ columns


def small(values: list[int], start: int = 0) -> tuple[bytes, array[int], array[int], int]:
    """A small column: see docs/index-format.md."""
    over = [(start + at, value >> 8) for at, value in enumerate(values) if value > 255]
    return (
        bytes(value & 255 for value in values),
        array("I", [at for at, _ in over]),
        array("I", [high for _, high in over]),
        start,
    )


def source(
    docs: list[int],
    tf: list[int],
    *,
    title: bool = False,
    members: list[int] | None = None,
    chosen: Iterable[int] = (),
    positions: list[int] | None = None,
    start: int = 0,
) -> tuple[Any, ...]:
    return (
        title,
        array("H", docs),
        small(tf, start),
        None if members is None else small(members, start),
        None if members is None else array("I", chosen),
        None if positions is None else small(positions, start),
    )


def part(base: int, lengths: list[int], *sources: Any, deleted: bytes | None = None) -> Any:
    code = "B" if max(lengths, default=0) < 256 else "Q"
    return base, array(code, lengths), bytes(len(lengths)), deleted, sources


# ------------------------------------------------------------------------ from words to the best

# A passage of that length, in which the word stands once, scores 1 / (1 + length): few different scores, so that many
# tie, some of them but nearly; and so many passages of a word that its best are not all of them.
lengths = st.sampled_from([0, 1, 3, 100_000, 100_001, 100_002])
words = st.one_of(
    st.dictionaries(st.integers(0, PASSAGES - 1), lengths, max_size=12),
    st.builds(
        lambda first, step, own: {
            passage: own[passage % len(own)] for passage in range(first, PASSAGES, step)
        },
        st.integers(0, PASSAGES // 2),
        st.integers(1, 200),
        st.lists(lengths, min_size=1, max_size=23),
    ),
)
wanted = st.one_of(st.integers(0, 12), st.sampled_from([127, 128, 129, 500, PASSAGES]))


def word(of: dict[int, int], passages: int = PASSAGES) -> Any:
    docs = sorted(of)
    columns = [of.get(passage, 7) for passage in range(passages)]
    return _best.word((part(0, columns, source(docs, [1] * len(docs))),), 1.0, 0.0, 1.0, 4.0)


def added(docs: Iterable[int], several: list[dict[int, int]]) -> dict[int, float]:
    """The sum of the scores, in the order of the words."""
    total = {}
    for doc in docs:
        score = 0.0
        for one in several:
            if doc in one:
                score += 1.0 / (one[doc] + 1.0)
        total[doc] = score
    return total


def is_best(found: Found, expected: dict[int, float], most: int) -> None:
    if found is None:  # very many were equally good, at the end or on the way
        assert len(expected) > most + 1000
        return
    in_order = sorted(expected.values(), reverse=True)
    least = in_order[most - 1] - TINY if 0 < most <= len(in_order) else 0.0
    good = {doc: score for doc, score in expected.items() if most and score >= least}
    size, pairs = found
    assert size == len(expected)
    assert len({doc for _, doc in pairs}) == len(pairs)
    assert {doc: score for score, doc in pairs} == good


@held_to
@given(several=st.lists(words, min_size=1, max_size=4), most=wanted)
def test_any_of(several: list[dict[int, int]], most: int) -> None:
    expected = added(sorted(set().union(*several)), several)
    is_best(_best.any_of(tuple(map(word, several)), most), expected, most)


@held_to
@given(several=st.lists(words, min_size=1, max_size=4), most=wanted, again=st.booleans())
def test_all_of(several: list[dict[int, int]], most: int, again: bool) -> None:
    if again:
        several.append(several[0])
    shared = set(several[0]).intersection(*several)
    expected = added(shared, sorted(several, key=len))
    is_best(_best.all_of(tuple(map(word, several)), most), expected, most)


def test_so_many_that_are_equally_good_are_left_to_others() -> None:
    one = word(dict.fromkeys(range(0, 4000, 2), 0))
    other = word(dict.fromkeys(range(1, 4000, 2), 0))
    assert _best.any_of((one, other), 10) is None
    assert _best.any_of((one,), 10) is None
    assert _best.all_of((one, one), 10) is None
    assert _best.any_of((one, other), 0) == (4000, [])
    assert _best.all_of((one, one), 0) == (2000, [])
    size, pairs = _best.any_of((one, other), 3000)
    assert (size, len(pairs)) == (4000, 4000)


# ------------------------------------------------------------------------ from columns to words


class Segment(NamedTuple):
    """Passages: of each its length, its occurrences as (position, member) in body and title, whether it is deleted."""

    lengths: list[int]
    body: list[list[tuple[int, int]]]
    title: list[list[tuple[int, int]]]
    deleted: list[bool]


positions = st.one_of(st.integers(0, 8), st.integers(250, 260), st.integers(70_000, 70_003))
occurrences = st.lists(st.tuples(positions, st.integers(0, 2)), max_size=5, unique=True)
passages = st.tuples(st.integers(0, 400), occurrences, occurrences, st.booleans())
segments = st.lists(passages, max_size=6).map(
    lambda rows: Segment(
        *([list(column) for column in zip(*rows, strict=True)] or [[], [], [], []])
    )
)


def sources_of(
    segment: Segment, chosen: set[int] | None, start: int, turns: int
) -> list[tuple[Any, ...]]:
    """The columns of a group in bodies and titles; of `turns` groups that take turns, as those of languages do."""
    found = []
    for title, field in ((False, segment.body), (True, segment.title)):
        for turn in range(turns):
            docs = [doc for doc, own in enumerate(field) if own and doc % turns == turn]
            rows = [sorted(field[doc], key=lambda pair: (pair[1], pair[0])) for doc in docs]
            flat = [pair for row in rows for pair in row]
            found.append(
                source(
                    docs,
                    [len(row) for row in rows],
                    title=title,
                    members=None if chosen is None else [member for _, member in flat],
                    chosen=sorted(chosen or ()),
                    positions=[position for position, _ in flat],
                    start=start,
                )
            )
    return found


def wanted_in(field: list[tuple[int, int]], chosen: set[int] | None) -> list[int]:
    return sorted(position for position, member in field if chosen is None or member in chosen)


several_segments = st.lists(segments, min_size=1, max_size=3)
chosen_members = st.one_of(st.none(), st.sets(st.integers(0, 3)))
held_to_columns = given(
    index=several_segments,
    chosen=chosen_members,
    start=st.sampled_from([0, 1, 1000]),
    turns=st.integers(1, 2),
)


@held_to
@held_to_columns
def test_a_word_of_columns(
    index: list[Segment], chosen: set[int] | None, start: int, turns: int
) -> None:
    expected, parts, base = {}, [], 0
    for segment in index:
        for doc, length in enumerate(segment.lengths):
            tf = len(wanted_in(segment.body[doc], chosen))
            tf += 4 * len(wanted_in(segment.title[doc], chosen))
            if tf and not segment.deleted[doc]:
                expected[base + doc] = tf * 2.5 / (0.3 + 0.01 * length + tf)
        flags = bytes(segment.deleted)
        sources = sources_of(segment, chosen, start, turns)
        parts.append(part(base, segment.lengths, *sources, deleted=flags if any(flags) else None))
        base += len(segment.lengths)
    found = _best.word(tuple(parts), 2.5, 0.3, 0.01, 4.0)
    size, pairs = _best.any_of((found,), 50)
    assert (size, {doc: score for score, doc in pairs}) == (len(expected), pytest.approx(expected))


@held_to
@given(
    index=several_segments,
    wanted=st.lists(st.one_of(st.none(), st.sets(st.integers(0, 3))), min_size=1, max_size=3),
    turns=st.integers(1, 2),
    most=st.integers(0, 20),
)
def test_phrases_of_columns(
    index: list[Segment], wanted: list[set[int] | None], turns: int, most: int
) -> None:
    """Words that are members of one group stand in one another's places, too."""
    total = sum(len(segment.lengths) for segment in index)
    keys, found, expected = [], [], {}
    for chosen in wanted:
        parts, base = [], 0
        for segment in index:
            sources = sources_of(segment, chosen, 3, turns)
            parts.append(part(base, segment.lengths, *sources, deleted=bytes(segment.deleted)))
            base += len(segment.lengths)
        keys.append(_best.keys(tuple(parts), total))
        found.append(_best.word(tuple(parts), 1.0, 1.0, 0.0, 4.0))
    base = 0
    for segment in index:
        for doc in range(len(segment.lengths)):
            fields = [
                [wanted_in(field[doc], chosen) for chosen in wanted]
                for field in (segment.body, segment.title)
            ]
            if not segment.deleted[doc] and any(
                all(at + step in own for step, own in enumerate(places))
                for places in fields
                for at in places[0]
            ):
                tfs = [len(body) + 4 * len(title) for body, title in zip(*fields, strict=True)]
                expected[base + doc] = sum(tf / (1.0 + tf) for tf in tfs)
        base += len(segment.lengths)
    is_best(_best.phrase(tuple(keys), tuple(found), total, most), expected, most)


# ------------------------------------------------------------------------ what is refused

GOOD = source([0, 2], [1, 2], members=[0, 0, 1], chosen=[1], positions=[4, 1, 2])


def refused(made: Any) -> None:
    with pytest.raises(ValueError):
        _best.word((made,), 1.0, 1.0, 1.0, 4.0)
    with pytest.raises(ValueError):
        _best.keys((made,), 3)


@pytest.mark.parametrize(
    "bad",
    [
        source([2, 0], [1, 2], positions=[1, 2, 3]),
        source([1, 1], [1, 2], positions=[1, 2, 3]),
        source([0, 3], [1, 2], positions=[1, 2, 3]),
        source([0, 2], [1], positions=[1, 2, 3]),
        source([0, 2], [1, 2], members=[0, 1], chosen=[0], positions=[4, 1, 2]),
        source([0, 2], [1, 1 << 30], members=[0, 1, 1], chosen=[0], positions=[4, 1, 2]),
        (False, b"abc", *GOOD[2:]),  # an odd number of bytes
        (*GOOD[:2], (b"\x01\x02", array("I", [0]), array("I", []), 0), *GOOD[3:]),
        (*GOOD[:2], (b"\x01\x02", b"abc", b"abc", 0), *GOOD[3:]),
    ],
)
def test_columns_that_do_not_fit(bad: Any) -> None:
    refused(part(0, [1, 2, 3], bad))


def test_places_that_do_not_fit() -> None:
    few = source([0, 2], [1, 2], positions=[1, 2])
    far = (*GOOD[:5], (b"\x01\x02\x03", array("I", [1]), array("I", [1 << 24]), 0))
    for bad in (few, far, source([0, 2], [1, 2])):
        with pytest.raises(ValueError):
            _best.keys((part(0, [1, 2, 3], bad),), 3)
    _best.keys((part(0, [1, 2, 3], GOOD),), 3)


def test_what_stands_for_all_passages_does_not_fit() -> None:
    refused((0, bytes(3), bytes(2), None, (GOOD,)))
    refused((0, bytes(3), bytes(3), bytes(2), (GOOD,)))
    refused((-1, bytes(3), bytes(3), None, (GOOD,)))
    refused(((1 << 31) - 2, bytes(3), bytes(3), None, (GOOD,)))
    with pytest.raises(ValueError):  # passages of one segment among those of another
        _best.word((part(5, [1, 2, 3], GOOD), part(3, [1, 2, 3], GOOD)), 1.0, 1.0, 1.0, 4.0)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_no_score_is_zero_or_infinite(weight: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        _best.word((part(0, [1, 2, 3], GOOD),), weight, 1.0, 1.0, 4.0)


def test_scores_as_large_as_can_be() -> None:
    largest = 1.7e308
    one = _best.word((part(0, [1, 2, 3], GOOD),), largest, 0.0, 0.0, 4.0)
    for most in (0, 10):
        assert _best.any_of((one, one), most)[0] == 1
        assert _best.all_of((one, one), most)[0] == 1


def test_what_is_of_another_type() -> None:
    for bad in (
        None,
        (),
        (0, bytes(3), bytes(3), None, [GOOD]),
        (0, bytes(3), bytes(3), None, (None,)),
    ):
        with pytest.raises(TypeError):
            _best.word((bad,), 1.0, 1.0, 1.0, 4.0)
        with pytest.raises(TypeError):
            _best.keys((bad,), 3)
    for made in (_best.Word, _best.Keys):
        with pytest.raises(TypeError):
            made()


def test_what_is_no_question() -> None:
    one, places = word({1: 1}), _best.keys((part(0, [1, 2, 3], GOOD),), 3)
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


def test_the_memory_that_is_taken() -> None:
    grown = word(dict.fromkeys(range(100), 1)).nbytes - word({}).nbytes
    assert grown == 100 * 12
    assert _best.keys((part(0, [1, 2, 3], GOOD),), 3).nbytes < 100  # one is chosen


def against_the_selection(count: int, most: int) -> list[int]:
    """Ranks for which `select_best` takes as many rounds as can be (McIlroy, A Killer Adversary for Quicksort)."""
    gas = 2 * count
    rank, solid, candidate = [gas] * count, 0, 0

    def before(x: int, y: int) -> bool:  # x has the higher rank
        nonlocal solid, candidate
        if rank[x] == rank[y] == gas:
            rank[x if x == candidate else y] = solid
            solid += 1
        if gas in (rank[x], rank[y]):
            candidate = x if rank[x] == gas else y
        return rank[x] > rank[y]

    def middle(a: int, b: int, c: int) -> int:
        if before(b, a):
            return b if before(c, b) else c if before(c, a) else a
        return a if before(c, a) else c if before(c, b) else b

    items, low, high = list(range(count)), 0, count - 1
    while low < high:
        pivot = middle(items[low], items[low + (high - low) // 2], items[high])
        i, j = low, high
        while i <= j:
            while before(items[i], pivot):
                i += 1
            while before(pivot, items[j]):
                j -= 1
            if i <= j:
                items[i], items[j] = items[j], items[i]
                i, j = i + 1, j - 1
        if most - 1 <= j:
            high = j
        elif most - 1 >= i:
            low = i
        else:
            break
    rest = iter(range(solid, gas))
    return [next(rest) if own == gas else own for own in rank]


def test_scores_that_are_made_to_take_long() -> None:
    ranks = against_the_selection(6_000, 128)
    of = {doc: 100_000 - rank for doc, rank in enumerate(ranks)}
    expected = {doc: 1.0 / (length + 1.0) for doc, length in of.items()}
    for most in (10, 128, 500):
        found = _best.any_of((word(of),), most)
        in_order = sorted(expected.values(), reverse=True)
        size, pairs = found
        assert size == 6_000
        assert sorted((score for score, _ in pairs), reverse=True)[:most] == in_order[:most]
