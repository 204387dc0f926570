"""Help: one screen, all options in groups, pages on topics, man pages."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from running import Cli

from seedsearch.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_short_help_is_one_screen(
    cli: Cli, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ended = cli(*command, "-h")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert len(lines) <= 24 + 2 * (not command)
    assert max(map(len, lines)) <= 80
    assert max(map(len, cli(*command, "--help").out.splitlines())) <= 80
    assert " ".join(["Usage: seedsearch", *command]) in lines[0]


def test_long_help_has_groups(cli: Cli) -> None:
    out = cli("query", "--help").out
    places = [out.index(f"\n{group}:\n") for group in ("Query", "Which files", "Output", "Index")]
    assert places == sorted(places)
    assert places[2] < out.index("--pretty") < places[3] < out.index("--index FOLDER")
    assert "-h " in out[out.index("\nHelp:\n") :]
    assert "\nOptions:\n" in cli("show", "--help").out


def test_topics(cli: Cli) -> None:
    assert cli("help", "query-language").out.startswith("The query language\n")
    assert "seedsearch.toml" in cli("help", "configuration").out
    assert cli("help", "show").out == cli("show", "--help").out
    listed = cli("help").out
    assert "query-language" in listed.splitlines()[-1]
    assert listed.startswith(cli("--help").out)
    assert cli("help", "configurations") == (
        2,
        "",
        "seedsearch: no such command or topic: configurations: did you mean configuration?\n",
    )
    assert "\x1b" not in cli("help", "\x1b[2J").err


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_man_pages_are_sound(tmp_path: Path) -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "manpages.py"))
    pages["main"](str(tmp_path))
    assert len(list(tmp_path.iterdir())) == len(COMMANDS) + 1
    names = ["seedsearch.1", "seedsearch-query.1"]
    ended = subprocess.run(
        ["groff", "-man", "-ww", "-k", "-Tutf8", *names],
        cwd=tmp_path, capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "seedsearch query --relax '\"troops of Najin\" +Pyongyang'" in ended.stdout


@pytest.mark.parametrize("command", ["index", "query", "similar"])
def test_the_last_group_is_help_alone(cli: Cli, command: str) -> None:
    last = cli(command, "--help").out.rpartition("\nHelp:\n")[2]
    names = [line.split()[0] for line in last.splitlines() if line.startswith("  -")]
    assert names == ["--debug", "-h", "--help"]
