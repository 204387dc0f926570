"""Where to search: --here, paths after the words, and a hint for a path among the words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import Cli


@pytest.fixture
def tree(cli: Cli, folder: Path) -> Cli:
    for name in (
        "a.txt",
        "sub/b.txt",
        "sub/deep/c.txt",
        "other/d.txt",
        "s[u]b/e.txt",
        "subway/f.txt",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"The harbour of {name[-5]}.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def found(cli: Cli, *arguments: str) -> list[str]:
    ended = cli("query", "-l", *arguments)
    assert ended.err == ""
    return sorted(ended.out.splitlines())


def test_here_is_the_current_folder(
    tree: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(found(tree, "--here", "harbour")) == 6
    monkeypatch.chdir(folder / "sub")
    assert found(tree, "--here", "harbour") == ["b.txt", "deep/c.txt"]
    assert found(tree, "harbour", "path:./*") == ["b.txt", "deep/c.txt"]
    assert found(tree, "--here", "-g", "c.txt", "harbour") == ["deep/c.txt"]
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder / "empty")
    assert tree("query", "--here", "harbour").err.startswith("seedsearch: not in the index: .: ")


def test_paths_after_the_words(tree: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tree, "harbour", "--", "sub") == found(tree, "harbour", "--", "./sub/")
    assert found(tree, "harbour", "--", "sub") == ["sub/b.txt", "sub/deep/c.txt"]
    assert found(tree, "harbour", "--", "s[u]b") == ["s[u]b/e.txt"]
    assert found(tree, "harbour", "--", "a.txt", "other") == ["a.txt", "other/d.txt"]
    assert found(tree, "harbour", "--", str(folder / "other")) == ["other/d.txt"]
    assert found(tree, "--", "-draft harbour", "--", "other") == ["other/d.txt"]
    monkeypatch.chdir(folder / "sub" / "deep")
    assert found(tree, "harbour", "--", "..") == ["../b.txt", "c.txt"]
    assert found(tree, "harbour", "--", "../../other") == ["../../other/d.txt"]


def test_the_folder_of_the_index_may_have_any_name(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = folder / "br[a]c"
    (base / "sub").mkdir(parents=True)
    (base / "sub" / "a.txt").write_text("The harbour.\n")
    (base / "b.txt").write_text("The harbour.\n")
    monkeypatch.chdir(base)
    cli("index", "-q", ".")
    assert found(cli, "harbour", "--", "sub") == ["sub/a.txt"]
    monkeypatch.chdir(base / "sub")
    assert found(cli, "--here", "harbour") == ["a.txt"]
    assert found(cli, "harbour", "path:./*") == ["a.txt"]
    assert found(cli, "harbour", "--", "../b.txt") == ["../b.txt"]
    assert len(found(cli, "harbour", "--", "..")) == len(found(cli, "harbour", "--", "../..")) == 2


def test_what_follows_the_dashes_otherwise(tree: Cli) -> None:
    assert len(found(tree, "--", "harbour")) == 6
    assert len(found(tree, "harbour", "--", "-draft")) == 6
    ended = tree("query", "harbour", "--", "nowhere")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("seedsearch: no such file or folder: nowhere: ")
    ended = tree("query", "--in", "sub", "harbour", "--", "other")
    assert ended.err.startswith("seedsearch: a path after -- needs an index")


def test_a_path_that_is_not_indexed_is_an_error(
    tree: Cli, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "g.txt").write_text("The harbour.\n")
    (folder / "empty.txt").write_text("")
    outside = str(tmp_path_factory.mktemp("outside"))
    for command in ("query", "facets", "keywords"):
        for path in (outside, ".hidden", ".hidden/g.txt", "empty.txt"):
            ended = tree(command, "harbour", "--", "sub", path)
            assert (ended.code, ended.out) == (2, "")
            assert ended.err.startswith(f"seedsearch: not in the index: {path}: ")
    ended = tree("similar", "a.txt", "--", outside)
    assert (ended.code, ended.out) == (2, "")
    assert len(found(tree, "harbour", "--", "..")) == 6
    assert tree("query", "nothing", "--", "sub") == (1, "", "")


def test_a_path_among_the_words_gets_a_hint(tree: Cli) -> None:
    ended = tree("query", "-l", "harbour", "sub/")
    assert ended.code == 0
    assert ended.err == (
        "seedsearch: sub/ is read as a word: to search only there, write -- before it: -- sub/\n"
    )
    assert tree("query", "-q", "harbour", "sub/").err == ""


@pytest.mark.parametrize("command", [("query", "harbour"), ("index", "sub")])
@pytest.mark.parametrize("glob", ["[", "a[b", "[]", "![!x"])
def test_a_set_without_its_end_is_an_error(tree: Cli, command: tuple[str, ...], glob: str) -> None:
    ended = tree(*command, "-g", glob)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"seedsearch: this glob has a [ without its ]: {glob}: ")
    assert found(tree, "-g", "[a]*", "harbour") == ["a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_what_is_named_and_cannot_be_read_is_an_error_beside_the_answer(
    cli: Cli, folder: Path
) -> None:
    (folder / "a.txt").write_text("The harbour.\n")
    os.mkfifo(folder / "pipe")
    expected = "seedsearch: pipe: neither a file nor a folder\n"
    assert cli("query", "--in", "a.txt", "--in", "pipe", "-l", "harbour") == (
        2,
        "a.txt\n",
        expected,
    )
    assert cli("query", "--in", "pipe", "-l", "harbour") == (2, "", expected)
    assert cli("query", "--in", ".", "-l", "harbour") == (0, "a.txt\n", "")
