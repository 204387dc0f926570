"""For any input, the parser returns a tree or raises an error that explains the fault."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.query import ast
from seedsearch.query.parse import parse

PIECES = [
    *"\"“”„«»()+-=^~*?:!&|'’.,;/\\ \t\n\u3000_",
    *"ab1é한留\x00\ud800",
    *(" AND ", " OR ", " NOT ", "title:", "path:", "type:", "lang:", "encoding:", "date:"),
    *("2024", "-05", "..", ">=", "~1", "~2", "~5", "^2", "^0.5", "foo", "Su-57", "沒有留言"),
]

queries = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(max_size=40),
)


@settings(max_examples=2_000, derandomize=True, deadline=None, database=None)
@given(queries, st.booleans(), st.booleans())
def test_a_tree_or_a_clear_error(text: str, all_words: bool, literal: bool) -> None:
    outcome = parse_or_error(text, all_words, literal)
    match outcome:
        case QuerySyntaxError():
            assert outcome.query == text
            assert 0 <= outcome.column <= len(text)
            assert "\n" not in outcome.message
            assert outcome.hint
        case QueryTooBroadError():
            assert "maximum" in outcome.message
        case _:
            assert isinstance(outcome, ast.Query)
            assert hash(outcome) == hash(parse_or_error(text, all_words, literal))


def parse_or_error(text: str, all_words: bool, literal: bool) -> object:
    try:
        return parse(text, all_words=all_words, literal=literal)
    except (QuerySyntaxError, QueryTooBroadError) as error:
        return error


@given(
    st.lists(
        st.sampled_from(
            [
                "+a",
                "b",
                "-c",
                '"d"',
                '"e',
                'f g"',
                "OR",
                "AND",
                "+NOT",
                "-",
                "+",
                "北京",
                "x1",
                "h-i",
            ]
        ),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_what_is_simple_has_the_tree_that_it_has_in_parentheses(
    words: list[str], all_words: bool
) -> None:
    """Parentheses are never simple, so the whole grammar reads them."""
    tree = parse_or_error(" ".join(words), all_words, False)
    inside = parse_or_error(f"({' '.join(words)})", all_words, False)
    if isinstance(tree, QuerySyntaxError):
        assert isinstance(inside, QuerySyntaxError)
    else:
        assert tree == inside
