"""`seedsearch show`: a passage with the passages around it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal

PARAGRAPHS = [
    f"The {name} paragraph speaks of coal and is\nlong enough to be a passage. "
    + "It goes on. " * 60
    for name in ("first", "second", "third", "fourth")
]


@pytest.fixture
def notes(cli: Cli, folder: Path) -> Cli:
    (folder / "notes").mkdir()
    (folder / "notes" / "coal.txt").write_text("\n\n".join(PARAGRAPHS) + "\n")
    (folder / "records.jsonl").write_text('{"id":"7","text":"Coal\\nby the ton"}\n{"text":"Tea"}\n')
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def numbers(out: str) -> list[str]:
    return [line[:2] for line in out.splitlines()]


def test_lines_of_the_passage_and_around_it(notes: Cli) -> None:
    shown = notes("show", "notes/coal.txt:5")
    assert (shown.code, shown.err) == (0, "")
    assert numbers(shown.out) == ["1-", "2-", "3-", "4:", "5:", "6-", "7-", "8-"]
    assert shown.out.splitlines()[3] == "4:The second paragraph speaks of coal and is"
    assert numbers(notes("show", "-C0", "notes/coal.txt:5").out) == ["4:", "5:"]
    assert numbers(notes("show", "-C9", "notes/coal.txt:5").out)[-1] == "11"


def test_a_line_between_passages_means_the_nearest(notes: Cli) -> None:
    assert numbers(notes("show", "-C0", "notes/coal.txt:3").out) == ["1:", "2:"]
    assert numbers(notes("show", "-C0", "notes/coal.txt").out) == ["1:", "2:"]


def test_a_line_past_the_end_is_an_error(notes: Cli) -> None:
    ended = notes("show", "-C0", "notes/coal.txt:9999")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(
        "seedsearch: notes/coal.txt:9999: the text ends at line 11: give a line"
    )


def test_by_the_passages_name(notes: Cli) -> None:
    hit = json.loads(notes("query", "--json", "third").out)
    by_name = notes("show", hit["passage"])
    assert by_name.out == notes("show", f"{hit['path']}:{hit['line_start']}").out
    assert "7:The third" in by_name.out
    shown = json.loads(notes("show", "--json", hit["passage"]).out)
    for key in ("passage", "path", "line_start", "line_end", "byte_start", "byte_end", "text"):
        assert shown[key] == hit[key]
    assert shown["schema"] == "seedsearch.passage/1"
    assert [p["line_start"] for p in shown["before"] + shown["after"]] == [4, 10]
    assert shown["stale"] is False
    before = shown["before"][0]["passage"]
    assert json.loads(notes("show", "--json", before).out)["line_start"] == 4


def test_a_record_has_its_own_text(notes: Cli) -> None:
    assert notes("show", "records.jsonl:1").out == "1:Coal\n1:by the ton\n"
    assert json.loads(notes("show", "--json", "records.jsonl:1").out)["id"] == "7"


def test_paths_are_those_of_the_current_folder(
    notes: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = notes("show", "notes/coal.txt:4").out
    monkeypatch.chdir(folder / "notes")
    assert notes("show", "coal.txt:4").out == expected
    assert notes("show", "../notes/./coal.txt:4").out == expected
    assert notes("show", str(folder / "notes" / "coal.txt") + ":4").out == expected


def test_a_file_that_has_changed_is_shown_from_the_index(notes: Cli, folder: Path) -> None:
    file = folder / "notes" / "coal.txt"
    file.write_text(file.read_text().replace("fourth", "last"))
    assert notes("show", "notes/coal.txt:1").err == ""  # the shown text is unchanged
    shown = notes("show", "notes/coal.txt:10")
    assert shown.code == 0
    assert "10:The fourth paragraph" in shown.out
    assert shown.err == (
        "seedsearch: notes/coal.txt has changed since it was indexed; these lines come from the index: "
        "run seedsearch index to update it\n"
    )
    assert json.loads(notes("show", "--json", "notes/coal.txt:10").out)["stale"] is True
    file.unlink()
    assert "1:The first paragraph" in notes("show", "notes/coal.txt:1").out


def test_what_is_not_there(notes: Cli) -> None:
    ended = notes("show", "nothing.txt:3")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("seedsearch: not in the index: nothing.txt:3: use FILE:LINE")
    ended = notes("show", "aaaaaaaaaa")
    assert ended.code == 2
    assert ended.err.startswith("seedsearch: no passage or file has the name aaaaaaaaaa: ")


def test_what_never_was_a_file(cli: Cli, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    from io import BytesIO, TextIOWrapper

    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"Coal leaves by the harbour.\n")))
    assert cli("index", "-q", "--stdin", "--name", "note.txt").code == 0
    assert cli("show", "note.txt:1") == (0, "1:Coal leaves by the harbour.\n", "")


def test_on_a_terminal(notes: Cli, folder: Path) -> None:
    code, out = on_terminal(
        [sys.executable, "-m", "seedsearch", "show", "records.jsonl:1"],
        folder=folder, env=environment(TERM="dumb"),
    )  # fmt: skip
    assert code == 0
    lines = [line.rstrip() for line in out.decode().replace("\r\n", "\n").splitlines()]
    assert lines == ["records.jsonl  7", "   1  Coal", "      by the ton"]


@pytest.mark.parametrize("command", ["show", "similar", "open"])
def test_a_folder_is_no_passage(notes: Cli, command: str) -> None:
    for name in ("notes", "./notes/", "."):
        assert notes(command, name) == (
            2, "", f"seedsearch: {name} is a folder: name a file in it\n"
        )  # fmt: skip
