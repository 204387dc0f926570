"""Find out whether a failed read is due to a damaged index."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from seedsearch.errors import SeedsearchError
from seedsearch.index.segment import Segment


class reading:
    """Turn exceptions of the block into IndexDamagedError if one of these segments is damaged.

    Checksums do not prove that the numbers were right when they were written, and testing each number before its use
    would slow down every query. So the segments are checked only after a failure. If nothing is wrong with them, the
    exception passes unchanged.
    """

    __slots__ = ("_segments",)

    def __init__(self, segments: Collection[Segment]) -> None:
        self._segments = segments

    def __enter__(self) -> None:
        """Check nothing beforehand."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if isinstance(error, Exception):
            look_through(self._segments, error)


def look_through(segments: Iterable[Segment], error: Exception) -> None:
    """Raise IndexDamagedError if a damaged segment may have caused the error: see `reading`."""
    if isinstance(error, SeedsearchError | OSError):
        return
    from seedsearch.index.check import damages_of  # rare: start-up time

    for segment in segments:
        for what in damages_of(segment):
            raise segment.file.damaged(what) from error
