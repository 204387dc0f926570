"""Whatever the text: one analysis, by the tokenizer and by the core, and offsets that hold."""

from __future__ import annotations

import sys
import tempfile
import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from seedsearch.analysis import Analyzer
from seedsearch.analysis.fold import RAISED, Folder, _is_sign, _joins
from seedsearch.analysis.tokenizer import MAX_TERM, chains
from seedsearch.core import compiled
from seedsearch.engine.base import DocumentText
from seedsearch.index.builder import SegmentBuilder
from seedsearch.index.core_inversion import CoreInversion
from seedsearch.index.segment import open_segment
from seedsearch.model import Document, FileState, PassageSpan

ANALYZER = Analyzer()
FOLD = Folder().fold

# Alphabets that are heavy in what the two paths must agree on.
WORDS = [
    "F-35", "U.N.", "snake_case", "HTMLParser", "getHTTPResponse", "NGOs", "3.5", "Putin's", "Putin’s",
    "naïve", "Straße", "沒有留言", "한국어", "한국", "ㅋㅋ", "войска", "ёлка", "кафе\u0301", "ไทย", "e\u0301",
    "ﬁne", "Ｆ－３５", "ｶﾞｷﾞ", "İx", "ẞ", "…", "-", "--", "_",
    "a" * 16, "B" * 17, "c" * 63, "d" * 64, "E" * 65, "f" * 200, "x_" * 40, "9" * 70, "aB" * 33, "é" * 70,
    "C++", ".NET", "#", "@", "$50", "€ ", " %", "+", "§", "-40", "1,000", "1 000", " 000", ",5", "AT&T", "'", "`",
    "O'Connor", "l'", "qu’", "'s", "he'll", "Qurʾ", 'צה"ל', "-\n", "-\r\n ", "- \n # ", "\u00ad\n", "¬\n",
    "Don't", "won`", "'T",
    "y²", "10⁶", "¹²", "^", "¨", "🇩🇪", "👍🏽",
    "](http://x/y)", "](b)", "[a", "][c]", "]{.d}", "[^1]", "[1]_", "[fn:a]", "[12:3.4]",
    "[[p|", "[[p][", " <x>`", ":py:ref:`", "https://e:80/f[",
    "<b>", "</EM >", '<a href="g">', "<<h,", ">>", "**", "*",
    "\x00", "\x01", "\x1f", "\x85", "\u00a0", "\u2028", "\ud800", "\U0001f600", "\u00ad", "\u200d",
    "\x1b[0;31m", "\x1b[", "\x1b", "GrÃ¼n", "Ã", "â€™", "â€", "Ð¿Ñ€",
]  # fmt: skip
marks = st.text(alphabet="aB0é中[]()<>{}:`|^_#./,*\"' \n\x00\x1f", max_size=40)
identifiers = st.text(alphabet="abzABTZ019-_. ", max_size=40)
signed = st.text(alphabet="aBs1023xD/é中€§'`-_.,/&+#@$%\" \r\n\u00adלצ", max_size=30)
numbers = st.text(alphabet="1020xX /.,'_-$", max_size=24)
mixed = st.text(
    alphabet="aBc9-_. \n\x00\x01éÉß中文한ᄒ\u1161\u11ab\u0301\u3099かｶﾞяё\u200d\ud800ǅ", max_size=30
)
wrapped = st.text(alphabet="中文字东西かなไท한😀a、\r\n", max_size=60)
texts = st.one_of(
    wrapped,
    st.text(max_size=30),
    st.text(alphabet=st.characters(), max_size=30),  # surrogates too
    st.text(alphabet=st.characters(categories=["M", "L", "Nd", "Nl", "No"]), max_size=20),
    marks,
    identifiers,
    signed,
    numbers,
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


def builder(folder: str) -> SegmentBuilder:
    if compiled is None:
        pytest.skip("there is no core")
    return SegmentBuilder(folder, CoreInversion)


def by_core(made: SegmentBuilder, folder: str, many: list[str]) -> list[tuple[Found, int]]:
    """The (term, position) pairs of each text, sorted, and its length, as they stand in a segment."""
    spans = []
    at = 0
    for text in many:
        spans.append(PassageSpan(at, at + len(text), 1, 1))
        at += len(text)
    document = Document("a", "", "utf-8")
    state = FileState("a", 1, 1, 1, b"12345678", "")
    made.add(state, [DocumentText(document, "".join(many), spans)])
    (entry,) = made.finish()
    segment = open_segment(folder, entry)
    by_text: list[Found] = [[] for _ in many]
    for block in segment.dictionary.blocks():
        for i in range(len(block.keys)):
            group = block.group(i)
            passages, frequencies, members, positions = segment.postings(group)
            at = 0
            for passage, frequency in zip(passages, frequencies, strict=True):
                for place in range(at, at + frequency):
                    term = group.members[members[place] if members else 0]
                    found = term.decode("utf-8", "surrogatepass"), positions[place]
                    by_text[passage].append(found)
                at += frequency
    lengths = list(segment.file.column("passage.length").whole())
    segment.close()
    return [(sorted(of_text), length) for of_text, length in zip(by_text, lengths, strict=True)]


@profile
@given(st.lists(texts, max_size=12))
@example([])
@example([""])
@example(["", "", "a", ""])
@example(["a-", "-b", "x", ".y"])
@example(["é", "中", "\x01", "é\x01é"])
def test_the_core_gives_what_the_tokenizer_gives(many: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = builder(folder)
        for _ in range(2):  # what was analysed before changes nothing
            assert by_core(made, folder, many) == [one_by_one(text) for text in many]


def test_every_character_there_is() -> None:
    everything = [chr(code) for code in range(sys.maxunicode + 1)]
    many = [f"x{char}y A{char}b {char}" for char in everything]
    few = many[:0x3400:2] + many[0x3400::37]  # the large blocks of the rest are much the same
    with tempfile.TemporaryDirectory() as folder:
        assert by_core(builder(folder), folder, few) == [one_by_one(text) for text in few]


# --------------------------------------------------------------------------------- offsets


def letters(text: str) -> str:
    return "".join([char for char in text if unicodedata.category(char)[0] in "LMN"])


@profile
@given(texts)
@example("co\u00adop")
@example("ﬁne ﷺ ½")
def test_offsets_name_the_characters_a_token_came_from(text: str) -> None:
    tokens = ANALYZER.tokens(text)
    assert {t.position for t in tokens} == set(range(len({t.position for t in tokens})))
    starts = [t.start for t in tokens]
    assert starts == sorted(starts)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert 0 < len(token.term) <= MAX_TERM
        if len(token.term) < MAX_TERM:  # no checksum
            assert letters(token.term) in letters(FOLD(text[token.start : token.end]).lower())


# --------------------------------------------------------------------------------- folding


@profile
@given(texts)
def test_folding_leaves_letters_marks_numbers_signs_and_ascii(text: str) -> None:
    for char in FOLD(text):
        assert char < "\x80" or unicodedata.category(char)[0] in "LMN" or _is_sign(char)


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
    assume(not after or not _joins(after[0]))  # such a cut would part a character from its mark,
    assume(not before.endswith(tuple("ÂÃÄÅÐÑÎÏâ€")))  # or one that was encoded twice,
    assume(not after or {before[-1:], after[0]} - {"", *RAISED})  # or a raised number,
    assume("\x1b" not in before)  # or an escape sequence,
    assume(
        not before.endswith(("\u00ad", "\u00ac"))
    )  # and this one a soft hyphen from the end of its line
    assert FOLD(before + after) == FOLD(before) + FOLD(after)


@profile
@given(texts)
def test_canonically_equal_texts_have_the_same_terms(text: str) -> None:
    assume(not set(text) & set("ÂÃÄÅÑÎÏâ"))  # they may begin a letter that was encoded twice

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
