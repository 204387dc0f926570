"""`seedsearch check` names damaged files; `seedsearch index --rebuild` repairs any damage."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from trials import seal, segments

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(copy: Path) -> Run:
    """Run the command line in the folder of the documents."""
    environment = {k: v for k, v in os.environ.items() if k != "SEEDSEARCH_INDEX"}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "seedsearch", *arguments],
            cwd=copy.parent, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return command


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 4
    file.write_bytes(data)


def in_a_segment(copy: Path) -> str:
    flip(segments(copy)[0], 5000)
    return segments(copy)[0].name


def in_a_footer(copy: Path) -> str:
    flip(segments(copy)[-1], -3)
    return segments(copy)[-1].name


def in_deletions(copy: Path) -> str:
    file = next(copy.glob("*.del"))
    flip(file, 3)
    return file.name


def in_the_manifest(copy: Path) -> str:
    flip(copy / "manifest.json", 300)
    return "manifest.json"


def a_file_less(copy: Path) -> str:
    file = segments(copy)[1]
    file.unlink()
    return file.name


DAMAGES = (in_a_segment, in_a_footer, in_deletions, in_the_manifest, a_file_less)


def test_a_whole_index(run: Run) -> None:
    ended = run("check")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("the index is whole: 3 segments, ")
    assert ended.stdout.endswith(" passages\n")


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_and_mended(copy: Path, run: Run, damage: Callable[[Path], str]) -> None:
    before = run("query", "-l", "-k0", "word1 OR coal").stdout
    name = damage(copy)
    ended = run("check")
    assert (ended.returncode, ended.stdout) == (2, "")
    lines = ended.stderr.splitlines()
    assert lines[0].startswith(f"seedsearch: the index is damaged: {name}: ")
    assert lines[1].startswith(
        "seedsearch: 1 file of the index is damaged: run seedsearch index --rebuild"
    )
    ended = run("index", "--rebuild", "docs")
    assert ended.returncode == 0, ended.stderr
    assert run("check").returncode == 0
    assert run("query", "-l", "-k0", "word1 OR coal").stdout == before
    assert sorted(p.name for p in copy.iterdir() if p.suffix in (".seg", ".del")) == sorted(
        p.name for p in segments(copy)
    )


def test_another_version_is_said_and_rebuilt(copy: Path, run: Run) -> None:
    seal(copy, format=3)
    for arguments in (["check"], ["query", "coal"], ["index"], ["status"]):
        ended = run(*arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert re.match(
            "seedsearch: the index in .+ has format 3; this version reads format 13: run ",
            ended.stderr,
        )
    assert run("index", "--rebuild").returncode == 0  # the roots are still known
    assert run("check").returncode == 0


def test_what_is_damaged_stays_until_it_is_replaced(copy: Path, run: Run) -> None:
    """A rebuild that cannot begin changes nothing."""
    in_the_manifest(copy)
    before = {p.name: p.read_bytes() for p in copy.iterdir()}
    ended = run("index", "--rebuild", "nowhere")
    assert ended.returncode == 2
    assert {p.name: p.read_bytes() for p in copy.iterdir()} == before


def test_no_manifest(copy: Path, run: Run) -> None:
    (copy / "manifest.json").unlink()
    for arguments in (["check"], ["query", "coal"]):
        ended = run(*arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "there are parts of one, but manifest.json is missing" in ended.stderr
    assert len(segments(copy)) == 3
    assert run("index", "docs").returncode == 0
    assert len(segments(copy)) == 1
    assert run("check").returncode == 0
