"""The read pipeline, from a query to hits, and the other questions that an index answers."""

from __future__ import annotations

import os

from seedsearch.engine.base import Engine
from seedsearch.paths import Home
from seedsearch.record import NamedTuple


class Opened(NamedTuple):
    """An open index, its home, and the user's current folder, in which paths are given and shown."""

    engine: Engine
    home: Home
    cwd: str

    def shown(self, stored: str) -> str:
        """Return a stored path as shown to the user."""
        return self.home.shown(stored, self.cwd)

    def stored(self, path: str) -> str:
        """Return the stored form of a path of the user."""
        return self.home.stored(os.path.normpath(os.path.join(self.cwd, path)))
