"""The core finds the passages without any of some words, and those that may be in another language, and it counts
the letters of scripts and the common words of languages, as the plain twin does.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.analysis import passage_language
from seedsearch.analysis.language import (
    LANGUAGES,
    _by_script,
    _counts,
    _marks,
    _plain_by_script,
    _plain_counts,
    in_another,
)
from seedsearch.analysis.language_of_few_words import LETTERS
from seedsearch.analysis.tables import common_words
from seedsearch.core import compiled
from seedsearch.model import PassageSpan

pytestmark = pytest.mark.skipif(compiled is None, reason="installed without the parts in C")

PASSAGES = st.lists(
    st.sampled_from([" the ", " th", "e ", " of", " of ", "ö", " à ", " ", "x"])
).map("".join)


# Words and letters of several languages, in other cases and marks; characters with an odd lower case.
PIECES = [
    "the",
    "und",
    "Der",
    "ÉTÉ",
    "à",
    "что",
    "ЧТО",
    "ї",
    "Ї",
    "ж",
    "ß",
    "ẞ",
    "İ",
    "ı",
    "K",
    "Σ",
    "ς",
    "中",
    "かな",
    "한",
]
SIGNS = [
    " ",
    "  ",
    "\u3000",
    "\u00a0",
    "…",
    "«",
    "'",
    "\0",
    "\x01",
    "\x1f",
    "ꭰ",
    "Ꭰ",
    "\ud800",
    "😀",
    "x" * 40,
]


def _spans(passages: list[str]) -> list[PassageSpan]:
    spans, at = [], 0
    text = "\n".join(passages)
    for passage in passages:
        end = at + len(passage)
        in_bytes = (len(text[:place].encode("utf-8", "surrogatepass")) for place in (at, end))
        spans.append(PassageSpan(at, end, 1, 1, *in_bytes))
        at = end + 1
    return spans


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(
    st.lists(PASSAGES, max_size=8),
    st.lists(st.sampled_from([" the ", " of ", " à ", " ö"]), max_size=4).map(tuple),
)
def test_passages_without_words(passages: list[str], words: tuple[str, ...]) -> None:
    text = "\n".join(passages)
    spans = _spans(passages)
    wanted = [i for i, own in enumerate(passages) if not any(word in own for word in words)]
    assert passage_language._without(words, text.encode(), spans) == wanted
    assert passage_language._without(words, text, spans) == wanted
    assert passage_language._without(words, text.encode(), tuple(spans)) == wanted


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(
    st.lists(st.lists(st.sampled_from([*PIECES, *SIGNS, " ", " "])).map("".join), max_size=8),
    st.sampled_from(["", "en", "de", "ru", "zh", "tr"]),
)
def test_passages_in_other_languages(passages: list[str], language: str) -> None:
    text, spans = "\n".join(passages), _spans(passages)
    numbers = list(range(len(spans)))
    wanted = in_another(language, text, tuple(spans), numbers)
    assert in_another(language, text, spans, numbers) == wanted
    if "\ud800" not in text:
        assert in_another(language, text.encode(), spans, numbers) == wanted


TEXTS = st.lists(
    st.tuples(
        st.lists(
            st.sampled_from([*PIECES, *SIGNS, " ", " the ", " of ", " and ", "le ", "и ", "ا "]),
            max_size=40,
        ).map("".join),
        st.sampled_from([1, 1, 2, 50, 700]),
    ).map(lambda part: part[0] * part[1]),
    max_size=3,
).map("".join)


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(TEXTS)
def test_scripts_and_samples(text: str) -> None:
    assert _by_script(text) == _plain_by_script(text)


@pytest.mark.parametrize("script", sorted(common_words()))
@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(text=TEXTS)
def test_counts_of_common_words(script: str, text: str) -> None:
    assert _counts(text, script) == _plain_counts(text, script)


@pytest.mark.parametrize("script", sorted(common_words()))
def test_counts_of_each_common_word(script: str) -> None:
    words = [word for of in common_words()[script].values() for word in of.split()]
    text = "\n".join([*words, *map(str.upper, words), *(f"«{word}»" for word in words)])
    assert _counts(text, script) == _plain_counts(text, script)


@pytest.mark.parametrize("script", sorted(common_words()))
@pytest.mark.parametrize("language", ["", "en", "de", "ru", "fa"])
def test_each_common_word_and_letter(script: str, language: str) -> None:
    words = [word for of in common_words()[script].values() for word in of.split()]
    passages = [*words, *map(str.upper, words), *LETTERS, *map(str.upper, LETTERS)]
    spans, numbers = _spans(passages), list(range(len(passages)))
    text = "\n".join(passages)
    assert in_another(language, text, spans, numbers) == in_another(
        language, text, tuple(spans), numbers
    )


@pytest.mark.parametrize("places", [(-1, -1), (0, 6), (4, 3), (-3, 2), (1 << 62, 1 << 62)])
def test_a_span_outside_the_text_is_an_error(places: tuple[int, int]) -> None:
    assert compiled is not None
    assert LANGUAGES is not None
    with pytest.raises((ValueError, OverflowError)):
        compiled.spans_without(b"coal ", [PassageSpan(0, 1, 1, 1, *places)], (b"c",))
    with pytest.raises((ValueError, OverflowError)):
        _marks(LANGUAGES, "en").find(b"coal ", [PassageSpan(0, 1, 1, 1, *places)], [0])


@pytest.mark.parametrize("number", [-1, 1, 1 << 70])
def test_a_number_without_a_span_is_an_error(number: int) -> None:
    assert LANGUAGES is not None
    with pytest.raises((IndexError, OverflowError)):
        _marks(LANGUAGES, "en").find("coal", [PassageSpan(0, 4, 1, 1, 0, 4)], [number])
