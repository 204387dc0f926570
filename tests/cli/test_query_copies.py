"""Copies of a passage are shown once, with the places of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Cli

import seedsearch

STORY = (
    "Coal goes through the port of Najin, officials said on Monday, and nobody knows where it goes then. "
    "Ships have been seen that come by night, without lights, and leave before the first train has been unloaded."
)


@pytest.fixture
def papers(folder: Path, cli: Cli) -> Path:
    """Return a folder of five papers: three share a story, one has its own, one has several."""
    docs = folder / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text(f"{STORY}\n")
    (docs / "b.txt").write_text(f"{STORY.replace('Monday', 'Monday evening')}\n")
    (docs / "c.txt").write_text(f"{STORY.upper()}\n")
    (docs / "d.txt").write_text("Coal is cheap this year.\n")
    cli("index", "docs")
    return docs


def places(cli: Cli, *arguments: str) -> list[tuple[str, list[str]]]:
    """Return (path:line, also in) of each hit of --json."""
    hits = [json.loads(line) for line in cli("query", "--json", *arguments).out.splitlines()]
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    return [
        (
            f"{hit['path']}:{hit['line_start']}",
            [f"{copy['path']}:{copy['line_start']}" for copy in hit.get("also_in", [])],
        )
        for hit in hits
    ]


def test_json_says_where_the_copies_are(cli: Cli, papers: Path) -> None:
    assert places(cli, "coal") == [
        ("docs/d.txt:1", []),
        ("docs/a.txt:1", ["docs/c.txt:1", "docs/b.txt:1"]),
    ]
    second = json.loads(cli("query", "--json", "port").out)
    assert second["also_in"][0] == {
        "path": "docs/c.txt", "id": None, "line_start": 1, "line_end": 1,
    }  # fmt: skip


def test_records_print_it_once_and_the_next_ones_move_up(cli: Cli, papers: Path) -> None:
    assert cli("query", "port", "--all-copies").out.count("\n") == 3
    changed = STORY.replace("Monday", "Monday evening")
    whole = cli("query", "--text", "passage", "port").out
    assert whole == f"docs/a.txt:1:{STORY}\ndocs/b.txt:1:{changed}\n"
    assert cli("query", "-k1", "coal").out == "docs/d.txt:1:Coal is cheap this year.\n"
    two = cli("query", "-k2", "-M0", "port OR cheap").out
    assert two == f"docs/d.txt:1:Coal is cheap this year.\ndocs/a.txt:1:{STORY}\n"


def test_all_copies_are_hits_when_they_are_asked_for(cli: Cli, papers: Path) -> None:
    every = ["docs/d.txt:1", "docs/a.txt:1", "docs/c.txt:1", "docs/b.txt:1"]
    assert places(cli, "--all-copies", "coal") == [(place, []) for place in every]
    folded = [("docs/d.txt:1", []), ("docs/a.txt:1", ["docs/c.txt:1", "docs/b.txt:1"])]
    assert places(cli, "-k0", "coal") == places(cli, "-k100", "coal") == folded


def test_counts_count_copies(cli: Cli, papers: Path) -> None:
    assert cli("query", "-c", "port").out == "docs/a.txt:1\ndocs/c.txt:1\ndocs/b.txt:1\n"
    assert cli("query", "-l", "port").out == "docs/a.txt\ndocs/c.txt\ndocs/b.txt\n"
    with seedsearch.open_index(".") as index:
        assert index.search("port").total == 3
        assert len(index.search("port").hits) == 1
        assert len(index.search("port", all_copies=True).hits) == 3


def test_a_copy_in_a_file_that_is_gone_does_not_stand(cli: Cli, papers: Path) -> None:
    (papers / "a.txt").unlink()
    assert places(cli, "--verified", "port") == [("docs/c.txt:1", ["docs/b.txt:1"])]


def test_room_that_copies_leave_is_filled(cli: Cli, folder: Path) -> None:
    docs = folder / "many"
    docs.mkdir()
    for number in range(40):
        (docs / f"{number:02}.txt").write_text(f"{STORY}\n")
    for number in range(3):
        (docs / f"other{number}.txt").write_text(f"{'x ' * 40} port {number}{number}\n")
    cli("index", "many")
    for found in (places(cli, "-k3", "port"), places(cli, "-k4", "--per-file", "0", "port")):
        assert [place for place, _ in found[:3]] == [
            "many/00.txt:1", "many/other0.txt:1", "many/other1.txt:1",
        ]  # fmt: skip
        assert found[0][1][0] == "many/01.txt:1"
    assert len(cli("query", "-k3", "port").out.splitlines()) == 3


def test_copies_in_one_file_share_its_places(cli: Cli, folder: Path) -> None:
    (folder / "one.csv").write_text("what,where\n" + "coal,Najin\n" * 5 + "coal,Wonsan\n")
    cli("index", "one.csv")
    assert places(cli, "--per-file", "0", "coal") == [
        ("one.csv:2", [f"one.csv:{line}" for line in range(3, 7)]),
        ("one.csv:7", []),
    ]


def test_copies_in_one_file_do_not_take_the_room_of_its_other_passages(
    cli: Cli, folder: Path
) -> None:
    rows = "".join(f"coal,{port}\n" * 10 for port in ("Najin", "Wonsan", "Hungnam", "Chongjin"))
    (folder / "cargo.csv").write_text(f"what,where\n{rows}")
    (folder / "other.txt").write_text("They load coal.\n")
    cli("index", "cargo.csv", "other.txt")
    want = {f"cargo.csv:{line}" for line in (2, 12, 22)} | {"other.txt:1"}
    assert {place for place, _ in places(cli, "coal")} == want
    assert {place for place, _ in places(cli, "-k0", "--per-file=3", "coal")} == want
    records = cli("query", "coal").out.splitlines()
    assert {":".join(record.split(":")[:2]) for record in records} == want
    assert len(places(cli, "--per-file=2", "coal")) == 3


def test_a_terminal_shows_some_of_the_places(cli: Cli, papers: Path) -> None:
    (papers / "e.txt").write_text(f"{STORY} \n")
    (papers / "f.txt").write_text(f"{STORY}  \n")
    cli("index")
    out = cli("query", "--pretty", "port").out
    assert "also in: docs/c.txt:1, docs/e.txt:1, docs/f.txt:1 and 1 more" in out
