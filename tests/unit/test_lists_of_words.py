"""What queries read of posting lists: the core finds and reads what plain Python does, and no more than it needs."""

from __future__ import annotations

import pytest

from seedsearch.core import compiled
from seedsearch.engine.embedded.engine import WhooshEngine
from seedsearch.engine.registry import open_engine
from seedsearch.index.term_sets import TermSets, _counted, parts_of
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.ast import Exact, Leaf, Query, Term

pytestmark = pytest.mark.skipif(compiled is None, reason="plain Python alone")

LINES = 3_000


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    """An index of three segments. In each, most passages hold fish or fishing; few are about a heron."""
    folder = tmp_path_factory.mktemp("lists")
    home = create_home(str(folder / ".seedsearch"))
    docs = folder / "docs"
    docs.mkdir()
    for number in range(3):
        lines = [f"fish eat fish {'fishing ' * (line % 5)}in {line}" for line in range(LINES)]
        (docs / f"{number}.md").write_text("# Fishing herons\n\n" + "\n\n".join(lines) + "\n")
        made = open_engine(home.folder, create=True)
        update_index(made, home, IndexOptions((str(docs),), jobs=1))
        made.close()
    found = open_engine(home.folder)
    assert isinstance(found, WhooshEngine)
    return found


@pytest.mark.parametrize("field", ["", "title"])
@pytest.mark.parametrize("text", ["fish", "fishing", "fishings", "heron", "herons", "17", "absent"])
@pytest.mark.parametrize("kind", [Term, Exact])
def test_the_core_finds_what_python_finds(
    engine: WhooshEngine, kind: type[Term | Exact], text: str, field: str
) -> None:
    leaf = kind(text, field)
    snapshot = engine._snapshot
    term_sets: TermSets = snapshot.term_sets
    ranges = term_sets.ranges(leaf)
    expected = _counted(ranges, exact=kind is Exact)
    found = term_sets.of(leaf)
    assert (found.df, found.frequency) == (expected.df, expected.frequency)
    assert bool(found.lists) == bool(ranges)
    parts, _ = term_sets.parts(found, leaf, positions=True)
    assert parts == parts_of(snapshot.segments, ranges)


def blocks_read(engine: WhooshEngine, query: Query) -> int:
    fresh = WhooshEngine(engine.folder)
    found = fresh.search(query, text=False)
    assert found.total
    return sum(sum(segment.file.checked) for segment in fresh._snapshot.segments)


def test_positions_are_read_for_phrases_alone(engine: WhooshEngine) -> None:
    word: Leaf = Term("fish", "")
    of_word = blocks_read(engine, word)
    fresh = WhooshEngine(engine.folder)
    executor = fresh._snapshot.executor
    entry = executor._entry(word)
    executor._parts(entry, word)
    before = sum(sum(segment.file.checked) for segment in fresh._snapshot.segments)
    executor._parts(entry, word, positions=True)
    after = sum(sum(segment.file.checked) for segment in fresh._snapshot.segments)
    assert before < after
    assert of_word > 0


def test_a_word_is_read_again_only_once(engine: WhooshEngine) -> None:
    """The first query keeps no matches of a word, the second does; the answers are the same."""
    fresh = WhooshEngine(engine.folder)
    word = Term("heron", "")
    answers = [fresh.search(word, text=False) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    entry = fresh._snapshot.executor._entry(word)
    assert entry.matches is not None
