"""The selection of a walk: ignore files, hidden names, globs, types, sizes, links."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seedsearch.corpus.selection import Omission, Root, Selection
from seedsearch.corpus.walk import reaches, walk

posix = pytest.mark.skipif(os.name != "posix", reason="symbolic links")


def put(folder: Path, *names: str, **texts: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))


def seen(folder: Path, *roots: Root, patterns: tuple[str, ...] = (), **chosen: object) -> list[str]:
    """Return the files below `folder`, relative to it."""
    walked = roots or (Root(str(folder), Selection(**chosen)),)
    files = walk(walked, lambda path, why: pytest.fail(f"{path}: {why}"), patterns=patterns)
    return [os.path.relpath(file.path, folder) for file in files]


def why(folder: Path, **chosen: object) -> dict[str, str]:
    """Return the reason for each skipped entry: `kind detail`."""
    found: list[Omission] = []
    root = Root(str(folder), Selection(**chosen))
    list(walk([root], lambda *_: None, omitted=found.append))
    return {
        os.path.relpath(o.path, folder): f"{o.why} {o.detail}".strip().replace(f"{folder}/", "")
        for o in found
    }


def test_ignore_files_of_all_kinds_count(tmp_path: Path) -> None:
    put(tmp_path, "a.log", "a.tmp", "a.bak", "a.txt", "deep/b.log", "deep/b.txt")
    write(tmp_path / ".gitignore", "*.log")
    write(tmp_path / ".ignore", "*.tmp")
    write(tmp_path / ".seedsearchignore", "*.bak")
    assert seen(tmp_path) == ["a.txt", "deep/b.txt"]
    assert len(seen(tmp_path, ignore=False)) == 6
    assert why(tmp_path)["deep/b.log"] == "ignored .gitignore:1: *.log"


def test_a_deeper_file_overrides_a_higher_one(tmp_path: Path) -> None:
    put(tmp_path, "a.log", "deep/a.log", "deep/er/a.log", "other/a.log")
    write(tmp_path / ".gitignore", "*.log")
    write(tmp_path / "deep/.gitignore", "!*.log", "/er/a.log")
    assert seen(tmp_path) == ["deep/a.log"]


def test_our_own_ignore_file_is_stronger_than_gits(tmp_path: Path) -> None:
    put(tmp_path, "build/out.txt", "secret/x.txt", "a.txt")
    write(tmp_path / ".gitignore", "build/")
    write(tmp_path / ".seedsearchignore", "!build/", "secret")
    assert seen(tmp_path) == ["a.txt", "build/out.txt"]


def test_what_lies_in_an_ignored_folder_cannot_be_had_back(tmp_path: Path) -> None:
    put(tmp_path, "out/keep.txt", "out2/keep.txt", "out2/x.txt")
    write(tmp_path / ".gitignore", "out/", "!out/keep.txt", "out2/*", "!out2/keep.txt")
    assert seen(tmp_path) == ["out2/keep.txt"]


def test_a_folder_inside_a_repository_obeys_what_stands_above(tmp_path: Path) -> None:
    (tmp_path / ".git/info").mkdir(parents=True)
    write(tmp_path / ".git/info/exclude", "*.bak")
    write(tmp_path / ".gitignore", "*.log", "/docs/private/")
    put(tmp_path, "docs/a.log", "docs/a.bak", "docs/private/p.txt", "docs/a.txt")
    assert seen(tmp_path / "docs") == ["a.txt"]
    (tmp_path / ".git").rename(tmp_path / "git")
    assert len(seen(tmp_path / "docs")) == 4


def test_a_named_folder_is_read_though_it_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / ".gitignore", "build/", "*.log")
    put(tmp_path, "build/a.txt", "build/b.log", "c.txt")
    assert seen(tmp_path) == ["c.txt"]
    assert seen(tmp_path / "build") == ["a.txt"]
    whole, build = Root(str(tmp_path)), Root(str(tmp_path / "build"))
    assert seen(tmp_path, whole, build) == ["build/a.txt", "c.txt"]


def test_hidden_names_on_request_but_never_machinery(tmp_path: Path) -> None:
    put(tmp_path, ".notes/a.txt", ".b.txt", ".git/config", ".seedsearch/x", ".svn/y", "c.txt")
    assert seen(tmp_path) == ["c.txt"]
    assert seen(tmp_path, hidden=True) == [".b.txt", ".notes/a.txt", "c.txt"]
    assert why(tmp_path)[".b.txt"] == "hidden"


def test_globs_choose_and_leave_out(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "a.txt", "drafts/b.md", "deep/c.md", "deep/c.py")
    assert seen(tmp_path, globs=("*.md",)) == ["a.md", "deep/c.md", "drafts/b.md"]
    assert seen(tmp_path, globs=("*.md", "!drafts/")) == ["a.md", "deep/c.md"]
    assert seen(tmp_path, globs=("!*.md",)) == ["a.txt", "deep/c.py"]
    assert seen(tmp_path, globs=("deep/*",)) == ["deep/c.md", "deep/c.py"]
    assert why(tmp_path, globs=("*.md", "!drafts/"))["drafts"] == "glob !drafts/"


def test_a_glob_is_stronger_than_an_ignore_file(tmp_path: Path) -> None:
    put(tmp_path, "a.log", "a.txt", "b.log")
    write(tmp_path / ".gitignore", "*.log")
    assert seen(tmp_path, globs=("a.*",)) == ["a.log", "a.txt"]


def test_types_and_sizes(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "B.MARKDOWN", "c.py", "Makefile", "d")
    assert seen(tmp_path, types=("md",)) == ["B.MARKDOWN", "a.md"]
    assert seen(tmp_path, types=("py", "make")) == ["Makefile", "c.py"]
    (tmp_path / "a.md").write_text("x" * 2000)
    assert "a.md" not in seen(tmp_path, max_bytes=1999)
    assert "a.md" in seen(tmp_path, max_bytes=2000)
    assert why(tmp_path, max_bytes=1999)["a.md"] == "size larger than 1,999 bytes"


def test_patterns_from_elsewhere_are_the_weakest(tmp_path: Path) -> None:
    put(tmp_path, "a.log", "keep/b.log", "c.txt")
    write(tmp_path / "keep/.ignore", "!*.log")
    assert seen(tmp_path, patterns=("*.log",)) == ["c.txt", "keep/b.log"]


@posix
def test_followed_links_stay_inside_and_end(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    put(docs, "real/a.txt", "b.txt", ".v3/c.txt")
    put(tmp_path, "outside/secret.txt", "plain.txt")
    (docs / "current").symlink_to(docs / ".v3")
    (docs / "file").symlink_to("b.txt")
    (docs / "loop").symlink_to(docs)
    (docs / "real/up").symlink_to("..")
    (docs / "out").symlink_to(tmp_path / "outside")
    (docs / "out.txt").symlink_to(tmp_path / "plain.txt")
    (docs / "broken").symlink_to("nothing")
    assert seen(docs) == ["b.txt", "real/a.txt"]
    assert seen(docs, follow=True) == ["b.txt", "current/c.txt", "file", "real/a.txt"]
    reasons = why(docs, follow=True)
    assert reasons["loop"] == "link leads to a folder that was already read"
    assert reasons["real/up"] == "link leads to a folder that was already read"
    assert reasons["out"] == reasons["out.txt"] == "link leads out of the root"
    assert reasons["broken"] == "link no such file or directory"
    assert why(docs)["loop"] == "link a symbolic link"


@posix
def test_links_that_multiply_are_followed_once_each(tmp_path: Path) -> None:
    for number in range(30):
        folder = tmp_path / f"d{number:02}"
        put(folder, "x.txt")
        if number < 29:
            for name in ("a", "b"):
                (folder / name).symlink_to(tmp_path / f"d{number + 1:02}")
    assert len(seen(tmp_path, follow=True)) < 30 * 3


def test_a_root_inside_another_is_read_by_its_own_choice(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "sub/.b.txt", "sub/c.log", ".d.txt")
    write(tmp_path / ".gitignore", "*.log")
    outer = Root(str(tmp_path))
    inner = Root(str(tmp_path / "sub"), Selection(hidden=True, ignore=False))
    assert seen(tmp_path, outer, inner) == ["a.txt", "sub/.b.txt", "sub/c.log"]


def test_which_paths_a_walk_comes_by(tmp_path: Path) -> None:
    put(tmp_path, "a/b/c.txt", "a/.h/x.txt", "out/y.txt", "a/z.log")
    write(tmp_path / ".gitignore", "out", "*.log")
    root = Root(str(tmp_path))
    for path, expected in (
        ("a", True), ("a/b", True), ("a/b/c.txt", True), ("a/.h", False), ("a/.h/x.txt", False),
        ("out", False), ("out/y.txt", False), ("a/z.log", False), ("nowhere", False),
    ):  # fmt: skip
        assert reaches(root, str(tmp_path / path)) is expected, path
    assert reaches(Root(str(tmp_path), Selection(ignore=False)), str(tmp_path / "out/y.txt"))


def test_odd_ignore_files_do_no_harm(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "b.log")
    (tmp_path / ".ignore").mkdir()
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbf*.log\r\n\xff\xfe[\n!\n\\\n\n# a.txt\n")
    if os.name == "posix":
        os.mkfifo(tmp_path / ".seedsearchignore")
    assert seen(tmp_path) == ["a.txt"]
