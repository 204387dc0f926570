"""The streams that a cluster gets hold the forms of a text, each at its position."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsearch.analysis import Analyzer
from seedsearch.engine.opensearch.streams import (
    GAP,
    JOINT,
    Cutter,
    clean_mark,
    marks_of,
    terms_in,
)

ANALYZER = Analyzer()
CUTTER = Cutter(ANALYZER)
WORDS = ["Häuser", "hauser", "foxes", "F-35", "1,000", "C++", "[a](b)", "U.N.", "والكتاب"]
texts = (
    st.text(alphabet="aBé0中한א[](),:<>`'’-_.&/$€#@%+ \n\x01\x02", max_size=40)
    | st.text(alphabet=st.characters(), max_size=30)  # surrogates too
    | st.lists(st.sampled_from(WORDS)).map(" ".join)
)


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar", "zh", ""])
@given(text=texts)
def test_streams_hold_each_form_at_its_position(language: str, text: str) -> None:
    at: dict[int, tuple[list[str], list[str]]] = {}
    for form, token in ANALYZER.forms(text, language):
        words, marks = at.setdefault(token.position, ([], []))
        words.append(clean_mark(form.term))
        marks.extend(map(clean_mark, marks_of(form, ANALYZER)))
    found = CUTTER.streams(text, language)
    streams = (found.words.split(" "), found.marks.split(" "))
    for stream, number in zip(streams, (0, 1), strict=True):
        entries = {
            at: entry.split(JOINT) for at, entry in enumerate(stream) if entry not in ("", GAP)
        }
        assert entries == {position: own[number] for position, own in at.items()}
    assert found.positions == len(at)
    assert Counter(found.terms) == Counter(word for words, _ in at.values() for word in words)
    assert Counter(found.terms) == Counter(terms_in(found.words))
