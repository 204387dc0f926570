"""What words are: texts and the terms that come of them."""

from __future__ import annotations

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.analysis.tokenizer import MAX_TERM, UNSPACED, Chain, chains, is_unspaced

ANALYZER = Analyzer()


def written(text: str) -> str:
    """The terms of a text; those that share a position are joined by a bar."""
    slots: list[list[str]] = []
    for token in ANALYZER.tokens(text):
        if token.position == len(slots):
            slots.append([])
        slots[token.position].append(token.term)
    return " ".join("|".join(slot) for slot in slots)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ""),
        ("...", ""),
        ("As he left", "as he left"),
        ("Najin,\tRason\r\nport", "najin rason port"),
        # compounds: the whole beside its first part
        ("F-35", "f35|f 35"),
        ("Su-57s", "su57s|su 57s"),
        ("U.N.", "un|u n"),
        ("UN", "un"),
        ("N.A.T.O.", "nato|n a t o"),
        ("snake_case_name", "snakecasename|snake case name"),
        ("HTMLParser", "htmlparser|html parser"),
        ("getHTTPResponse2", "gethttpresponse2|get http response2"),
        ("NGOs", "ngos"),
        ("iPhone", "iphone|i phone"),
        ("McDonald", "mcdonald|mc donald"),
        ("PhD", "phd|ph d"),
        ("state-of-the-art", "stateoftheart|state of the art"),
        ("e.g.", "eg|e g"),
        ("example.com", "examplecom|example com"),
        ("word.Next", "wordnext|word next"),
        # what joins nothing
        ("a - b", "a b"),
        ("--force", "force"),
        ("well--known", "well known"),
        ("end.", "end"),
        ("_private_", "private"),
        ("a/b", "a b"),
        ("R&D", "r d"),
        # numbers have no whole
        ("3.5", "3 5"),
        ("2024-10-21", "2024 10 21"),
        ("1,000", "1 000"),
        ("v3.5", "v35|v3 5"),
        ("B2B", "b2b"),
        # apostrophes part
        ("Putin's", "putin s"),
        ("Putin’s", "putin s"),
        ("don't", "don t"),
        # scripts without spaces: pairs, and the last character alone
        ("沒有留言", "没有 有留 留言 言"),
        ("言", "言"),
        ("東京タワー", "东京 京タ タワ ワー ー"),
        ("한국의 군대", "한국 국의 의 군대 대"),
        ("ไทย", "ไท ทย ย"),
        ("iPhone手機2台", "iphone|i phone 手机 机 2 台"),
        ("中-文", "中 文"),
        ("a-中-b", "a 中 b"),
        ("ㅋㅋ", "ㅋㅋ ㅋ"),
        # other scripts
        ("Войска КНДР", "войска кндр"),
        ("всё-таки", "всетаки|все таки"),
        ("हिन्दी", "हिन्दी"),
        ("naïve Straße", "naive strasse"),
        ("ＦＵＬＬ－ｗｉｄｔｈ", "fullwidth|full width"),
        # a mark by itself still is a word; signs are not
        ("\u0915\u094d", "\u0915\u094d"),
        ("😀 ❤\ufe0f 1\ufe0f\u20e3 ™", "1 tm"),
        ("a\x00b\x01c", "a b c"),
    ],
)
def test_terms(text: str, terms: str) -> None:
    assert written(text) == terms


def test_terms_are_cut_where_they_grow_too_long() -> None:
    assert written("a" * 100) == "a" * MAX_TERM
    assert written("a" * 40 + "-" + "b" * 40) == "a" * 40 + " " + "b" * 40  # too long for a whole
    assert (
        written("a" * 32 + "-" + "b" * 32) == "a" * 32 + "b" * 32 + "|" + "a" * 32 + " " + "b" * 32
    )
    assert written("9-" * 40 + "9") == " ".join("9" * 41)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Su-57 flies", ["Su-57", "Su", "57", "flies"]),
        ("naïve", ["naïve"]),
        ("na\u0308ive", ["na\u0308ive"]),
        ("kafe\u0301 au", ["kafe\u0301", "au"]),
        ("ﬁne", ["ﬁne"]),
        ("沒有", ["沒有", "有"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", ["\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u1100\u116e\u11a8"]),
        ("½", ["½", "½"]),
        ("co\u00adop", ["co\u00adop"]),
        ("ｶﾞｽ", ["ｶﾞｽ", "ｽ"]),
    ],
)  # fmt: skip
def test_offsets(text: str, pieces: list[str]) -> None:
    assert [text[t.start : t.end] for t in ANALYZER.tokens(text)] == pieces


def test_chains() -> None:
    assert chains("ab-c 漢字x. й") == [
        Chain(0, 4, False), Chain(5, 7, True), Chain(7, 8, False), Chain(10, 11, False),
    ]  # fmt: skip


def test_unspaced_scripts_are_ranges_in_order() -> None:
    """What tells chains apart by their least and greatest characters counts on it."""
    firsts, dashes, lasts = UNSPACED[::3], UNSPACED[1::3], UNSPACED[2::3]
    assert set(dashes) == {"-"}
    edges = [edge for pair in zip(firsts, lasts, strict=True) for edge in pair]
    assert edges == sorted(edges)


@pytest.mark.parametrize("term", ["没有", "言", "한국", "ไท", "タワ", "\U00020000"])
def test_terms_of_scripts_without_spaces(term: str) -> None:
    assert is_unspaced(term)


@pytest.mark.parametrize("term", ["", "fox", "35", "войска", "שלום", "हिन्दी", "*言", "\u3300"])
def test_terms_of_other_scripts(term: str) -> None:
    assert not is_unspaced(term)
