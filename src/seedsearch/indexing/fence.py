"""A fence around the memory of a process that reads documents, which nobody has looked at before.

What asks for more gets a MemoryError, or ends its process if it cannot do without: either way that costs one document.
Linux counts what a process asked for (RLIMIT_DATA); other systems have no such fence.
"""

from __future__ import annotations

import sys

if sys.platform == "linux":
    import resource

_LEAST = 48 << 20  # what a document may have in any case, whatever the batch has taken


class Fence:
    """The fence of this process, `most` bytes beyond what it has when this is made; it is open at first."""

    def __init__(self, most: int) -> None:
        self._most = _data_bytes() + most
        self._is_closed = False

    def close(self, more: int = 0) -> None:
        """A document is read from now on; it may have `more` bytes than others."""
        if not self._is_closed:
            self._is_closed = True
            _limit(max(self._most + more, _data_bytes() + _LEAST))

    def open(self) -> None:
        """What is done from now on is no document's fault, and has bounds of its own."""
        if self._is_closed:
            self._is_closed = False
            _limit(-1)


if sys.platform == "linux":

    def _data_bytes() -> int:
        """What counts towards the limit, about."""
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[5]) * resource.getpagesize()

    def _limit(most: int) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard != resource.RLIM_INFINITY:
            most = hard if most < 0 else min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))

else:

    def _data_bytes() -> int:
        return 0

    def _limit(most: int) -> None:
        pass
