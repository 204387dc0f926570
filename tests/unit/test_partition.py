"""Parts of an index that several machines write."""

from __future__ import annotations

from itertools import chain

import pytest

from seedsearch.indexing import Partition, parse_partition


@pytest.mark.parametrize(
    "text", ["0/4", "5/4", "1/0", "1", "/", "a/b", "-1/2", "1/5000", "1/2/3", ""]
)
def test_what_is_no_partition(text: str) -> None:
    assert parse_partition(text) is None


def test_every_file_is_in_one_part() -> None:
    parts = [parse_partition(f"{number}/3") for number in (1, 2, 3)]
    paths = [f"/notes/{number}.txt" for number in range(200)] + ["/odd \udcff", ""]
    held = [[path for path in paths if part and part.holds(path)] for part in parts]
    assert sorted(chain.from_iterable(held)) == sorted(paths)
    assert all(len(own) > 40 for own in held)
    assert [str(part) for part in parts] == ["1/3", "2/3", "3/3"]


def test_a_path_is_in_the_same_part_on_every_machine() -> None:
    assert [Partition(2, 4).holds(f"/a/{name}") for name in "bcdef"] == [
        False,
        False,
        False,
        True,
        False,
    ]
