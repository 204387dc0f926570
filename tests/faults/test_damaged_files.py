"""Index files that are cut short, or that the disk cannot read, while a command uses them.

Each command gives the right answer, or an error that names the damaged file. No signal ends it. `index --rebuild`
repairs the index.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from errno import EIO
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

import pytest
from trials import make_index, segments, trials

from seedsearch.cli import main
from seedsearch.engine.registry import open_engine
from seedsearch.errors import IndexDamagedError
from seedsearch.index import segment_file
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import Home
from seedsearch.query.ast import Prefix

COMMANDS = (
    ("query", "coal"),
    ("query", "-l", "coal"),
    ("query", "-c", "harbour ships"),
    ("query", "-k0", "--json", "+coal -grain"),
    ("query", "-C2", '"iron ore"'),
    ("query", "--verified", '"coal ships"~4'),
    ("query", "--json", "--explain", "har*"),
    ("query", "sh?ps"),
    ("query", "coul~1"),
    ("query", "title:report"),
    ("query", "-g", "*1*", "coal"),
    ("query", "-t", "md", "--by", "document", "grain"),
    ("query", "--sort", "path", "東京"),
    ("query", "--relax", "coal nothingofthekind"),
    ("show", "docs/003.md:1"),
    ("similar", "docs/003.md:1"),
    ("terms", "har"),
    ("terms", "--json"),
    ("status", "--languages"),
    ("check",),
    ("index", "-q", "--jobs", "1"),
    ("forget", "docs/005.md"),
)
Ended = tuple[int, str, str]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index that does not change, with its documents beside it."""
    return make_index(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def run(
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Callable[..., Ended]:
    """Run a command beside a new copy of the index, with a fault in it, in this process."""
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    base = tmp_path / "copy"

    def once(*arguments: str) -> Ended:
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(whole.parent, base)
        monkeypatch.chdir(base)
        capfdbinary.readouterr()
        code = main(arguments)
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return once


class Failing(FileIO):
    """A file with one page that the disk cannot read."""

    page = 0

    def readinto(self, buffer: Any, /) -> int | None:
        start = self.tell()
        if start < self.page + 4096 and start + len(buffer) > self.page:
            raise OSError(EIO, os.strerror(EIO))
        return super().readinto(buffer)

    def readall(self) -> bytes:
        raise OSError(EIO, os.strerror(EIO))

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(EIO, os.strerror(EIO))


def fail(patch: pytest.MonkeyPatch, name: str, page: int) -> None:
    """Let a page of the files of that name or ending be one that Python cannot read; it says what is wrong."""
    patch.setattr(segment_file, "compiled", None)
    real = segment_file.open_regular

    def opened(path: str) -> BufferedReader:
        file = real(path)
        if not path.endswith(name):
            return file
        with file:
            failing = Failing(os.dup(file.fileno()))
        failing.page = page
        return BufferedReader(failing)

    patch.setattr(segment_file, "open_regular", opened)


def cut(patch: pytest.MonkeyPatch, name: str, length: int) -> None:
    """Cut files with this name to a length as soon as they are open."""
    real = segment_file.SegmentFile.__init__

    def opened(self: segment_file.SegmentFile, path: str, *rest: Any) -> None:
        real(self, path, *rest)
        if path.endswith(name):
            os.truncate(path, length)

    patch.setattr(segment_file.SegmentFile, "__init__", opened)


@pytest.mark.parametrize("fault", [fail, cut])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_answer_or_the_damage(
    command: tuple[str, ...],
    fault: Callable[[pytest.MonkeyPatch, str, int], None],
    whole: Path,
    run: Callable[..., Ended],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = run(*command)[:2]
    rng = random.Random(" ".join(command))
    for _ in range(trials(2, 12)):
        file = rng.choice(segments(whole))
        at = rng.randrange(file.stat().st_size)
        with monkeypatch.context() as patch:
            fault(patch, file.name, at)
            code, out, err = run(*command)
        said = err + out if command == ("check",) else err
        refused = code == 2 and file.name in said and "internal error" not in said
        assert (code, out) == answer or refused, (file.name, at, code, out, err)
        assert command != ("check",) or fault is cut or refused, (file.name, at, code, out, err)


@pytest.mark.parametrize("name", ["manifest.json", ".del", ".seg"])
@pytest.mark.parametrize("command", [("query", "coal"), ("check",)], ids=" ".join)
def test_a_file_of_which_nothing_can_be_read(
    command: tuple[str, ...], name: str, run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, name, 0)
    code, out, err = run(*command)
    assert code == 2
    assert name in out + err
    assert "Input/output error" in out + err


@pytest.mark.parametrize("fault", [fail, cut])
def test_rebuild_reads_nothing_of_what_is_damaged(
    fault: Callable[[pytest.MonkeyPatch, str, int], None],
    whole: Path,
    run: Callable[..., Ended],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        fault(patch, segments(whole)[0].name, 100)
        assert run("index", "-q", "--jobs", "1", "--rebuild")[0] == 0
    assert main(("check",)) == 0


def test_an_open_reader_keeps_what_it_has_read(whole: Path, tmp_path: Path) -> None:
    """A reader never sees bytes that somebody writes after it has checked the old ones."""
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    engine = open_engine(str(folder))
    before = engine.stats()
    states = sorted(engine.files().items())
    for file in segments(folder):
        file.write_bytes(bytes(file.stat().st_size))
    assert engine.stats() == before
    assert sorted(engine.files().items()) == states
    for file in segments(folder):
        os.truncate(file, 0)
    assert sorted(engine.files().items()) == states
    with pytest.raises(IndexDamagedError, match="it was cut short"):
        list(engine.terms(Prefix("")))
    engine.close()


def test_a_merge_of_what_cannot_be_read_changes_nothing(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "copy"
    shutil.copytree(whole.parent, base)
    folder = base / whole.name
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for number in range(400, 500):
        (base / "docs" / f"{number}.md").write_text(f"grain {number}\n")
    options = IndexOptions(add_roots=(str(base / "docs"),), jobs=1)
    fail(monkeypatch, ".seg", 9000)
    monkeypatch.setattr("seedsearch.index.writer.choose", lambda entries: [0, 1, 2])
    engine = open_engine(str(folder), create=True)
    try:
        with pytest.raises(IndexDamagedError, match="Input/output error"):
            update_index(engine, Home(str(folder)), options)
    finally:
        engine.close()
    assert {f.name: f.read_bytes() for f in folder.iterdir() if f.name in before} == before
