"""`open` and `show` accept the rank of a hit in the last answer. Programs get the line or page."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import sys
from pathlib import Path

import pytest
from running import Cli

from seedsearch.cli.open import _program
from seedsearch.model import Document, Passage

NAJIN = "seeds/002_ac06186fe94f9196.txt"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SEEDSEARCH_EDITOR", "VISUAL", "EDITOR", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "seedsearch"


def test_show_takes_a_rank_and_lights_the_query(seeds: Cli, state: Path) -> None:
    assert seeds("show", "1").err.startswith("seedsearch: no hit 1: no answer is kept: search on a")
    shown = seeds("query", "--pretty", "--color=never", "Najin").out.splitlines()
    assert shown[0] == f" 1  {NAJIN}:19"
    ended = seeds("show", "1", "--color=always")
    assert "19\x1b[0m:Through the port of \x1b[1;31mNajin\x1b[0m in North Korea" in ended.out
    assert seeds("show", "2").err == (
        "seedsearch: no hit 2: the last answer had 1: "
        "search on a terminal first; for a file of that name, write ./2\n"
    )
    seeds("query", "coal")  # a pipe shows no ranks
    assert seeds("show", "1").out == seeds("show", f"{NAJIN}:19").out
    assert seeds("similar", "1").out == seeds("similar", f"{NAJIN}:19").out != ""
    assert "no hit 2" in seeds("similar", "2").err


def test_a_rank_means_the_hit_that_it_is_printed_beside(seeds: Cli, state: Path) -> None:
    shown = seeds("query", "--pretty", "--color=never", "--sort=path", "Korean troops").out
    places = dict(re.findall(r"^ *([0-9]+)  (seeds/[^ ]+:[0-9]+)", shown, re.M))
    assert len(places) > 3
    assert list(places) != sorted(places, key=int)
    for rank, place in places.items():
        assert seeds("show", rank, "-C0").out == seeds("show", place, "-C0").out != ""


def test_only_the_owner_reads_what_was_asked(seeds: Cli, state: Path) -> None:
    seeds("query", "--pretty", "Najin")
    (kept,) = state.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"query": 1, "hits": []}', '{"query": "", "hits": [["../../etc", 1]]}', "[" * 9000]
)  # fmt: skip
def test_a_damaged_file_is_no_answer(seeds: Cli, state: Path, text: str) -> None:
    seeds("query", "--pretty", "Najin")
    (kept,) = state.iterdir()
    kept.write_text(text)
    assert seeds("open", "1").err.startswith("seedsearch: no hit 1: no answer is kept")


def test_without_a_place_for_it_the_search_goes_on(
    seeds: Cli, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull + "/x")
    assert seeds("query", "--pretty", "Najin").code == 0


def test_an_editor_is_run_with_line_and_path(
    seeds: Cli, state: Path, monkeypatch: pytest.MonkeyPatch, indexed_seeds: Path, tmp_path: Path
) -> None:
    seen = tmp_path / "seen.json"
    script = f"import json, sys; json.dump(sys.argv[1:], open({str(seen)!r}, 'w'))"
    python = f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}"
    seeds("query", "--pretty", "Najin")
    for place in ("1", f"{NAJIN}:19"):
        monkeypatch.setenv("EDITOR", f"{python} --at {{line}} {{path}}")
        assert seeds("open", place) == (0, "", "")
        assert json.loads(seen.read_text()) == ["--at", "19", str(indexed_seeds / NAJIN)]
    monkeypatch.setenv("VISUAL", f"{python} ; touch pwned")  # no shell runs
    assert seeds("open", "1").code == 0
    assert json.loads(seen.read_text()) == [";", "touch", "pwned", str(indexed_seeds / NAJIN)]
    monkeypatch.setenv("VISUAL", "no-such-editor")
    assert seeds("open", "1").err == (
        "seedsearch: cannot run no-such-editor: No such file or directory: "
        "set VISUAL, EDITOR or BROWSER\n"
    )
    monkeypatch.setenv("VISUAL", f'{shlex.quote(sys.executable)} -c "raise SystemExit(3)"')
    assert seeds("open", "1").code == 2


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        ("vim", "vim +19 {}"),
        ("/usr/bin/nvim -R", "/usr/bin/nvim -R +19 {}"),
        ("emacsclient -nw", "emacsclient -nw +19 {}"),
        ("nano", "nano +19 {}"),
        ("less", "less +19 {}"),
        ("code -w", "code -w --goto {}:19"),
        ("subl", "subl {}:19"),
        ("hx", "hx {}:19"),
        ("kate", "kate --line 19 {}"),
        ("other", "other {}"),
    ],
)
def test_editors_take_the_line_in_their_own_ways(
    seeds: Cli,
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    indexed_seeds: Path,
    editor: str,
    expected: str,
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    path = str(indexed_seeds / NAJIN)
    assert seeds("open", "--print", f"{NAJIN}:19").out == expected.format(path) + "\n"


def test_pages_and_web_pages(monkeypatch: pytest.MonkeyPatch, state: Path, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name == "zathura" else None)
    monkeypatch.setenv("BROWSER", "firefox")
    page = Passage(Document("a.pdf", "", "utf-8"), 0, "Coal.", 1, 1, None, None, page=3)
    assert _program("/a.pdf", page, 1, "1") == (["zathura", "-P", "3", "/a.pdf"], False)
    web = Document("a.html", "", "utf-8", media_type="text/html")
    program, waits = _program(
        "/a b.html", Passage(web, 0, "Coal, off-shore\nx", 1, 1, None, None), 1, "1"
    )
    assert program == ["firefox", "file:///a%20b.html#:~:text=Coal%2C%20off%2Dshore"]
    assert not waits


def test_what_no_editor_opens(cli: Cli, folder: Path, state: Path) -> None:
    import zipfile

    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("b c.txt", "Coal leaves by the harbour.")
    assert cli("index", "a.zip").code == 0
    assert cli("open", "a.zip›b c.txt:1").err == (
        "seedsearch: a.zip›b c.txt:1 is inside a file that no editor can open at a line: "
        "seedsearch show 'a.zip›b c.txt:1'\n"
    )
    (folder / "a.zip").unlink()
    assert cli("open", "a.zip›b c.txt:1").err == (
        "seedsearch: there is no file a.zip: seedsearch show 'a.zip›b c.txt:1'\n"
    )
