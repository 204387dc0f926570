"""Blocks of groups: the core reads from one what its plain twin reads, and what was written."""

from __future__ import annotations

import contextlib

import pytest
from block_reader import reader_of
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.index.dictionary_writer import Counts, DictionaryWriter
from seedsearch.index.group_blocks import GROUPS_A_BLOCK, Block, Group, bare, take_apart, terms_of
from seedsearch.index.term_sets import _counted, _range

core = pytest.importorskip("seedsearch.core._core")

held_to = settings(max_examples=100, derandomize=True, deadline=None, database=None)
words = (st.text("abé中", min_size=1, max_size=4) | st.text("a", min_size=12, max_size=40)).map(
    str.encode
)
numbers = st.sampled_from([0, 1, 55, 56, 255, 256, 70_000])
counts = st.builds(lambda df, more, extra: Counts(df, df + more, extra), numbers, numbers, numbers)
groups = st.dictionaries(
    st.tuples(st.sampled_from([b"b", b"t"]), words, st.sampled_from([b"", b" de"])).map(b"".join),
    st.tuples(counts, st.integers(0, 300), st.dictionaries(words, counts, max_size=3)),
    min_size=1,
    max_size=GROUPS_A_BLOCK,
)
Made = dict[bytes, tuple[Counts, int, dict[bytes, Counts]]]


def own(key: bytes, of_group: Counts, members: dict[bytes, Counts]) -> list[tuple[bytes, Counts]]:
    """What a group's members count: the only one, if it is the key itself, occurs where the group does."""
    name = bare(key[1:])
    if [*members] in ([], [name]):
        return [(name, of_group._replace(extra=members.get(name, of_group).extra))]
    return sorted(members.items())


def block_of(made: Made) -> bytes:
    writer = DictionaryWriter()
    for key, (of_group, size, members) in sorted(made.items()):
        writer.put_group(key, of_group, size, *zip(*own(key, of_group, members), strict=True))
    writer._end_groups()
    return writer._group_blocks[0][0]


@held_to
@given(made=groups, absent=words, base=st.integers(0, 1 << 40))
def test_every_group(made: Made, absent: bytes, base: int) -> None:
    data = block_of(made)
    assert core.take_apart(data) == take_apart(data)
    for field in (b"b", b"t"):
        assert core.terms_of(data, field) == terms_of(data, field)
    reader, start = reader_of(data, base), base
    for number, (key, (of_group, size, members)) in enumerate(sorted(made.items())):
        names, of_members = zip(*own(key, of_group, members), strict=True)
        expected = Group(names, start, size, *of_group, *zip(*of_members, strict=True))
        assert core.find_groups((reader,), (b"x" + absent, key)) == [(0, 1, expected)]
        assert reader.group(number) == expected
        start += size
    assert reader.group(len(made)) is None


@settings(held_to, max_examples=40)
@given(made=groups, absent=words, in_bodies=st.booleans())
def test_what_a_word_counts(made: Made, absent: bytes, in_bodies: bool) -> None:
    reader = reader_of(block_of(made))
    fields = (b"b", b"t") if in_bodies else (b"t",)
    for key in {key[1:] for key in made} | {absent}:
        found = core.find_groups((reader,), tuple(field + key for field in fields))
        names = {name for _, _, group in found for name in group[0]}
        for form in (None, absent, *names):
            ranges = [
                _range(0, group, fields[place] == b"t", None if form is None else [form])
                for _, place, group in ((*own[:2], Group(*own[2])) for own in found)
                if form is None or form in group.members
            ]
            expected = _counted(ranges, exact=form is not None)
            _, *counted = core.find_word((reader,), in_bodies, key, form, TITLE_WEIGHT)
            assert counted == [expected.df, expected.frequency]


@held_to
@given(
    made=groups,
    sought=st.lists(st.tuples(words, words), min_size=1, max_size=3).map(tuple),
    least=st.integers(0, 3),
    most=st.integers(0, 4),
)
def test_words_that_begin_or_end_so(
    made: Made, sought: tuple[tuple[bytes, bytes], ...], least: int, most: int
) -> None:
    data = block_of(made)
    found = list(Block(data, 0).words_with(sought, b"de", least, most))
    assert sorted(core.words_with(data, sought, b"de", least, most)) == sorted(found)
    for word, group, is_title, name in found:
        key = sorted(made)[group]
        start, part = sought[word]
        assert key.endswith(b" de")
        assert is_title == key.startswith(b"t")
        assert name.startswith(start) or part in name[least:]


@held_to
@given(made=groups, at=st.integers(0, 1 << 16), value=st.integers(0, 255), cut=st.booleans())
def test_a_block_that_is_not_what_it_should_be(made: Made, at: int, value: int, cut: bool) -> None:
    data = bytearray(block_of(made))
    data[at % len(data)] = value
    changed = bytes(data[: -1 if cut else None])
    reader = reader_of(changed)
    reader.group(len(made) - 1)
    for key in made:
        core.find_groups((reader,), (key,))
        core.find_word((reader,), True, key[1:], b"a", 4)
    try:
        expected = take_apart(changed)
    except ValueError:
        with pytest.raises(ValueError):
            core.take_apart(changed)
    else:
        assert core.take_apart(changed) == expected
    for field in (b"b", b"t"):
        try:
            terms = terms_of(changed, field)
        except ValueError:
            with contextlib.suppress(ValueError):  # the core does not look for line ends
                core.terms_of(changed, field)
        else:
            assert core.terms_of(changed, field) == terms
