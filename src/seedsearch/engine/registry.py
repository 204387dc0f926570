"""Which engines there are, by name; each is imported when it is first opened."""

from __future__ import annotations

from seedsearch.engine.base import CheckReport, Engine
from seedsearch.errors import UsageError

NAMES = ("whoosh",)


def open_engine(
    folder: str, *, create: bool = False, rebuild: bool = False, name: str = "whoosh"
) -> Engine:
    """Open the index in `folder`; with `create`, an empty one where there is none yet.

    With `rebuild`, only the roots of what is there are kept: the index is empty until the next
    commit, which replaces everything. So a damaged index can be repaired.

    Raises NoIndexError, IndexVersionError, IndexDamagedError; UsageError for an unknown name.
    """
    # The engines are imported here for start-up time: a query needs one of them.
    if name == "whoosh":
        from seedsearch.engine.embedded.engine import WhooshEngine

        return WhooshEngine(folder, create=create, rebuild=rebuild)
    raise UsageError(f"no engine is called {name!r}", f"there are: {', '.join(NAMES)}")


def check_index(folder: str) -> CheckReport:
    """Check everything in an index folder, one that cannot be opened too.

    Raises NoIndexError, IndexVersionError.
    """
    from seedsearch.index.check import check  # start-up time: not for queries

    return check(folder)
