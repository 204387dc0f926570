"""One call of C finds the passages without any of some words, as the plain twin does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.analysis import passage_language
from seedsearch.core import compiled
from seedsearch.model import PassageSpan

pytestmark = pytest.mark.skipif(compiled is None, reason="installed without the parts in C")

PASSAGES = st.lists(
    st.sampled_from([" the ", " th", "e ", " of", " of ", "ö", " à ", " ", "x"])
).map("".join)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(
    st.lists(PASSAGES, max_size=8),
    st.lists(st.sampled_from([" the ", " of ", " à ", "ö"]), max_size=4),
)
def test_passages_without_words(passages: list[str], words: list[str]) -> None:
    text = "\n".join(passages)
    spans, at = [], 0
    for passage in passages:
        end = at + len(passage)
        in_bytes = (len(text[:place].encode()) for place in (at, end))
        spans.append(PassageSpan(at, end, 1, 1, *in_bytes))
        at = end + 1
    wanted = [i for i, own in enumerate(passages) if not any(word in own for word in words)]
    assert passage_language._without(words, text.encode(), spans) == wanted
    assert passage_language._without(words, text, spans) == wanted
    assert passage_language._without(words, text.encode(), tuple(spans)) == wanted


@pytest.mark.parametrize("places", [(-1, -1), (0, 6), (4, 3), (-3, 2), (1 << 62, 1 << 62)])
def test_a_span_outside_the_text_is_an_error(places: tuple[int, int]) -> None:
    assert compiled is not None
    with pytest.raises(ValueError, match="span"):
        compiled.spans_without(b"coal ", [PassageSpan(0, 1, 1, 1, *places)], (b"c",))
