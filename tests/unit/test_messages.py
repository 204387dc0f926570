"""Messages on stderr: one line for each error, a caret under the column, readable figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsearch.errors import NoIndexError, QuerySyntaxError
from seedsearch.model import SearchResult
from seedsearch.render.cells import display_width, folded
from seedsearch.render.messages import (
    caret_lines,
    duration,
    error_text,
    search_summary,
    size,
)


def test_an_error_is_one_sanitised_line() -> None:
    error = NoIndexError("no index in a\nb\x1b[2J", "run seedsearch index")
    assert error_text(error) == "seedsearch: no index in a␊b␛[2J: run seedsearch index"


def test_a_syntax_error_has_a_caret_under_its_column() -> None:
    error = QuerySyntaxError("nothing follows AND", "coal AND", 5, "add a word")
    assert error_text(error).splitlines() == [
        "seedsearch: nothing follows AND: add a word",
        "  coal AND",
        "       ^",
    ]


def test_the_caret_counts_wide_characters_twice_and_controls_as_shown() -> None:
    assert caret_lines('沒有 "a', 3) == ('  沒有 "a', "       ^")
    assert caret_lines('\x1b\udcff "a', 3) == ('  ␛\\xff "a', "  " + " " * 6 + "^")


def test_a_long_query_is_shown_around_the_column() -> None:
    query = "a" * 500 + "(" + "b" * 500
    text, caret = caret_lines(query, 500)
    assert text[caret.index("^")] == "("
    assert len(text) < 130


def test_on_a_terminal_the_part_around_the_column_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    query = "港" * 20 + "(" + "b" * 50
    text, caret = caret_lines(query, 20, on_terminal=True)
    assert display_width(text) <= 30
    assert display_width(text[: text.index("(")]) == caret.index("^")


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("沒有", 4), ("e\u0301", 1), ("ﾊﾝ", 2), ("Ａ", 2)]
)
def test_display_width(text: str, cells: int) -> None:
    assert display_width(text) == cells


@given(text=st.text(alphabet="ab港\u0301 ", max_size=60), width=st.integers(2, 30))
def test_rows_keep_every_word_and_fit(text: str, width: int) -> None:
    rows = folded(text, width)
    assert " ".join(rows).split() == text.split()
    assert all(display_width(row) <= width or " " not in row.strip() for row in rows)
    if display_width(text) <= width:
        assert rows == [text]


def test_rows_go_on_below_the_last_column() -> None:
    assert folded("name  a fact of some words", 16) == ["name  a fact of", "      some words"]
    assert folded("  a message of words", 12) == ["  a message", "    of words"]
    assert folded("path: a/path/that/is/wide here", 12) == [
        "path:",
        "a/path/that/is/wide",
        "  here",
    ]


def test_summaries() -> None:
    assert search_summary(SearchResult("q", (), 0, 0.2)) == "no passage matches, under 1 ms"
    assert search_summary(SearchResult("q", (), 1, 4.2)) == "0 of 1 passage, 4 ms"
    assert search_summary(SearchResult("q", (), 3120, 1250)) == "0 of 3,120 passages, 1.2 s"


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (26_100, "26 kB"),
     (999_499, "999 kB"), (999_500, "1.0 MB"), (73_000_000, "73 MB"), (1_250_000_000, "1.2 GB")],
)  # fmt: skip
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0.5, "under 1 ms"), (4.4, "4 ms"), (999.4, "999 ms"), (999.6, "1.0 s"),
     (59_960, "1 min 00 s"), (125_000, "2 min 05 s"), (3_725_000, "1 h 02 min")],
)  # fmt: skip
def test_durations(milliseconds: float, words: str) -> None:
    assert duration(milliseconds) == words
