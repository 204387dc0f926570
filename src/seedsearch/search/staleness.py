"""Check by `stat` whether files have changed since they were indexed. (`verifier.py` reads the files.)"""

from __future__ import annotations

import os
from collections.abc import Iterable

from seedsearch.model import figures
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
