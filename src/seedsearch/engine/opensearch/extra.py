"""The packages of the extra `opensearch`. Without them, to import this raises an error that names the extra."""

from __future__ import annotations

from seedsearch.errors import UnsupportedError

try:
    import opensearchpy
    import orjson
except ImportError:
    raise UnsupportedError(
        "an index on a cluster needs the packages opensearch-py and orjson",
        "install them: pip install 'seedsearch[opensearch]'",
    ) from None

__all__ = ["opensearchpy", "orjson"]
