"""A segment's file: what is written comes back, column by column and key by key."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.errors import IndexDamagedError
from seedsearch.index.dictionary import (
    BODY,
    TITLE,
    Dictionary,
    Keys,
    write_groups,
    write_terms,
)
from seedsearch.index.invert import write_small
from seedsearch.index.merge import small
from seedsearch.index.segment import Small
from seedsearch.index.segment_file import (
    BLOCK,
    Blobs,
    SegmentFile,
    SegmentFileWriter,
    narrowest,
)

profile = settings(max_examples=100, derandomize=True, deadline=None, database=None)

FACTS = {"kinds": [], "terms": 0}


@contextmanager
def written(write: Any) -> Iterator[SegmentFile]:
    """An open segment file with what `write` put in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/x.seg"
        writer = SegmentFileWriter(path)
        write(writer)
        file = SegmentFile(path, *writer.close(FACTS))
        try:
            yield file
        finally:
            file.close()


# --------------------------------------------------------------------------------- columns

numbers = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 70_000) | st.integers(0, 255), max_size=60)  # fmt: skip


@pytest.mark.parametrize(
    ("largest", "code"),
    [
        (0, "B"),
        (255, "B"),
        (256, "H"),
        (65_535, "H"),
        (65_536, "I"),
        (2**32 - 1, "I"),
        (2**32, "Q"),
    ],
)
def test_columns_are_as_narrow_as_can_be(largest: int, code: str) -> None:
    assert narrowest(largest) == code


@profile
@given(st.lists(numbers, max_size=4))
def test_numbers(columns: list[list[int]]) -> None:
    def write(writer: SegmentFileWriter) -> None:
        for name, values in enumerate(columns):
            writer.numbers(str(name), values)

    with written(write) as file:
        for name, values in enumerate(columns):
            column = file.column(str(name))
            assert list(column.whole()) == values
            assert len(column) == len(values)
            assert [column[i] for i in range(len(values))] == values
            assert column.code == narrowest(max(values, default=0))
            for start in range(0, len(values), 7):
                assert list(column.slice(start, len(values))) == values[start:]


@profile
@given(st.lists(st.binary(max_size=20), max_size=40))
def test_blobs(values: list[bytes]) -> None:
    with written(lambda writer: writer.blobs("x", values)) as file:
        blobs = Blobs(file, "x")
        assert len(blobs) == len(values)
        assert blobs.all() == values
        assert [blobs[i] for i in range(len(values))] == values


@profile
@given(
    st.lists(
        st.one_of(
            st.integers(0, 255),
            st.integers(256, 65_535),
            st.integers(65_536, 2**32 - 1),
        ),
        max_size=60,
    ),
    st.data(),
)
def test_small_numbers_and_the_few_that_are_not(values: list[int], data: st.DataObject) -> None:
    with written(lambda writer: write_small(writer, "x", [np.array(values, np.int64)])) as file:
        column = Small(file, "x")
        start = data.draw(st.integers(0, len(values)))
        end = data.draw(st.integers(start, len(values)))
        assert list(column.values(start, end)) == values[start:end]
        assert small(column, start, end).tolist() == values[start:end]


def test_columns_of_many_blocks() -> None:
    values = [n * 7 for n in range(3 * BLOCK)]
    with written(lambda writer: writer.numbers("x", values)) as file:
        column = file.column("x")
        for at in (0, BLOCK // 4 - 1, BLOCK // 4, BLOCK, len(values) - 1):
            assert column[at] == values[at]
        assert list(column.slice(BLOCK // 4 - 2, BLOCK + 2)) == values[BLOCK // 4 - 2 : BLOCK + 2]
        assert list(column.whole()) == values
        file.check_all()


def test_numbers_that_point_outside_are_damage() -> None:
    with written(lambda writer: writer.numbers("x", [1, 2, 3])) as file:
        column = file.column("x")
        for ask in (
            lambda: column[3],
            lambda: column[-1],
            lambda: column.slice(0, 4),
            lambda: column.slice(2, 1),
            lambda: file.column("y"),
        ):
            with pytest.raises(IndexDamagedError):
                ask()


def test_a_writer_that_gives_up_leaves_nothing(tmp_path: Path) -> None:
    writer = SegmentFileWriter(str(tmp_path / "x.seg"))
    writer.numbers("x", [1])
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_writer_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.seg").write_text("precious")
    with pytest.raises(FileExistsError):
        SegmentFileWriter(str(tmp_path / "x.seg"))


# ------------------------------------------------------------------------------ dictionary

stems = st.text(alphabet="abcé中\U0001f600", min_size=1, max_size=4).map(str.encode)
counts = st.integers(1, 300) | st.integers(60_000, 70_000)


@st.composite
def dictionaries(draw: st.DrawFn, most: int = 12) -> dict[bytes, list[tuple[bytes, int, int]]]:
    """Groups by key; each has members with their df and cf."""
    keys = draw(st.sets(st.tuples(st.sampled_from([BODY, TITLE]), stems), max_size=most))
    groups = {}
    for field, stem in sorted(keys):
        endings = draw(st.sets(st.sampled_from([b"", b"ed", b"ing", b"s"]), min_size=1))
        groups[field + stem] = [
            (stem + b"-" + ending, draw(counts), draw(counts)) for ending in sorted(endings)
        ]
    return groups


def put_dictionary(
    writer: SegmentFileWriter, groups: dict[bytes, list[tuple[bytes, int, int]]]
) -> None:
    keys = list(groups)
    members = [member for key in keys for member, _, _ in groups[key]]
    first = np.cumsum([0, *(len(groups[key]) for key in keys)])
    of_terms = [
        np.array([member[at] for key in keys for member in groups[key]], np.int64) for at in (1, 2)
    ]
    of_groups = [
        np.array([sum(member[at] for member in groups[key]) for key in keys], np.int64)
        for at in (1, 2)
    ]
    df, cf = of_groups
    write_groups(
        writer, by_field(keys), members, first, (df, cf, df // 2), (*of_terms, of_terms[0] // 2)
    )
    terms = sorted(
        (key[:1] + member, number)
        for number, key in enumerate(keys)
        for member, _, _ in groups[key]
    )
    numbers = np.array([number for _, number in terms], np.int64)
    write_terms(writer, by_field([term for term, _ in terms]), numbers)


def by_field(keys: list[bytes]) -> Keys:
    return Keys(*([key[1:] for key in keys if key[:1] == field] for field in (BODY, TITLE)))


def same_dictionary(file: SegmentFile, groups: dict[bytes, list[tuple[bytes, int, int]]]) -> None:
    keys = list(groups)
    dictionary = Dictionary(file)
    postings = occurrences = members = 0
    for number, key in enumerate(keys):
        group = dictionary.group(key)
        assert group is not None
        assert (key, group) == dictionary.group_at(number)
        assert (
            list(zip(group.members, group.member_df, group.member_cf, strict=True)) == groups[key]
        )
        df, cf = (sum(member[at] for member in groups[key]) for at in (1, 2))
        assert (group.df, group.cf, group.extra) == (df, cf, df // 2)
        assert list(group.member_extra) == [member[1] // 2 for member in groups[key]]
        assert (group.postings, group.occurrences) == (postings, occurrences)
        assert group.member_at == (members if len(groups[key]) > 1 else -1)
        postings += df
        occurrences += cf
        members += cf if len(groups[key]) > 1 else 0
    for absent in (b"", BODY, BODY + b"ab!", BODY + b"zzz", TITLE + b"a ", b"\xff"):
        assert absent in groups or dictionary.group(absent) is None
    terms = sorted(
        (key[:1] + member, number)
        for number, key in enumerate(keys)
        for member, _, _ in groups[key]
    )
    for start in (b"", BODY, BODY + b"b", TITLE, TITLE + b"a", "bé".encode(), b"\xff", *keys[:5]):
        assert list(dictionary.terms(start)) == [item for item in terms if item[0] >= start]


@profile
@given(dictionaries())
def test_a_dictionary(groups: dict[bytes, list[tuple[bytes, int, int]]]) -> None:
    with written(lambda writer: put_dictionary(writer, groups)) as file:
        same_dictionary(file, groups)


def test_a_dictionary_of_many_blocks() -> None:
    groups = {
        field + f"{n:x}".encode(): [
            (f"{n:x}{'s' * i}".encode(), 1 + n % 300, 1 + n % 70_000) for i in range(1 + n % 3)
        ]
        for field in (BODY, TITLE)
        for n in sorted(range(1_500), key=lambda n: f"{n:x}")
    }
    with written(lambda writer: put_dictionary(writer, groups)) as file:
        same_dictionary(file, groups)
