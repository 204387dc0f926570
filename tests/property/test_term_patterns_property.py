"""A shape finds every term that fits its pattern."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.index.term_patterns import shape_of
from seedsearch.query.ast import Fuzzy, Wildcard
from seedsearch.query.match import fits_term

LETTERS = "abcé北"
words = st.text(LETTERS, min_size=1, max_size=10)
profile = settings(max_examples=1_000, derandomize=True, deadline=None, database=None)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and what at most two edits make of it."""
    word = draw(words)
    other = list(word)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(other)))
        match draw(st.sampled_from(["insert", "delete", "replace", "swap"])):
            case "insert":
                other.insert(at, draw(st.sampled_from(LETTERS)))
            case "delete":
                del other[at : at + 1]
            case "replace":
                other[at : at + 1] = draw(st.sampled_from(LETTERS))
            case _:
                other[at : at + 2] = reversed(other[at : at + 2])
    return word, "".join(other)


@profile
@given(edited(), st.sampled_from([1, 2]))
def test_every_term_within_the_distance(pair: tuple[str, str], distance: int) -> None:
    word, other = pair
    leaf = Fuzzy(word, distance)
    shape = shape_of(leaf, b"b")
    if shape is not None and other and fits_term(leaf)(other):
        assert shape.search(f"bzzz\nb{other}\nbyyy".encode())


@profile
@given(st.text(LETTERS + "*?", min_size=1, max_size=8), words)
def test_every_term_of_a_wildcard(pattern: str, word: str) -> None:
    leaf = Wildcard(pattern)
    shape = shape_of(leaf, b"b")
    if shape is not None and fits_term(leaf)(word):
        assert shape.search(f"bzzz\nb{word}\nbyyy".encode())
