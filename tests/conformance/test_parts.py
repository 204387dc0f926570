"""Writers that write parts of an index at the same time, on engines that have parts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from library import Library
from openers import CLUSTER

from seedsearch.engine.base import Engine
from seedsearch.errors import IndexLockedError, UsageError
from seedsearch.indexing import IndexOptions, Partition, update_index
from seedsearch.paths import Home

pytestmark = pytest.mark.parametrize("engine_factory", CLUSTER, indirect=True)
Factory = Callable[[Path], Callable[[], Engine]]


def notes(folder: Path) -> str:
    folder.mkdir()
    for number in range(60):
        text = f"Fox w{number}.\n\n{'Hen. ' * (number % 7)}The fox and the foxes {number % 3}."
        path = folder / f"{number}.txt"
        path.write_text(text)
        os.utime(path, (1e9, 1e9))  # a file changed just now is read again
    return str(folder)


def index(library: Library, root: str, part: Partition | None) -> None:
    home = Home("opensearch://localhost/any")  # only for its paths
    update_index(library.open(), home, IndexOptions((root,), jobs=1, partition=part))


def test_two_parts_give_the_index_that_one_writer_gives(
    engine_factory: Factory, tmp_path: Path
) -> None:
    root = notes(tmp_path / "notes")
    whole, parts = Library(engine_factory(tmp_path)), Library(engine_factory(tmp_path))
    index(whole, root, None)
    threads = [Thread(target=index, args=(parts, root, Partition(n, 2))) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole.engine.refresh()
    parts.engine.refresh()
    assert len(parts.engine.files()) == 60
    assert dict(parts.engine.files()) == dict(whole.engine.files())
    assert parts.engine.roots() == whole.engine.roots() == (root,)
    for query in ("fox", "fox hen", "w7", '"the fox"', "w1*"):
        assert parts.ask(query) == whole.ask(query)
        assert parts.scores(query) == whole.scores(query)


def test_a_part_sees_its_own_changes_alone(engine_factory: Factory, tmp_path: Path) -> None:
    root = notes(tmp_path / "notes")
    library = Library(engine_factory(tmp_path))
    for number in (1, 2):
        index(library, root, Partition(number, 2))
    gone = {n for n in range(60) if Partition(1, 2).holds(f"{root}/{n}.txt")}
    for number in range(60):
        (tmp_path / "notes" / f"{number}.txt").unlink()
    (tmp_path / "notes" / "new.txt").write_text("zinc")
    index(library, root, Partition(1, 2))
    library.engine.refresh()
    left = {path for path in library.engine.files() if not path.endswith("new.txt")}
    assert left == {f"{root}/{n}.txt" for n in set(range(60)) - gone}


def test_a_part_has_one_writer_and_an_index_one_number_of_parts(
    engine_factory: Factory, tmp_path: Path
) -> None:
    library = Library(engine_factory(tmp_path))
    first = library.engine.writer(part="1/2")
    try:
        library.engine.writer(part="2/2").close()
        with pytest.raises(IndexLockedError):
            library.engine.writer(part="1/2")
        for other in ("1/1", "1/3"):
            with pytest.raises(UsageError, match="is written in 2 parts"):
                library.engine.writer(part=other)
    finally:
        first.close()
