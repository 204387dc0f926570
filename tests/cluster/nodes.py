"""Runs real OpenSearch nodes, one process each. Maven fetches the jars, which must have the pinned checksums.

`python nodes.py COMMAND...` runs a command with the address of a new node in SEEDSEARCH_CLUSTER_ADDRESS. Without a
command, it only fetches the jars.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
JARS = HERE.parents[1] / "build" / "cluster-jars"
START_SECONDS = 180
LARGEST_LOG = 2000
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Flags for tests. They halve what the start of a node costs, and make everything else slower."""
UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits.h


class NodeError(Exception):
    """A node, or what it needs, cannot be had. The message says why."""


class UnavailableError(NodeError):
    """This machine has no Java, no Maven, or no network."""


def missing_tools() -> list[str]:
    """Return the programs that are not installed, of those that a node needs."""
    return [tool for tool in ("java", "mvn") if shutil.which(tool) is None]


def wrong_jars(folder: Path) -> list[str]:
    """Return the jars that are missing, changed, or not in the list of checksums."""
    lines = (HERE / "jars.sha256").read_text().splitlines()
    pinned = {name: digest for digest, name in (line.split() for line in lines)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")
    }
    return sorted(name for name in pinned | found if pinned.get(name) != found.get(name))


def fetch_jars(folder: Path = JARS) -> Path:
    """Return the folder with the jars of a node. What is there already is not fetched again."""
    if missing := missing_tools():
        raise UnavailableError(f"not installed: {', '.join(missing)}")
    if not wrong_jars(folder):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = ["mvn", "-q", "-B", "-C", "-f", str(HERE / "pom.xml")]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        raise UnavailableError("Maven takes too long") from None
    if done.returncode != 0:
        # Only then: it may have got something after a failure, from another server or later.
        is_away = "Could not transfer" in done.stdout
        kind = UnavailableError if is_away else NodeError
        raise kind(f"Maven failed: {done.stdout[-LARGEST_LOG:]}")
    if wrong := wrong_jars(folder):
        raise NodeError(f"these jars do not have the pinned checksums: {', '.join(wrong)}")
    return folder


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Cluster:
    """A cluster of `count` nodes on this machine, with its data below `folder`, and `flags` for Java."""

    def __init__(self, folder: Path, count: int, flags: Sequence[str] = QUICK_START) -> None:
        self._folder = folder
        self._flags = flags
        self._jars = fetch_jars()
        ports = free_ports(2 * count)
        self._http, self._transport = ports[:count], ports[count:]
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        try:
            for number in range(count):
                self.start(number)
            self.wait_for(count)
        except BaseException:
            self.close()
            raise

    def start(self, number: int) -> None:
        """Start a node, or start it again on the data that it had."""
        home = self._folder / f"node{number}"
        home.mkdir(parents=True, exist_ok=True)
        names = [f"node{each}" for each in range(len(self._http))]
        settings = {
            "cluster.name": "tests",
            "node.name": names[number],
            "path.home": home,
            "network.host": "127.0.0.1",
            "http.port": self._http[number],
            "transport.port": self._transport[number],
            "transport.type": "netty4",
            "http.type": "netty4",
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._transport),
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "indices.breaker.total.use_real_memory": "false",
        }
        command = ["java", "-Xms512m", "-Xmx512m", *self._flags]
        command += ["-cp", f"{self._jars}{os.sep}*", str(HERE / "TestNode.java")]
        command += [f"{key}={value}" for key, value in settings.items()]
        with (home / "log").open("ab") as log:
            self._running[number] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home
            )

    def address(self) -> str:
        """Return the address of all nodes, without the name of an index."""
        return "opensearch://" + ",".join(f"127.0.0.1:{port}" for port in self._http)

    def kill(self, number: int) -> None:
        """Kill a node as `kill -9` does."""
        process = self._running.pop(number)
        process.kill()
        process.wait()

    def close(self) -> None:
        for number in list(self._running):
            self.kill(number)

    def ask(
        self, path: str, body: object = None, *, method: str | None = None, node: int | None = None
    ) -> Any:
        """Return the JSON reply of a node: the first that runs, if none is named."""
        number = min(self._running) if node is None else node
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._http[number]}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def wait_for(self, count: int, status: str = "yellow") -> None:
        """Wait until the cluster has exactly `count` nodes, and all its shards are as `status` says."""
        path = f"/_cluster/health?wait_for_nodes={count}&wait_for_status={status}&timeout=5s"
        deadline = time.monotonic() + START_SECONDS
        while True:
            for number, process in self._running.items():
                if process.poll() is not None:
                    raise NodeError(f"node {number} ended: {self._end_of_log(number)}")
            try:
                if not self.ask(path)["timed_out"]:
                    return
            except (OSError, ValueError):  # it does not listen yet, or has no manager yet
                time.sleep(0.5)
            if time.monotonic() > deadline:
                logs = "\n".join(self._end_of_log(number) for number in self._running)
                raise NodeError(f"not {count} nodes after {START_SECONDS} s: {logs}")

    def _end_of_log(self, number: int) -> str:
        text = (self._folder / f"node{number}" / "log").read_text(errors="replace")
        return text[-LARGEST_LOG:]


def main(command: list[str]) -> int:
    """Run a command beside one node. Return its exit code; UNAVAILABLE if there can be no node."""
    try:
        fetch_jars()
    except UnavailableError as error:
        print(f"no OpenSearch nodes: {error}", file=sys.stderr)
        return UNAVAILABLE
    if not command:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder), 1)
        try:
            address = {"SEEDSEARCH_CLUSTER_ADDRESS": cluster.address()}
            return subprocess.run(command, env=os.environ | address, check=False).returncode
        finally:
            cluster.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
