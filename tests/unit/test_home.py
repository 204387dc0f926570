"""The place of an index, and the meaning of its paths."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from seedsearch.errors import IndexFault, NoIndexError
from seedsearch.folders import INDEX_FOLDER
from seedsearch.paths import Home, create_home, find_home

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX paths")


@posix
def test_paths_below_the_base_are_kept_relative() -> None:
    home = Home("/data/notes/.seedsearch")
    assert home.base == "/data/notes"
    assert home.stored("/data/notes/a/b.txt") == "a/b.txt"
    assert home.stored("/data/notes") == "."
    assert home.stored("/data/notes-old/b.txt") == "/data/notes-old/b.txt"
    for path in ("/data/notes/a/b.txt", "/data/notes", "/elsewhere/x"):
        assert home.absolute(home.stored(path)) == path


@posix
def test_paths_are_shown_so_that_they_open_from_where_the_user_stands() -> None:
    home = Home("/data/notes/.seedsearch")
    assert home.shown("a/b.txt", "/data/notes") == "a/b.txt"
    assert home.shown("a/b.txt", "/data") == "notes/a/b.txt"
    assert home.shown("a/b.txt", "/data/notes/a") == "b.txt"
    assert home.shown("a/b.txt", "/data/notes/c/d") == "../../a/b.txt"
    assert home.shown("a/b.txt", "/var") == "/data/notes/a/b.txt"
    assert home.shown("/var/x", "/data/notes") == "/var/x"
    assert home.shown(".", "/data/notes") == "."
    assert home.shown("a", "/") == "data/notes/a"


@posix
def test_an_index_at_the_root_of_the_file_system() -> None:
    home = Home("/.seedsearch")
    assert home.stored("/etc/motd") == "etc/motd"
    assert home.absolute("etc/motd") == "/etc/motd"


def test_the_nearest_index_at_or_above_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    below = tmp_path / "a/b/c"
    below.mkdir(parents=True)
    with pytest.raises(NoIndexError, match="no index here"):
        find_home(str(below))
    create_home(str(tmp_path / INDEX_FOLDER))
    assert find_home(str(below)).base == str(tmp_path)
    create_home(str(tmp_path / "a/b" / INDEX_FOLDER))
    assert find_home(str(below)).base == str(tmp_path / "a/b")


def test_the_way_up_ends_at_the_users_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = tmp_path / "user"
    (user / "docs").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(user))
    monkeypatch.setenv("USERPROFILE", str(user))
    create_home(str(tmp_path / INDEX_FOLDER))
    with pytest.raises(NoIndexError):
        find_home(str(user / "docs"))


def test_an_explicit_index_is_the_folder_or_holds_it(tmp_path: Path) -> None:
    made = create_home(str(tmp_path / "kept/idx"))
    assert find_home(str(tmp_path), "kept/idx").folder == made.folder
    assert find_home("/", str(tmp_path / "kept/idx")).folder == made.folder
    inner = create_home(str(tmp_path / "docs" / INDEX_FOLDER))
    assert find_home(str(tmp_path), "docs").folder == inner.folder
    with pytest.raises(NoIndexError, match="no index at"):
        find_home(str(tmp_path), "nope")


def test_a_new_index_folder_is_private_and_says_what_it_is(tmp_path: Path) -> None:
    home = create_home(str(tmp_path / INDEX_FOLDER))
    folder = Path(home.folder)
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f0688")
    (folder / ".gitignore").write_text("mine")
    create_home(home.folder)
    assert (folder / ".gitignore").read_text() == "mine"


def test_an_index_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexFault, match="cannot create the index folder"):
        create_home(str(tmp_path / "file" / INDEX_FOLDER))


def test_many_paths_are_kept_as_each_of_them_is(tmp_path: Path) -> None:
    home = Home(str(tmp_path / ".seedsearch"))
    below = [str(tmp_path / "a.txt"), str(tmp_path / "b" / "c.txt")]
    assert home.stored_all(below) == ["a.txt", "b/c.txt"]
    mixed = [*below, str(tmp_path), str(tmp_path.parent / "else.txt")]
    assert home.stored_all(mixed) == [home.stored(path) for path in mixed]
    assert home.stored_all([]) == []
