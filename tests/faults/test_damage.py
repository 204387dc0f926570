"""Bits flipped, blocks zeroed, files cut, lengthened, exchanged or removed: the damage is named, or nothing
changes.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from trials import QUERIES, questions, trials

from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import IndexDamagedError, IndexVersionError, NoIndexError

Rng = random.Random


def flip(file: Path, rng: Rng) -> None:
    data = bytearray(file.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    file.write_bytes(data)


def zero(file: Path, rng: Rng) -> None:
    data = bytearray(file.read_bytes())
    size = min(rng.choice((64, 512, 4096)), len(data))
    at = rng.randrange(len(data) - size + 1)
    data[at : at + size] = bytes(size)
    file.write_bytes(data)


def truncate(file: Path, rng: Rng) -> None:
    os.truncate(file, rng.choice((0, 1, rng.randrange(file.stat().st_size))))


def extend(file: Path, rng: Rng) -> None:
    with file.open("ab") as stream:
        stream.write(rng.randbytes(rng.choice((1, 24, 4096))))


def exchange(file: Path, rng: Rng) -> None:
    others = [p for p in _files(file.parent) if p != file]
    other = rng.choice([p for p in others if p.suffix == file.suffix] or others)
    first, second = file.read_bytes(), other.read_bytes()
    file.write_bytes(second)
    other.write_bytes(first)


def overwrite(file: Path, rng: Rng) -> None:
    data = bytearray(file.read_bytes())
    at = rng.randrange(len(data))
    noise = rng.randbytes(rng.randrange(1, 2000))[: len(data) - at]
    data[at : at + len(noise)] = noise
    file.write_bytes(data)


KINDS: tuple[Callable[[Path, Rng], None], ...] = (
    flip,
    flip,
    zero,
    truncate,
    extend,
    exchange,
    overwrite,
)


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix in (".seg", ".del", ".json"))


def assert_right_or_refused(folder: Path, answers: dict[str, Any]) -> bool:
    """Return whether anything was refused. Fail for a wrong answer and for any other exception."""
    try:
        engine = open_engine(str(folder))
    except (IndexDamagedError, IndexVersionError):
        return True
    refused = False
    try:
        for name, answer in questions(engine):
            try:
                assert answer() == answers[name], name
            except IndexDamagedError:
                refused = True
    finally:
        engine.close()
    return refused


def restored(folder: Path, whole: Path) -> None:
    """Restore the copy, by copying back only the files that differ."""
    for file in _files(whole):
        there = folder / file.name
        if not there.exists() or there.read_bytes() != file.read_bytes():
            shutil.copyfile(file, there)


def test_the_sample_has_every_kind_of_file(whole: Path, answers: dict[str, Any]) -> None:
    suffixes = [file.suffix for file in _files(whole)]
    assert suffixes.count(".seg") >= 3
    assert suffixes.count(".del") >= 1
    assert suffixes.count(".json") == 1
    assert max(f.stat().st_size for f in _files(whole)) > 1 << 16
    found = [answers[query][0] for query in QUERIES]
    assert all(found[:-1])
    assert not found[-1]
    assert not check_index(str(whole)).damages


def test_random_damage_is_named_or_changes_nothing(
    copy: Path, whole: Path, answers: dict[str, Any]
) -> None:
    rng = random.Random(20)
    refused = 0
    for trial in range(trials(63, 1_050)):
        files = _files(copy)
        kind = KINDS[trial % len(KINDS)]
        # Segments are most of the bytes, but every kind of file is damaged in turn.
        file = rng.choice(
            [f for f in files if f.suffix == rng.choice((".seg", ".seg", ".del", ".json"))] or files
        )
        before = file.read_bytes()
        kind(file, rng)
        what = f"trial {trial}: {kind.__name__} {file.name}"
        try:
            refused += assert_right_or_refused(copy, answers)
            if file.read_bytes() != before:
                assert file.name in [name for name, _ in check_index(str(copy)).damages], what
        except BaseException:
            print(what)
            raise
        restored(copy, whole)
    assert refused > 12
    assert not check_index(str(copy)).damages


@pytest.mark.parametrize("before", [b"", b" "])
@pytest.mark.parametrize("after", [b"\n", b" \t", b"{}", b"\0"])
def test_what_is_beside_the_manifest_is_damage(copy: Path, before: bytes, after: bytes) -> None:
    """Also blanks, which JSON would accept."""
    manifest = copy / "manifest.json"
    manifest.write_bytes(before + manifest.read_bytes() + after)
    with pytest.raises(IndexDamagedError, match=r"manifest\.json"):
        open_engine(str(copy))
    assert [name for name, _ in check_index(str(copy)).damages] == ["manifest.json"]


@pytest.mark.parametrize("put", ["nothing", "folder", "fifo", "link to nothing", "link to itself"])
@pytest.mark.parametrize("suffix", [".json", ".seg", ".del"])
def test_what_is_no_file_is_named_at_once(copy: Path, suffix: str, put: str) -> None:
    file = next(f for f in _files(copy) if f.suffix == suffix)
    file.unlink()
    if put == "folder":
        file.mkdir()
    elif put == "fifo":
        os.mkfifo(file)
    elif put != "nothing":
        file.symlink_to("nowhere" if put == "link to nothing" else file.name)
    if put == "nothing" and suffix == ".json":
        with pytest.raises(
            NoIndexError, match=r"there are parts of one, but manifest\.json is missing"
        ):
            open_engine(str(copy))
        with pytest.raises(NoIndexError):
            check_index(str(copy))
        return
    with pytest.raises(IndexDamagedError, match=file.name):
        open_engine(str(copy))
    assert [name for name, _ in check_index(str(copy)).damages] == [file.name]


def test_what_is_not_of_the_index_changes_nothing(copy: Path, answers: dict[str, Any]) -> None:
    for name in ("lock", ".gitignore", "CACHEDIR.TAG", "notes.seg", "_MAIN_1.toc"):
        (copy / name).write_bytes(b"anything")
    assert not assert_right_or_refused(copy, answers)
    assert not check_index(str(copy)).damages


def test_another_number_in_the_manifest_is_damage(copy: Path) -> None:
    """Also where no other check could tell: the length of all bodies decides the scores."""
    manifest = copy / "manifest.json"
    text = manifest.read_text()
    changed = re.sub(
        r'("body_length": )(\d)', lambda m: f"{m[1]}{int(m[2]) % 9 + 1}", text, count=1
    )
    assert changed != text
    manifest.write_text(changed)
    with pytest.raises(IndexDamagedError, match=r"manifest\.json: its checksum is wrong"):
        open_engine(str(copy))
