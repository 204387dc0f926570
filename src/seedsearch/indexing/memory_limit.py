"""Limit the memory of a process while it reads a document, since documents are not trusted.

A request beyond the limit raises MemoryError, or ends a process that cannot go on. Either way it costs one document.
Linux limits the memory that a process has asked for (RLIMIT_DATA); other systems have no such limit.
"""

from __future__ import annotations

import sys

if sys.platform == "linux":
    import resource

_LEAST = 48 << 20  # bytes that a document may always have, however full the batch is


class MemoryLimit:
    """The limit of this process: `most` bytes beyond its memory at creation. At first it is not set."""

    def __init__(self, most: int) -> None:
        self._most = _data_bytes() + most
        self._is_set = False

    def set(self, more: int = 0) -> None:
        """Set the limit, before a document is read. That document may have `more` bytes than others."""
        if not self._is_set:
            self._is_set = True
            _limit(max(self._most + more, _data_bytes() + _LEAST))

    def lift(self) -> None:
        """Lift the limit. The work from now on belongs to no document, and has limits of its own."""
        if self._is_set:
            self._is_set = False
            _limit(-1)


def _data_bytes() -> int:
    """Return the number of bytes that count towards the limit, approximately."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def _limit(most: int) -> None:
    if sys.platform != "linux":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = hard if most < 0 else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
