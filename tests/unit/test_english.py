"""English stems in C equal PyStemmer's, after irregular forms are replaced."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
import Stemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.analysis import stemming
from seedsearch.analysis.stemming import Stems
from seedsearch.analysis.tables import irregular_forms

_english = pytest.importorskip("seedsearch.core._core")
SEEDS = Path(__file__).parents[2] / "seeds"
SNOWBALL = Stemmer.Stemmer("english", 0)


def words(text: str) -> list[str]:
    return text.split()


BEGINNINGS = words(
    """
    arsen commun emerg gener inter later organ past univers succ proc exc even cann inn earr herr out sk d l t v ad ab
    eb ton sh hop happ rat
    """
)
SUFFIXES = words(
    """
    ational fulness iveness ization ousness biliti lessli tional alism aliti ation entli fulli iviti ogist ousli abli
    alli anci ator enci izer bli logi ogi li alize ative icate iciti ical ness ful ement able ance ence ible ment ant
    ate ent sion tion ion ism iti ive ize ous al er ic s es sses ies ied us ss ed eed ing edly eedly ingly y ly e l ll
    at bl iz bb tt past ying ity ability
    """
)


def differing(terms: list[bytes]) -> list[tuple[bytes, bytes | None, bytes]]:
    stems = _english.stem(terms)
    bases = [irregular_forms().get(term, term) for term in terms]
    return [
        (term, own, theirs)
        for term, own, theirs in zip(terms, stems, SNOWBALL.stemWords(bases), strict=True)
        if own != theirs
    ]


def test_the_words_that_follow_no_rule_and_those_that_some_rule_was_made_for() -> None:
    some = words(
        """
        andes atlas bias cosmos early gently howe idly news only singly skies skis sky ugly dying lying tying vying ying
        inning outing canning herring earring evening proceed exceed succeed proceeding exceeded succeeds generate
        generic communism arsenal past pasted university universal interest internal lateral organization emergency
        ties dies cries tied cried gas this gaps kiwis hopped hoping added egged ebbed falling hissing fizzed luxuriated
        sized agreed feed bleed sayings by say cry enjoy biologist apology rational relational geologist adoption
        controlled roll replacement adjustment yyy yay syzygy yes youth boyish aeiou a ab abc 4th 1990s f35 g8ing
        """
    )
    assert differing([word.encode() for word in some]) == []


def test_irregular_forms() -> None:
    near = [form + end for form in irregular_forms() for end in (b"", b"s", b"a")]
    assert differing([*near, *(word[:-1] for word in near)]) == []
    assert Stems().stem("went") == Stems().stem("going") == "go"
    assert Stems().stem("goes") == "go"
    assert Stems().stem("children") == Stems().stem("child")


def test_every_word_of_the_seeds() -> None:
    text = " ".join(path.read_text("utf-8") for path in SEEDS.iterdir() if path.is_file())
    assert (
        differing(sorted({word.encode() for word in re.findall("[a-z0-9]+", text.lower())})) == []
    )


def test_all_short_words_of_some_letters_and_all_beginnings_with_all_endings() -> None:
    short = [
        "".join(word) for n in range(1, 5) for word in itertools.product("aeyisldngt", repeat=n)
    ]
    assert differing([word.encode() for word in short]) == []
    ends = ["", *(a + b for a in SUFFIXES for b in ["", *SUFFIXES])]
    assert differing([(a + end).encode() for a in BEGINNINGS for end in ends]) == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda begin, ends: (begin + "".join(ends)).encode(),
            st.text("abcdefghijklmnopqrstuvwxyz0189", min_size=1, max_size=20)
            | st.sampled_from(BEGINNINGS),
            st.lists(st.sampled_from(SUFFIXES), max_size=4),
        ),
        max_size=30,
    )
)
def test_words_of_any_letters(terms: list[bytes]) -> None:
    assert differing(terms) == []


def test_what_is_no_english_term_is_left_to_others() -> None:
    assert (
        _english.stem([b"caf\xc3\xa9s", b"O", b"o'briens", b"a b", b"x" * 65, b"x" * 64 + b"s"])
        == [None] * 6
    )
    assert _english.stem([b"", b"a", b"x" * 63 + b"s"]) == [b"", b"a", b"x" * 63 + b"s"]
    assert _english.stem([b"a" * 63 + b"s"]) == [b"a" * 63]
    with pytest.raises(TypeError):
        _english.stem((b"troops",))
    with pytest.raises(TypeError):
        _english.stem(["troops"])


@pytest.mark.parametrize("term", ["troops", "zəyzits", "ħabibing", "f35", "", "a"])
def test_with_and_without_c_a_term_has_one_stem(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_c = Stems().stem(term), Stems().stem_all([term, "running"])
    monkeypatch.setattr(stemming, "compiled", None)
    assert (Stems().stem(term), Stems().stem_all([term, "running"])) == with_c
