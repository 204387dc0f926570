"""Many updates, one after the other, in one process with an open reader: memory, descriptors and files stay flat."""

from __future__ import annotations

import math
import os
import resource
import sys
from pathlib import Path

import pytest
from killing import commit_markers, versions
from trials import trials

from seedsearch.engine.registry import check_index, open_engine
from seedsearch.index.merge_policy import FAN_IN

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for descriptors in /proc")


def most_files(version: int) -> int:
    """Return how many files the merge policy leaves: fewer than FAN_IN segments of each size, and deletions."""
    tiers = math.ceil(math.log(20 * version + 12, FAN_IN))  # passages after so many commits
    return (FAN_IN - 1) * tiers + FAN_IN + 4


def test_updates_leave_nothing_behind(tmp_path: Path) -> None:
    folder = str(tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    engine, reader = (open_engine(folder, create=True) for _ in range(2))
    rounds = trials(60, 2_000)
    memory = 0
    for version in range(1, rounds + 1):
        commit_markers(engine, version)
        engine.refresh()
        reader.refresh()
        assert set(versions(reader).values()) == {version}
        files = len(os.listdir(folder))
        assert files <= most_files(version), version
        assert len(os.listdir("/proc/self/fd")) <= before + 2 * files + 5, version
        if version == 40:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert grown < 30_000 + 10 * rounds, (
        grown
    )  # kilobytes; the index itself grows by a file a commit
    engine.close()
    reader.close()
    assert not check_index(folder).damages
