"""Completion in real shells: the effect of Tab on a partial line."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import Cli, environment

pty = pytest.importorskip("pty", reason="shells are tested where there are pseudo-terminals")

START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
LOAD = {
    "bash": 'bind "set enable-bracketed-paste off"; eval "$(seedsearch completions bash)"',
    "zsh": 'autoload -U compinit; compinit -u -D; eval "$(seedsearch completions zsh)"',
    "fish": "seedsearch completions fish | source",
}
CASES = [
    ("seedsearch stat\t", "status"),
    ("seedsearch query --no-pag\t", "--no-pager"),
    ("seedsearch query -t contac\t", "-t contacts"),
    ("seedsearch show seeds/002\t", "seeds/002_ac06186fe94f9196.txt"),
    ("seedsearch query path:seeds/004\t", "path:seeds/004_116169a19b94d311.txt"),
    ("seedsearch terms hassa\t", "hassan"),
    ("seedsearch index not-ind\t", "not-indexed"),
    ("seedsearch query type:contac\t", "type:contacts"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, indexed_seeds: Path) -> Path:
    """Return a folder with an index, and a folder outside it."""
    folder = tmp_path_factory.mktemp("place")
    shutil.copytree(indexed_seeds, folder, dirs_exist_ok=True)
    (folder / "not-indexed").mkdir()
    return folder


def env_of(folder: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return environment(PATH=path, TERM="xterm", HOME=str(folder), PS1="> ", fish_greeting="")


@pytest.mark.parametrize("shell", list(START))
def test_a_shell_completes(shell: str, place: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    child, terminal = pty.fork()
    if not child:
        os.chdir(place)
        os.execvpe(START[shell][0], START[shell], env_of(place))
    try:
        until(terminal, "")
        os.write(terminal, f"{LOAD[shell]}; echo load''ed\r".encode())
        assert "loaded" in until(terminal, "loaded")
        for line, completed in CASES if shell == "bash" else CASES[1:5:3]:
            os.write(terminal, line.encode())
            shown = until(terminal, completed)
            assert completed in shown, (line, shown)
            assert "rror" not in shown
            os.write(terminal, b"\x15")  # the line is cleared
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def until(terminal: int, wanted: str) -> str:
    """Return the output of a shell up to the wanted text, or up to a time limit."""
    seen, end = "", time.monotonic() + 30
    while time.monotonic() < end and not (seen and wanted in seen):
        if select.select([terminal], [], [], 0.2)[0]:
            seen += re.sub(
                r"\x1b\[[0-9;?]*[a-zA-Z]", "", os.read(terminal, 65536).decode("utf-8", "replace")
            )
    return seen


def asked(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "seedsearch", *words],
        cwd=folder, env=environment(_SEEDSEARCH_COMPLETE="1"), capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["qu"], [b"query\tSearch, and print the best passages."]),
        (["query", "--color", "al"], [b"always"]),
        (["query", "lang:e"], [b"lang:en"]),
        (["query", "--in", ""], [b":dirs"]),
        (["show", "see"], [b"seeds/"]),
        (["completions", "z"], [b"zsh"]),
    ],
)
def test_values(indexed_seeds: Path, words: list[str], values: list[bytes]) -> None:
    ended = asked(indexed_seeds, *words)
    assert (ended.returncode, ended.stdout.splitlines(), ended.stderr) == (0, values, b"")


@pytest.mark.parametrize(
    "words",
    [["terms", "a"], ["show", ""], ["nope", "x"], ["query", "--nope", "x"], ["query", '"a'], []],
)
def test_nothing_is_said_where_nothing_can_be_completed(tmp_path: Path, words: list[str]) -> None:
    ended = asked(tmp_path, *words)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"rror" not in ended.stdout


def test_a_hostile_name_is_left_out(cli: Cli, folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "a\x1b[2J.txt").write_text("Coal.")
    (folder / "docs" / "b.txt").write_text("Coal, too.")
    assert cli("index", "docs").code == 0
    assert asked(folder, "show", "docs/").stdout == b"docs/b.txt\n"
