"""The order of a commit on disk: named files exist, and needed files are not removed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import killing
import pytest
from killing import commit_markers, versions

from seedsearch.engine.registry import check_index, open_engine
from seedsearch.index import manifest

Events = list[tuple[str, str]]


def assert_order(events: Events, folder: str, names: set[str], old: set[str]) -> None:
    """Check the order. `events` are (call, path) of one commit; `names` are the new state's files, `old` the old
    state's.
    """
    new = names - old
    at = [f"{call} {os.path.basename(path)}" for call, path in events]
    base = os.path.basename(folder)
    rename = at.index("rename manifest.tmp")
    temporary = at.index("sync manifest.tmp")
    assert temporary < rename
    last_new = max(at.index(f"sync {name}") for name in new)
    assert f"sync {base}" in at[last_new:temporary], "the folder, when all its new files are there"
    after = at.index(f"sync {base}", rename)
    for name in old - names:
        assert at.index(f"remove {name}") > after, "what the old state needs goes last"
    removed = [path for call, path in events if call == "remove"]
    assert not {os.path.basename(path) for path in removed} & names


def recorded(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Events:
    events: Events = []
    fsync, replace, unlink = os.fsync, os.replace, os.unlink

    def path_of(descriptor: int) -> str:
        wanted = os.fstat(descriptor)
        for path in (folder, *folder.iterdir()):
            if os.path.samestat(wanted, path.stat()):
                return str(path)
        raise AssertionError("a file that is not in the folder")

    def recording_fsync(descriptor: int) -> None:
        events.append(("sync", path_of(descriptor)))
        fsync(descriptor)

    def recording_replace(source: str, target: str) -> None:
        events.append(("rename", source))
        replace(source, target)

    def recording_unlink(path: str) -> None:
        unlink(path)
        events.append(("remove", path))

    monkeypatch.setattr(os, "fsync", recording_fsync)
    monkeypatch.setattr(os, "replace", recording_replace)
    monkeypatch.setattr(os, "unlink", recording_unlink)
    return events


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be synced there")
def test_the_order_of_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(str(tmp_path), create=True)
    events = recorded(monkeypatch, tmp_path)
    old: set[str] = set()
    merged = removed = 0
    for version in range(1, 30):
        events.clear()
        commit_markers(engine, version)
        names = manifest.read(str(tmp_path)).names()
        assert_order(events, str(tmp_path), names, old)
        assert {p.name for p in tmp_path.iterdir()} == {"lock", "manifest.json", *names}
        merged += len(names) < len(old)
        removed += any(name.endswith(".del") for name in names)
        old = names
    engine.close()
    assert merged
    assert removed


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_order_as_the_system_sees_it(tmp_path: Path) -> None:
    folder = tmp_path / ".seedsearch"
    folder.mkdir()
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from killing import commit_markers\n"
        "from seedsearch.engine.registry import open_engine\n"
        "engine = open_engine(sys.argv[2], create=True)\n"
        "for version in range(1, 13): commit_markers(engine, version)\n"
    )
    log = tmp_path / "log"
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"
    run = subprocess.run(
        ["strace", "-f", "-y", "-o", str(log), "-e", calls, sys.executable, "-c", program,
         str(Path(killing.__file__).parent), str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "ptrace" in run.stderr:
        pytest.skip("strace may not trace here")
    assert run.returncode == 0, run.stderr
    events: Events = []
    for line in log.read_text().splitlines():
        if str(folder) not in line or "= -1" in line:
            continue
        if found := re.search(r"f(?:data)?sync\(\d+<([^>]*)>", line):
            events.append(("sync", found[1]))
        elif found := re.search(r'(rename|unlink)\w*\([^"]*"([^"]*)"', line):
            events.append(("rename" if found[1] == "rename" else "remove", found[2]))
    renames = [at for at, (call, _) in enumerate(events) if call == "rename"]
    assert len(renames) == 12
    base = folder.name
    for number, at in enumerate(renames):
        begin = renames[number - 1] if number else 0
        before = [f"{call} {os.path.basename(path)}" for call, path in events[begin:at]]
        made = [i for i, e in enumerate(before) if re.fullmatch(r"sync [0-9a-f]{16}\.(seg|del)", e)]
        temporary = before.index("sync manifest.tmp")
        assert made
        assert f"sync {base}" in before[made[-1] : temporary]
        following = events[at + 1][0], os.path.basename(events[at + 1][1])
        assert following == ("sync", base), "the folder, before anything is removed"


def test_deletions_of_a_segment_that_goes_are_not_left_behind(tmp_path: Path) -> None:
    engine = open_engine(str(tmp_path), create=True)
    commit_markers(engine, 1)
    writer = engine.writer()
    engine.refresh()
    writer.remove(engine.files())
    writer.commit()
    assert {p.name for p in tmp_path.iterdir()} == {"lock", "manifest.json"}
    writer.close()
    engine.close()


def test_a_commit_that_fails_after_its_last_step_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(str(tmp_path), create=True)
    commit_markers(engine, 1)
    engine.refresh()
    replace, sync = os.replace, manifest.sync_folder

    def failing(folder: str) -> None:
        raise OSError("the disk is gone")

    def replace_and_fail(source: str, target: str) -> None:
        replace(source, target)
        monkeypatch.setattr(manifest, "sync_folder", failing)

    monkeypatch.setattr(os, "replace", replace_and_fail)
    with pytest.raises(OSError, match="the disk is gone"):
        commit_markers(engine, 2)
    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(manifest, "sync_folder", sync)
    assert not check_index(str(tmp_path)).damages
    assert engine.refresh()
    assert set(versions(engine).values()) == {2}
    engine.close()
