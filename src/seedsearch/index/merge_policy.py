"""Choose which segments to merge, and limit their size. Runs that change nothing ask, too."""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.index.manifest import MAX_FILES, MAX_PASSAGES, SegmentEntry

FAN_IN = 8
"""The number of segments of similar size that are merged into one."""


def choose(entries: Sequence[SegmentEntry]) -> list[int]:
    """Return the numbers of the segments to merge now: those of one full tier, else one that is mostly deleted.

    Tiers are powers of FAN_IN in live passages. The merged segments must fit into one.
    """
    live = [entry.passages - entry.deleted_passages for entry in entries]
    tiers: dict[int, list[int]] = {}
    for number, count in enumerate(live):
        tier, size = 0, FAN_IN
        while size < count:
            tier, size = tier + 1, size * FAN_IN
        tiers.setdefault(tier, []).append(number)
    for _, numbers in sorted(tiers.items()):
        chosen: list[int] = []
        room, room_for_files = MAX_PASSAGES, MAX_FILES
        for number in sorted(numbers, key=lambda n: live[n]):
            if live[number] <= room and entries[number].files <= room_for_files:
                chosen.append(number)
                room -= live[number]
                room_for_files -= entries[number].files
        if len(chosen) >= FAN_IN:
            return sorted(chosen)
    for number, entry in enumerate(entries):
        if entry.passages and entry.deleted_passages * 2 > entry.passages:
            return [number]
    return []
