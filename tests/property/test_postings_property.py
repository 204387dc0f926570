"""Posting lists: the core and the twin read back what was written, and refuse everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled, plain_matching
from seedsearch.core.posting_list import BLOCK, Decoded, code, decode, encode, member_bits

PASSAGES = 65_536
profile = settings(max_examples=120, deadline=None)


def core_decode(
    data: bytes, df: int, cf: int, members: int, passages: int, *, positions: bool = True
) -> Decoded:
    """The core's decoder with the signature of the twin's."""
    try:
        found = compiled.decode_postings(data, df, cf, members, passages, positions)
    except OverflowError as error:  # a number outside every dictionary
        raise ValueError from error
    return Decoded(*(memoryview(part).cast("I") for part in found))


READERS = [decode] if compiled is None else [decode, core_decode]
values = st.integers(0, 300) | st.integers(4_000, 5_000) | st.integers(500_000, 600_000)
"""Values around the length limits of the code."""


def made(*occurrences: tuple[int, list[tuple[int, int]]], members: int = 1) -> tuple[Decoded, int]:
    """Return a list of (passage, [(position, member)])."""
    return Decoded(
        [passage for passage, _ in occurrences],
        [len(own) for _, own in occurrences],
        [member for _, own in occurrences for _, member in own] if members > 1 else [],
        [position for _, own in occurrences for position, _ in own],
    ), members


@st.composite
def lists(draw: st.DrawFn, most: int = 3 * BLOCK) -> tuple[Decoded, int]:
    members = draw(st.sampled_from([1, 1, 2, 3, 8, 9, 300]))
    count = draw(st.integers(1, 12) | st.sampled_from([BLOCK - 1, BLOCK, BLOCK + 1, most]))
    step = draw(st.sampled_from([1, 3, 150]))
    rng = draw(st.randoms(use_true_random=False))
    passages = sorted(rng.sample(range(count * step), count))
    occurrences = [
        (
            passage,
            sorted(
                (rng.choice((rng.randrange(100), rng.randrange(10_000))), rng.randrange(members))
                for _ in range(rng.choice((1, 1, 1, 2, 5)))
            ),
        )
        for passage in passages
    ]
    if draw(st.booleans()):  # one with unusual values
        position, tf = draw(values), draw(st.integers(1, 300))
        occurrences[0] = (passages[0], [(position + i, i % members) for i in range(tf)])
    return made(*occurrences, members=members)


def encoded(made: tuple[Decoded, int]) -> bytes:
    return encode(*made[0], made[1])


def read(
    reader: Callable[..., Decoded], data: bytes, made: tuple[Decoded, int], **more: Any
) -> Decoded:
    found, members = made
    df, cf = len(found.passages), sum(found.frequencies)
    return reader(data, df, cf, members, more.pop("passages", PASSAGES), **more)


def plain(found: Decoded) -> Decoded:
    return Decoded(*map(list, found))


@pytest.mark.parametrize("reader", READERS)
@profile
@given(lists())
@example(made((0, [(0, 0)])))
@example(made((65_535, [((1 << 32) - 1, 0)])))
@example(made((5, [(7, 0), (7, 1), (7, 1)]), members=2))
def test_what_is_written_comes_back(
    reader: Callable[..., Decoded], given: tuple[Decoded, int]
) -> None:
    data = encoded(given)
    assert plain(read(reader, data, given)) == given[0]
    without = read(reader, data, given, positions=False)
    assert list(without.positions) == []
    assert plain(without)[:3] == given[0][:3]


@profile
@given(st.integers(0, (1 << 32) - 1) | values)
@example(223)
@example(224)
@example(4_319)
@example(4_320)
@example(528_607)
@example(528_608)
def test_a_position_of_any_size(value: int) -> None:
    given = made((3, [(value, 0)]))
    data = encoded(given)
    assert len(code(value)) == (
        1 if value < 224 else 2 if value < 4_320 else 3 if value < 528_608 else 5
    )
    for reader in READERS:
        assert list(read(reader, data, given).positions) == [value]


def outcome(reader: Callable[..., Decoded], *args: Any) -> Any:
    try:
        return plain(reader(*args))
    except ValueError:
        return ValueError


@profile
@given(lists(), st.data())
def test_a_changed_list_is_refused_or_is_a_list(
    given: tuple[Decoded, int], data: st.DataObject
) -> None:
    """The core and the twin decide alike."""
    found, members = given
    raw = bytearray(encoded(given))
    for _ in range(data.draw(st.integers(1, 3))):
        kind = data.draw(st.sampled_from(["flip", "cut", "add", "set", "swap"]))
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        if kind == "flip" and raw:
            raw[at] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "cut":
            del raw[at : at + data.draw(st.integers(1, 9))]
        elif kind == "add":
            raw[at:at] = data.draw(st.binary(min_size=1, max_size=6))
        elif kind == "set" and raw:
            raw[at] = data.draw(st.sampled_from([0, 1, 223, 224, 240, 247, 248, 249, 255]))
        elif raw:
            raw[at], raw[0] = raw[0], raw[at]
    df = max(len(found.passages) + data.draw(st.sampled_from([0, 0, 0, 1, -1])), 0)
    cf = max(sum(found.frequencies) + data.draw(st.sampled_from([0, 0, 0, 1, -1])), 0)
    members += data.draw(st.sampled_from([0, 0, 0, 1, -1]))
    passages = data.draw(st.sampled_from([PASSAGES, found.passages[-1] + 1, found.passages[-1], 0]))
    one = outcome(decode, bytes(raw), df, cf, members, passages)
    assert one == outcome(READERS[-1], bytes(raw), df, cf, members, passages)
    if one is not ValueError:
        assert encode(*one, members) == raw  # a list has only one encoding
        assert one.passages[-1] < passages


@profile
@given(st.binary(max_size=60), st.integers(0, 300), st.integers(0, 300), st.integers(0, 5))
def test_any_bytes_are_refused_or_a_list(data: bytes, df: int, cf: int, members: int) -> None:
    one = outcome(decode, data, df, cf, members, 1000)
    assert one == outcome(READERS[-1], data, df, cf, members, 1000)
    assert one is ValueError or encode(*one, members) == data


@pytest.mark.parametrize(
    "numbers", [(-1, 1, 1), (1, -1, 1), (1, 1, -1), (1 << 40, 1 << 40, 1), (1, 1 << 33, 1)]
)
def test_counts_that_cannot_be(numbers: tuple[int, int, int]) -> None:
    data = encoded(made((0, [(0, 0)])))
    for reader in READERS:
        with pytest.raises(ValueError):
            reader(data, *numbers, PASSAGES)


def test_a_long_number_for_a_short_one_is_refused() -> None:
    data = bytes([1, 248, 5, 0, 0, 0])  # passage 0, position 5
    for reader in READERS:
        with pytest.raises(ValueError):
            reader(data, 1, 1, 1, PASSAGES)


def test_members_take_the_bits_of_the_last_one() -> None:
    assert [member_bits(n) for n in (1, 2, 3, 4, 5, 256, 257)] == [0, 1, 2, 2, 3, 8, 9]


MODULES: tuple[Any, Any] = plain_matching, compiled or plain_matching
OF_PASSAGES = bytes(PASSAGES), bytes(PASSAGES), bytes(PASSAGES), None
TABLES = [(module, module.passage_table((OF_PASSAGES,), 1.0, 1.0, 4)) for module in MODULES]


@settings(profile, max_examples=80)
@given(lists(), st.data())
def test_what_queries_read_of_a_list(given: tuple[Decoded, int], data: st.DataObject) -> None:
    """Postings and occurrences of chosen members; of all passages, or of some, with blocks skipped."""
    found, members = given
    raw = None
    if members > 1:
        chosen = sorted(data.draw(st.sets(st.integers(0, members - 1), min_size=1, max_size=3)))
        raw = b"".join(n.to_bytes(4, "little") for n in chosen)
    source = (False, encoded(given), len(found.passages), len(found.positions), members, raw)
    step = data.draw(st.integers(1, 200))
    few = dict.fromkeys([*found.passages[::step], PASSAGES - 1])
    other = encoded(made(*((passage, [(0, 0)]) for passage in few)))
    other_source = (False, other, len(few), len(few), 1, None)
    answers = []
    for own, table in TABLES:
        within = own.scored(table, own.postings(table, ((0, (other_source,)),), None), 1.0)
        for some in (None, within):
            postings = own.postings(table, ((0, (source,)),), some)
            twice = own.phrase(table, ((0, ((source,), (source,))),), (1.0, 2.0), some)
            answers.append((bytes(postings.passages), bytes(postings.frequencies)))
            answers.append((bytes(twice.passages), bytes(twice.scores)))
    assert answers[:4] == answers[4:]
    assert raw is not None or memoryview(answers[0][0]).cast("I").tolist() == found.passages


@pytest.mark.parametrize("data", [bytes(80), bytes([230] * 80), bytes([1] * 20 + [0] * 60)])
def test_queries_refuse_a_list_that_is_none(data: bytes) -> None:
    """However they read it: whole, or passing over postings."""
    source = (False, data, 30, 40, 1, None)
    other = (False, encoded(made((0, [(0, 0)]), (500, [(0, 0)]))), 2, 2, 1, None)
    for own, table in TABLES:
        within = own.scored(table, own.postings(table, ((0, (other,)),), None), 1.0)
        for some in (None, within):
            with pytest.raises(ValueError):
                own.postings(table, ((0, (source,)),), some)
