"""Whether the files behind an answer still are what the index read.

`stale_files` asks `stat` alone and reads nothing. `Verifier` reads: it tells whether a passage's text
stands where the index says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from seedsearch.corpus.read import read_range
from seedsearch.corpus.skip import Skip
from seedsearch.engine.base import Engine
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import DIGEST_BYTES, Passage
from seedsearch.paths import Home

CHANGED = "changed"
VANISHED = "vanished"


def stale_files(engine: Engine, home: Home, paths: Iterable[str]) -> dict[str, str]:
    """Those of the stored `paths` whose file is not what was indexed: CHANGED or VANISHED.

    A file is what it was while its size and time of change are. What never was a file is never stale.
    """
    stale: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        if home.is_stream(path):
            continue
        try:
            status = os.stat(home.absolute(path))
        except (OSError, ValueError):
            stale[path] = VANISHED
            continue
        state = engine.state(path)
        if state is not None and (state.size, state.mtime_ns) != (
            status.st_size,
            status.st_mtime_ns,
        ):
            stale[path] = CHANGED
    return stale


class Verifier:
    """Tells of passages whether their text still stands in their file, by reading it."""

    def __init__(self, engine: Engine, home: Home) -> None:
        self._engine = engine
        self._home = home
        self._unchanged: dict[str, bool] = {}

    def stands(self, passage: Passage) -> bool:
        """Whether the file holds the passage's text where the index says.

        Where the format has no such bytes, the whole file must be what was indexed.
        """
        path, start, end = passage.document.path, passage.byte_start, passage.byte_end
        if self._home.is_stream(path):
            return True
        try:
            if start is None or end is None:
                if path not in self._unchanged:
                    self._unchanged[path] = self._is_unchanged(path)
                return self._unchanged[path]
            data = read_range(self._home.absolute(path), start, end)
            return data.decode(passage.document.encoding, passage.document.errors) == passage.text
        except (Skip, SourceUnreadableError, UnicodeError, LookupError):
            return False

    def _is_unchanged(self, path: str) -> bool:
        state = self._engine.state(path)
        if state is None:
            return False
        from seedsearch.corpus.large import open_large  # seldom wanted: start-up time

        with open_large(self._home.absolute(path), follow=True) as file:
            return state.digest[:DIGEST_BYTES] == file.survey().digest
