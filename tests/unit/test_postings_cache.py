"""The cache of query leaves has a maximum size, and does not affect answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.engine.embedded import executor as executor_module
from seedsearch.engine.embedded import postings_cache
from seedsearch.engine.embedded.engine import WhooshEngine
from seedsearch.engine.embedded.postings_cache import PostingsCache
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import And, Exact, Prefix, Query, Term
from seedsearch.query.parse import parse

WORDS = [f"word{number}" for number in range(30)]
QUERIES = [
    *WORDS,
    "+word1 +word2",
    '"word3 word4"',
    '"word4 word3"~3',
    '"word5 word6 word5"~9',
    "word5 word6 word7",
    "nowhere word1",
    "+nowhere +word1",
    "word1* -word2",
    "whale",
    '"word1 again"',
    '"rare word1"',
    "+rare +whale",
    '"whale rare"~2',
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """Several segments; each file of the first has many passages that score higher than any in the second."""
    docs = tmp_path / "docs"
    docs.mkdir()
    home = create_home(str(tmp_path / ".seedsearch"))
    opened = open_engine(home.folder, create=True)
    assert isinstance(opened, WhooshEngine)
    for batch in range(3):
        for number in range(batch, 40, 3):
            words = " ".join(WORDS[number % 7 : 20 + number % 11])
            text = f"{words}\n\n{words} again\n\n"
            if batch == 0:
                text += f"whale {'word1 ' * (60 + number)}\n\n" * 20
            else:
                text += "whale " + "much else besides " * 60
            if number in (8, 23):
                text += " rare word1 whale rare"
            (docs / f"{number:02}.txt").write_text(text)
        update_index(opened, home, IndexOptions((str(docs),), jobs=1))
    assert len(opened._snapshot.segments) > 1
    yield opened
    opened.close()


def tree(text: str) -> Query:
    return analyse(parse(text), Analyzer())


def answers(engine: WhooshEngine, **wishes: Any) -> list[Any]:
    found = []
    for text in QUERIES:
        ranking = engine.search(tree(text), text=False, **wishes)
        hits = [(hit.score, hit.passage) for hit in ranking.passages]
        found.append((text, ranking.total, hits))
    return found


def cache_of(engine: WhooshEngine) -> PostingsCache:
    return engine._snapshot.executor.cache


def is_consistent(cache: PostingsCache) -> None:
    assert cache.size <= cache._most
    assert cache.size == sum(entry.size for entry in cache._entries.values())
    assert all(entry.key == key for key, entry in cache._entries.items())


def test_answers_are_the_same_however_little_is_kept(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answers(engine)
    everything = cache_of(engine).size
    assert everything == sum(entry.measure() for entry in cache_of(engine)._entries.values())
    for most in (0, 10_000, everything // 2):
        monkeypatch.setattr(postings_cache, "KEPT", most)
        monkeypatch.setattr(postings_cache, "MOST_KEPT", most)
        engine._snapshot.__dict__.pop("executor", None)
        for _ in range(2):
            assert answers(engine) == expected
            is_consistent(cache_of(engine))


@pytest.mark.parametrize("wishes", [{"limit": None}, {"by": "file"}, {"limit": 3, "per_file": 1}])
def test_answers_are_the_same_however_words_are_read(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, wishes: dict[str, Any]
) -> None:
    """Looked up in few passages, or read whole."""
    expected = answers(engine, **wishes)
    for much_more in (0, 1 << 30):
        monkeypatch.setattr(executor_module, "_MUCH_MORE", much_more)
        monkeypatch.setattr(executor_module, "_LOOK_UP", 0)
        engine._snapshot.__dict__.pop("executor", None)
        for (_, total, hits), (text, as_many, others) in zip(
            answers(engine, **wishes), expected, strict=True
        ):
            assert (total, [p for _, p in hits]) == (as_many, [p for _, p in others]), text
            assert [s for s, _ in hits] == pytest.approx([s for s, _ in others], abs=1.1e-9)


def test_who_looks_up_a_lot_reads_the_whole(engine: WhooshEngine) -> None:
    both = tree('+"rare" +"word1"')
    engine.search(both)
    entry = cache_of(engine).entry(Exact("word1"))
    assert entry is not None
    assert entry.matches is None
    for _ in range(100):
        engine.search(both)
    assert entry.matches is not None


def test_words_of_phrases_are_kept_when_they_come_again(engine: WhooshEngine) -> None:
    engine.search(tree('"word3 word2"'))
    entry = cache_of(engine).entry(Exact("word3"))
    assert entry is not None
    assert entry.matches is None
    engine.search(tree('"word2 word3"'))
    assert entry.matches is not None


def test_words_much_more_frequent_than_others_of_a_phrase_are_not_kept(
    engine: WhooshEngine,
) -> None:
    for text in ('"rare word1"', '"word1 rare"'):
        engine.search(tree(text))
    entry = cache_of(engine).entry(Exact("word1"))
    assert entry is not None
    assert entry.matches is None


@pytest.mark.parametrize("text", ['"rare word1"', '"word1 rare"~2'])
def test_phrases_are_kept(engine: WhooshEngine, text: str) -> None:
    phrase = tree(text)
    found = engine.search(phrase)
    assert found.total
    for entry in cache_of(engine)._entries.values():
        entry.parts = ()  # reading postings again would find none
    assert engine.search(phrase) == found
    assert engine.search(And((phrase, Exact("whale")))).total == found.total


def test_what_is_used_stays(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(engine)
    size = cache_of(engine).size
    monkeypatch.setattr(postings_cache, "KEPT", size // 2)
    monkeypatch.setattr(postings_cache, "MOST_KEPT", size // 2)
    engine._snapshot.__dict__.pop("executor", None)
    for text in QUERIES:
        for asked in ("word0", text):
            engine.search(tree(asked), text=False)
    assert cache_of(engine).entry(Term("word0")) is not None
    assert cache_of(engine).entry(Term("word9")) is None  # used once, long ago


def test_patterns_do_not_take_the_counts_of_others(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pattern counts its passages, though a new object may have the identity of an old one."""
    patterns: list[Query] = [Prefix(word) for word in WORDS]
    alone = []
    for pattern in patterns:
        engine._snapshot.__dict__.pop("executor", None)
        alone.append([hit.score for hit in engine.search(pattern).passages])
    monkeypatch.setattr(postings_cache, "KEPT", 3)
    monkeypatch.setattr(postings_cache, "MOST_KEPT", 3)
    engine._snapshot.__dict__.pop("executor", None)
    for _ in range(20):
        for pattern, scores in zip(patterns, alone, strict=True):
            assert [hit.score for hit in engine.search(pattern).passages] == scores


def test_a_word_that_was_looked_for_in_vain_counts_too(engine: WhooshEngine) -> None:
    before = cache_of(engine).size
    assert engine.search(tree("+word1 +nowhere")).total == 0
    assert cache_of(engine).size > before
