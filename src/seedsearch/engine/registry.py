"""The engines. An engine is imported when it is first opened."""

from __future__ import annotations

from seedsearch.engine.base import CheckReport, Engine
from seedsearch.folders import is_address


def open_engine(folder: str, *, create: bool = False, rebuild: bool = False) -> Engine:
    """Open the index in `folder`. With `create`, make an empty one if there is none.

    With `rebuild`, keep only the roots of the index: it is empty until the next commit, which replaces everything.
    This repairs a damaged index.

    Raises NoIndexError, IndexVersionError, IndexDamagedError.
    """
    # The engines are imported here for start-up time: a query needs one of them.
    if is_address(folder):
        from seedsearch.engine.opensearch.engine import OpenSearchEngine

        return OpenSearchEngine(folder, create=create, rebuild=rebuild)
    from seedsearch.engine.embedded.engine import WhooshEngine

    return WhooshEngine(folder, create=create, rebuild=rebuild)


def check_index(folder: str) -> CheckReport:
    """Check everything in an index folder, even if the index cannot be opened.

    Raises NoIndexError, IndexVersionError.
    """
    if is_address(folder):
        from seedsearch.engine.opensearch.engine import check as check_cluster

        return check_cluster(folder)
    from seedsearch.index.check import check  # start-up time: not for queries

    return check(folder)
