"""Twenty queries on terminals of four sizes: ten hits fit 40 rows of 80 columns, and the best one is in view."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
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
    answered = whole = 0
    for query, written in zip(QUERIES, screens, strict=True):
        screen = pyte.Screen(*size)
        pyte.Stream(screen).feed(written)
        if any("no passage" in row for row in screen.display):
            continue
        answered += 1
        whole += any(" of " in row and " ms" in row for row in screen.display)
        assert screen.display[0].startswith(" 1  "), (query, screen.display)
    assert answered >= 8
    assert whole == answered or size < (120, 40)


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
