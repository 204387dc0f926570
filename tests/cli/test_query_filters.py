"""Filters of a query: paths as the user sees them, and values that do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Cli

FILES = ("notes/a.txt", "notes/sub/b.txt", "other/a.txt", "we[i]rd/notes/c.txt", "d.md")


@pytest.fixture
def indexed(cli: Cli, folder: Path) -> Cli:
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"A note about the harbour, in the file {name} of its own.\n")
    assert cli("index", "-q", ".").code == 0
    return cli


@pytest.mark.parametrize(
    ("where", "query", "found"),
    [
        (".", "path:./notes", {"notes/a.txt", "notes/sub/b.txt"}),
        (".", "path:./a.txt", set()),
        (".", "path:./", set(FILES)),
        ("notes", "path:.", {"a.txt", "sub/b.txt"}),
        ("notes", "path:./sub/", {"sub/b.txt"}),
        ("notes", "path:../other", {"../other/a.txt"}),
        ("notes", "path:(../other OR ./a.txt)", {"../other/a.txt", "a.txt"}),
        ("notes", "-path:./", {"../other/a.txt", "../d.md", "../we[i]rd/notes/c.txt"}),
        ("we[i]rd", "path:./notes", {"notes/c.txt"}),
        ("we[i]rd", "path:./*.txt", {"notes/c.txt"}),
    ],
)
def test_a_path_from_where_the_user_stands(
    indexed: Cli,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    query: str,
    found: set[str],
) -> None:
    monkeypatch.chdir(folder / where)
    assert set(indexed("query", "-l", f"harbour {query}").out.splitlines()) == found


def test_an_absolute_path_and_a_glob_option(
    indexed: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert indexed("query", "-l", f"harbour path:{folder}/other").out == "other/a.txt\n"
    monkeypatch.chdir(folder / "other")
    assert indexed("query", "-l", "harbour", "-g", "../notes/sub").out == "../notes/sub/b.txt\n"
    assert indexed("query", "-l", "harbour", "-g", "./").out == "a.txt\n"


def test_a_value_that_does_not_exist_is_an_error(indexed: Cli) -> None:
    ended = indexed("query", "harbour type:mdd")
    assert (ended.code, ended.out) == (2, "")
    said, _, caret = ended.err.splitlines()
    assert said == "seedsearch: there is no type mdd: did you mean type:md? this index has md, txt"
    assert caret.index("^") == len("  harbour type:")
    for query in ("harbour -lang:jp", "lang:(en OR english)", "encoding:utf9"):
        assert indexed("query", "--", query).code == 2
    assert "utf-8" in indexed("query", "encoding:utf9").err
    for query in (
        "type:pdf",
        "lang:ko",
        "type:*x",
        "encoding:koi8-r",
        "type:message/rfc822 harbour",
    ):
        assert indexed("query", query).code in (0, 1), query
    assert indexed("query", "harbour", "type:plain").code == 0
