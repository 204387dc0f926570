"""The window of a passage: at most a given number of characters around the densest matches."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.model import Fragment, Span
from seedsearch.search.fragments import Characters, Lit, snippet_of

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


def lit_in(text: str, *words: str) -> list[Lit]:
    found = [
        (at, at + len(word), leaf)
        for leaf, word in enumerate(words)
        for at in range(len(text))
        if text.startswith(word, at)
    ]
    return sorted(found)


def window_of(text: str, lit: list[Lit], width: int) -> tuple[Fragment, int]:
    """The window, and where its match begins."""
    shapes = None
    if compiled is not None:
        shapes, _ = compiled.shapes_and_folds(text, Characters(str.lower))
    return snippet_of(text, shapes, lit, 0, width, width)[2:]


def shown(text: str, width: int, *words: str) -> str:
    window, _ = window_of(text, lit_in(text, *words), width)
    return text[slice(*window.span)]


def test_the_densest_matches_are_shown() -> None:
    text = "coal " + "x " * 60 + "coal and port " + "y " * 60 + "port"
    assert "coal and port" in shown(text, 40, "coal", "port")
    _, match = window_of(text, lit_in(text, "coal", "port"), 40)
    assert text[match:].startswith("coal and port")


def test_of_equal_places_the_first() -> None:
    text = "a port here. " + "x " * 60 + "a port there."
    assert shown(text, 20, "port").startswith("a port here.")


def test_it_begins_where_a_sentence_does_and_cuts_no_word() -> None:
    text = "x " * 100 + "It ended. Then the harbour froze over, and nobody came. " + "y " * 100
    assert (
        shown(text, 60, "harbour") == "Then the harbour froze over, and nobody came. y y y y y y y"
    )


def test_scripts_without_spaces_are_cut_anywhere() -> None:
    text = "本" * 100 + "留言" + "文" * 100
    assert len(shown(text, 30, "留言")) == 30
    assert "留言" in shown(text, 30, "留言")


def test_where_nothing_is_lit_it_is_the_opening() -> None:
    for text, span in (("The first words of a passage.", (0, 9)), ("", (0, 0))):
        assert window_of(text, [], 12) == (Fragment(Span(*span), 0, ()), 0)


@given(
    st.text(st.sampled_from("ab .\n本。"), max_size=60),
    st.lists(st.tuples(st.integers(0, 59), st.integers(1, 6), st.integers(0, 2)), max_size=6),
    st.integers(1, 30),
)
def test_it_is_no_wider_and_shows_a_match(
    text: str, places: list[tuple[int, int, int]], width: int
) -> None:
    lit = sorted(
        {(at, min(at + size, len(text)), leaf) for at, size, leaf in places if at < len(text)}
    )
    window, match = window_of(text, lit, width)
    start, end = window.span
    assert 0 <= start <= end <= len(text)
    assert end - start <= width
    if lit:
        assert match in [place[0] for place in lit]
        assert start <= match < end or text[match].isspace()


@pytest.mark.parametrize("width", [1, 5, 200])
def test_a_match_that_is_wider_is_cut(width: int) -> None:
    text = "x " + "w" * 300 + " y"
    assert shown(text, width, "w" * 300) == "w" * width
