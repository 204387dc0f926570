"""What is read ahead is what would be read later, and is used where that is so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from reference_engine import ReferenceEngine

from seedsearch.corpus.walk import walk
from seedsearch.engine.base import Engine
from seedsearch.indexing import ahead as ahead_module
from seedsearch.indexing.ahead import ReadAhead
from seedsearch.indexing.tasks import Limits, Outcome, Task
from seedsearch.indexing.work import Run
from seedsearch.model import DIGEST_BYTES, FileState, Passage
from seedsearch.query.ast import Not, Nothing

LONG_AGO = 1_600_000_000
LIMITS = Limits(1 << 40, 1 << 30, False)

FILES: dict[str, bytes] = {
    "a.txt": b"A title\n\nOne text.\n\nAnd some more of it.\n",
    "b.txt": "Título\n\nDe la «nación»: 東京 i Київ\n".encode(),
    "c.txt": "\u00dcber den Flu\u00df\n\nist er gegangen\n".encode("cp1252"),
    "d.html": b"<title>Page</title><p>a paragraph</p>",
    "e.txt": b"",
    "f.bin": b"\0\1\2",
    "g/h.txt": b"\n\n  \n",
    "g/i.txt": b"line\n" * 400,
    ".hidden.txt": b"not to be read",
    "large.txt": b"some words of a long text\n" * 50_000,
}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    for name, data in FILES.items():
        put(folder / name, data)
    (folder / "link.txt").symlink_to("a.txt")
    return folder


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (LONG_AGO, LONG_AGO))


def task(path: Path, *, follow: bool = False) -> Task:
    return Task(str(path), path.name, path.stat().st_size, follow, None)


def read(docs: Path) -> ReadAhead:
    ahead = ReadAhead()
    ahead.read([str(docs)], lambda: False)
    return ahead


def run(engine: Engine, paths: list[Path], ahead: ReadAhead | None, limits: Limits = LIMITS) -> Outcome:  # fmt: skip
    writer = engine.writer()
    reading = Run(writer.builder_factory(), limits, lambda *_: None, ahead)
    reading.take([task(path) for path in sorted(paths, key=lambda path: os.fsencode(path.name))])
    outcome = reading.outcome()
    for receipt in outcome.receipts:
        writer.adopt(receipt)
    writer.commit()
    writer.close()
    engine.refresh()
    return outcome


def passages(engine: Engine) -> list[Passage]:
    return [found.passage for found in engine.search(Not(Nothing()), limit=None).passages]


def test_what_is_read_ahead_is_what_is_read_later(docs: Path) -> None:
    paths = [docs / name for name in FILES if name != ".hidden.txt"]
    sooner, later, ahead = ReferenceEngine(), ReferenceEngine(), read(docs)
    said = run(sooner, paths, ahead), run(later, paths, None)
    assert said[0]._replace(receipts=()) == said[1]._replace(receipts=())
    assert dict(sooner.files()) == dict(later.files())
    assert passages(sooner) == passages(later) != []
    assert "a.txt" in {hit.document.path for hit in passages(sooner)}


def test_plain_texts_are_read_and_nothing_else(docs: Path) -> None:
    taken = {
        name for name in (*FILES, "link.txt") if read(docs).take(task(docs / name), LIMITS)
    }  # fmt: skip
    assert taken == {"a.txt", "b.txt", "g/i.txt"}


def test_each_is_used_once_and_only_where_it_is_what_was_asked_for(docs: Path) -> None:
    a = docs / "a.txt"
    ahead = read(docs)
    assert ahead.take(task(a), LIMITS) is not None
    assert ahead.take(task(a), LIMITS) is None
    assert read(docs).take(task(a, follow=True), LIMITS) is None
    assert read(docs).take(task(a), LIMITS._replace(encodings=(("*", "utf-16"),))) is None
    assert read(docs).take(task(a), LIMITS._replace(file_bytes=10)) is None


def test_it_ends_as_soon_as_somebody_calls(docs: Path) -> None:
    ahead, calls = ReadAhead(), iter([False, True])
    ahead.read([str(docs)], lambda: next(calls))
    assert ahead.take(task(docs / "b.txt"), LIMITS) is None
    assert ahead.take(task(docs / "a.txt"), LIMITS) is not None


def test_it_ends_where_enough_is_read(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead_module, "_MOST_BYTES", len(FILES["a.txt"]) + 1)
    ahead = read(docs)
    assert ahead.take(task(docs / "b.txt"), LIMITS) is None
    assert ahead.take(task(docs / "a.txt"), LIMITS) is not None


def test_folders_of_very_many_entries_are_left_aside(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead_module, "_MANY", 2)
    assert read(docs).take(task(docs / "a.txt"), LIMITS) is None
    assert read(docs / "g").take(task(docs / "g" / "i.txt"), LIMITS) is not None


def test_files_are_read_in_the_order_of_the_walk(docs: Path) -> None:
    for name in ("g.txt", "g0/x.txt", "g/a/b.txt", "é.txt", "Z.txt", "g!.txt"):
        put(docs / name, b"some text\n")
    ahead = ReadAhead()
    ahead.read([str(docs)], lambda: False)
    walked = [file.path for file in walk([str(docs)], lambda *_: None)]
    assert list(ahead._read) == [path for path in walked if path in ahead._read]
    assert len(ahead._read) == 9


def test_what_cannot_be_read_is_left_to_who_can_say_so(tmp_path: Path) -> None:
    put(tmp_path / "docs" / "a.txt", b"text")
    (tmp_path / "docs" / "a.txt").chmod(0)
    ahead = ReadAhead()
    ahead.read([str(tmp_path / "nowhere"), str(tmp_path / "docs")], lambda: False)
    if os.getuid():  # root reads everything
        assert ahead.take(task(tmp_path / "docs" / "a.txt"), LIMITS) is None


def test_what_changes_after_it_was_read_is_seen_by_the_next_run(docs: Path) -> None:
    a, engine, ahead = docs / "a.txt", ReferenceEngine(), read(docs)
    a.write_bytes(FILES["a.txt"].replace(b"text", b"tome"))
    run(engine, [a], ahead)
    state = engine.state("a.txt")
    assert state is not None
    # What is known is the file as it was read, so that it looks changed to whoever compares.
    assert state.mtime_ns == LONG_AGO * 10**9 != a.stat().st_mtime_ns
    assert "text" in passages(engine)[0].text


def test_what_is_seen_to_have_changed_is_read_again(docs: Path) -> None:
    a, engine, ahead = docs / "a.txt", ReferenceEngine(), read(docs)
    put(a, b"A title\n\nlonger than before, and all in one paragraph of its own\n")
    run(engine, [a], ahead)
    assert "longer than before" in " ".join(passage.text for passage in passages(engine))


def test_what_was_written_a_moment_before_is_marked_to_be_read_again(docs: Path) -> None:
    fresh = docs / "fresh.txt"
    fresh.write_bytes(b"fresh text\n")
    engine = ReferenceEngine()
    run(engine, [fresh], read(docs))
    state: FileState | None = engine.state("fresh.txt")
    assert state is not None
    assert len(state.digest) == DIGEST_BYTES + 1
