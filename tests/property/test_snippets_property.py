"""For any text and query, a snippet stays inside its passage."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.analysis import Analyzer, Form
from seedsearch.core import compiled
from seedsearch.model import Document, Passage
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import Exact, Fuzzy, Leaf, Or, Prefix, Term, Wildcard
from seedsearch.query.match import fits_term
from seedsearch.query.parse import parse
from seedsearch.search import highlight
from seedsearch.search.fragments import Characters, snippet_of
from seedsearch.search.highlight import Snippets, _WordFinder

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
    tree = analyse(parse(query), ANALYZER)
    found = Snippets(tree, ANALYZER, max_fragments=most, width=width).of(passage)
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


LETTERS = "aAbBtTeEsSiInNgG120-_. é\u0301\n'`,&+#$%@\""
WORDS = (
    "a",
    "ab",
    "be",
    "tests",
    "testing",
    "test",
    "ease",
    "eases",
    "a1",
    "12",
    "1",
    "ginseng",
    "a++",
    "$12",
)


@settings(max_examples=1_000, derandomize=True, deadline=None, database=None)
@given(
    st.one_of(
        st.text(LETTERS, max_size=80),
        st.lists(
            st.sampled_from(
                [*WORDS, "-", ".", "_", " ", "A", "B-", "Test", "TEST", "'", "&", "+", "-\n"]
            ),
            max_size=40,
        ).map("".join),
        st.text("aB", min_size=60, max_size=70),
        st.text("b", min_size=60, max_size=70),
    ),
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.text("abest12", min_size=1, max_size=3)), max_size=4
    ),
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.text("abest12", min_size=1, max_size=3)), max_size=4
    ),
)
def test_the_core_finds_the_words_that_the_tokenizer_finds(
    text: str, terms: list[str], words: list[str]
) -> None:
    leaves = [*map(Exact, terms), *map(Term, words)]
    same_words(leaves, text, "")


def same_words(leaves: Sequence[Leaf], text: str, language: str) -> None:
    found = highlight._WordFinder(Or(tuple(leaves)), ANALYZER).of(text, language)
    tokens = ANALYZER.tokens(text, language)
    for leaf in leaves:
        fits = means(leaf, language)
        expected = [token[1:] for token in tokens if fits(ANALYZER.form(token.term, language))]
        assert sorted(place[1:] for place in highlight._lit_by(leaf, found)) == sorted(expected)


def means(leaf: Leaf, language: str) -> Callable[[Form], bool]:
    match leaf:
        case Term(word):
            return ANALYZER.meant(word, language)
        case Exact(term):
            return lambda form: form.term == term
        case _:
            fits = fits_term(leaf)
            return lambda form: fits(form.term)


FOREIGN = (
    "война", "Войны", "ёлки", "мир-то", "дом2", "Ελλάδα", "ελλάδας", "والكتاب", "القاهره", "हिन्दी", "대한민국", "北韓",
    "東京大学", "ไทย", "F-35本", "Häuser", "haus", "électricité", "electricites", "günler", "gun", "x\u0301й", "€50",
    "。", "—", "c++", "\u3000", "§ 12",
    "u\u0308", "ﬁne", "[12]", "İx", "\u200b", "東京\n大学", "\U0001f600", "a\u00adb", "Ã©", "d'été", "don't", "50 €",
)  # fmt: skip


PATTERNS = [
    Prefix("ha"), Prefix("вой"), Prefix("東"), Wildcard("e*te"), Wildcard("*t"), Wildcard("?un"), Fuzzy("gunler", 2),
]  # fmt: skip


@settings(max_examples=1_500, derandomize=True, deadline=None, database=None)
@given(
    st.lists(
        st.sampled_from([*FOREIGN, " ", " ", "-", ".", "\n", "'", "the"]) | st.text(max_size=2),
        max_size=30,
    ).map("".join),
    st.lists(st.sampled_from(FOREIGN), max_size=3),
    st.lists(st.sampled_from(FOREIGN), max_size=3),
    st.lists(st.sampled_from(PATTERNS), max_size=2, unique=True),
    st.sampled_from(["", "ru", "ar", "de", "fr", "tr", "vi"]),
)
def test_the_core_finds_words_in_any_script_and_language(
    text: str,
    terms: list[str],
    words: list[str],
    patterns: list[Prefix | Wildcard | Fuzzy],
    language: str,
) -> None:
    leaves = [Exact(ANALYZER.fold(term).lower()) for term in terms]
    leaves += [Term(word) for word in words]
    same_words([*leaves, *patterns], text, language)


_PIECES = [
    *(
        "one two ",
        "A",
        "a",
        "b. ",
        "U.N. ",
        "x.y",
        "? ",
        '!" B',
        ".” ",
        "...",
        "。",
        "。」",
        "… ",
        "ⓐ",
        "ⅰ",
        "é",
        "É",
    ),
    *(
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\r\n \r\n",
        "\u2028",
        "\x85",
        "\x1c",
        "\0",
        "沒有",
        "ไทย",
        "い",
        "ひらがな",
    ),
]


@settings(max_examples=1_500, derandomize=True, deadline=None, database=None)
@given(st.data())
def test_the_core_cuts_as_the_twin_does(data: st.DataObject) -> None:
    if compiled is None:
        pytest.skip("there is no core")
    pieces = st.one_of(st.sampled_from(_PIECES), st.text(max_size=4))
    text = data.draw(st.lists(pieces, max_size=40).map("".join))
    places = st.tuples(st.integers(0, len(text)), st.integers(1, 9), st.sampled_from([0, 1, 2, 70]))
    drawn = data.draw(st.lists(places, max_size=6))
    lit = sorted((a, min(a + n, len(text)), leaf) for a, n, leaf in drawn if a < len(text))
    most, width = data.draw(st.integers(0, 4)), data.draw(st.integers(1, 60))
    window = data.draw(st.integers(1, 60))
    lines = data.draw(st.sampled_from([(0, 1), (7, 1), (7, 0)]))
    shapes, _ = compiled.shapes_and_folds(text, Characters(ANALYZER.folder("en").fold_character))
    found = snippet_of(text, shapes, lit, most, width, window, lines)
    assert found == snippet_of(text, None, lit, most, width, window, lines)


@settings(max_examples=800, derandomize=True, deadline=None, database=None)
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=40).map("".join))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_core_folds_a_text_in_place_where_the_analysis_does(language: str, text: str) -> None:
    if compiled is None:
        pytest.skip("there is no core")
    _, folded = _WordFinder(Term("coal"), ANALYZER).shapes_and_folds(text, language)
    wanted, offsets = ANALYZER.folder(language).fold_with_offsets(text)
    if folded is not None:
        assert (folded.decode("utf-8", "surrogatepass"), None) == (wanted, offsets)
    else:
        assert offsets is not None or {"\x1b", "\xac", "\xad"}.intersection(text)


@settings(max_examples=800, derandomize=True, deadline=None, database=None)
@given(st.data())
def test_a_snippet_whose_words_the_core_finds_is_that_of_given_words(data: st.DataObject) -> None:
    words = [
        "coal",
        "Coals",
        "coal-mine",
        "mining",
        "mine",
        "the",
        "U.N.",
        "caf\u00e9",
        "_x_",
        "(a)",
    ]
    pieces = st.sampled_from([*words, " ", " ", ". ", "\n", "\u2013", "\ufb01"])
    text = data.draw(st.lists(pieces, max_size=40).map("".join))
    leaves = st.builds(Term, st.sampled_from(["coal", "mine", "un"])) | st.builds(
        Exact, st.sampled_from(["coal", "coals", "mining", "x", "a"])
    )
    query = Or(tuple(data.draw(st.lists(leaves, min_size=1, max_size=4))))
    passage = Passage(Document("a", "", "utf-8"), 0, text, 1, 1 + text.count("\n"), 0, len(text))
    width = data.draw(st.integers(10, 60))
    both = [Snippets(query, ANALYZER, width=width, window=20, lines=True) for _ in range(2)]
    both[1]._numbers = None
    assert both[0].of(passage) == both[1].of(passage)
    assert both[0].window_alone(passage) == both[1].window_alone(passage)
