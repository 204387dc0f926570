"""`kill -9` of a node while the engine writes and reads: nothing acknowledged is lost, and no answer is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from nodes import Cluster

sys.path.append(str(Path(__file__).parents[1] / "conformance"))
from library import put

from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine
from seedsearch.errors import IndexFault
from seedsearch.query.ast import Exact, Or, Term

BATCHES, FILES, PASSAGES = 6, 40, 3


@pytest.fixture
def engine(three_nodes: Cluster) -> Iterator[Engine]:
    """An empty index with two copies of each of its shards. It has both at once, or a node takes one with it."""
    name = f"deaths-{uuid4().hex}"
    made = open_engine(f"{three_nodes.address()}/{name}?shards=3&replicas=1", create=True)
    assert three_nodes.ask(f"/_cluster/health/{name}")["status"] == "green"
    yield made
    made.close()


def write(engine: Engine, cluster: Cluster | None = None) -> None:
    """Commit all batches. In the middle of them, node 1 of the cluster is killed."""
    writer = engine.writer()
    try:
        for batch in range(BATCHES):
            killer = None
            if cluster is not None and batch == BATCHES // 2:
                killer = Thread(target=cluster.kill, args=(1,))
                killer.start()
            names = [f"{batch}/{number}" for number in range(FILES)]
            put(writer, {name: "\n\n".join(f"fox w{n}" for n in range(PASSAGES)) for name in names})
            if killer is not None:
                killer.join()
        writer.commit()
    finally:
        writer.close()
    engine.refresh()


def answers(engine: Engine) -> list[tuple[str, int, float]]:
    found = engine.search(Term("fox"), limit=None)
    assert found.total == len(found.passages)
    return [(h.passage.document.path, h.passage.ordinal, h.score) for h in found.passages]


def test_a_node_dies_while_files_are_written(three_nodes: Cluster, engine: Engine) -> None:
    try:
        write(engine, three_nodes)
        found = answers(engine)
        assert len(set(found)) == len(found) == BATCHES * FILES * PASSAGES
        assert len(engine.files()) == BATCHES * FILES
        assert engine.search(Exact("w2")).total == BATCHES * FILES
    finally:
        three_nodes.start(1)
        three_nodes.wait_for(3, "green")
    assert answers(engine) == found


def test_a_query_waits_for_the_nodes_that_take_the_place_of_one(
    three_nodes: Cluster, engine: Engine
) -> None:
    write(engine)
    engine.search(Term("fox"))  # of the next query, several searches in one request come first
    three_nodes.kill(1)
    try:
        found = engine.search(Or((Term("w1"), Term("w2")), implicit=True), limit=5)
        assert found.total == 2 * BATCHES * FILES
        assert len(found.passages) == 5
    finally:
        three_nodes.start(1)
        three_nodes.wait_for(3, "green")


def test_a_node_dies_while_queries_run(three_nodes: Cluster, engine: Engine) -> None:
    write(engine)
    before = answers(engine)
    killer = Thread(target=three_nodes.kill, args=(2,))
    killer.start()
    whole = failed = 0
    try:
        while whole < 3 and failed < 20:
            try:
                assert answers(engine) == before
                whole += not killer.is_alive()
            except IndexFault:
                failed += 1
        killer.join()
        assert whole == 3, f"{failed} errors, one after the other"
    finally:
        killer.join()
        three_nodes.start(2)
        three_nodes.wait_for(3, "green")
