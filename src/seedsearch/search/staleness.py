"""Check whether files have changed since they were indexed: by `stat`, or passage by passage."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

from seedsearch.errors import SourceUnreadableError
from seedsearch.model import DIGEST_BYTES, Passage, figures
from seedsearch.paths import is_stream
from seedsearch.search import Opened

_MANY = 100  # files: above this, reading all states is faster than looking up each

CHANGED = "changed"
VANISHED = "vanished"


def stale_files(index: Opened, paths: Iterable[str]) -> dict[str, str]:
    """Return the stored paths whose file is CHANGED or VANISHED since it was indexed.

    A file counts as changed if its size or modification time differs. Streams are never stale.
    """
    stale: dict[str, str] = {}
    distinct = dict.fromkeys(paths)
    state_of = index.engine.files().get if len(distinct) > _MANY else index.engine.state
    for path in distinct:
        if is_stream(path):
            continue
        try:
            size, modified, _ = figures(os.stat(index.home.absolute(path)))
        except PermissionError:
            continue  # it may be there and unchanged
        except (OSError, ValueError):
            stale[path] = VANISHED
            continue
        state = state_of(path)
        if state is not None and (state.size, state.mtime_ns) != (size, modified):
            stale[path] = CHANGED
    return stale


class Verifier:
    """Checks passages against their files."""

    def __init__(self, index: Opened) -> None:
        self._index = index
        self._is_unchanged = cache(self._compare)

    def stands(self, passage: Passage) -> bool:
        """Return whether the file still has the passage's text at its place.

        If the byte range is unknown, the whole file must be unchanged.
        """
        # start-up time: few commands read the files of hits
        from seedsearch.corpus.read import read_range
        from seedsearch.corpus.skip import Skip

        path, start, end = passage.document.path, passage.byte_start, passage.byte_end
        if is_stream(path):
            return True
        try:
            if start is None or end is None:
                return self._is_unchanged(path)
            data = read_range(self._index.home.absolute(path), start, end)
            return data.decode(passage.document.encoding, passage.document.errors) == passage.text
        except (Skip, SourceUnreadableError, UnicodeError, LookupError):
            return False

    def _compare(self, path: str) -> bool:
        state = self._index.engine.state(path)
        if state is None:
            return False
        from seedsearch.corpus.large_files import open_large  # rarely needed: start-up time

        with open_large(self._index.home.absolute(path), follow=True) as file:
            return state.digest[:DIGEST_BYTES] == file.survey().digest
