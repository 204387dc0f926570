"""Measure an index on a cluster: `python -m benchmarks.cluster ARTICLES --nodes 1 --nodes 3`.

The nodes are those of `make test-cluster`, all on this machine, so three share the processors of one. Their Java has
the collector that OpenSearch chooses, and all of its compilers. For each number of nodes, the same articles are
indexed, and the same lines of JSON are sent bare: the lines that seedsearch sends, made before, in requests of the same
size, by as many connections. Then 500 queries are asked: of the cluster in both ways of scoring, of an index in a
folder, and as a bare `match` (or `match_phrase`) of the same words on the same index.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import corpora, latency, machine, measure, passages, queries
from benchmarks.peers import seedsearch_peer
from seedsearch.analysis import Analyzer
from seedsearch.engine.opensearch import batches
from seedsearch.engine.opensearch.client import Client, parse_address
from seedsearch.engine.opensearch.mapping import settings_and_mappings
from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "cluster"))
from nodes import Cluster  # noqa: E402 - the path to it is known here only

MB = 1_000_000
ALL = 10_000_000  # candidates: all that match
TOP = 10
_SAME = 1e-9
_PROGRAM = os.path.join(os.path.dirname(sys.executable), "seedsearch")


def main() -> int:
    """Measure each number of nodes, print the figures as JSON, and save them."""
    options = _options()
    scratch = tempfile.mkdtemp(prefix="seedsearch-cluster-")
    try:
        result = {
            "schema": "seedsearch.bench-cluster/1",
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine.describe(),
            "nodes": _measured(options, scratch),
        }
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        Path(options.out).write_text(text + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("corpus", help="a folder of English articles, one a file")
    parser.add_argument(
        "--nodes", type=int, action="append", help="how many nodes (again for more)"
    )
    parser.add_argument("--limit-mb", type=int, default=20, help="of the corpus [default: 20]")
    parser.add_argument("--each", type=int, default=100, help="queries of each kind [default: 100]")
    parser.add_argument("--rounds", type=int, default=3, help="of indexing and of queries")
    parser.add_argument("--out", help="a file for the figures")
    return parser.parse_args()


def _measured(options: argparse.Namespace, scratch: str) -> dict[str, Any]:
    corpus = corpora.copy(options.corpus, os.path.join(scratch, "corpus"), options.limit_mb * MB)
    quarter = corpora.copy(corpus, os.path.join(scratch, "quarter"), options.limit_mb * MB // 4)
    text = passages.make(seedsearch_peer.passages_of(corpus), os.path.join(scratch, "passages"))
    cases = queries.sample(text, each=options.each)
    folder = os.path.join(scratch, "folder")
    in_folder = measure.run(_command(corpus, os.path.join(folder, ".seedsearch")))
    found: dict[str, Any] = {
        "text_mb": text.text_bytes / MB,
        "passages": len(text),
        "folder": {"mb_per_s": text.text_bytes / MB / in_folder.wall, "cpu_s": in_folder.cpu},
    }
    for nodes in options.nodes or [1]:
        _say(f"== {nodes} nodes")
        data = Path(scratch, f"nodes{nodes}")
        cluster = Cluster(data, nodes, ("-XX:+UseG1GC",))
        try:
            own = _Own(cluster, corpus, quarter, text.text_bytes / MB, nodes, options.rounds)
            found[str(nodes)] = own.indexing()
            _say(json.dumps(found[str(nodes)]))
            found[str(nodes)] |= own.searching(folder, cases)
            _say(json.dumps(found[str(nodes)]))
        finally:
            cluster.close()
            shutil.rmtree(data, ignore_errors=True)
    return found


def _command(corpus: str, index: str) -> list[str]:
    return [_PROGRAM, "index", corpus, "--index", index]


class _Own:
    """The figures of one cluster."""

    def __init__(
        self, cluster: Cluster, corpus: str, quarter: str, text_mb: float, nodes: int, rounds: int
    ) -> None:
        self._cluster = cluster
        self._corpus = corpus
        self._quarter = quarter
        self._text_mb = text_mb
        self._shards = nodes
        self._rounds = rounds

    def _address(self, name: str) -> str:
        return f"{self._cluster.address()}/{name}?shards={self._shards}&replicas=0"

    def indexing(self) -> dict[str, Any]:
        """Return the rates of seedsearch and of the bare lines, in turn, and what the index takes."""
        lines = list(_lines(self._corpus))
        own: list[measure.Cost] = []
        bare: list[float] = []
        with self._index("warm") as address:  # the servers compile what they run often
            measure.run(_command(self._corpus, address))
        with self._index("bare"):
            self._send(lines)
        for number in range(self._rounds):
            _say(f"indexing, {number + 1} of {self._rounds}")
            with self._index("bare"):
                bare.append(self._send(lines))
            with self._index(f"own{number}") as address:
                own.append(measure.run(_command(self._corpus, address)))
        _say("memory")
        peaks = []
        for corpus in (self._quarter, self._corpus):
            with self._index("memory") as address:
                peaks.append(measure.run(_command(corpus, address), memory=True).peak / MB)
        wall = statistics.median(cost.wall for cost in own)
        return {
            "lines_mb": sum(map(len, lines)) / MB,
            "index_mb_per_s": self._text_mb / wall,
            "bare_mb_per_s": self._text_mb / statistics.median(bare),
            "index_to_bare": statistics.median(bare) / wall,
            "index_cpu_s": statistics.median(cost.cpu for cost in own),
            "peak_mb_of_a_quarter_and_all": peaks,
        }

    @contextmanager
    def _index(self, name: str) -> Iterator[str]:
        """Yield the address of an index, which is deleted afterwards."""
        yield self._address(name)
        for own in self._cluster.ask(f"/{name}*/_settings"):
            self._cluster.ask(f"/{own}", method="DELETE")

    def _send(self, lines: Sequence[bytes]) -> float:
        """Return the seconds that the lines take in a new index."""
        body = settings_and_mappings("bare", self._shards, 0)
        self._cluster.ask("/bare", body, method="PUT")
        client = Client(parse_address(self._address("bare")))
        waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        for part in lines:
            waiting.put(part)

        def send() -> None:
            while not waiting.empty():
                with_items = client.ask("POST", "/bare/_bulk", waiting.get(), filter_path="errors")
                assert with_items == {"errors": False}

        start = time.perf_counter()
        senders = [threading.Thread(target=send) for _ in range(2 * (os.cpu_count() or 1))]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self._cluster.ask("/bare/_refresh", method="POST")
        return time.perf_counter() - start

    def searching(self, folder: str, cases: list[queries.QueryCase]) -> dict[str, Any]:
        """Return how many answers agree with those of the folder, and the latencies."""
        address = self._address("searched")
        measure.run(_command(self._corpus, address))
        self._cluster.ask("/searched/_flush?wait_if_ongoing=true", method="POST")
        # Each query is asked more than once. A cluster keeps the replies to searches without hits: here it must not.
        uncached = {"index.requests.cache.enable": False}
        self._cluster.ask("/searched/_settings", uncached, method="PUT")
        stored = self._cluster.ask("/searched/_stats/store")["_all"]["primaries"]["store"]
        two_phase = seedsearch_peer.Searcher(address)
        exact = seedsearch_peer.Searcher(f"{address}&candidates={ALL}")
        expected = seedsearch_peer.Searcher(folder)
        _say(f"{len(cases)} queries")
        first = [(case.kind, *latency.timed(two_phase, case)) for case in cases]
        agree = {
            name: sum(_same(searcher, expected, case) for case in cases)
            for name, searcher in (("exact", exact), ("two_phase", two_phase))
        }
        bare = _Bare(Client(parse_address(address)))
        warm = latency.latencies({"two_phase": two_phase, "bare": bare}, cases, self._rounds)
        return {
            "index_to_text": stored["size_in_bytes"] / MB / self._text_mb,
            "queries": len(cases),
            "same_top_10": agree,
            "latency": warm,
            "first_latency": latency.by_kind(
                (kind, seconds, hits) for kind, seconds, hits in first if seconds is not None
            ),
            "p50_to_bare": {
                kind: warm["two_phase"][kind]["p50_ms"] / warm["bare"][kind]["p50_ms"]
                for kind in warm["bare"]
            },
        }


def _same(
    one: seedsearch_peer.Searcher, other: seedsearch_peer.Searcher, case: queries.QueryCase
) -> bool:
    """Return whether two engines give the same passages in the same order with the same scores."""
    found, expected = one.search(*case), other.search(*case)
    return [hit[:2] for hit in found] == [hit[:2] for hit in expected] and all(
        abs(hit[2] - as_expected[2]) <= _SAME * max(1.0, as_expected[2])
        for hit, as_expected in zip(found, expected, strict=True)
    )


class _Bare:
    """Asks the cluster for the ten best by its own scores, with their records."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._analyzer = Analyzer()

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, float]]:
        """Return the ten best."""
        stems = " ".join(self._analyzer.stem(word) for word in words)
        if kind == "phrase2":
            query: dict[str, Any] = {"match_phrase": {"body.words": " ".join(words)}}
        else:
            operator = "and" if kind == "and2" else "or"
            query = {"match": {"body.stems": {"query": stems, "operator": operator}}}
        body = {"query": query, "size": TOP, "_source": ["record"]}
        reply = self._client.ask("POST", f"/{self._client.address.name}/_search", body)
        return [(hit["_source"]["record"], hit["_score"]) for hit in reply["hits"]["hits"]]


class _Collecting:
    """Keeps the bodies of bulk requests instead of sending them."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def bulk(self, index: str, actions: Sequence[bytes]) -> None:
        self.bodies.append(b"".join(actions))


def _lines(corpus: str) -> Iterator[bytes]:
    """Yield the bodies of the bulk requests that index a folder."""
    collecting = _Collecting()
    builder = batches.OpenSearchBuilder(collecting, "bare", "1/1")
    for folder, _, names in os.walk(corpus):
        for name in sorted(names):
            path = os.path.join(folder, name)
            data = Path(path).read_bytes()
            state = FileState(path, len(data), 0, 0, bytes(8))
            builder.add(state, documents_of(state, data)[0])
    builder.finish()
    yield from collecting.bodies


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
