"""Make an empty index in a folder, for each engine of the suite, and return its opener."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from reference_engine import ReferenceEngine, ReferenceStore

from seedsearch.engine.base import Engine
from seedsearch.engine.opensearch.client import Client, parse_address
from seedsearch.engine.registry import open_engine

Opener = Callable[[], Engine]

FORGETFUL = "embedded, keeping 3 of everything"
"""The embedded engine once more, whose every cache has room for three things, or bytes: answers do not depend on it."""


def reference(folder: Path) -> Opener:
    store = ReferenceStore()
    return lambda: ReferenceEngine(store)


def embedded(folder: Path) -> Opener:
    return lambda: open_engine(str(folder), create=True)


CLUSTER = ("opensearch",) if os.environ.get("SEEDSEARCH_CLUSTER_ADDRESS") else ()
"""The engine on a cluster, if there is one."""

_INDICES = [f"conformance-{uuid4().hex}" for _ in range(4)]
"""To create an index takes a second. So tests use some in turn, and empty them."""


def opensearch(folder: Path) -> Opener:
    """On the node whose address is in SEEDSEARCH_CLUSTER_ADDRESS."""
    _INDICES.append(name := _INDICES.pop(0))
    address = f"{os.environ['SEEDSEARCH_CLUSTER_ADDRESS']}/{name}?replicas=0"
    client = Client(parse_address(address))
    everything = {"query": {"match_all": {}}}
    client.try_ask("POST", f"/{name}/_refresh", None, 404)
    client.try_ask("POST", f"/{name}/_delete_by_query", everything, 404, refresh="true")
    return lambda: open_engine(address, create=True)
