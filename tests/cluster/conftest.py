"""Three real nodes, started once, for `make test-cluster` alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from nodes import Cluster


@pytest.fixture(scope="session")
def three_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of three nodes. A test that kills one starts it again."""
    if not os.environ.get("SEEDSEARCH_CLUSTER"):
        pytest.skip("only in make test-cluster")
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), 3)
    yield cluster
    cluster.close()
