"""A power cut at any moment, in any order that fsync allows: a commit that was acknowledged survives."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from disk import Disk
from killing import commit_markers, versions
from trials import trials

from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import NoIndexError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders cannot be synced there")


def test_what_was_acknowledged_survives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    rng = random.Random(44)
    disk = Disk(folder)
    cuts: list[tuple[int, Path]] = []
    acknowledged = 0
    wanted = trials(20, 200)
    chance = 0.3

    real_look = disk.look

    def look() -> None:
        real_look()
        if rng.random() < chance and len(cuts) < wanted:
            target = tmp_path / f"cut{len(cuts)}"
            disk.after_a_power_cut(target, rng)
            cuts.append((acknowledged, target))

    monkeypatch.setattr(disk, "look", look)
    engine = open_engine(str(folder), create=True)
    disk.watch(monkeypatch)
    version = 0
    while len(cuts) < wanted:
        version += 1
        commit_markers(engine, version)
        acknowledged = version
        look()  # right after it was acknowledged
    engine.close()
    monkeypatch.undo()
    later = 0
    for last, cut in cuts:
        found = found_versions(cut)
        assert found in ({last}, {last + 1}) or (last == 0 and not found), (last, found, cut)
        later += found == {last + 1}
        engine = open_engine(str(cut), create=True)
        commit_markers(engine, 100_000)  # and the next run goes on, and cleans up
        engine.refresh()
        assert set(versions(engine).values()) == {100_000}
        engine.close()
        assert not check_index(str(cut)).damages
    assert later, "no cut came between a commit's last step and its acknowledgement"


def found_versions(folder: Path) -> set[int]:
    try:
        engine = open_engine(str(folder))
    except NoIndexError:
        return set()
    try:
        assert not check_index(str(folder)).damages
        return set(versions(engine).values())
    finally:
        engine.close()
