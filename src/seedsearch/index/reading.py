"""What fails where numbers of an index are used is a damaged index, if the index is damaged."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from seedsearch.errors import SeedsearchError
from seedsearch.index.segment import Segment


class reading:
    """Where numbers of the index are used: what they make fail is an IndexDamagedError.

    Checksums do not vouch for what stood in the index when they were made, and to test each number before its
    use would cost every query. So the segments are looked through when something has failed; where
    nothing is wrong with them, the exception stays what it was.
    """

    __slots__ = ("_segments",)

    def __init__(self, segments: Collection[Segment]) -> None:
        self._segments = segments

    def __enter__(self) -> None:
        """Nothing is looked at beforehand."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if isinstance(error, Exception):
            look_through(self._segments, error)


def look_through(segments: Iterable[Segment], error: Exception) -> None:
    """Raises IndexDamagedError where an error may come from a segment that is damaged: see `reading`."""
    if isinstance(error, SeedsearchError | OSError):
        return
    from seedsearch.index.consistency import damages_of  # seldom: start-up time

    for segment in segments:
        for what in damages_of(segment):
            raise segment.file.damaged(what) from error
