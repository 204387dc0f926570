"""The compiled core finds the rows of a table as the plain twin does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.corpus.formats.table import plain_rows

pytestmark = pytest.mark.skipif(compiled is None, reason="the compiled core is not installed")


@settings(max_examples=1500, deadline=None)
@given(
    st.text(alphabet='",;\t\r\naé\U0001f600', max_size=40),
    st.sampled_from(",;\t|"),
    st.integers(1, 4),
)
def test_rows(text: str, delimiter: str, most: int) -> None:
    assert compiled.rows(text, delimiter, most) == list(plain_rows(text, delimiter, most))


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        compiled.rows("\ud800", ",", 5)
    with pytest.raises(ValueError, match="ASCII"):
        compiled.rows("a", "é", 5)
