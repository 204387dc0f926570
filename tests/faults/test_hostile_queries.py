"""Queries of every operator at random: an answer, or one clear error, in bounded time."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from trials import LONG, trials

from seedsearch import open_index
from seedsearch.api import Index
from seedsearch.engine.embedded import query_cost
from seedsearch.engine.registry import open_engine
from seedsearch.errors import QueryTooBroadError, SeedsearchError
from seedsearch.index.segment import Segment
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.ast import Compounds, Filter

SMALL_MEGABYTES = 2
MEGABYTES = 200 if LONG else SMALL_MEGABYTES
MOST_SECONDS = (
    2.0 if LONG else 10.0
)  # of the processor; the promise is for 200 MB, on a quiet machine

_RANK = ["the", "of", "and", "in", "to", "a", "is", "for", "on", "was"]
_SYLLABLES = [
    "ka",
    "ro",
    "min",
    "tel",
    "sa",
    "ing",
    "ver",
    "ed",
    "lo",
    "ha",
    "pre",
    "tion",
    "er",
    "u",
]


def word(rng: random.Random) -> str:
    """A word, of which a few are in every passage and most are rare."""
    if rng.random() < 0.35:
        return rng.choice(_RANK)
    most = 3 if rng.random() < 0.8 else 5
    return "".join(rng.choices(_SYLLABLES, k=rng.randrange(2, most + 1)))


def made(base: Path, megabytes: int) -> Path:
    """Index that much text."""
    (base / "docs").mkdir()
    rng = random.Random(12)
    for number in range(megabytes):
        words = [word(rng) for _ in range(190_000)]
        lines = [" ".join(words[at : at + 100]) for at in range(0, len(words), 100)]
        (base / "docs" / f"{number}.txt").write_text("\n\n".join(lines))
    home = create_home(str(base / ".seedsearch"))
    engine = open_engine(home.folder, create=True)
    update_index(engine, home, IndexOptions(add_roots=(str(base / "docs"),), jobs=2))
    engine.close()
    return base


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_index(str(made(tmp_path_factory.mktemp("large"), MEGABYTES))) as index:
        index.search("warm")
        yield index


@pytest.fixture(scope="module")
def small(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Index]:
    """Return an index with fewer words than a pattern may stand for."""
    if MEGABYTES == SMALL_MEGABYTES:
        yield request.getfixturevalue("large")
        return
    with open_index(str(made(tmp_path_factory.mktemp("small"), SMALL_MEGABYTES))) as index:
        yield index


_SIGNS = "\0\x1b\u202e\ud800\uffff\U0010ffff\"'()[]{}*?~^+-!:;,./\\|&<>=#@$%\n\t\u3000１Ａé"


def piece(rng: random.Random, depth: int) -> str:
    text = word(rng)
    kind = rng.randrange(18 if depth < 6 else 12)
    match kind:
        case 0:
            return f'"{" ".join(word(rng) for _ in range(rng.randrange(1, 8)))}"'
        case 1:
            words = " ".join(word(rng) for _ in range(rng.randrange(2, 6)))
            return f'"{words}"~{rng.choice((1, 5, 100, 1_000_000, 10**30))}'
        case 2:
            return text[: rng.randrange(1, 4)] + "*"
        case 3:
            return rng.choice(
                ("*" + text[-2:], "*" + text[1:3] + "*", text[0] + "*" + text[-1], "*" * 9, "?" * 5)
            )
        case 4:
            return f"{text}~{rng.choice(('', 1, 2, 3, 10**9))}"
        case 5:
            return rng.choice(
                ("path:*1*", "lang:en", "date:2001..2020", "title:" + text, "type:txt", "x:1..9")
            )
        case 6:
            return rng.choice(("=", "==", "+", "-", "!", "NOT ")) + text
        case 7:
            return "".join(rng.choices(_SIGNS, k=rng.randrange(1, 9)))
        case 8:
            return f"{text}^{rng.choice((0, 0.5, 3, 10**6, '1' * 400))}"
        case 9 | 10 | 11:
            return text
        case 12:
            return f"({several(rng, depth + 1)})^2"
        case 13:
            return f"NOT ({several(rng, depth + 1)})"
        case _:
            return f"({several(rng, depth + 1)})"


def several(rng: random.Random, depth: int) -> str:
    joint = rng.choice((" ", " ", " AND ", " OR ", " +", " -"))
    return joint.join(piece(rng, depth) for _ in range(rng.choice((1, 2, 2, 3, 5))))


def long_query(rng: random.Random) -> str:
    """Much of one kind, up to the limit of length."""
    made = [rng.choice((piece, several))(rng, 5) for _ in range(rng.choice((20, 60, 200)))]
    return rng.choice((" ", " OR ", " AND ", " -")).join(made)[:10_000]


def answered(index: Index, query: str) -> float:
    """The processor seconds until an answer or an error; any other exception goes through."""
    begin = time.process_time()
    with suppress(SeedsearchError):
        index.search(query)
    return time.process_time() - begin


def test_an_answer_or_a_clear_error_in_bounded_time(large: Index) -> None:
    rng = random.Random(121)
    for trial in range(trials(80, 20_000)):
        query = long_query(rng) if trial % 10 == 0 else several(rng, 0)
        took = answered(large, query)
        assert took < MOST_SECONDS, (took, query[:500])


DEAR = {
    "nearness": lambda n: " ".join(f'"the of and in to a is"~{10_000 + i}' for i in range(n)),
    "phrases": lambda n: " ".join(f'"the of {_RANK[i % 10]} {word(random.Random(i))} the"' for i in range(n)),
    "fuzzy": lambda n: " ".join(f"{word(random.Random(i))}~2" for i in range(n)),
    "endings": lambda n: " ".join(f"*{a}{b}" for a in "karomintel" for b in "kromintelsavd")[: 5 * n],
    "beginnings": lambda n: " ".join(f"{a}{b}*" for a in "krmtsivelh" for b in "aoieuvrdkn")[: 4 * n],
    "words": lambda n: " ".join(word(random.Random(i)) for i in range(10 * n))[:9_990],
    "written": lambda n: " OR ".join(f'=="{_RANK[i % 10]}{"" if i < 10 else i}"' for i in range(n)),
    "paths": lambda n: "the " + " ".join(f"-path:*{i}*" for i in range(n)),
    "nested": lambda n: "(" * min(n, 49) + "the" + ")" * min(n, 49),
    "exclusions": lambda n: "the " + " ".join(f"-{word(random.Random(i))}" for i in range(10 * n)),
}  # fmt: skip


@pytest.mark.parametrize("kind", DEAR)
def test_no_query_of_one_kind_takes_long(large: Index, kind: str) -> None:
    for count in (3, 10, 30, 100) if LONG else (100,):
        assert answered(large, DEAR[kind](count)) < MOST_SECONDS, count


@pytest.mark.parametrize(
    "kind", ["nearness", "phrases", "fuzzy", "endings", "beginnings", "words", "written", "paths"]
)
def test_what_costs_too_much_is_refused_before_it_runs(
    small: Index, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a low limit; what is let through has the same answer as without one."""
    query = DEAR[kind](10)
    monkeypatch.setattr(query_cost, "LEAST", 10**15)
    before = small.search(query).total
    monkeypatch.setattr(query_cost, "LEAST", 100_000)
    monkeypatch.setattr(query_cost, "A_PASSAGE", 1)
    with pytest.raises(QueryTooBroadError, match="the query is too expensive") as refused:
        small.search(query)
    assert "fewer" in refused.value.hint
    monkeypatch.setattr(query_cost, "LEAST", 10**15 - 1)
    assert small.search(query).total == before


def test_compounds_are_counted_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    text = (
        "Der Hafenmeister und die Hafenstadt sind nicht auf der Liste, und das Wasser ist kalt.\n"
    )
    (docs / "a.txt").write_text(text * 3)
    home = create_home(str(tmp_path / ".seedsearch"))
    engine = open_engine(home.folder, create=True)
    update_index(engine, home, IndexOptions(add_roots=(str(docs),), jobs=1))
    query = Compounds("hafen", ("hafenmeister", "hafenstadt"))
    assert engine.search(query, limit=1).total
    monkeypatch.setattr(query_cost, "LEAST", 0)
    monkeypatch.setattr(query_cost, "A_PASSAGE", 0)
    with pytest.raises(QueryTooBroadError):
        engine.search(query, limit=1)
    engine.close()


def test_a_filter_alone_reads_few_places(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All passages have one score then, and their paths and places decide."""
    engine = open_engine(str(whole))
    everything = engine.search(Filter("path", "**"), limit=None).passages
    asked = []
    real = Segment.place

    def place(segment: Segment, passage: int) -> tuple[int, int]:
        asked.append(passage)
        return real(segment, passage)

    monkeypatch.setattr(Segment, "place", place)
    first = engine.search(Filter("path", "**"), limit=3).passages
    assert [hit.passage for hit in first] == [hit.passage for hit in everything[:3]]
    assert len(asked) < 20 < len(everything)
    engine.close()


def test_one_word_or_pattern_is_never_too_much(small: Index) -> None:
    for query in (
        "the",
        "the of and in",
        "karo*",
        "kaar~1",
        "*tion",
        "path:*docs* the",
        '"the of and"~1000000',
    ):
        assert small.search(query).total, query
