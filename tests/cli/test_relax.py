"""Queries without hits: suggestions on a terminal, and `--relax`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal

import seedsearch


@pytest.fixture
def notes(cli: Cli, folder: Path) -> Cli:
    (folder / "a.txt").write_text("Troops left the port of Najin. The troopers stayed.\n")
    (folder / "b.txt").write_text("The troops drank tea in the harbour, 沒有留言.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def told(folder: Path, *query: str) -> list[str]:
    """Return the messages on a terminal, without the line with the time."""
    code, out = on_terminal(
        [sys.executable, "-m", "seedsearch", "query", *query],
        folder=folder, env=environment(TERM="dumb"),
    )  # fmt: skip
    first, *lines = out.decode().replace("\r\n", "\n").splitlines()
    assert code == 1
    assert first.startswith("no passage matches, ")
    return lines


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("trops", ["no passage contains trops; did you mean troops?",
                   "--relax would find 2 passages for: troops"]),
        ("+toops +najn", ["no passage contains toops; did you mean troops?",
                          "no passage contains najn; did you mean najin?",
                          "--relax would find 2 passages for: troops najin"]),
        ('"troops of Najin"', ["--relax would find 2 passages for: troops najin"]),
        ("Najin AND tea", ["--relax would find 2 passages for: najin tea"]),
        ("=trooping", ["no passage contains trooping",
                       "--relax would find 2 passages for: trooping"]),
        ('"tea troops"~0 -Najin', ["--relax would find 1 passage for: (tea troops) AND NOT najin"]),
        ("troops path:zzz", ["without the filters it would find 2 passages"]),
        ("troops (path:zzz OR path:yyy)", ["without the filters it would find 2 passages"]),
        ("trops (path:a.txt OR path:zzz)", ["no passage contains trops; did you mean troops?",
                   "--relax would find 1 passage for: troops AND (path:a.txt OR path:zzz)"]),
        ("title:Najin", ["no passage contains title:najin"]),
        ("xyzzy", ["no passage contains xyzzy"]),
        ("zz*", ["no passage contains zz*"]),
        ("troo* AND zz*", ["no passage contains zz*", "--relax would find 2 passages for: troo*"]),
        ("留下", ["no passage contains 留下"]),
        ("+北京大学 +上海", ["no passage contains 北京大学", "no passage contains 上海"]),
    ],
)  # fmt: skip
def test_a_terminal_is_told_why(notes: Cli, folder: Path, query: str, lines: list[str]) -> None:
    assert told(folder, query) == lines


def test_a_pipe_is_told_nothing(notes: Cli) -> None:
    for form in ([], ["--json"], ["-l"], ["-c"], ["-q"]):
        assert notes("query", *form, "trops") == (1, "", "")


def test_relaxed_hits_are_labelled(notes: Cli) -> None:
    ended = notes("query", "--relax", "Najin AND tea")
    assert ended.code == 0
    assert sorted(record.split(":")[0] for record in ended.out.splitlines()) == ["a.txt", "b.txt"]
    assert ended.err == "seedsearch: no passage matches; showing results for: najin tea\n"
    hits = [
        json.loads(line) for line in notes("query", "--relax", "--json", "trops").out.splitlines()
    ]
    assert [hit["relaxed"] for hit in hits] == ["troops", "troops"]
    assert hits[0]["text"][slice(*hits[0]["highlights"][0])].lower() == "troops"
    assert notes("query", "--relax", "-l", "najn").out == "a.txt\n"
    assert notes("query", "--relax", "-q", "najn").code == 0


def test_what_matches_is_not_relaxed(notes: Cli) -> None:
    assert notes("query", "--relax", "Najin") == notes("query", "Najin")
    assert "relaxed" not in json.loads(notes("query", "--relax", "--json", "Najin").out)


def test_nothing_to_relax_to(notes: Cli) -> None:
    assert notes("query", "--relax", "xyzzy") == (1, "", "")


def test_from_python(notes: Cli, folder: Path) -> None:
    with seedsearch.open_index(folder) as index:
        assert index.search("najn").total == 0
        result = index.search("najn", relax=True)
        assert (result.total, result.relaxed) == (1, "najin")
        assert index.search("Najin", relax=True).relaxed == ""


def test_filters_and_exclusions_stay(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("Coal by rail.\n")
    (folder / "b.md").write_text("Coal by sea.\n")
    cli("index", "-q", "--jobs", "1", ".")
    assert cli("query", "-l", "--relax", '"coal sea" type:txt').out == "a.txt\n"
    assert cli("query", "-l", "--relax", '"sea coal" -rail').out == "b.md\n"
    for chosen in (["-g", "*.txt"], ["-t", "txt"], ["--", "a.txt"]):
        assert cli("query", "-l", "--relax", '"coal sea"', *chosen).out == "a.txt\n"
    assert cli("query", "-l", "--relax", '"coal sea"', "-g", "!*").code == 1
    for nothing in ('"coal sea" path:nowhere', '"coal sea" date:2024'):
        assert cli("query", "-l", "--relax", nothing) == (1, "", "")
