"""`seedsearch forget`: its preview, and the question before it removes everything."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from running import Cli, environment

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def tree(cli: Cli, folder: Path) -> Cli:
    for name in ("one/a.txt", "one/b.txt", "two/c.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("coal\n")
    assert cli("index", "-q", "--jobs", "1", "one", "two").code == 0
    return cli


def files(cli: Cli) -> list[str]:
    return sorted(cli("query", "-l", "coal").out.splitlines())


EVERY = ["one/a.txt", "one/b.txt", "two/c.txt"]


def answered(folder: Path, answer: bytes, *paths: str) -> bytes:
    """Run `forget` on a terminal, give an answer, and return the output."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "seedsearch", "forget", *paths]
    with subprocess.Popen(
        command, cwd=folder, env=environment(TERM="dumb"), stdin=slave, stdout=slave, stderr=slave
    ) as child:
        os.close(slave)
        os.write(master, answer)
        said = b""
        try:
            while piece := os.read(master, 4096):
                said += piece
        except OSError:
            pass
        child.wait()
    os.close(master)
    return said


def test_a_dry_run_removes_nothing(tree: Cli) -> None:
    ended = tree("forget", "--dry-run", "one")
    assert ended == (0, "one/a.txt\none/b.txt\n", "2 files would be removed\n")
    assert tree("forget", "-n", "/").out.splitlines() == EVERY
    assert files(tree) == EVERY


def test_a_terminal_is_asked_before_everything_is_removed(tree: Cli, folder: Path) -> None:
    said = answered(folder, b"n\n", "/")
    assert b"this removes all 3 files from the index; continue? [y/N]" in said
    assert b"nothing forgotten" in said
    assert files(tree) == EVERY
    assert b"go on?" not in answered(folder, b"", "one")
    assert files(tree) == ["two/c.txt"]
    assert b"1 file forgotten" in answered(folder, b"y\n", ".")
    assert files(tree) == []


def test_yes_and_pipes_are_not_asked(tree: Cli) -> None:
    assert tree("forget", "/").err == "3 files forgotten\n"
    assert tree("forget", "nowhere").code == 2
