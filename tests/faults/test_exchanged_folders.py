"""A folder that is replaced by a link during a run lets nothing in from outside the root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seedsearch.corpus import walk as walk_module
from seedsearch.corpus.read import Descent
from seedsearch.corpus.selection import Root, Selection
from seedsearch.corpus.walk import walk
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions, plan, update_index
from seedsearch.model import SourceFile
from seedsearch.paths import create_home
from seedsearch.query.ast import Term

pytestmark = pytest.mark.skipif(os.name == "nt", reason="files cannot be opened from folders there")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write folders of documents, and folders of the same names outside the root, with secrets."""
    for folder in ("secret/sub", "root/a/sub", "root/b/sub", "root/c/sub"):
        made = tmp_path / folder
        made.mkdir(parents=True)
        word = "secretword" if "secret" in folder else "openword"
        (made / "1.txt").write_text(f"{word} one\n")
        (made / "2.bin.md").write_text(f"# {word}\n\nand {word} two\n")
    return tmp_path / "root"


def exchange(folder: Path) -> None:
    """Replace a folder by a link to the secret one."""
    folder.rename(folder.with_name("." + folder.name))
    folder.symlink_to("../secret")


def words(root: Path, follow: bool) -> dict[str, int]:
    home = create_home(str(root.parent / ".seedsearch"))
    engine = open_engine(home.folder, create=True)
    selection = Selection(follow=follow, hidden=True)
    update_index(engine, home, IndexOptions(add_roots=(str(root),), jobs=1, selection=selection))
    found = {word: engine.search(Term(word), limit=1).total for word in ("secretword", "openword")}
    engine.close()
    return found


@pytest.mark.parametrize("follow", [False, True])
def test_exchanged_after_the_walk_and_before_the_reading(
    root: Path, follow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walked(*arguments: Any, **options: Any) -> Iterator[SourceFile]:
        found = list(walk(*arguments, **options))
        exchange(root / "b")
        return iter(found)

    monkeypatch.setattr(plan, "walk", walked)
    found = words(root, follow)
    assert found["secretword"] == 0
    assert found["openword"] == 4


@pytest.mark.parametrize("in_c", [True, False])
@pytest.mark.parametrize("follow", [False, True])
def test_exchanged_while_the_walk_goes_on(
    root: Path, follow: bool, in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_c:
        monkeypatch.setattr(walk_module, "_list_files", None)
    problems: list[str] = []
    found = []
    walking = walk(
        [Root(str(root), Selection(follow=follow))], lambda path, why: problems.append(path)
    )
    for file in walking:
        if not found:
            exchange(root / "b")
        found.append(os.path.relpath(file.path, root))
    assert found == [f"{folder}/sub/{name}" for folder in "ac" for name in ("1.txt", "2.bin.md")]
    assert problems == [str(root / "b")]


def test_the_way_down(root: Path) -> None:
    descent = Descent()
    top = str(root)

    def listed(path: str) -> list[str]:
        folder = descent.folder(top, os.path.normpath(os.path.join(top, path)))
        descriptor = os.open(".", os.O_RDONLY, dir_fd=folder)
        try:
            return sorted(os.listdir(descriptor))
        finally:
            os.close(descriptor)

    assert listed(".") == ["a", "b", "c"]
    assert listed("b/sub") == ["1.txt", "2.bin.md"]
    assert listed("a") == ["sub"]
    deep = root
    for number in range(20):
        deep /= f"d{number}"
    deep.mkdir(parents=True)
    assert listed(os.path.relpath(deep, root)) == []
    assert listed("d0/d1/d2") == ["d3"]
    exchange(root / "d0" / "d1")
    with pytest.raises(OSError):
        listed("d0/d1/sub")
    assert listed("b") == ["sub"]
    for outside in ("..", "../secret"):
        with pytest.raises(OSError, match="out of the root"):
            listed(outside)
    descent.close()
