"""Which engines there are, by name; each is imported when it is first opened."""

from __future__ import annotations

from seedsearch.engine.base import Engine
from seedsearch.errors import UsageError

NAMES = ("whoosh", "memory")


def open_engine(folder: str, *, create: bool = False, name: str = "whoosh") -> Engine:
    """Open the index in `folder`; with `create`, an empty one where there is none yet.

    Raises NoIndexError, IndexVersionError, IndexDamagedError; UsageError for an unknown name.
    """
    # The engines are imported here for start-up time: a query needs one of them.
    if name == "whoosh":
        from seedsearch.engine.whoosh.engine import WhooshEngine

        return WhooshEngine(folder, create=create)
    if name == "memory":
        from seedsearch.engine.memory import MemoryEngine

        return MemoryEngine()
    raise UsageError(f"no engine is called {name!r}", f"there are: {', '.join(NAMES)}")


def salvage_roots(folder: str) -> tuple[str, ...]:
    """The roots of an index that cannot be opened, as it kept them, as far as they can be read."""
    from seedsearch.engine.whoosh import manifest

    return manifest.salvage_roots(folder)


def discard_index(folder: str) -> None:
    """Give up an index that cannot be opened, so that a new one can be made in its folder."""
    from seedsearch.engine.whoosh import manifest

    manifest.discard(folder)
