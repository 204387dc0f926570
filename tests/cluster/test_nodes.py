"""The nodes that tests run on are real: they form a cluster, run scripts, and survive the death of one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nodes import HERE, Cluster, NodeError, fetch_jars, wrong_jars

MAPPING = {
    "settings": {
        "number_of_shards": 3,
        "number_of_replicas": 1,
        "similarity": {
            "frequency": {
                "type": "scripted",
                "script": {"source": "return query.boost * doc.freq;"},
            }
        },
    },
    "mappings": {
        "properties": {
            "body": {"type": "text", "analyzer": "whitespace", "similarity": "frequency"}
        }
    },
}


def test_a_jar_that_is_missing_or_foreign_is_named(tmp_path: Path) -> None:
    pinned = [line.split()[1] for line in (HERE / "jars.sha256").read_text().splitlines()]
    (tmp_path / pinned[0]).write_bytes(b"changed")
    (tmp_path / "foreign.jar").write_bytes(b"")

    assert wrong_jars(tmp_path) == sorted([*pinned, "foreign.jar"])


def test_acknowledged_documents_and_scripted_scores_survive_the_death_of_a_node(
    three_nodes: Cluster,
) -> None:
    three_nodes.ask("/survivors", MAPPING, method="PUT")
    three_nodes.wait_for(3, "green")
    for number in range(30):
        document = {"body": " ".join(["seed"] * (number + 1))}
        three_nodes.ask(f"/survivors/_doc/{number}", document, method="PUT", node=number % 3)

    three_nodes.kill(0)
    try:
        three_nodes.wait_for(2)
        three_nodes.ask("/survivors/_refresh", method="POST")
        found = three_nodes.ask(
            "/survivors/_search?size=30&allow_partial_search_results=false",
            {"query": {"match": {"body": "seed"}}},
        )
    finally:
        three_nodes.start(0)
        three_nodes.wait_for(3, "green")

    shards = found["_shards"]
    assert shards["successful"] == shards["total"] == 3
    assert [(hit["_id"], hit["_score"]) for hit in found["hits"]["hits"]] == [
        (str(number), number + 1.0) for number in reversed(range(30))
    ]


@pytest.mark.parametrize("tool", ["java", "mvn"])
def test_a_tool_that_is_missing_is_named(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == tool else f"/bin/{name}")

    with pytest.raises(NodeError, match=f"not installed: {tool}$"):
        fetch_jars(tmp_path)
