"""Queries in the core: for any postings and matches, they give what the plain twin gives."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import plain_matching as twin
from seedsearch.core.posting_list import encode

core = pytest.importorskip("seedsearch.core._core")

PASSAGES = 9_000  # several of the spans that any_of adds up at once
held_to = settings(max_examples=200, derandomize=True, deadline=None, database=None)

Answer = Any


def both(do: Any, *given: tuple[Any, Any], **more: Any) -> tuple[Any, Any]:
    """Make the same call of the core and of the twin. Each argument is a pair of their values."""
    name = do
    return (
        getattr(core, name)(*[own for own, _ in given]),
        getattr(twin, name)(*[own for _, own in given]),
    )


def same(value: Any) -> tuple[Any, Any]:
    return value, value


def many(pairs: Iterable[tuple[Any, Any]]) -> tuple[Any, Any]:
    pairs = list(pairs)
    return tuple(own for own, _ in pairs), tuple(own for _, own in pairs)


def agree(pair: tuple[Any, Any]) -> Any:
    """Return both results, which must be equal to the last bit."""
    found = []
    for own in pair:
        for name in ("passages", "scores", "frequencies"):
            if hasattr(own, name):
                found.append((name, getattr(own, name)))
    half = len(found) // 2
    assert found[:half] == found[half:]
    assert half
    return pair


# ------------------------------------------------------------------------ columns


MEMBERS = 4  # of a stem class with several


def source(
    docs: list[int],
    tf: list[int],
    *,
    title: bool = False,
    members: list[int] | None = None,
    chosen: Iterable[int] = (),
    positions: list[int] | None = None,
) -> tuple[Any, ...]:
    """Return a posting list as queries pass it. Missing positions are 0."""
    places = [0] * sum(tf) if positions is None else positions
    several = MEMBERS if members is not None else 1
    data = encode(docs, tf, members or [], places, several)
    which = None if members is None else array("I", chosen)
    return title, data, len(docs), sum(tf), several, which


def of_passages(lengths: list[int], deleted: bytes | None = None) -> Any:
    code = "B" if max(lengths, default=0) < 256 else "Q"
    documents = array("H", [number // 2 for number in range(len(lengths))])
    return array(code, lengths), bytes(len(lengths)), documents, deleted


def table(*segments: Any, a: float = 0.3, b: float = 0.01, title_weight: int = 4) -> Any:
    return both("passage_table", *map(same, (segments, a, b, title_weight)))


# ------------------------------------------------------------------------ matches

# A passage of this length, with one occurrence of the word, scores 1 / (1 + length). There are few different scores, so
# that many tie or nearly tie, and more passages than the best.
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
several_words = st.lists(words, min_size=1, max_size=4)
wanted = st.one_of(st.integers(0, 12), st.sampled_from([127, 128, 129, 500, PASSAGES]))
HALF = PASSAGES // 2
TWO_SEGMENTS = table(*(of_passages([7] * size) for size in (HALF, PASSAGES - HALF)))
boosts = st.sampled_from([1.0, 1.0, 1.0, 0.0, 2.5])


def matches(of: dict[int, int], boost: float = 1.0) -> Any:
    """Return the matches of a word, from the lengths of its passages."""
    columns = [of.get(passage, 7) for passage in range(PASSAGES)]
    its_table = table(of_passages(columns), a=0.0, b=1.0)
    docs = sorted(of)
    parts = same(((0, (source(docs, [1] * len(docs)),) if docs else ()),))
    postings = agree(both("postings", its_table, parts, same(None)))
    scored = agree(both("scored", its_table, postings, same(1.0)))
    return scored if boost == 1.0 else agree(both("boosted", scored, same(boost)))


def some(several: list[dict[int, int]], boost: float) -> Any:
    """Return the matches of several words, the first one boosted."""
    return many(matches(of, 1.0 if number else boost) for number, of in enumerate(several))


@held_to
@given(several=several_words, most=wanted, boost=boosts)
def test_any_and_all(several: list[dict[int, int]], most: int, boost: float) -> None:
    parts = some(several, boost)
    for name in ("any_of", "all_of"):
        together = agree(both(name, parts))
        extras = [same(()), same(())] if name == "any_of" else []
        ours, theirs = both(f"best_of_{name[:3]}", TWO_SEGMENTS, parts, *extras, same(most))
        assert ours == theirs
        ours, others = both("best", TWO_SEGMENTS, together, same(most))
        assert ours == others == theirs
        ours, theirs = both("ranked", together)
        assert ours == theirs


@held_to
@given(
    several=several_words,
    more=st.lists(words, max_size=3),
    around=st.lists(words, max_size=3),
    most=wanted,
    boost=boosts,
)
def test_any_in_context(
    several: list[dict[int, int]],
    more: list[dict[int, int]],
    around: list[dict[int, int]],
    most: int,
    boost: float,
) -> None:
    parts, extras = some(several, boost), some(more, 1.0)
    documents = [{passage // 2: length for passage, length in own.items()} for own in around]
    of_documents = some(documents, 1.0)
    ours, theirs = both("best_of_any", TWO_SEGMENTS, parts, extras, of_documents, same(most))
    assert ours == theirs
    if around:
        together = agree(both("any_of", parts))
        agree(both("with_documents", TWO_SEGMENTS, together, of_documents))


@held_to
@given(several=several_words, boost=boosts)
def test_combinations(several: list[dict[int, int]], boost: float) -> None:
    parts = some(several, boost)
    agree(both("highest_of", parts))
    first, last = (
        ((own[0], theirs[0]) for own, theirs in [parts]),
        ((o[-1], t[-1]) for o, t in [parts]),
    )
    (one,), (other,) = first, last
    agree(both("without", one, other))
    agree(both("within", one, other))
    agree(both("maybe", one, other))
    agree(both("without", agree(both("everything", TWO_SEGMENTS)), one))


@held_to
@given(of=words, pattern=st.lists(st.integers(0, 2), min_size=1, max_size=40), most=wanted)
def test_documents(of: dict[int, int], pattern: list[int], most: int) -> None:
    found = matches(of)
    fits = [pattern[at % len(pattern)] for at in range(HALF // 2 + 1)]
    known = (bytes(fits), bytes(fits))
    ours, theirs = both("untested", TWO_SEGMENTS, found, same(known))
    assert list(filter(None, ours)) == list(filter(None, theirs))
    agree(both("narrowed", TWO_SEGMENTS, found, same(known), same(2)))
    numbers = tuple(array("I", [fit * 3 + at % 4 for at, fit in enumerate(fits)]) for _ in "ab")
    orders = tuple(array("I", [at * 7919 % 101 for at in range(len(fits))]) for _ in "ab")
    ours, theirs = both("grouped", TWO_SEGMENTS, found, *map(same, (numbers, orders, 13)))
    assert ours[1] == theirs[1]
    groups = agree((ours[0], theirs[0]))
    ours, theirs = both("best", TWO_SEGMENTS, groups, same(most))
    assert ours == theirs


def test_so_many_that_are_equally_good_are_cut() -> None:
    even = matches(dict.fromkeys(range(0, 8000, 2), 0))
    odd = matches(dict.fromkeys(range(1, 8000, 2), 0))
    parts = many([even, odd])
    ours, theirs = both("best_of_any", TWO_SEGMENTS, parts, same(()), same(()), same(10))
    assert ours == theirs
    size, pairs, ties = ours
    assert (size, len(pairs)) == (8000, 20)  # ten of each segment
    assert ties == (9, HALF + 9)
    assert both("best_of_any", TWO_SEGMENTS, parts, same(()), same(()), same(0))[0] == (
        8000,
        [],
        (),
    )
    of_word = same(((0, (source([*range(2000)], [1] * 2000),)),))
    weight, most = same(1.0), same(10)
    answers = both("best_of_word", table(of_passages([7] * 2000)), of_word, weight, most)
    assert answers[0] is None  # too many to choose from without keeping them
    assert answers[1] is not None
    size, pairs, ties = both("best_of_any", TWO_SEGMENTS, parts, same(()), same(()), same(7500))[0]
    assert (size, len(pairs), ties) == (8000, 8000, ())


@held_to
@given(
    rng=st.randoms(use_true_random=False),
    most=st.integers(1, 12),
    step=st.sampled_from([1, 3, 90]),
    are_deleted=st.booleans(),
)
def test_the_best_of_a_frequent_word(rng: Random, most: int, step: int, are_deleted: bool) -> None:
    """Lengths have two bytes each, those of titles one, as in most segments."""
    docs = sorted(rng.sample(range(400 * step), 400))
    frequencies = [rng.choice((1, 1, 1, 2, 5, 20, 300)) for _ in docs]
    passages = range(400 * step)
    lengths = array("H", [rng.randrange(400) for _ in passages])
    titles = bytes(rng.randrange(4) for _ in passages)
    deleted = bytes(rng.random() < 0.1 for _ in passages) if are_deleted else None
    documents = array("H", [number // 2 for number in passages])
    parts = same(((0, (source(docs, frequencies),)),))
    its_table = table((lengths, titles, documents, deleted))
    ours, theirs = both("best_of_word", its_table, parts, same(2.5), same(most))
    assert ours == theirs


# ------------------------------------------------------------------------ from columns to matches


class Segment(NamedTuple):
    """Passages: length, occurrences as (position, member) in body and title, whether deleted."""

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
    segment: Segment, chosen: set[int] | None, turns: int
) -> tuple[tuple[Any, ...], ...]:
    """Return the lists of a stem class in bodies and titles, in `turns` alternating lists."""
    found = []
    for title, field in ((False, segment.body), (True, segment.title)):
        for turn in range(turns):
            docs = [doc for doc, own in enumerate(field) if own and doc % turns == turn]
            rows = [sorted(field[doc]) for doc in docs]
            flat = [pair for row in rows for pair in row]
            if docs:
                found.append(
                    source(
                        docs,
                        [len(row) for row in rows],
                        title=title,
                        members=None if chosen is None else [member for _, member in flat],
                        chosen=sorted(chosen or ()),
                        positions=[position for position, _ in flat],
                    )
                )
    return tuple(found)


chosen_members = st.one_of(st.none(), st.sets(st.integers(0, 3)))


@held_to
@given(
    index=st.lists(segments, min_size=1, max_size=3),
    wanted=st.lists(chosen_members, min_size=1, max_size=4),
    turns=st.integers(1, 3),
    slop=st.one_of(st.integers(0, 4), st.just(1 << 40)),
)
def test_words_of_columns(
    index: list[Segment], wanted: list[set[int] | None], turns: int, slop: int
) -> None:
    """Forms of one stem class replace each other."""
    flags = [bytes(segment.deleted) for segment in index]
    its_table = table(
        *(
            of_passages(own.lengths, f if any(f) else None)
            for own, f in zip(index, flags, strict=True)
        )
    )
    found = []
    lists = [[sources_of(own, chosen, turns) for own in index] for chosen in wanted]
    weights = [2.5 + number for number in range(len(wanted))]
    for of_word, weight in zip(lists, weights, strict=True):
        parts = same(tuple(enumerate(of_word)))
        postings = agree(both("postings", its_table, parts, same(None)))
        found.append(agree(both("scored", its_table, postings, same(weight))))
        agree(both("postings", its_table, parts, found[0]))
        agree(both("around", its_table, postings, same(weight)))
        best = both("best_of_word", its_table, parts, same(weight), same(2))
        assert best[0] == best[1]
    together = same(tuple(enumerate(zip(*lists, strict=True)))), same(tuple(weights))
    anywhere = agree(both("all_of", many(found)))
    for within in (same(None), found[-1]):
        agree(both("phrase", its_table, *together, within))
        agree(both("near", its_table, *together, within, same(slop)))
        if len(wanted) == 2:
            agree(both("beside", its_table, *together, within, same(min(slop, 9))))
    near = both("near", its_table, *together, same(None), same(1 << 40))[0]
    if len(wanted) == 1:
        assert near.passages == anywhere[0].passages
        assert near.scores == anywhere[0].scores


# ------------------------------------------------------------------------ what is refused

GOOD = source([0, 2], [1, 2], members=[0, 0, 1], chosen=[1], positions=[4, 1, 2])
THREE = table(of_passages([1, 2, 3]))


def with_counts(df: int, cf: int, members: int) -> tuple[Any, ...]:
    return (*GOOD[:2], df, cf, members, GOOD[5])


@pytest.mark.parametrize(
    "bad",
    [
        source([0, 3], [1, 2], positions=[1, 2, 3]),  # there are three passages
        (*GOOD[:1], GOOD[1][:-1], *GOOD[2:]),
        (*GOOD[:1], b"", *GOOD[2:]),
        (*GOOD[:1], bytes([255]) * 7, *GOOD[2:]),
        with_counts(1, 3, 4),
        with_counts(3, 3, 4),
        with_counts(2, 2, 4),
        with_counts(2, 4, 4),
        with_counts(2, 3, 200),
        with_counts(0, 0, 4),
        with_counts(2, 1 << 30, 4),
    ],
)
def test_lists_that_do_not_fit(bad: Any) -> None:
    for module, own in zip((core, twin), THREE, strict=True):
        with pytest.raises(ValueError):
            module.phrase(own, ((0, (((*bad[:5], None),),)),), (1.0,), None)


def test_numbers_of_other_bytes() -> None:
    with pytest.raises(ValueError, match="other bytes"):
        core.postings(THREE[0], ((0, ((*GOOD[:5], b"abc"),)),), None)


def test_what_stands_for_all_passages_does_not_fit() -> None:
    for module in (core, twin):
        for bad in (
            (bytes(3), bytes(2), bytes(3), None),
            (bytes(3), bytes(3), bytes(2), None),
            (bytes(3), bytes(3), bytes(3), bytes(2)),
        ):
            with pytest.raises(ValueError, match="differs in length"):
                module.passage_table((bad,), 1.0, 1.0, 4)
    with pytest.raises(ValueError, match="segments ascend"):
        core.postings(THREE[0], ((0, (GOOD,)), (0, (GOOD,))), None)
    with pytest.raises(ValueError, match="no such segment"):
        core.postings(THREE[0], ((1, (GOOD,)),), None)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_no_score_is_zero_or_infinite(weight: float) -> None:
    postings = both("postings", THREE, same(((0, (GOOD,)),)), same(None))
    for module, own, found in zip((core, twin), THREE, postings, strict=True):
        with pytest.raises(ValueError, match="above zero"):
            module.scored(own, found, weight)


def test_a_document_that_is_not_there() -> None:
    found = both("everything", THREE)
    for module, own, one in zip((core, twin), THREE, found, strict=True):
        for ask in (
            lambda module=module, own=own, one=one: module.narrowed(own, one, (b"\1",), 1),
            lambda module=module, own=own, one=one: module.untested(own, one, (b"\1",)),
            lambda module=module, own=own, one=one: module.grouped(
                own, one, (array("I", [0, 9]),), (array("I", [0, 1]),), 2
            ),
        ):
            with pytest.raises(ValueError, match="not there"):
                ask()
        with pytest.raises(ValueError, match="one for each segment"):
            module.narrowed(own, one, (), 1)


def test_what_is_of_another_type() -> None:
    for bad in (None, (), (0, [GOOD]), (0, (None,)), ("0", (GOOD,))):
        with pytest.raises(TypeError):
            core.postings(THREE[0], (bad,), None)
    with pytest.raises(TypeError):
        core.postings(THREE[0], (), 1)
    with pytest.raises(TypeError):
        core.passage_table((None,), 1.0, 1.0, 4)
    with pytest.raises(TypeError):
        core.phrase(THREE[0], ((0, (None,)),), (1.0,), None)
    for made in (core.Matches, core.Postings, core.PassageTable):
        with pytest.raises(TypeError):
            made()


def test_what_is_no_question() -> None:
    everything = core.everything(THREE[0])
    with pytest.raises(TypeError):
        core.best_of_any(THREE[0], (everything,), (THREE[0],), (), 1)
    for ask, more in ((core.best_of_any, [(), ()]), (core.best_of_all, [])):
        with pytest.raises(ValueError, match="some are wanted"):
            ask(THREE[0], (), *more, 1)
        with pytest.raises(ValueError, match="above zero"):
            ask(THREE[0], (everything,), *more, -1)
        with pytest.raises(TypeError):
            ask(THREE[0], (THREE[0],), *more, 1)
        with pytest.raises(TypeError):
            ask(THREE[0], [everything], *more, 1)
    with pytest.raises(ValueError, match="for each word"):
        core.phrase(THREE[0], ((0, ((GOOD,), (GOOD,))),), (1.0,), None)
    with pytest.raises(ValueError, match="some are wanted"):
        core.phrase(THREE[0], (), (), None)
    with pytest.raises(ValueError, match="below zero"):
        core.near(THREE[0], ((0, ((GOOD,),)),), (1.0,), None, -1)
    with pytest.raises(ValueError, match="above zero"):
        core.phrase(THREE[0], ((0, ((GOOD,),)),), (0.0,), None)
    with pytest.raises(ValueError, match="two words"):
        core.beside(THREE[0], ((0, ((GOOD,),)),), (1.0,), None, 8)


def test_the_memory_that_is_taken() -> None:
    grown = matches(dict.fromkeys(range(100), 1))[0].nbytes - matches({})[0].nbytes
    assert grown == 100 * 12


@held_to
@given(st.floats(0, 1e12) | st.integers(0, 1 << 40).map(lambda n: (n + 0.5) / 1e9))
def test_scores_are_rounded_as_python_rounds(score: float) -> None:
    of_one = both("boosted", matches({1: 0}), same(score))
    assert both("best", TWO_SEGMENTS, of_one, same(1))[0][1] == [(round(score, 9), 1)]


def against_the_selection(count: int, most: int) -> list[int]:
    """Return ranks that take `select_best` the most rounds (McIlroy, A Killer Adversary for Quicksort)."""
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
    parts = many([matches(of)])
    for most in (10, 128, 500):
        ours, theirs = both("best_of_any", TWO_SEGMENTS, parts, same(()), same(()), same(most))
        assert ours == theirs
