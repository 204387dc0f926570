"""What a pipe and a narrow terminal get: no reports on stderr, hints on lines of their own, tables that fit."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal, process


def test_success_in_a_pipe_says_nothing_on_stderr(cli: Cli, folder: Path) -> None:
    for number in range(3):
        (folder / f"{number}.txt").write_text("Coal goes through the port of Najin.\n")
    (folder / "a.bin").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9)
    commands = (
        ["index", "."], ["index"], ["index", "--rebuild"], ["query", "coal"], ["query", "-l", "coal"],
        ["query", "--json", "coal"], ["terms", "coal"], ["facets"], ["forget", "-n", "0.txt"],
        ["forget", "0.txt"], ["index", "-n"], ["check"], ["status"], ["keywords", "coal"],
    )  # fmt: skip
    assert [(line, ended) for line in commands if (ended := cli(*line)).err or ended.code] == []
    assert "1 skipped: 1 " in cli("index", "-v").err


def test_a_failure_is_named_in_a_pipe_too(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_text("Coal goes through the port of Najin.\n")
    assert cli("index", ".").err == ""
    (folder / "d").mkdir()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("/d"):
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr("seedsearch.corpus.walk._list_files", None)
    assert cli("index").err.startswith("1 skipped: 1 disk quota exceeded\n  d")


def test_a_progress_bar_needs_both_streams(folder: Path) -> None:
    (folder / "a.txt").write_text("Coal goes through the port of Najin.\n")
    process("index", ".", folder=folder)  # the first run may say that the core is missing
    (folder / "b.txt").write_text("Coal comes back.\n")
    script = f"{sys.executable} -m seedsearch index | cat"
    code, out = on_terminal(
        ["bash", "-c", script], folder=folder, env=environment(HOME=str(folder), TERM="xterm")
    )
    assert (code, out) == (0, b"")


def test_on_a_terminal_a_hint_has_its_own_line(indexed_seeds: Path) -> None:
    for words, message, hint in (
        (["query", "--full", "x"], b"no such option: --full", b"see seedsearch query --help"),
        (["qurey", "x"], b"no such command: qurey", b"did you mean seedsearch query?"),
        (["show", "seeds/x.txt"], b"not in the index: seeds/x.txt", b"use FILE:LINE as query prints it"),
    ):  # fmt: skip
        command = [sys.executable, "-m", "seedsearch", *words]
        code, out = on_terminal(command, folder=indexed_seeds, env=environment(TERM="xterm"))
        assert code == 2
        first, second = out.replace(b"\r", b"").splitlines()
        assert first == b"seedsearch: " + message
        assert second.startswith(b"  " + hint)
        assert process(*words, folder=indexed_seeds).stderr.count(b"\n") == 1
