"""Read on which lines of their files the lines of passages are, where these are not consecutive lines.

Few formats have such passages, and a passage is looked up only if it is shown. So the `steps` (model.py) of many
passages are deflated together. An index without any has no column for them.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate

from seedsearch.errors import IndexDamagedError
from seedsearch.index.segment_file import Blobs, SegmentFile, inflate
from seedsearch.patterns import pattern

STEPS_A_BLOCK = 1024
"""The number of passages whose steps are deflated together."""

LONGEST_STEPS = 1 << 14
"""The characters that the steps of one passage have at most; longer ones are not stored."""

_MOST = STEPS_A_BLOCK * (LONGEST_STEPS + 1)
_BLOCKS_KEPT = 16
_STEPS = pattern(r"(?:-?\d{1,18}(?: -?\d{1,18})*)?")


def lowest(steps: str, line: int) -> int:
    """Return the lowest line that steps lead to from a line, or that line."""
    return min(accumulate(map(int, steps.split(" ")), initial=line))


class StoredSteps:
    """The steps of a segment's passages, as LineSteps (stored_fields.py) wrote them."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self._blocks: dict[int, list[str]] = {}

    def __bool__(self) -> bool:
        """Return whether any passage has steps."""
        return self._blobs.size > 0

    @cached_property
    def _blobs(self) -> Blobs:
        return Blobs(self._file, "steps")

    def of(self, passage: int) -> str:
        """Return the steps of a passage. Raise IndexDamagedError if they cannot be read."""
        if not self:
            return ""
        number, place = divmod(passage, STEPS_A_BLOCK)
        block = self._blocks.get(number)
        if block is None:
            if number >= len(self._blobs):
                raise self._damaged()
            block = self._read(self._blobs[number])
            if len(self._blocks) >= _BLOCKS_KEPT:
                self._blocks.clear()
            self._blocks[number] = block
        if place >= len(block) or not _STEPS.fullmatch(block[place]):
            raise self._damaged()
        return block[place]

    def _read(self, deflated: bytes) -> list[str]:
        found = inflate(deflated, most=_MOST)
        if found is None or not found.isascii():
            raise self._damaged()
        return found.decode("ascii").split("\n")

    def _damaged(self) -> IndexDamagedError:
        return self._file.damaged("the lines of its passages cannot be read")
