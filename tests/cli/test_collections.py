"""Collections: indexes with names, which are found from any folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from running import Cli, environment, process

import seedsearch
from seedsearch import folders


@pytest.fixture
def notes(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line in an empty folder, with a collection `notes`."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    for name, text in (
        ("notes", "Coal goes through the port.\n"),
        ("mails", "Tea for the port.\n"),
    ):
        (folder / name).mkdir()
        (folder / name / "a.txt").write_text(text)
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder / "empty")
    assert cli("index", "--jobs", "1", "--as", "notes", "../notes") == (0, "", "")
    return cli


def test_a_collection_answers_from_any_folder(notes: Cli, folder: Path) -> None:
    path = str(folder / "notes" / "a.txt")
    assert notes("query", "-l", "--collection", "notes", "coal").out == f"{path}\n"
    assert os.listdir(folder / "empty") == []
    assert os.listdir(folder / "notes") == ["a.txt"]  # nothing is written there
    (folder / "notes" / "b.txt").write_text("Coal comes from Musan.\n")
    assert notes("index", "--as", "notes").code == 0  # refreshed
    assert notes("query", "-c", "--collection", "notes", "coal").out.count("\n") == 2
    assert (
        notes("show", "--collection", "notes", path + ":1").out == "1:Coal goes through the port.\n"
    )


def test_the_only_collection_answers_outside_of_any_index(notes: Cli, folder: Path) -> None:
    assert notes("query", "-l", "coal").out == f"{folder / 'notes' / 'a.txt'}\n"
    assert notes("facets").code == 0
    with seedsearch.open_index() as index:
        assert index.search("coal").total == 1
    # `index` writes only what is named
    assert "name a folder" in notes("index").err


def test_the_configuration_chooses_among_several(notes: Cli, folder: Path) -> None:
    assert notes("index", "--jobs", "1", "--as", "mails", "../mails").code == 0
    ended = notes("query", "port")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.endswith(": choose one with --collection: mails, notes\n")
    own = folder / "config" / "seedsearch" / "config.toml"
    own.write_text('[query]\ncollection = "mails"\n')
    assert notes("query", "-l", "port").out == f"{folder / 'mails' / 'a.txt'}\n"
    own.write_text('[query]\ncollection = "gone"\n')
    assert "no collection is called gone: there are mails, notes" in notes("query", "port").err
    own.write_text("[query]\ncollection = 3\n")
    assert "query.collection must be the name of a collection" in notes("query", "port").err


def test_an_index_comes_before_a_collection(
    notes: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "mails")
    assert notes("index", "--jobs", "1", ".").code == 0
    assert notes("query", "-l", "port").out == "a.txt\n"
    assert notes("query", "-l", "--collection", "notes", "port").out.endswith("notes/a.txt\n")


def test_status_lists_collections(notes: Cli) -> None:
    assert "collections notes\n" in notes("status").out
    assert json.loads(notes("status", "--json").out)["collections"] == ["notes"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".x", "-x", "a b", "x" * 65, "a\0"])
def test_names_are_no_paths(notes: Cli, folder: Path, name: str) -> None:
    before = sorted(folder.rglob("*"))
    for words in (["index", f"--as={name}", "../mails"], ["query", f"--collection={name}", "port"]):
        ended = notes(*words)
        assert ended.code == 2
        assert ended.err.startswith("seedsearch: a collection cannot be called ")
    assert sorted(folder.rglob("*")) == before


def test_mistakes(notes: Cli) -> None:
    assert "did you mean notes?" in notes("query", "--collection", "note", "x").err
    assert "cannot be combined" in notes("query", "--collection", "notes", "--index", "x", "x").err
    assert "cannot be combined" in notes("index", "--as", "notes", "--index", "x").err
    assert "name a folder" in notes("index", "--as", "new").err


def test_a_collection_of_another_user_is_not_used(
    notes: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = folder / "config" / "seedsearch"
    os.symlink(own / "collections" / "notes", own / "collections" / "link")
    os.mkdir(own / "collections" / "other")
    os.symlink(
        own / "collections" / "notes" / folders.INDEX_FOLDER,
        own / "collections" / "other" / folders.INDEX_FOLDER,
    )
    for words in (["query", "--collection", "other", "coal"], ["index", "--as", "other"]):
        assert "is a symbolic link" in notes(*words).err
    monkeypatch.setattr("seedsearch.paths.is_own", lambda status: False)
    for words in (["query", "--collection", "notes", "coal"], ["index", "--as", "notes"]):
        ended = notes(*words)
        assert ended.code == 2
        assert "belongs to another user" in ended.err


def test_names_are_completed(notes: Cli, folder: Path) -> None:
    env = environment(
        _SEEDSEARCH_COMPLETE="1", HOME=str(folder), XDG_CONFIG_HOME=str(folder / "config")
    )
    for words, expected in (
        (["query", "--collection", "n"], b"notes\n"),
        (["index", "--as", "n"], b"notes\n"),
        (["facets", "--collection", "notes", "--by", "ye"], b"year\n"),
    ):
        assert process(*words, folder=folder / "empty", env=env).stdout == expected
