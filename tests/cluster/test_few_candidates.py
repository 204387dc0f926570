"""A query that matches more passages than a cluster ranks: documents and nearness count for those that it does."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from nodes import Cluster

sys.path.append(str(Path(__file__).parents[1] / "conformance"))
from library import put

from seedsearch.engine.registry import open_engine
from seedsearch.query.ast import And, Boost, Filter, Or, Query, Term, unparse

WORDS = [Term(f"w{number}") for number in range(12)]
FEW, ALL = 40, 100_000


def text_of(draw: random.Random) -> str:
    """Return some passages. The first words are the most frequent, here and there one after the other."""
    passages = []
    for _ in range(draw.randint(1, 6)):
        rare = [f"x{draw.randrange(4000)}" for _ in range(draw.randint(10, 60))]
        for _ in range(draw.randint(1, 6)):
            word = WORDS[int(12 * draw.random() ** 2)].text
            rare.insert(draw.randrange(len(rare)), word)
        passages.append(" ".join(rare))
    return "\n\n".join(passages)


@pytest.fixture(scope="module")
def places(three_nodes: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two indexes of the same some hundred passages: on a cluster, and in a folder."""
    draw = random.Random(5)
    texts = {f"{number:03}": text_of(draw) for number in range(250)}
    texts["often"] = f"{'w5 ' * 40} w1"  # too often to be counted with other words
    on_cluster = f"{three_nodes.address()}/candidates-{uuid4().hex}?shards=3&replicas=1"
    both = on_cluster, str(tmp_path_factory.mktemp("folder"))
    for place in both:
        engine = open_engine(place, create=True)
        writer = engine.writer()
        put(writer, texts)
        writer.commit()
        writer.close()
        engine.close()
    return both


def best(place: str, query: Query, per_file: int | None) -> list[tuple[str, int, float]]:
    engine = open_engine(place)
    try:
        ranking = engine.search(query, limit=5, per_file=per_file)
    finally:
        engine.close()
    assert bool(ranking.candidates) == (f"candidates={FEW}" in place)
    return [(h.passage.document.path, h.passage.ordinal, h.score) for h in ranking.passages]


@pytest.mark.parametrize("per_file", [None, 1])
@pytest.mark.parametrize(
    "query",
    [
        Or((WORDS[0], WORDS[1]), implicit=True),
        Or((WORDS[1], WORDS[0], WORDS[2]), implicit=True),
        Or((WORDS[0], WORDS[5], WORDS[1], WORDS[2]), implicit=True),
        And((WORDS[0], WORDS[1]), implicit=True),
        And((Or((WORDS[0], WORDS[1]), implicit=True), Filter("path", "*1*"))),
        Or((WORDS[0], WORDS[1])),
        Or((Boost(Or((WORDS[0], WORDS[1]), implicit=True), 3.0), WORDS[4])),
        Or((Or((WORDS[0], WORDS[1]), implicit=True), Or((WORDS[2], WORDS[3]), implicit=True))),
    ],
    ids=unparse,
)
def test_the_best_are_those_of_a_folder(
    places: tuple[str, str], query: Query, per_file: int | None
) -> None:
    on_cluster, in_folder = places
    expected = best(in_folder, query, per_file)
    assert len(expected) == 5
    for candidates in (FEW, ALL):
        assert best(f"{on_cluster}&candidates={candidates}", query, per_file) == expected
