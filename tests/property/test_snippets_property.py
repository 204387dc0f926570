"""Whatever the text and the query, a snippet stays inside its passage."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.analysis import Analyzer
from seedsearch.model import Document, Passage
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse
from seedsearch.search.highlight import make_snippet

ANALYZER = Analyzer()
WORDS = [
    "troops",
    "Troop",
    "F-35",
    "U.N.",
    "沒有留言",
    "北韓",
    "café",
    "cafe\u0301",
    "ﬁne",
    "İx",
    "ไทยแลนด์",
]
texts = st.lists(
    st.one_of(
        st.sampled_from([*WORDS, " ", " ", ". ", "\n", "\r\n", "\n\n", "。"]), st.text(max_size=5)
    ),
    max_size=60,
).map("".join)
QUERIES = [
    "troop F-35 沒有留言 café",
    '"troops troops" U.N.',
    '"café troops"~4',
    "tro* ?afe fin~1 北*",
    "title:troops -café path:a",
    "=troops ix ไทย",
]


@settings(max_examples=1_000, derandomize=True, deadline=None, database=None)
@given(texts, st.sampled_from(QUERIES), st.integers(1, 4), st.integers(1, 80))
def test_a_snippet_stays_inside(text: str, query: str, most: int, width: int) -> None:
    passage = Passage(
        document=Document(path="a", title="troops", encoding="utf-8"),
        ordinal=0,
        text=text,
        line_start=5,
        line_end=5 + len(re.findall("\r\n|\r|\n", text)),
        byte_start=None,
        byte_end=None,
    )
    found = make_snippet(
        passage, analyse(parse(query), ANALYZER), ANALYZER, max_fragments=most, width=width
    )
    ends = [0]
    for start, end in found.highlights:
        assert ends[-1] < start < end <= len(text) or (
            ends == [0] and 0 == start < end <= len(text)
        )
        ends.append(end)
    assert len(found.fragments) <= most
    assert bool(found.fragments) == bool(text.strip())
    at = 0
    for fragment in found.fragments:
        start, end = fragment.span
        assert at <= start < end <= len(text)
        assert end - start <= width
        assert fragment.line == 5 + len(re.findall("\r\n|\r|\n", text[:start]))
        assert fragment.highlights == tuple(
            (max(low, start), min(high, end))
            for low, high in found.highlights
            if low < end and high > start
        )
        at = end
