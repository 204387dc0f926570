"""Read whole files, with one call of C for each ordinary one."""

from __future__ import annotations

from collections.abc import Callable

from seedsearch.core import compiled
from seedsearch.corpus.descent import NO_FOLDER
from seedsearch.corpus.read import FLAGS, NO_FOLLOW, read_file
from seedsearch.model import SourceFile

# Not in read.py, which a query imports: start-up time. On Windows the core has no such function.
_read: Callable[..., tuple[SourceFile, bytes] | None] | None = getattr(compiled, "read_small", None)

_FLAGS = FLAGS | NO_FOLLOW, FLAGS  # indexed by `follow`


def read_small(
    path: str, *, follow: bool, max_bytes: int, folder: int = NO_FOLDER
) -> tuple[SourceFile, bytes]:
    """Return and raise the same as `read_file`, which reports every fault."""
    if _read is not None and (found := _read(folder, path, _FLAGS[follow], max_bytes, SourceFile)):
        return found
    return read_file(path, follow=follow, max_bytes=max_bytes, folder=folder)
