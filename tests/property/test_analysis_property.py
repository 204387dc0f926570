"""Whatever the text: one analysis, in bulk or one by one, and offsets that hold."""

from __future__ import annotations

import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from seedsearch.analysis import Analyzer, bulk
from seedsearch.analysis.bulk import BulkAnalyzer, Table, Vocabulary
from seedsearch.analysis.fold import Folder, _joins
from seedsearch.analysis.tokenizer import MAX_TERM, chains

ANALYZER = Analyzer()
FOLD = Folder().fold

# Alphabets that are heavy in what the two paths must agree on.
WORDS = [
    "F-35", "U.N.", "snake_case", "HTMLParser", "getHTTPResponse", "NGOs", "3.5", "Putin's", "Putin’s",
    "naïve", "Straße", "沒有留言", "한국어", "한국", "ㅋㅋ", "войска", "ёлка", "кафе\u0301", "ไทย", "e\u0301",
    "ﬁne", "Ｆ－３５", "ｶﾞｷﾞ", "İx", "ẞ", "…", "-", "--", "_",
    "a" * 16, "B" * 17, "c" * 63, "d" * 64, "E" * 65, "f" * 200, "x_" * 40, "9" * 70, "aB" * 33, "é" * 70,
    "\x00", "\x01", "\x1f", "\x85", "\u00a0", "\u2028", "\ud800", "\U0001f600", "\u00ad", "\u200d",
]  # fmt: skip
identifiers = st.text(alphabet="abzABZ019-_. ", max_size=40)
mixed = st.text(
    alphabet="aBc9-_. \n\x00\x01éÉß中文한ᄒ\u1161\u11ab\u0301\u3099かｶﾞяё\u200d\ud800ǅ", max_size=30
)
texts = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(), max_size=30),  # surrogates too
    st.text(alphabet=st.characters(categories=["M", "L", "Nd", "Nl", "No"]), max_size=20),
    identifiers,
    mixed,
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(" -_.")), max_size=12).map("".join),
)
profile = settings(max_examples=250, derandomize=True, deadline=None, database=None)

Found = list[tuple[str, int]]


def one_by_one(text: str) -> tuple[Found, int]:
    """The (term, position) pairs of a text, sorted, and how many positions it has."""
    tokens = ANALYZER.tokens(text)
    return sorted((t.term, t.position) for t in tokens), len({t.position for t in tokens})


def in_bulk(analyzer: BulkAnalyzer, given_texts: list[str]) -> list[tuple[Found, int]]:
    found = analyzer.analyse(given_texts)
    terms = analyzer.vocabulary.terms()
    by_text: list[Found] = [[] for _ in given_texts]
    for term, text, position in zip(*(c.tolist() for c in found[:3]), strict=True):
        by_text[text].append((terms[term], position))
    return [
        (sorted(of_text), length)
        for of_text, length in zip(by_text, found.lengths.tolist(), strict=True)
    ]


@profile
@given(st.lists(texts, max_size=12))
@example([])
@example([""])
@example(["", "", "a", ""])
@example(["a-", "-b", "x", ".y"])
@example(["é", "中", "\x01", "é\x01é"])
def test_bulk_gives_what_the_tokenizer_gives(many: list[str]) -> None:
    assert in_bulk(BulkAnalyzer(), many) == [one_by_one(text) for text in many]


SEASONED = BulkAnalyzer()


@profile
@given(st.lists(texts, min_size=1, max_size=12))
def test_what_was_analysed_before_changes_nothing(many: list[str]) -> None:
    assert in_bulk(SEASONED, many) == [one_by_one(text) for text in many]


@profile
@given(many=st.lists(texts, min_size=2, max_size=40), size=st.integers(1, 80))
def test_texts_are_worked_on_in_chunks_of_any_size(many: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "_CHUNK", size)
        assert in_bulk(BulkAnalyzer(), many) == [one_by_one(text) for text in many]


def test_every_character_there_is() -> None:
    everything = [chr(code) for code in range(sys.maxunicode + 1)]
    many = [f"x{char}y A{char}b {char}" for char in everything]
    few = many[:0x3400:2] + many[0x3400::37]  # the large blocks of the rest are much the same
    assert in_bulk(BulkAnalyzer(), few) == [one_by_one(text) for text in few]


# ------------------------------------------------------------------------------ vocabulary


def test_numbers_stay_while_the_vocabulary_grows() -> None:
    analyzer = BulkAnalyzer()
    analyzer.vocabulary = Vocabulary(bits=4)
    words = [f"w{n}" for n in range(5_000)] + [f"{'long' * 3}{n}" for n in range(5_000)]
    first = analyzer.analyse([" ".join(words[n : n + 50]) for n in range(0, len(words), 50)])
    assert len(analyzer.vocabulary) == len(words)
    terms = analyzer.vocabulary.terms()
    assert [terms[n] for n in first.term] == words
    again = analyzer.analyse([" ".join(words)])
    assert again.term.tolist() == first.term.tolist()
    assert len(analyzer.vocabulary) == len(words)


def three_hashes(table: Table, words: tuple[np.ndarray, ...]) -> np.ndarray:
    return (words[0] % np.uint64(3)).astype(np.int64)


@settings(profile, max_examples=60)
@given(st.lists(st.text("ab", min_size=1, max_size=18), max_size=60))
def test_words_with_one_hash_are_told_apart(words: list[str]) -> None:
    analyzer = BulkAnalyzer()
    analyzer.vocabulary = Vocabulary(bits=4)
    text = " ".join(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "_slots", three_hashes)
        assert in_bulk(analyzer, [text, text]) == [one_by_one(text)] * 2


# --------------------------------------------------------------------------------- offsets


@profile
@given(texts)
@example("co\u00adop")
@example("ﬁne ﷺ ½")
def test_offsets_name_the_characters_a_token_came_from(text: str) -> None:
    tokens = ANALYZER.tokens(text)
    assert [t.position for t in tokens] == sorted(t.position for t in tokens)
    assert {t.position for t in tokens} == set(range(len({t.position for t in tokens})))
    starts = [t.start for t in tokens]
    assert starts == sorted(starts)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert 0 < len(token.term) <= MAX_TERM
        shown = FOLD(text[token.start : token.end]).lower()
        assert token.term in shown or token.term in shown.translate(dict.fromkeys(map(ord, "-_.")))


# --------------------------------------------------------------------------------- folding


@profile
@given(texts)
def test_folding_leaves_letters_marks_numbers_and_ascii(text: str) -> None:
    for char in FOLD(text):
        assert char < "\x80" or unicodedata.category(char)[0] in "LMN"


@profile
@given(texts)
@example("ㄱㅏ")
@example("ﾡￂ")
@example("か\u200d\u3099")
def test_folding_twice_is_folding_once(text: str) -> None:
    once = FOLD(text)
    assert FOLD(once) == once


@profile
@given(texts, texts)
def test_texts_can_be_folded_piece_by_piece(before: str, after: str) -> None:
    assume(not after or not _joins(after[0]))  # such a cut would part a character from its mark
    assert FOLD(before + after) == FOLD(before) + FOLD(after)


@profile
@given(texts)
def test_canonically_equal_texts_have_the_same_terms(text: str) -> None:
    def terms(form: str) -> list[str]:
        return [t.term for t in ANALYZER.tokens(unicodedata.normalize(form, text))]  # type: ignore[arg-type]

    assert terms("NFC") == terms("NFD")


@profile
@given(texts)
def test_chains_are_apart_and_in_order(text: str) -> None:
    folded = FOLD(text)
    at = 0
    for start, end, _ in chains(folded):
        assert at <= start < end
        at = end
    assert at <= len(folded)
