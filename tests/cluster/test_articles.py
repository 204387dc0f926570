"""20,000 articles go to three nodes while one of them is killed; the answers are those of an index in a folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from nodes import Cluster

from seedsearch.analysis import Analyzer
from seedsearch.engine.registry import open_engine
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLES = 20_000
SENT = 4_000  # documents, after which a node is killed
QUERIES = ("north korean troops", "troop +cities", '"fox number"', "number 7", "coal*", "=fox -w12")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "seedsearch", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def made(folder: Path) -> None:
    shutil.copytree(SEEDS, folder / "seeds")
    for number in range(ARTICLES):
        text = f"Article {number}\n\nThe fox number {number % 97} met w{number % 1013}. Coal{number % 31}."
        place = folder / f"{number % 100:02}"
        place.mkdir(exist_ok=True)
        (place / f"{number}.txt").write_text(text + "\n")


def best(index: str, queries: Sequence[str]) -> list[list[tuple[str, int, float]]]:
    """Return the ten best of each query."""
    engine, analyzer = open_engine(index), Analyzer()
    try:
        rankings = [engine.search(analyse(parse(query), analyzer)) for query in queries]
    finally:
        engine.close()
    return [
        [(hit.passage.document.path, hit.passage.ordinal, hit.score) for hit in ranking.passages]
        for ranking in rankings
    ]


def test_articles(three_nodes: Cluster, tmp_path: Path) -> None:
    folder, home = tmp_path / "articles", tmp_path / "home" / ".seedsearch"
    made(folder)
    own = f"{three_nodes.address()}/articles?shards=3&replicas=1"
    command = [sys.executable, "-m", "seedsearch", "index", str(folder), "--index", own]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as indexing:
        while indexing.poll() is None and sent(three_nodes) < SENT:
            time.sleep(0.2)
        assert indexing.poll() is None, "it ended before a node could be killed"
        three_nodes.kill(1)
        try:
            said = indexing.communicate(timeout=300)[1]
            assert indexing.returncode == 0, said
            status = run("status", "--index", own)
            assert status.returncode == 0
            assert "2 nodes" in status.stdout
            assert "copies of its parts are away" in status.stdout
            assert f"{ARTICLES + 5:,} read" in status.stdout
            assert run("index", str(folder), "--index", str(home)).returncode == 0
            every = f"{own}&candidates=100000"  # they have the same score in very many passages
            assert best(every, QUERIES) == best(str(home), QUERIES)
        finally:
            three_nodes.start(1)
            three_nodes.wait_for(3, "green")
    assert "3 nodes\n" in run("status", "--index", own).stdout


def sent(cluster: Cluster) -> int:
    """Return how many documents the cluster has got."""
    stats = cluster.ask("/articles*/_stats/indexing")
    return int(stats["_all"].get("primaries", {}).get("indexing", {}).get("index_total", 0))
