"""The steps. Each takes a Bench and returns plain data for the report and the JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.bench import Bench
from benchmarks.indexing import again, index, scaling
from benchmarks.large import large
from benchmarks.searching import query, startup
from benchmarks.texts import texts

STEPS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "index": index,
    "texts": texts,
    "query": query,
    "scaling": scaling,
    "large": large,
    "startup": startup,
    "again": again,
}
