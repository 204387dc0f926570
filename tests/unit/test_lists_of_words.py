"""What queries read of posting lists: the core finds and reads what plain Python does, and no more than it needs."""

from __future__ import annotations

import pytest

from seedsearch.core import compiled, matching
from seedsearch.engine.embedded.engine import WhooshEngine
from seedsearch.engine.registry import open_engine
from seedsearch.index.term_sets import TermSets, _counted, parts_of
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.ast import Exact, Phrase, Query, Term

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
    assert bool(found.parts) == bool(ranges)
    parts = tuple([(number, tuple(lists)) for number, lists in term_sets.parts(found, leaf)])
    assert parts == parts_of(snapshot.segments, ranges)


def blocks_read(engine: WhooshEngine, query: Query) -> int:
    fresh = WhooshEngine(engine.folder)
    fresh._snapshot.executor.matches(query)
    return sum(sum(segment.file.checked) for segment in fresh._snapshot.segments)


def test_positions_are_read_for_phrases_alone(engine: WhooshEngine) -> None:
    assert blocks_read(engine, Term("fish", "")) < blocks_read(engine, Phrase(("fish", "fish")))


def test_lists_are_not_read_from_a_closed_segment(engine: WhooshEngine) -> None:
    fresh = WhooshEngine(engine.folder)
    snapshot = fresh._snapshot
    table = snapshot.executor.table
    known, new = [snapshot.term_sets.of(Term(text, "")).parts for text in ("heron", "17")]
    assert matching.postings(table, known, None)
    for segment in snapshot.segments:
        segment.close()
    for parts in (known, new):
        with pytest.raises(ValueError, match="a posting list cannot be read"):
            matching.postings(table, parts, None)
        with pytest.raises(ValueError, match="a posting list cannot be read"):
            tuple(parts[0][1])


def test_a_word_is_read_again_only_once(engine: WhooshEngine) -> None:
    """The first query keeps no matches of a word, the second does; the answers are the same."""
    fresh = WhooshEngine(engine.folder)
    word = Term("heron", "")
    answers = [fresh.search(word, text=False) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    entry = fresh._snapshot.executor._entry(word)
    assert entry.matches is not None


def test_passages_are_read_together(engine: WhooshEngine) -> None:
    """Of all segments in one call, with documents that are known and others."""
    snapshot = WhooshEngine(engine.folder)._snapshot
    numbers = [snapshot.bases[-1] - 1, 0, snapshot.bases[1], snapshot.bases[1] - 1, 5, 0]
    expected = [segment.record(own) for segment, own in map(snapshot.ranker.locate, numbers)]
    fresh = WhooshEngine(engine.folder)._snapshot
    assert fresh.records(numbers) == fresh.records(numbers) == expected
    assert fresh.records([numbers[0]])[0] == expected[0]


def test_frequent_words_of_a_phrase_are_not_read_whole(engine: WhooshEngine) -> None:
    """The words were used before; what each stands for is known, and the rarer one is read."""
    fresh = WhooshEngine(engine.folder)
    rare, frequent = Exact("17"), Exact("in")
    for word in (rare, frequent):
        fresh.search(word, text=False)
    assert fresh.search(Phrase(("in", "17")), text=False).total == 3
    executor = fresh._snapshot.executor
    assert executor._entry(rare).matches is not None
    assert executor._entry(frequent).matches is None
    assert fresh.search(Phrase(("in", "absent")), text=False).total == 0
