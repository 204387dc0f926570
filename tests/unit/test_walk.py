"""The walk: which files it yields, in which order, and what it never touches."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from seedsearch.corpus import walk as walk_module
from seedsearch.corpus.selection import Omission, Root, Selection
from seedsearch.corpus.walk import reaches, walk

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file types and names")


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def seen(*roots: Path | str, leave_out: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    problems: list[str] = []
    files = walk(
        [str(root) for root in roots],
        lambda path, reason: problems.append(f"{os.path.basename(path)}: {reason}"),
        leave_out=leave_out,
    )
    return [file.path for file in files], problems


def test_files_come_in_the_order_of_their_path_bytes(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a/z.txt", "a.txt", "a-b/c.txt", "é.txt", "z.txt", "a/deep/er/x", "Ω")
    files, problems = seen(tmp_path)
    assert files == sorted(files, key=os.fsencode)
    assert len(files) == 8
    assert problems == []


def test_what_stat_said_comes_with_the_path(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    (file,) = walk([str(tmp_path)], print)
    status = os.stat(file.path)
    assert (file.size, file.mtime_ns, file.ctime_ns) == (
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def test_systems_that_list_no_open_folder_see_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "b.txt", "a/z.txt", ".hidden", "a/deep/x")
    before = seen(tmp_path, tmp_path / "a" / "deep")
    monkeypatch.setattr(os, "supports_fd", frozenset())
    assert seen(tmp_path, tmp_path / "a" / "deep") == before


def test_hidden_names_are_passed_over_unless_named(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.txt", ".git/config", "a.txt")
    assert seen(tmp_path)[0] == [str(tmp_path / "a.txt")]
    assert seen(tmp_path / ".git")[0] == [str(tmp_path / ".git/config")]
    named, _ = seen(tmp_path, tmp_path / ".hidden.txt", tmp_path / ".git")
    assert sorted(named) == sorted(
        str(tmp_path / name) for name in (".hidden.txt", ".git/config", "a.txt")
    )


def test_the_hidden_folders_of_a_maildir_are_walked_and_what_is_undelivered_is_not(
    tmp_path: Path,
) -> None:
    mail = (
        "cur/1",
        "new/2",
        "tmp/3",
        ".Sent/cur/4",
        ".Sent/tmp/5",
        ".Old.2023/new/6",
        ".cache/7",
        ".git/cur/8",
    )
    put(
        tmp_path,
        *(f"Mail/{name}" for name in mail),
        "plain/.Sent/cur/9",
        "plain/tmp/a",
        "plain/cur.txt",
    )
    files, problems = seen(tmp_path)
    assert [file.removeprefix(f"{tmp_path}/") for file in files] == [
        "Mail/.Old.2023/new/6", "Mail/.Sent/cur/4", "Mail/cur/1", "Mail/new/2", "plain/cur.txt", "plain/tmp/a",
    ]  # fmt: skip
    assert problems == []
    assert seen(tmp_path / "Mail" / "tmp")[0] == [str(tmp_path / "Mail" / "tmp" / "3")]
    for path, reached in (
        (".Sent/cur/4", True),
        ("tmp/3", False),
        (".cache/7", False),
        (".git/cur/8", False),
    ):
        assert reaches(Root(str(tmp_path)), str(tmp_path / "Mail" / path)) is reached


def test_a_folder_can_be_left_out(tmp_path: Path) -> None:
    put(tmp_path, "index/x", "a.txt")
    assert seen(tmp_path, leave_out=(str(tmp_path / "index"),))[0] == [str(tmp_path / "a.txt")]


def test_roots_that_overlap_give_each_file_once(tmp_path: Path) -> None:
    put(tmp_path, "a/b/c.txt", "a/d.txt")
    roots = [tmp_path / "a/b", tmp_path / "a", tmp_path / "a/b/c.txt", tmp_path / "a/", tmp_path]
    assert seen(*roots)[0] == [str(tmp_path / "a/b/c.txt"), str(tmp_path / "a/d.txt")]


def test_a_root_that_is_not_there_is_reported_and_the_others_walked(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    files, problems = seen(tmp_path / "nope", tmp_path / "a.txt")
    assert files == [str(tmp_path / "a.txt")]
    assert problems == ["nope: no such file or directory"]


@posix
def test_links_are_followed_only_where_they_are_named(tmp_path: Path) -> None:
    put(tmp_path, "real/a.txt", "b.txt")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/folder").symlink_to(tmp_path / "real")
    (tmp_path / "docs/file").symlink_to(tmp_path / "b.txt")
    (tmp_path / "docs/broken").symlink_to(tmp_path / "nothing")
    (tmp_path / "docs/loop").symlink_to(tmp_path / "docs")
    assert seen(tmp_path / "docs") == ([], [])
    assert seen(tmp_path / "docs/folder")[0] == [str(tmp_path / "docs/folder/a.txt")]
    assert seen(tmp_path / "docs/file")[0] == [str(tmp_path / "docs/file")]


@posix
def test_fifos_sockets_and_devices_are_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert seen(tmp_path) == ([str(tmp_path / "a.txt")], [])
    assert seen(tmp_path / "fifo") == ([], ["fifo: neither a file nor a folder"])


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_reported_and_the_walk_goes_on(tmp_path: Path) -> None:
    put(tmp_path, "a/x.txt", "b/x.txt", "c/x.txt")
    (tmp_path / "b").chmod(0)
    files, problems = seen(tmp_path)
    (tmp_path / "b").chmod(0o700)
    assert files == [str(tmp_path / "a/x.txt"), str(tmp_path / "c/x.txt")]
    assert problems == ["b: permission denied"]


def test_a_folder_that_fails_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/x.txt", "b/x.txt")
    real = os.scandir

    def failing(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", failing)
    monkeypatch.setattr(walk_module, "_list_files", None)
    assert seen(tmp_path) == ([str(tmp_path / "b/x.txt")], ["a: permission denied"])


@posix
def test_the_core_lists_the_files_that_python_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        tmp_path,
        "plain/a.txt",
        "plain/b.txt",
        "mixed/a.txt",
        "mixed/.b",
        "mixed/c/d.txt",
        "mixed/large",
    )
    (tmp_path / "mixed/link").symlink_to("a.txt")
    (tmp_path / "mixed/large").write_text("x" * 100)
    (tmp_path / "mixed" / os.fsdecode(b"caf\xe9\n")).write_text("x")
    os.mkfifo(tmp_path / "mixed/fifo")
    roots = [
        Root(str(tmp_path), Selection(hidden=hidden, follow=hidden, max_bytes=50))
        for hidden in (False, True)
    ]
    found = [list(walk([root], lambda path, reason: None)) for root in roots]
    monkeypatch.setattr(walk_module, "_list_files", None)
    assert found == [list(walk([root], lambda path, reason: None)) for root in roots]
    assert [len(files) for files in found] == [5, 7]


@posix
def test_names_that_are_not_utf_8_survive(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9\n.txt"
    try:
        with open(name, "wb") as file:
            file.write(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    files, _ = seen(tmp_path)
    assert [os.fsencode(path) for path in files] == [name]


def test_a_deep_tree_does_not_end_the_walk(tmp_path: Path) -> None:
    path = str(tmp_path)
    for _ in range(300):
        path += "/d"
        os.mkdir(path)
    with open(path + "/x", "w"):
        pass
    assert seen(tmp_path)[0] == [path + "/x"]


def test_what_programs_generate_is_left_out_and_named(tmp_path: Path) -> None:
    left_out = {
        "node_modules": "installed or compiled packages",
        "lib/__pycache__": "installed or compiled packages",
        "venv": "a virtual environment",
        "env": "a virtual environment",
        "target": "a cache (CACHEDIR.TAG)",
        "a.min.js": "minified, or a map of that",
        "a.js.map": "minified, or a map of that",
        "yarn.lock": "a lock file",
        "~$a.docx": "the mark of an open document",
    }
    put(
        tmp_path,
        "node_modules/x/a.js",
        "lib/__pycache__/a",
        "venv/pyvenv.cfg",
        "venv/lib/a",
        "env/conda-meta/a",
    )
    put(
        tmp_path, "target/CACHEDIR.TAG", "target/a", "a.min.js", "a.js.map", "yarn.lock", "~$a.docx"
    )
    put(tmp_path, "a.js", "lock", "node_modules.txt")

    def files(*roots: Root) -> list[str]:
        omitted.clear()
        found = walk(roots, lambda *_: None, omitted=omitted.append)
        return [os.path.relpath(file.path, tmp_path).replace(os.sep, "/") for file in found]

    omitted: list[Omission] = []
    here = str(tmp_path)
    assert files(Root(here)) == ["a.js", "lock", "node_modules.txt"]
    found = {os.path.relpath(o.path, tmp_path).replace(os.sep, "/"): o.detail for o in omitted}
    assert found == left_out
    assert {o.why for o in omitted} == {"generated"}
    for path in ("node_modules/x/a.js", "venv/lib/a", "target/a", "target"):
        assert not reaches(Root(here), str(tmp_path / path)), path
    # Named files, files that match a glob, and all files if rules are off.
    assert "node_modules/x/a.js" in files(Root(here), Root(str(tmp_path / "node_modules")))
    assert "venv/lib/a" in files(Root(str(tmp_path / "venv")))
    assert files(Root(here, Selection(globs=("*.lock",)))) == ["yarn.lock"]
    assert len(files(Root(here, Selection(ignore=False)))) == 14
