"""Byte strings are put in the order that `sorted` gives them, and numbered without gaps."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.index.ordering import ordering

BEGINNINGS = [
    b"",
    b"a",
    b"a\0",
    b"abcdefgh",
    b"abcdefghijklmnop",
    b"abcdefghijklmnopq",
    b"\xe9" * 16,
]
strings = st.one_of(
    st.binary(max_size=20),
    st.tuples(st.sampled_from(BEGINNINGS), st.binary(max_size=2)).map(b"".join),
)


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.lists(strings, max_size=60))
def test_as_sorted(values: list[bytes]) -> None:
    firsts, ranks = ordering(np.fromiter(values, np.object_, len(values)))
    distinct = sorted(set(values))
    assert [values[i] for i in firsts.tolist()] == distinct
    assert [distinct[rank] for rank in ranks.tolist()] == values
