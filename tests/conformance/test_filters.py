"""A filter only removes hits. It changes neither which words match nor their scores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from library import Library
from openers import embedded, reference
from test_random_queries import FILES, LONG, typed

from seedsearch.analysis import Analyzer
from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.model import Passage
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import And, Filter, Not, Nothing, Or, Query, Range, is_filter
from seedsearch.query.parse import parse

FILTERS: list[tuple[str, Query]] = [
    ("path:c", Filter("path", "c")),
    ("path:*.txt", Filter("path", "*.txt")),
    ("-path:b/*", Not(Filter("path", "b/*"))),
    ("type:md", Filter("type", "md")),
    ("lang:zh", Filter("lang", "zh")),
    ("encoding:utf8", Filter("encoding", "utf8")),
    ("date:2024-05", Range("date", "2024-05", "2024-05")),
    ("-date:>2025", Not(Range("date", "2025", "", low_inclusive=False))),
    ("", Or((Filter("path", "**/[a]*"), Filter("path", "**/d")))),  # as with -g
    ("", Not(Filter("path", "**/*.md"))),
    ("", Not(Or((Filter("path", "*.md"), Filter("path", "d"))))),
    ("", And((Filter("lang", "en"), Not(Filter("path", "d"))))),
]
WORDS = ("设COM", "留言", "留言 fox", "沒有留言", "F-35", "U.N. fox", "the", "the fox", "+the +fox",
         "fox -dogs", "+fox the", "войска", '"two dogs"', "fo* OR hen", "a b 1")  # fmt: skip


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Library]]:
    made = []
    for make in (reference, embedded):
        library = Library(make(tmp_path_factory.mktemp("index")))
        library.commit({"gone": "fox"})
        library.commit({**FILES, "e.txt": "设 COM\n\nCOM 设"}, remove=["gone"])
        made.append(library)
    yield made
    for library in made:
        library.engine.close()


def hits(library: Library, tree: Query) -> list[tuple[float, Passage]]:
    return [(hit.score, hit.passage) for hit in library.rank(tree).passages]


def is_restriction(library: Library, narrowed: Query, plain: Query, narrowing: Query) -> None:
    """Check that the hits with a filter are the hits without it, minus the excluded documents."""
    fitting = {passage for _, passage in hits(library, narrowing)}
    assert hits(library, narrowed) == [hit for hit in hits(library, plain) if hit[1] in fitting]


@settings(
    max_examples=3_000 if LONG else 300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(typed, st.booleans(), st.sampled_from(FILTERS))
def test_any_query_with_any_filter(
    libraries: list[Library], text: str, all_words: bool, narrowing: tuple[str, Query]
) -> None:
    try:
        tree = parse(text, all_words=all_words)
    except (QuerySyntaxError, QueryTooBroadError):
        return
    plain, narrowed = (analyse(own, Analyzer()) for own in (tree, And((tree, narrowing[1]))))
    event("no words" if isinstance(plain, Nothing) or is_filter(plain) else "words")
    for library in libraries:
        is_restriction(library, narrowed, plain, narrowing[1])


@pytest.mark.parametrize("words", WORDS)
def test_filters_as_they_are_typed(libraries: list[Library], words: str) -> None:
    for typed_filter, narrowing in FILTERS:
        if not typed_filter:
            continue
        for text in (f"{words} {typed_filter}", f"{typed_filter} {words}"):
            narrowed, plain = (analyse(parse(own), Analyzer()) for own in (text, words))
            for library in libraries:
                is_restriction(library, narrowed, plain, narrowing)
