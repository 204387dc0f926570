"""`seedsearch terms`: words with counts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal


@pytest.fixture
def words(cli: Cli, folder: Path) -> Cli:
    (folder / "a.txt").write_text("Troops, troops and a trooper.\n")
    (folder / "b.txt").write_text("The troop met two Korean troops, 沒有留言.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def test_a_word_a_tab_and_its_passages(words: Cli) -> None:
    assert words("terms", "TROO") == (0, "troops\t2\ntroop\t1\ntrooper\t1\n", "")
    assert words("terms", "troo", "--sort", "word").out == "troop\t1\ntrooper\t1\ntroops\t2\n"
    assert words("terms", "troo", "-k1").out == "troops\t2\n"
    assert words("terms", "留").out == "留言\t1\n"


def test_patterns_and_fields(words: Cli) -> None:
    assert words("terms", "t*o").out == "two\t1\n"
    assert words("terms", "trops~1").out == "troops\t2\n"
    assert words("terms", "title:tx").out == "txt\t2\n"


def test_all_words(words: Cli) -> None:
    everything = words("terms", "-k0", "--sort=word").out.splitlines()
    assert [line.split("\t")[0] for line in everything] == [
        "a", "and", "atxt", "b", "btxt", "korean", "met", "the", "troop", "trooper", "troops", "two", "txt",
        "有留", "没有", "留言", "言",
    ]  # fmt: skip


def test_json(words: Cli) -> None:
    (line,) = words("terms", "troops", "--json").out.splitlines()
    assert json.loads(line) == {
        "schema": "seedsearch.term/1",
        "term": "troops",
        "passages": 2,
        "occurrences": 3,
    }


def test_no_such_word_is_1(words: Cli) -> None:
    assert words("terms", "xyzzy") == (1, "", "")
    assert words("terms", "--json", "xyzzy") == (1, "", "")


@pytest.mark.parametrize("text", ["two words", '"a phrase"', "lang:en", "...", "a OR b"])
def test_what_is_not_one_word(words: Cli, text: str) -> None:
    ended = words("terms", text)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("seedsearch: ")


def test_on_a_terminal_there_is_a_table(words: Cli, folder: Path) -> None:
    code, out = on_terminal(
        [sys.executable, "-m", "seedsearch", "terms", "troo"],
        folder=folder, env=environment(TERM="dumb"),
    )  # fmt: skip
    assert code == 0
    assert [line.rstrip() for line in out.decode().replace("\r\n", "\n").splitlines()] == [
        "term     passages  occurrences",
        "troops          2            3",
        "troop           1            1",
        "trooper         1            1",
        "",
        "3 of 3 terms",
    ]
