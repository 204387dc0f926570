"""The sanitiser: control characters are replaced, readable text stays."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.render.sanitize import clean, fold

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain", "plain"),
        ("naïve 沒有留言 Ким", "naïve 沒有留言 Ким"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x00b\x7fc", "a␀b␡c"),
        ("\x9b31m", "�31m"),
        ("name\u202etxt.exe", "name�txt.exe"),
        ("a\u2028b\u2029c", "a�b�c"),
        ("caf\udce9.txt", "caf\\xe9.txt"),
        ("\ud800", "\\ud800"),
        ("\ufffe\U0010ffff", "��"),
        ("\U000e0041", "�"),
        ("two\nlines\tand tab", "two␊lines␉and tab"),
        ("👩\u200d🔬 and می\u200cخواهم", "👩\u200d🔬 and می\u200cخواهم"),
    ],
)
def test_what_is_shown(given_text: str, shown: str) -> None:
    assert clean(given_text) == shown


def test_a_caller_may_keep_newlines_and_tabs() -> None:
    assert clean("a\n\tb\x1b", keep="\n\t") == "a\n\tb␛"


def test_every_character_there_is() -> None:
    bidi = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    for code in range(sys.maxunicode + 1):
        shown = clean(chr(code))
        shown.encode()
        for character in shown:
            assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), hex(code)
            assert unicodedata.bidirectional(character) not in bidi, hex(code)


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_folded_text_is_one_clean_line(text: str) -> None:
    line = fold(text)
    assert line == " ".join(line.split())
    assert line == clean(line)
    assert len(f"{line}.".splitlines()) == 1
