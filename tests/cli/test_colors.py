"""Colours follow the form of the output."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal, process

SGR = re.compile(r"\x1b\[[0-9;]*m")
LIT = "\x1b[1;31mNajin\x1b[0m"


@pytest.mark.parametrize(
    "form",
    [
        [],
        ["--text", "passage"],
        ["--text", "line"],
        ["-C1"],
        ["-C0"],
        ["--vimgrep"],
        ["-l"],
        ["-c"],
    ],
    ids=" ".join,
)
def test_always_colours_every_form_and_changes_nothing_else(seeds: Cli, form: list[str]) -> None:
    plain = seeds("query", *form, "--color=never", "port Najin").out
    colored = seeds("query", *form, "--color=always", "port Najin").out
    assert SGR.sub("", colored) == plain
    assert colored.startswith("\x1b[35mseeds/")
    assert (LIT in colored) == (form not in (["-l"], ["-c"]))


def test_show_lights_the_words_asked_for(seeds: Cli) -> None:
    place = "seeds/002_ac06186fe94f9196.txt:19"
    plain = seeds("show", place).out
    colored = seeds("show", "--color=always", "--query", '"port of" Najin', place).out
    assert SGR.sub("", colored) == plain
    assert "\x1b[32m19\x1b[0m:Through the \x1b[1;31mport\x1b[0m \x1b[1;31mof\x1b[0m" in colored
    assert LIT in colored
    assert LIT not in seeds("show", "--color=always", place).out
    assert seeds("show", "--query", "a AND", place).code == 2


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({}, set()),
        ({"FORCE_COLOR": "1"}, {"35", "32", "1;31", "0"}),
        ({"CLICOLOR_FORCE": "1"}, {"35", "32", "1;31", "0"}),
        ({"FORCE_COLOR": "0"}, set()),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, {"1", "4", "0"}),
        ({"NO_COLOR": "1"}, set()),
    ],
)
def test_a_pipe_gets_colours_on_demand(
    seeds: Cli, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], found: set[str]
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    out = seeds("query", "Najin").out
    assert set(re.findall(r"\x1b\[([\d;]*)m", out)) == found
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({"TERM": "xterm"}, {"35", "32", "1;31", "2", "0"}),
        ({"TERM": "xterm", "NO_COLOR": "1"}, {"1", "4", "0"}),
        ({"TERM": "xterm", "CLICOLOR": "0"}, set()),
        ({"TERM": "dumb"}, set()),
    ],
)
def test_a_terminal_gets_colours_unless_it_is_told(
    indexed_seeds: Path, env: dict[str, str], found: set[str]
) -> None:
    command = [sys.executable, "-m", "seedsearch", "query", "Najin"]
    _, out = on_terminal(command, folder=indexed_seeds, env=environment(**env))
    assert set(re.findall(r"\x1b\[([\d;]*)m", out.decode())) == found


def test_pretty_is_the_layout_in_a_pipe(indexed_seeds: Path) -> None:
    ended = process("query", "--pretty", "Najin", folder=indexed_seeds)
    assert ended.stdout.startswith(b"\x1b[2m 1  \x1b[0m\x1b[35mseeds/002_ac06186fe94f9196.txt")
    assert b"\x1b]8" not in ended.stdout
    for env, found in (({"NO_COLOR": "1"}, {b"1", b"4", b"0"}), ({"TERM": "dumb"}, set())):
        for form in ([], ["--kwic"]):
            told = ["query", "--pretty", "Najin", *form]
            out = process(*told, folder=indexed_seeds, env=environment(**env)).stdout
            assert set(re.findall(rb"\x1b\[([\d;]*)m", out)) <= found


def test_a_pager_shows_what_is_longer_than_the_screen(indexed_seeds: Path, tmp_path: Path) -> None:
    def shown(pager: str, *more: str) -> bytes:
        env = environment(TERM="xterm") | {"SEEDSEARCH_PAGER": pager}
        command = [sys.executable, "-m", "seedsearch", "query", "-k0", "-v", "Korea", *more]
        return on_terminal(command, folder=indexed_seeds, env=env)[1]

    assert shown("head -n1").count(b"\n") < 5
    assert shown("head -n1", "--no-pager").count(b"\n") > 50
    assert shown("head -n1", "-k1").count(b"\n") > 5
    for none in ("", "cat", "no-such-pager -x", "'"):
        assert shown(none).count(b"\n") > 50
    seen = tmp_path / "seen"
    shown(f"sh -c 'echo $LESS > {seen}'")
    assert seen.read_text() == "FRX\n"
