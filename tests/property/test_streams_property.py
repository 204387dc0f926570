"""The streams that a cluster gets hold the forms of a text, each at its position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.analysis import Analyzer
from seedsearch.core import compiled
from seedsearch.engine.opensearch.streams import (
    GAP,
    JOINT,
    CoreCutter,
    Cutter,
    PlainCutter,
    Streams,
    Texts,
    clean_mark,
    marks_of,
    terms_in,
)
from seedsearch.engine.opensearch.vocabulary import words_of

ANALYZER = Analyzer()
LANGUAGES = ["en", "de", "fr", "ar", "zh", ""]
WORDS = ["Häuser", "hauser", "foxes", "F-35", "1,000", "C++", "[a](b)", "U.N.", "والكتاب"]
texts = (
    st.text(alphabet="aBé0中한א[](),:<>`'’-_.&/$€#@%+ \n\x01\x02", max_size=40)
    | st.text(alphabet=st.characters(), max_size=30)  # surrogates too
    | st.lists(st.sampled_from(WORDS)).map(" ".join)
)
passages = st.lists(st.builds(Texts, texts, st.just("") | texts, st.sampled_from(LANGUAGES)))


def cutters() -> Iterator[Cutter]:
    yield PlainCutter()
    if compiled is not None:
        yield CoreCutter()


def entries(stream: str) -> dict[int, list[str]]:
    """Return the sorted names at each position of a stream."""
    each = enumerate(stream.split(" "))
    return {at: sorted(entry.split(JOINT)) for at, entry in each if entry not in ("", GAP)}


def is_stream_of(streams: Streams, text: str, language: str) -> None:
    words: dict[int, list[str]] = {}
    marks: dict[int, list[str]] = {}
    for form, token in ANALYZER.forms(text, language):
        words.setdefault(token.position, []).append(clean_mark(form.term))
        marks.setdefault(token.position, []).extend(map(clean_mark, marks_of(form, ANALYZER)))
    assert entries(streams.words) == {at: sorted(own) for at, own in words.items()}
    assert entries(streams.marks) == {at: sorted(own) for at, own in marks.items()}
    assert streams.positions == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None)
@given(text=texts)
def test_streams_hold_each_form_at_its_position(language: str, text: str) -> None:
    for cutter in cutters():
        (found,) = cutter.cut([Texts(text, text, language)])
        for streams in found:
            is_stream_of(streams, text, language)


@settings(deadline=None)
@given(batches=st.lists(passages, max_size=3))
def test_the_vocabulary_counts_the_words_of_all_passages(batches: list[list[Texts]]) -> None:
    for cutter in cutters():
        expected: dict[str, Counter[str]] = {
            kind: Counter() for kind in ("passages", "titles", "body", "title")
        }
        for batch in batches:
            for body, title in cutter.cut(batch):
                both = list(terms_in(body.words)), list(terms_in(title.words))
                expected["body"].update(both[0])
                expected["title"].update(both[1])
                expected["titles"].update(set(both[1]))
                expected["passages"].update({*both[0], *both[1]})
        found: dict[str, Counter[str]] = {kind: Counter() for kind in expected}
        for block in cutter.vocabulary().blocks():
            for word in words_of([block["record"]]):
                for kind, own in found.items():
                    own[word.term] += getattr(word, kind)
        assert found == expected


@settings(deadline=None)
@given(batch=passages)
def test_both_cutters_file_words_by_the_same_languages(batch: list[Texts]) -> None:
    found = []
    for cutter in cutters():
        cutter.cut(batch)
        blocks = cutter.vocabulary().blocks()
        found.append(sorted((block["language"], block["record"]) for block in blocks))
    assert all(each == found[0] for each in found)
