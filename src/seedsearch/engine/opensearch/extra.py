"""The packages of the extra `opensearch`. Without them, its modules cannot be imported, for a reason that is said."""

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
