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
from seedsearch.query.ast import And, Filter, Or, Query, Term, unparse

WORDS = [Term(f"w{number}") for number in range(12)]
FEW, ALL = 80, 100_000


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
def address(three_nodes: Cluster) -> str:
    """An index of some hundred passages."""
    draw = random.Random(5)
    made = f"{three_nodes.address()}/candidates-{uuid4().hex}?shards=3&replicas=1"
    engine = open_engine(made, create=True)
    writer = engine.writer()
    put(writer, {f"{number:03}": text_of(draw) for number in range(250)})
    writer.commit()
    writer.close()
    engine.close()
    return made


def best(address: str, query: Query, per_file: int | None) -> list[tuple[str, int, float]]:
    engine = open_engine(address)
    try:
        ranking = engine.search(query, limit=5, per_file=per_file)
    finally:
        engine.close()
    assert bool(ranking.candidates) == (f"candidates={FEW}" in address)
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
    ],
    ids=unparse,
)
def test_the_best_are_those_of_all(address: str, query: Query, per_file: int | None) -> None:
    expected = best(f"{address}&candidates={ALL}", query, per_file)
    assert len(expected) == 5
    assert best(f"{address}&candidates={FEW}", query, per_file) == expected
