"""The pipeline over all formats: parts left out, extras installed later, and imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from reference_engine import ReferenceEngine

from seedsearch.corpus.formats import registry as formats
from seedsearch.indexing import IndexOptions, IndexReport, in_process, update_index
from seedsearch.indexing.tasks import Limits, Task
from seedsearch.paths import create_home
from seedsearch.query.ast import Exact

PDF = b"%PDF-1.4\nnot much of one\n"


class Place:
    """A folder of old files with an index."""

    def __init__(self, folder: Path) -> None:
        self.docs = folder / "docs"
        self.docs.mkdir()
        self.home = create_home(str(folder / ".seedsearch"))
        self.engine = ReferenceEngine()

    def put(self, name: str, data: bytes | str) -> None:
        path = self.docs / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        os.utime(path, (1_600_000_000, 1_600_000_000))

    def index(self) -> IndexReport:
        return update_index(self.engine, self.home, IndexOptions((str(self.docs),), jobs=1))

    def found(self, word: str) -> list[str]:
        ranking = self.engine.search(Exact(word), limit=None)
        return [hit.passage.document.title for hit in ranking.passages]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_part_that_is_left_out_is_told_in_every_run(place: Place) -> None:
    place.put("a.jsonl", '{"title": "Fish", "text": "squid"}\n{bad\n[]\n{"x\n{"y\n')
    expected = (
        "docs/a.jsonl",
        "in part: 4 left out (line 2: not JSON; line 3: not a JSON object; line 4: not JSON; …)",
    )
    first = place.index()
    assert (first.added, first.partial, first.skipped) == (1, (expected,), ())
    assert place.found("squid") == ["Fish"]
    again = place.index()
    assert (again.added, again.unchanged, again.partial) == (0, 1, (expected,))
    stats = place.engine.stats()
    assert (stats.files, stats.skipped) == (1, 0)


def test_a_part_that_is_mended_is_a_change(place: Place) -> None:
    place.put("a.jsonl", '{"text": "squid"}\n{bad\n')
    place.index()
    place.put("a.jsonl", '{"text": "squid"}\n{"text": "mended"}\n')
    after = place.index()
    assert (after.changed, after.partial) == (1, ())
    assert len(place.found("mended")) == 1


def test_a_file_of_bad_parts_alone_is_skipped(place: Place) -> None:
    place.put("a.jsonl", "{bad\n")
    report = place.index()
    assert report.partial == ()
    assert report.skipped == (("docs/a.jsonl", "nothing in it can be read (line 1: not JSON)"),)


def test_what_wants_an_extra_is_tried_again_once_that_is_there(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.pdf", PDF)
    place.put("b.txt", "plain words")
    # In this process, because a spawned worker does not see the patched packages.
    with_pdf = in_process._OURS | {"application/pdf"}
    monkeypatch.setattr(in_process, "_OURS", with_pdf)
    real = formats.find_spec
    monkeypatch.setattr(
        formats, "find_spec", lambda name: None if name == "pypdfium2" else real(name)
    )
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.delitem(sys.modules, "seedsearch.corpus.formats.pdf", raising=False)
    for _ in range(2):
        report = place.index()
        assert report.skipped == (("docs/a.pdf", "needs seedsearch[pdf]"),)
    assert (report.bytes_read, report.unchanged) == (0, 1)

    monkeypatch.undo()
    monkeypatch.setattr(in_process, "_OURS", with_pdf)
    report = place.index()
    assert report.skipped == (("docs/a.pdf", "broken PDF"),)
    assert report.bytes_read == len(PDF)
    assert place.index().bytes_read == 0


def test_libraries_run_in_a_worker_with_passwords_too(place: Place) -> None:
    place.put("a.pdf", PDF)
    path = str(place.docs / "a.pdf")
    task = Task(path, "docs/a.pdf", len(PDF), False, None)
    limits = Limits(64 << 20, False, passwords=("secret",))
    builder = place.engine.writer().builder_factory()
    assert in_process.read_here([task], builder, limits, lambda *_: None).left == (task,)


def test_every_named_reader_exists_and_no_ending_is_claimed_twice() -> None:
    from importlib import import_module

    endings = [ending for entry in formats.FORMATS for ending in entry.endings]
    assert len(endings) == len(set(endings))
    for entry in formats.FORMATS:
        assert callable(import_module(f"seedsearch.corpus.formats.{entry.module}").extract)
        assert bool(entry.extra) == bool(entry.needs)


SCRIPT = """
import sys
from seedsearch.corpus.formats import extract
from seedsearch.indexing import update_index
from seedsearch.model import SourceFile
for name in sys.argv[1:]:
    list(extract(SourceFile(name, 9, 0, 0), b"some text"))
print(*sorted(sys.modules))
"""

READERS = {"pypdfium2", "email", "zipfile", "xml", "csv", "html", "bz2", "lzma", "gzip", "docx",
           "xml.parsers.expat", "pyexpat"}  # fmt: skip


def loaded(*names: str) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True
    )
    return set(ended.stdout.split())


def test_a_reader_is_imported_only_when_a_file_needs_it() -> None:
    nothing = loaded("a.txt", "b.log", "README")
    assert nothing.isdisjoint(READERS), sorted(nothing & READERS)
    readers = {name for name in nothing if name.startswith("seedsearch.corpus.formats.")}
    assert readers == {"seedsearch.corpus.formats.text", "seedsearch.corpus.formats.registry"}
    some = loaded("a.md", "b.csv")
    assert "seedsearch.corpus.formats.table" in some
    assert some.isdisjoint(READERS - {"csv"})
