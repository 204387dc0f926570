"""For any input, every engine answers or raises the expected error, and all engines agree.

`make test-long` sets SEEDSEARCH_LONG: then the tests run 10,000 queries.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from library import Library, document, names
from openers import CLUSTER, embedded, opensearch, reference

from seedsearch.analysis import Analyzer
from seedsearch.engine.base import Grouping
from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse
from seedsearch.search.highlight import Snippets

LONG = bool(os.environ.get("SEEDSEARCH_LONG"))

PIECES = [
    *(
        " =café",
        " =cafe",
        " ==The",
        ' ="the fox"',
        " =F-35",
        " =f*",
        ' "a f* x"',
        '("the fox" dogs)~3',
    ),
    *"\"“”„«»()+-=^~*?:!&|'’.,;/\\ \t\u3000_ab1é",
    *(" fox ", " dogs ", " the ", " F-35 ", " U.N. ", "沒有留言", "留", " войска ", " café "),
    *(" AND ", " OR ", " NOT ", " +", " -", ' "', '" ', "~1", "~2", "~5", "^2", "^0", "*"),
    *(" title:", " path:", " type:", " lang:", " encoding:", " date:", " author:", "http://"),
    *("2024", "-05", "..", ">=", "txt", "en", "utf-8", "[a-z]", "\x00", "\x1b[2J", "\ud800"),
]
typed = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)

FILES = {
    "a.txt": [
        document("a.txt", "The fox met two dogs.\n\nF-35 and U.N. troops", "Fox", language="en",
                 fields=(("date", "2024-05-31"),)),
    ],
    "b/c.md": [
        document("b/c.md", "沒有留言。\n\nвойска ушли, café\n\nfoxes foxes", "留言",
                 media_type="text/markdown", language="zh-Hant"),
        document("b/c.md", "a dog and the a b 1", "", member="2", encoding="gb18030"),
    ],
    "d": "dogs dogs\n\nthe the",
}  # fmt: skip


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Library]]:
    """Return the same files in every engine, the reference first."""
    made = []
    for make in (reference, embedded, *(opensearch for _ in CLUSTER)):
        folder: Path = tmp_path_factory.mktemp("index")
        library = Library(make(folder))
        library.commit({"gone": "fox"})
        library.commit(FILES, remove=["gone"])
        made.append(library)
    if made[1].engine.stats().deleted == 0:
        made[0].engine.vacuum()  # type: ignore[attr-defined]
    yield made
    for library in made:
        library.engine.close()


@settings(
    max_examples=10_000 if LONG else 600,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(typed, st.booleans(), st.booleans(), st.sampled_from(["passage", "document", "file"]))
def test_an_answer_or_a_clear_error(
    libraries: list[Library], text: str, all_words: bool, literal: bool, by: Grouping
) -> None:
    analyzer = Analyzer()
    try:
        tree = analyse(parse(text, all_words=all_words, literal=literal), analyzer)
    except (QuerySyntaxError, QueryTooBroadError):
        event("an error")
        return
    answers = [library.engine.search(tree, limit=None, by=by) for library in libraries]
    event("hits" if answers[0].total else "no hits")
    for answer in answers:
        assert answer.total == answers[0].total == len(answer.passages)
        assert names(answer) == names(answers[0])
        assert [hit.score for hit in answer.passages] == pytest.approx(
            [hit.score for hit in answers[0].passages], rel=1e-9, abs=3e-9
        )
    snippets = Snippets(tree, analyzer)
    for hit in answers[0].passages:
        snippet = snippets.of(hit.passage)
        size = len(hit.passage.text)
        assert all(0 <= start < end <= size for start, end in snippet.highlights)
        assert all(0 <= f.span.start < f.span.end <= size for f in snippet.fragments)
