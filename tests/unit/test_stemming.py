"""Which terms are forms of one word."""

from __future__ import annotations

import pytest

from seedsearch.analysis.stemming import Stems


@pytest.mark.parametrize(
    "forms",
    [
        ["troop", "troops", "trooped"],
        ["ally", "allies"],
        ["missile", "missiles"],
        ["deploy", "deployed", "deploying", "deploys"],
        ["война", "войны", "войну"],
        ["солдат", "солдаты", "солдатами"],
        ["λογοσ", "λογου"],
    ],
)
def test_one_word(forms: list[str]) -> None:
    stems = Stems()
    assert len({stems.stem(form) for form in forms}) == 1


@pytest.mark.parametrize("term", ["f35", "35", "沒有", "한국", "ไท", "שלום", ""])
def test_what_has_no_stem_is_its_own(term: str) -> None:
    assert Stems().stem(term) == term


def test_different_words_stay_apart() -> None:
    stems = Stems()
    assert stems.stem("korea") != stems.stem("korean")
    assert stems.stem("universe") != stems.stem("troop")


def test_many_at_once_are_stemmed_alike() -> None:
    terms = ["troops", "войны", "", "沒有", "35", "troops", "λογου", "deploying", "e\u0301x", "éa"]
    stems = Stems()
    assert stems.stem_all(terms) == [stems.stem(term) for term in terms]
    assert stems.stem_all([]) == []
