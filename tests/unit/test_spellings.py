"""Spellings are cut where folded words are, so that no term of any language contains a space."""

from __future__ import annotations

import pytest

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.stemming import MARK, OTHERS, Stems

CODES = [*range(0x80, 0xD800), *range(0xE000, 0x20000)]


def test_what_separates_folded_words_separates_spellings() -> None:
    fold, spell = Folder().fold, Folder(accents=True).fold
    words = {word for code in CODES for word in spell(f"x{chr(code)} {chr(code)}x").split()}
    assert [word for word in words if " " in fold(word)] == []


@pytest.mark.parametrize("language", sorted(OTHERS))
def test_no_form_has_a_space_but_before_its_language(language: str) -> None:
    stems, spell = Stems(), Folder(accents=True).fold
    for text in (
        "Ã¢ˆƒzl",
        "ya\u0302\u02c6\u0192zl",
        "سلام،خوبی؟",
        "\u05ec",
        "x\u066ay",
        "ðŸ˜€",
        "æˆƒ",
    ):
        for word in spell(text).split():
            term, key = stems.form(word, language)
            stem, _, spelt = key.partition(MARK.decode())
            assert " " not in term + stem + spelt, (text, word)
