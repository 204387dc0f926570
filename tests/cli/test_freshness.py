"""Notes in the output on files that changed since they were indexed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal

import seedsearch


@pytest.fixture
def docs(folder: Path, cli: Cli) -> Path:
    """Three documents, indexed long after they were written."""
    made = folder / "docs"
    made.mkdir()
    for name, text in (
        ("coal", "Coal goes through the port of Najin."),
        ("iron", "Iron goes through the port of Wonsan."),
        ("tea", "Tea is drunk in the port."),
    ):
        (made / f"{name}.txt").write_text(text + "\n")
        os.utime(made / f"{name}.txt", (1_600_000_000, 1_600_000_000))
    cli("index", "docs")
    return made


def stale(cli: Cli, *arguments: str) -> dict[str, bool]:
    hits = [json.loads(line) for line in cli("query", "--json", *arguments).out.splitlines()]
    return {hit["path"]: hit["stale"] for hit in hits}


def test_json_marks_what_changed_and_what_vanished(cli: Cli, docs: Path) -> None:
    expected = {f"docs/{name}.txt": False for name in ("coal", "iron", "tea")}
    assert stale(cli, "port") == expected
    (docs / "coal.txt").write_text("Coal goes elsewhere now, and in another size.\n")
    (docs / "tea.txt").unlink()
    assert stale(cli, "port") == expected | {"docs/coal.txt": True, "docs/tea.txt": True}
    cli("index")
    assert stale(cli, "port") == {"docs/iron.txt": False}


def test_a_touched_file_of_the_same_size_is_stale_until_it_is_read(cli: Cli, docs: Path) -> None:
    os.utime(docs / "coal.txt", (1_700_000_000, 1_700_000_000))
    assert stale(cli, "coal") == {"docs/coal.txt": True}
    assert cli("query", "--verified", "-l", "coal").out == "docs/coal.txt\n"
    cli("index")
    assert stale(cli, "coal") == {"docs/coal.txt": False}


@pytest.mark.parametrize("form", [[], ["-l"], ["-c"], ["-0"], ["--vimgrep"]])
def test_a_note_stands_on_stderr_where_records_cannot_say_it(
    cli: Cli, docs: Path, form: list[str]
) -> None:
    before = cli("query", *form, "port")
    (docs / "tea.txt").unlink()
    after = cli("query", *form, "port")
    assert (after.code, after.out, before.err) == (0, before.out, "")
    assert after.err == (
        "seedsearch: stale files: 1 vanished since they were indexed; "
        "run seedsearch index, or query --fresh\n"
    )


def test_many_files_are_looked_at_as_few_are(cli: Cli, docs: Path) -> None:
    for number in range(150):
        (docs / f"{number}.txt").write_text(f"harbour {number}\n")
    cli("index")
    (docs / "7.txt").unlink()
    (docs / "8.txt").write_text("harbour, and more of it\n")
    found = cli("query", "-l", "harbour")
    assert found.out.count("\n") == 150
    assert "stale files: 1 changed and 1 vanished since" in found.err


def test_a_terminal_shows_a_tag_and_a_note(cli: Cli, docs: Path, folder: Path) -> None:
    (docs / "coal.txt").write_text("Coal goes elsewhere now.\n")
    (docs / "tea.txt").unlink()
    command: list[str | bytes] = [sys.executable, "-m", "seedsearch", "query", "port"]
    code, out = on_terminal(command, folder=folder, env=environment(TERM="dumb"))
    lines = out.decode().splitlines()
    assert code == 0
    places = sorted(line[4:] for line in lines if "docs/" in line)
    assert places == ["docs/coal.txt:1  (stale)", "docs/iron.txt:1", "docs/tea.txt:1  (stale)"]
    note = "stale files: 1 changed and 1 vanished since they were indexed"
    assert [line for line in lines if line.startswith(note)]


def test_fresh_updates_first_and_says_nothing(cli: Cli, docs: Path) -> None:
    (docs / "coal.txt").write_text("Graphite goes through the port of Nampo.\n")
    (docs / "tea.txt").unlink()
    (docs / "silk.txt").write_text("Silk leaves the port at night.\n")
    ended = cli("query", "--fresh", "-l", "port")
    assert sorted(ended.out.split()) == ["docs/coal.txt", "docs/iron.txt", "docs/silk.txt"]
    assert ended.err == ""
    assert stale(cli, "graphite") == {"docs/coal.txt": False}


def test_fresh_says_what_is_missing(cli: Cli, docs: Path, folder: Path) -> None:
    docs.rename(folder / "elsewhere")
    ended = cli("query", "--fresh", "-c", "port")
    assert ended.code == 0
    assert "docs has vanished or is empty" in ended.err


def test_verified_leaves_out_what_no_longer_stands(cli: Cli, docs: Path) -> None:
    (docs / "coal.txt").write_text("Something else stands here, in the port.\n")
    (docs / "tea.txt").unlink()
    assert cli("query", "--verified", "-l", "port").out == "docs/iron.txt\n"
    assert cli("query", "--verified", "-k1", "port").out.startswith("docs/iron.txt:1:")
    note = "seedsearch: left out, no longer in their files: 1 of 1 passages\n"
    assert cli("query", "--verified", "coal") == (1, "", note)
    assert cli("query", "--verified", "-q", "coal").code == 1


def test_verified_keeps_what_moved_no_byte(cli: Cli, docs: Path) -> None:
    with (docs / "coal.txt").open("a") as file:
        file.write("\nA line more.\n")
    assert stale(cli, "--verified", "coal") == {"docs/coal.txt": True}


@pytest.mark.parametrize("text", ["Der Hafen über dem Fluß.\n", "港口在河的上面沒有留言\n"])
def test_verified_knows_other_encodings(cli: Cli, folder: Path, text: str) -> None:
    (folder / "wide.txt").write_bytes(text.encode("utf-16"))
    cli("index", "wide.txt")
    assert cli("query", "--verified", text.split()[-1][:4]).code == 0


def test_the_api_marks_and_verifies(cli: Cli, docs: Path) -> None:
    (docs / "tea.txt").unlink()
    with seedsearch.open_index() as index:
        result = index.search("port")
        assert {hit.path: hit.stale for hit in result.hits}["docs/tea.txt"] is True
        assert any("1 vanished" in note for note in result.notes)
        assert "docs/tea.txt" not in {hit.path for hit in index.search("port", verified=True).hits}
