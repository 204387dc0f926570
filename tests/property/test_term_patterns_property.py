"""The core finds the lines of a dictionary that match a pattern, as its plain twin does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.index.dictionary import fitting_lines, lines_that_fit, pattern_of
from seedsearch.query.ast import Fuzzy, Prefix, Wildcard

pytest.importorskip("seedsearch.core._core")

LETTERS = "abcé北"
words = st.text(LETTERS, min_size=1, max_size=10)
profile = settings(max_examples=1_000, derandomize=True, deadline=None, database=None)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """Return a word, and the word after a few edits."""
    word = draw(words)
    other = list(word)
    for _ in range(draw(st.integers(0, 3))):
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


def check(leaf: Prefix | Wildcard | Fuzzy, terms: list[str]) -> None:
    lines = [f"b{term}{mark}" for term in terms for mark in ("", " de")]
    names = "\n".join([*lines, "tabc", "", "b"]).encode("utf-8", "surrogatepass")
    start, rest, distance = pattern_of(leaf)
    expected = lines_that_fit(names, b"b" + start.encode(), rest, distance)
    assert fitting_lines(names, b"b", pattern_of(leaf)) == expected


@profile
@given(edited(), st.sampled_from([1, 2]), st.lists(words, max_size=3))
def test_words_within_a_distance(pair: tuple[str, str], distance: int, others: list[str]) -> None:
    word, other = pair
    check(Fuzzy(word, distance), [other, *others])


@profile
@given(st.text(LETTERS + "**?", min_size=1, max_size=8), st.lists(words, max_size=5))
def test_wildcards(pattern: str, terms: list[str]) -> None:
    check(Wildcard(pattern), terms)
    check(Prefix(pattern.replace("*", "").replace("?", "")), terms)
