"""Twenty queries on terminals of four sizes: ten hits fit 40 rows of 80 columns, and the best one is in view."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyte
import pytest
from running import SEEDS, Cli, environment, typed_on_terminal

from seedsearch.render.cells import display_width

QUERIES = [
    "North Korean troops", "Vietnam", "Putin visit", "war", '"special military operation"', "port of Najin",
    "+troops -Vietnam", "Kore*", "Rusia~1", "=troops", "harbour", "coal price", "error timeout", "def port",
    "city:Najin", "type:md harbour", "the", "東京", "coal OR harbour", "title:harbour",
]  # fmt: skip
PROSE = (
    "The harbour of Najin lies on the coast, and coal is what most of its ships carry away. " * 6
)


@pytest.fixture
def mixed(cli: Cli, folder: Path) -> Cli:
    """The command line in a folder of seeds and of many other kinds of files, indexed."""
    for number in range(4):
        (folder / f"note{number}.md").write_text(
            f"# On the harbour {number}\n\n{PROSE}\n\n- coal\n- ships {number}\n\n東京の港は石炭 {number}。\n"
        )
        (folder / f"page{number}.html").write_text(f"<title>Harbour</title><p>{number} {PROSE}</p>")
        (folder / f"run{number}.log").write_text(
            "".join(
                f"2024-05-{day:02}T09:00:0{number} ERROR harbour[{day}]: timeout of coal crane {day * number}\n"
                for day in range(1, 29)
            )
        )
        (folder / f"code{number}.py").write_text(
            f"def port(ship):\n    if ship.coal > {number}:\n        return harbour(ship)\n" * 9
        )
        (folder / f"mail{number}.eml").write_text(
            f"From: Ann <a@b.org>\nSubject: The harbour {number}\nDate: Fri, 3 May 2024 09:00:00 +0000\n\n{PROSE}\n"
        )
    (folder / "ports.csv").write_text("city,coal\n" + "".join(f"Najin,{n}\n" for n in range(99)))
    with zipfile.ZipFile(folder / "papers.zip", "w") as archive:
        archive.writestr("in/b.txt", PROSE)
    for path in SEEDS.glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes())
    assert cli("index", "-q", ".").code == 0
    return cli


def test_ten_hits_fit(mixed: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = 0
    for columns in (20, 80, 120, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        for query in QUERIES:
            rows = mixed("query", "--pretty", "--color=never", query).out.splitlines()
            if not rows:
                continue
            answered += 1
            assert rows[0].startswith(" 1  "), (query, rows[0])
            assert len(rows) <= 40 or columns < 80, (query, columns, len(rows))
            wide = [row for row in rows if display_width(row) > columns and ":" not in row]
            assert not wide, (query, columns)  # a place that is wider than a row is not cut off
    assert answered >= 4 * 18


END = "\x1b]9;end\x07"
ASK = """
import json, sys
from seedsearch.cli import main
for query in json.load(open(sys.argv[1])):
    main(["query", query])
    sys.stdout.write(sys.argv[2])
    sys.stdout.flush()
"""


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
@pytest.mark.parametrize("place", ["seeds", "mixed"])
@pytest.mark.parametrize("size", [(20, 15), (80, 24), (120, 40), (200, 50)])
def test_the_first_hit_is_in_view(
    request: pytest.FixtureRequest, folder: Path, place: str, size: tuple[int, int]
) -> None:
    """The pager is less, which stops at the first screen and is left there."""
    request.getfixturevalue(place)
    queries = folder / "queries.json"
    queries.write_text(json.dumps(QUERIES))
    env = environment(TERM="xterm-256color", HOME=str(folder)) | {"SEEDSEARCH_PAGER": "less -FRX"}
    command = [sys.executable, "-c", ASK, str(queries), END]
    leave = [(b":\x1b[K", b"q")] * len(QUERIES)
    _, out = typed_on_terminal(command, leave, folder=Path.cwd(), env=env, size=size)
    screens = out.decode().split(END)[:-1]
    assert len(screens) == len(QUERIES)
    shown = [pyte.Screen(*size) for _ in screens]
    for screen, written in zip(shown, screens, strict=True):
        pyte.Stream(screen).feed(written)
    assert_in_view([screen.display for screen in shown], size)


def assert_in_view(screens: Sequence[Sequence[str]], size: tuple[int, int]) -> None:
    """Assert that each query's first hit is in its first row, and on large screens its summary is there, too."""
    answered = whole = 0
    for query, screen in zip(QUERIES, screens, strict=True):
        if any("no passage" in row for row in screen):
            continue
        answered += 1
        whole += any(" of " in row and " ms" in row for row in screen)
        assert screen[0].startswith(" 1  "), (query, screen)
    assert answered >= 8
    assert whole == answered or size[1] < 40


ASK_IN_TMUX = """
import json, sys
from seedsearch.cli import main
for number, query in enumerate(json.load(open(sys.argv[1]))):
    sys.stdout.write(f"\\x1b[2J\\x1b[H\\x1b]2;asked {number}\\x07")
    sys.stdout.flush()
    main(["query", query])
    sys.stdout.write(f"\\x1b]2;answered {number}\\x07")
    sys.stdout.flush()
    input()
"""


@pytest.mark.skipif(
    shutil.which("less") is None or shutil.which("tmux") is None,
    reason="less or tmux is not installed",
)
@pytest.mark.parametrize("place", ["seeds", "mixed"])
@pytest.mark.parametrize("size", [(20, 15), (80, 24), (80, 41), (120, 40), (200, 50)])
def test_the_first_hit_is_in_view_in_tmux(
    request: pytest.FixtureRequest, folder: Path, place: str, size: tuple[int, int]
) -> None:
    """Ten hits fit 40 rows of 80 columns, and the prompt below them one more."""
    request.getfixturevalue(place)
    queries = folder / "queries.json"
    queries.write_text(json.dumps(QUERIES))
    settings = folder / "tmux.conf"
    settings.write_text("set -g status off\n")
    env = environment(TERM="xterm-256color", HOME=str(folder)) | {"SEEDSEARCH_PAGER": "less -FRX"}
    sockets = tempfile.mkdtemp()  # the path of a socket must be short

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-u", "-S", f"{sockets}/s", "-f", str(settings), *arguments]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout

    def is_in_pager(rows: list[str]) -> bool:
        return "".join(rows[-1:]) == ":"

    def screen_of(number: int) -> list[str]:
        for _ in range(400):
            state = tmux("display-message", "-p", "#{pane_title}").strip()
            rows = tmux("capture-pane", "-p").splitlines()
            if state == f"answered {number}" or (state == f"asked {number}" and is_in_pager(rows)):
                return rows
            time.sleep(0.02)
        raise AssertionError((number, state, rows))

    asking = shlex.join([sys.executable, "-c", ASK_IN_TMUX, str(queries)])
    tmux("new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), asking)
    try:
        screens = []
        for number in range(len(QUERIES)):
            screens.append(screen_of(number))
            if is_in_pager(screens[-1]):
                tmux("send-keys", "q")
            tmux("send-keys", "Enter")
    finally:
        subprocess.run(["tmux", "-S", f"{sockets}/s", "kill-server"], check=False)
        shutil.rmtree(sockets)
    assert_in_view(screens, size)


def test_an_answer_is_paged_if_its_first_row_would_leave_the_screen(
    mixed: Cli, folder: Path
) -> None:
    command: list[str | bytes] = [sys.executable, "-m", "seedsearch", "query", "harbour"]
    env = environment(TERM="dumb") | {"SEEDSEARCH_PAGER": "sed s/^/paged:/"}

    def printed(lines: int) -> list[str]:
        _, out = typed_on_terminal(command, [], folder=folder, env=env, size=(80, lines))
        return out.decode().splitlines()

    rows = printed(100)
    assert rows[0].startswith(" 1  ")
    assert " of " in rows[-1]
    assert printed(len(rows) + 1)[0] == rows[0]  # one line for the prompt
    paged = printed(len(rows))
    assert paged[0] == f"paged:{rows[0]}"
    assert paged[-1].startswith("paged:10 of ")
