"""The write pipeline, over the reference engine and the embedded one."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Thread

import pytest
from left import children, descriptors
from reference_engine import ReferenceEngine

from seedsearch.corpus import read, walk
from seedsearch.corpus.formats import markdown
from seedsearch.engine.base import BatchBuilder, Engine
from seedsearch.engine.registry import open_engine
from seedsearch.errors import IndexFault, SeedsearchError, SourceNotFoundError, UsageError
from seedsearch.indexing import (
    IndexOptions,
    IndexReport,
    Progress,
    forget,
    supervisor,
    update_index,
)
from seedsearch.indexing import plan as plan_module
from seedsearch.indexing import pool as pool_module
from seedsearch.indexing import tasks as tasks_module
from seedsearch.indexing.documents import documents_of
from seedsearch.indexing.pool import Workers
from seedsearch.indexing.tasks import Outcome
from seedsearch.model import ExtractedDocument, FileState, SourceFile
from seedsearch.paths import Home, create_home
from seedsearch.query.ast import Exact

LONG_AGO = 1_600_000_000


class Place:
    """A folder of documents with an index beside it."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.docs = folder / "docs"
        self.docs.mkdir()
        self.home = create_home(str(folder / ".seedsearch"))
        self.engine = engine

    def put(self, name: str, text: str | bytes, *, old: bool = True) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        if old:
            os.utime(path, (LONG_AGO, LONG_AGO))
        return path

    def index(self, *roots: Path, **options: object) -> IndexReport:
        added = tuple(str(root) for root in roots)
        return update_index(self.engine, self.home, IndexOptions(added, **options))

    def found(self, word: str) -> list[str]:
        ranking = self.engine.search(Exact(word), limit=None, text=False)
        return sorted({hit.passage.document.path for hit in ranking.passages})


@pytest.fixture(params=["memory", "whoosh"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "memory":
        yield Place(tmp_path, ReferenceEngine())
        return
    engine = open_engine(create_home(str(tmp_path / ".seedsearch")).folder, create=True)
    yield Place(tmp_path, engine)
    engine.close()


def counts(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


def test_a_folder_is_read_then_only_what_changed(place: Place) -> None:
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        place.put(name, f"the word {name[-5]}word stands here")
    first = place.index(place.docs)
    assert counts(first) == (3, 0, 0, 0)
    assert (first.documents, first.passages) == (3, 3)
    assert first.bytes_read == sum(len(f"the word {c}word stands here") for c in "abc")
    assert place.engine.roots() == ("docs",)
    assert place.found("cword") == ["docs/sub/c.txt"]

    again = place.index()
    assert counts(again) == (0, 0, 3, 0)
    assert again.bytes_read == 0

    place.put("a.txt", "other text now")
    (place.docs / "b.txt").unlink()
    place.put("d.txt", "dword")
    assert counts(place.index()) == (1, 1, 1, 1)
    assert place.found("aword") == []
    assert place.found("bword") == []
    assert place.found("other") == ["docs/a.txt"]
    assert place.found("dword") == ["docs/d.txt"]


def test_nothing_to_do_commits_nothing(place: Place) -> None:
    place.put("a.txt", "words")
    place.index(place.docs)
    generation = place.engine.stats().generation
    place.index()
    place.index(place.docs)
    assert place.engine.stats().generation == generation


def test_a_change_within_the_clocks_grain_is_not_missed(place: Place) -> None:
    path = place.put("a.txt", "first", old=False)
    now = time.time_ns()
    os.utime(path, ns=(now, now))
    place.index(place.docs)
    before = path.stat()
    path.write_text("later")  # same size
    os.utime(path, ns=(now, now))
    # With a coarse clock, stat cannot distinguish the two versions.
    state = place.engine.files()["docs/a.txt"]
    assert (state.size, state.mtime_ns) == (path.stat().st_size, before.st_mtime_ns)
    assert counts(place.index()) == (0, 1, 0, 0)
    assert place.found("later") == ["docs/a.txt"]


def test_a_change_that_leaves_size_and_time_is_seen_by_ctime(place: Place) -> None:
    path = place.put("a.txt", "first")
    place.index(place.docs)
    before = path.stat()
    place.put("a.txt", "later")  # as `touch -r` and some archivers do
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert after.st_ctime_ns != before.st_ctime_ns
    assert counts(place.index()) == (0, 1, 0, 0)
    assert place.found("later") == ["docs/a.txt"]


def test_a_file_read_in_its_racy_moment_settles(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place.put("a.txt", "words", old=False)
    written = path.stat().st_mtime_ns
    monkeypatch.setattr(time, "time_ns", lambda: written)
    place.index(place.docs)
    assert counts(place.index()) == (0, 0, 1, 0)
    later = written + 10**10
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert place.index().bytes_read == 5
    assert place.index().bytes_read == 0
    assert place.found("words") == ["docs/a.txt"]
    assert place.engine.stats().passages == 1
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert counts(place.index()) == (0, 0, 1, 0)
    assert place.index().bytes_read == 0


def test_a_touched_file_is_unchanged_and_remembered(place: Place) -> None:
    path = place.put("a.txt", "words")
    place.index(place.docs)
    os.utime(path, (LONG_AGO + 5, LONG_AGO + 5))
    report = place.index()
    assert counts(report) == (0, 0, 1, 0)
    assert report.bytes_read == 5
    assert place.index().bytes_read == 0
    assert place.engine.stats().passages == 1


def test_binary_files_are_named_and_not_read_again(place: Place) -> None:
    place.put("a.txt", "words")
    place.put("b.bin", b"\x7fELF\0\0")
    place.put("empty.txt", b"")
    expected = (("docs/b.bin", "binary (program)"), ("docs/empty.txt", "empty"))
    first = place.index(place.docs)
    assert (counts(first), first.skipped, first.unreadable) == ((1, 0, 0, 0), expected, ())
    again = place.index()
    assert (counts(again), again.skipped) == ((0, 0, 1, 0), expected)
    assert again.bytes_read == 0
    assert place.engine.stats().skipped == 2
    place.put("b.bin", "text at last")
    assert counts(place.index()) == (1, 0, 1, 0)
    assert place.found("last") == ["docs/b.bin"]


def test_a_named_file_that_cannot_be_read_is_told_apart(place: Place) -> None:
    place.put("a.txt", "words")
    path = place.put("b.bin", b"\0\0")
    report = place.index(path, place.docs / "a.txt")
    assert report.unreadable == ((str(path), "binary"),)
    assert report.skipped == ()
    assert counts(report) == (1, 0, 0, 0)


def failing_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = os.open

    def failing(path: str, *rest: int, **named: int) -> int:
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *rest, **named)

    monkeypatch.setattr(os, "open", failing)
    monkeypatch.setattr(read, "_read_small", None)  # which opens files itself


def test_an_unreadable_file_is_named_and_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.txt", "aword")
    place.put("b.txt", "bword")
    with monkeypatch.context() as patch:
        failing_read(patch, "b.txt")
        report = place.index(place.docs)
        assert counts(report) == (1, 0, 0, 0)
        assert report.skipped == (("docs/b.txt", "unreadable: permission denied"),)
        assert place.index().skipped == report.skipped
    assert counts(place.index()) == (1, 0, 1, 0)
    assert place.found("bword") == ["docs/b.txt"]


def failing_reader(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[str]:
    """Make the reader of Markdown fail. Return the list of paths that it gets."""
    asked: list[str] = []

    def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
        asked.append(file.path)
        raise error

    monkeypatch.setattr(markdown, "extract", extract)
    return asked


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("a\n  b"), "unreadable: its reader failed (ValueError: a b)"),
        (KeyError(), "unreadable: its reader failed (KeyError)"),
        (LookupError("x" * 5000), f"unreadable: its reader failed (LookupError: {'x' * 200})"),
        (FileNotFoundError(2, "gone"), "unreadable: its reader failed (FileNotFoundError: [Errno 2] gone)"),
        (RecursionError("deep"), "unreadable: nested too deeply"),
        (MemoryError(), "unreadable: it takes more memory than --memory allows"),
    ],
)  # fmt: skip
def test_a_reader_that_fails_costs_its_file_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    place.put("a.txt", "aword")
    place.put("b.md", "bword")
    place.put("c.txt", "cword")
    asked = failing_reader(monkeypatch, error)
    report = place.index(place.docs)
    assert (counts(report), report.skipped) == ((2, 0, 0, 0), (("docs/b.md", reason),))
    assert place.found("aword") + place.found("cword") == ["docs/a.txt", "docs/c.txt"]
    assert place.index().skipped == report.skipped
    assert asked == ["docs/b.md"]  # not on every run


def test_what_could_not_be_read_is_tried_by_another_version(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.md", "aword")
    place.put("b.bin", b"\0\1")
    with monkeypatch.context() as patch:
        asked = failing_reader(patch, ValueError("no"))
        place.index(place.docs)
        assert place.index().bytes_read == 0
        patch.setattr(plan_module, "__version__", "0.2")
        assert place.index(place.docs / "b.bin").bytes_read == 2  # one root only
        place.index()
        assert asked == ["docs/a.md"] * 2
        assert place.index().bytes_read == 0
    assert place.index().skipped == (("docs/b.bin", "binary"),)
    assert place.found("aword") == ["docs/a.md"]
    generation = place.engine.stats().generation
    assert place.index().bytes_read == 0
    assert place.engine.stats().generation == generation


def test_an_interrupted_run_of_another_version_tries_the_rest_later(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("c.md", "cword")
    place.index(place.docs)
    place.put("b.md", "bword")
    with monkeypatch.context() as patch:
        failing_reader(patch, ValueError("no"))
        place.index()

    def interrupted(*_: object) -> Iterator[Outcome]:
        yield Outcome(gone=("docs/c.md",))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(plan_module, "__version__", "0.2")
        with monkeypatch.context() as inner:
            inner.setattr(Workers, "outcomes", interrupted)
            with pytest.raises(KeyboardInterrupt):
                place.index(commit_every_s=0.0)
        place.engine.refresh()
        assert place.found("cword") == []  # the removal was committed
        assert place.index().added == 2


def test_what_was_read_stays_while_its_file_cannot_be(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.txt", "aword")
    place.index(place.docs)
    place.put("a.txt", "changed")
    with monkeypatch.context() as patch:
        failing_read(patch, "a.txt")
        assert place.index().skipped == (("docs/a.txt", "unreadable: permission denied"),)
        assert place.found("aword") == ["docs/a.txt"]
    assert counts(place.index()) == (0, 1, 0, 0)


def test_a_folder_that_cannot_be_read_keeps_its_documents(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("sub/a.txt", "aword")
    place.put("b.txt", "bword")
    place.index(place.docs)
    real = os.scandir

    def failing(path: str) -> object:
        if path.endswith("sub"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", failing)
    monkeypatch.setattr(walk, "_list_files", None)
    report = place.index()
    assert counts(report) == (0, 0, 1, 0)
    assert report.skipped == (("docs/sub", "permission denied"),)
    assert place.found("aword") == ["docs/sub/a.txt"]


@pytest.mark.parametrize("leave_folder", [True, False])
def test_a_root_that_vanished_keeps_its_documents_until_prune(
    place: Place, leave_folder: bool
) -> None:
    path = place.put("a.txt", "aword")
    other = place.docs.parent / "other"
    other.mkdir()
    (other / "b.txt").write_text("bword")
    place.index(place.docs, other)
    path.unlink()
    if not leave_folder:
        place.docs.rmdir()
    report = place.index()
    assert report.missing_roots == ("docs",)
    assert report.removed == 0
    assert place.found("aword") == ["docs/a.txt"]
    pruned = place.index(prune=True)
    assert (pruned.removed, pruned.missing_roots) == (1, ())
    assert place.found("aword") == []
    assert place.found("bword") == ["other/b.txt"]
    assert place.engine.roots() == (("docs", "other") if leave_folder else ("other",))


def test_an_empty_root_that_never_had_files_is_not_missing(place: Place) -> None:
    assert place.index(place.docs).missing_roots == ()
    assert place.index().missing_roots == ()


def test_adding_a_root_reads_that_one_only(place: Place) -> None:
    place.put("a.txt", "aword")
    place.index(place.docs)
    place.put("late.txt", "late")
    other = place.docs.parent / "other"
    other.mkdir()
    (other / "b.txt").write_text("bword")
    assert counts(place.index(other)) == (1, 0, 0, 0)
    assert place.engine.roots() == ("docs", "other")
    assert place.found("late") == []
    assert place.index().added == 1


def test_a_root_inside_another_needs_no_entry_of_its_own(place: Place) -> None:
    place.put("sub/a.txt", "aword")
    place.put(".hidden/b.txt", "bword")
    place.index(place.docs / "sub", place.docs / ".hidden")
    assert place.engine.roots() == ("docs/sub", "docs/.hidden")
    place.index(place.docs)
    assert place.engine.roots() == ("docs/.hidden", "docs")
    assert counts(place.index())[2:] == (2, 0)
    assert place.found("bword") == ["docs/.hidden/b.txt"]


def test_a_root_inside_a_cache_stays(place: Place) -> None:
    place.put("a.txt", "aword")
    place.put("cache/CACHEDIR.TAG", "")
    place.put("cache/notes/b.txt", "bword")
    place.index(place.docs)
    place.index(place.docs / "cache" / "notes")
    assert place.engine.roots() == ("docs", "docs/cache/notes")
    assert counts(place.index()) == (0, 0, 2, 0)


def test_roots_that_cannot_be(place: Place) -> None:
    with pytest.raises(SourceNotFoundError, match="no such file or folder"):
        place.index(place.docs / "nope")
    with pytest.raises(UsageError, match="is an index"):
        place.index(Path(place.home.folder))
    assert place.index(place.docs.parent).skipped == ()  # the index inside the folder is not read


@pytest.mark.skipif(os.name != "posix", reason="POSIX links and names")
def test_a_named_link_and_a_name_that_is_not_utf_8(place: Place) -> None:
    place.put("a.txt", "aword")
    link = place.docs.parent / "link.txt"
    link.symlink_to("docs/a.txt")
    place.index(link)
    assert place.found("aword") == ["link.txt"]
    try:
        with open(os.fsencode(place.docs) + b"/\xff\n.txt", "wb") as file:
            file.write(b"odd")
    except OSError:
        return
    place.index(place.docs)
    assert [os.fsencode(path) for path in place.found("odd")] == [b"docs/\xff\n.txt"]
    place.index()
    assert counts(place.index())[:2] == (0, 0)


def test_rebuild_reads_everything_and_keeps_what_it_cannot_see(place: Place) -> None:
    place.put("a.txt", "aword")
    gone = place.put("b.txt", "bword")
    other = place.docs.parent / "other"
    other.mkdir()
    (other / "c.txt").write_text("cword")
    place.index(place.docs, other)
    (other / "c.txt").unlink()
    other.rmdir()
    gone.unlink()
    report = place.index(rebuild=True)
    assert counts(report) == (0, 0, 1, 1)
    assert report.bytes_read == 5
    assert report.missing_roots == ("other",)
    assert place.found("aword") == ["docs/a.txt"]
    assert place.found("bword") == []
    assert place.found("cword") == ["other/c.txt"]
    assert place.engine.stats().passages == 2


def test_forget_takes_out_files_and_roots(place: Place) -> None:
    place.put("sub/a.txt", "aword")
    place.put("sub/b.txt", "bword")
    place.put("subway.txt", "cword")
    place.index(place.docs)
    assert forget(place.engine, place.home, str(place.docs / "sub")) == 2
    assert place.found("aword") == []
    assert place.found("cword") == ["docs/subway.txt"]
    assert forget(place.engine, place.home, str(place.docs)) == 1
    assert place.engine.roots() == ()
    assert counts(place.index()) == (0, 0, 0, 0)
    with pytest.raises(SourceNotFoundError, match="not in the index"):
        forget(place.engine, place.home, str(place.docs))


def test_long_runs_commit_on_the_way(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_SMALL", 1)
    monkeypatch.setattr(pool_module, "_RUN", 5000)
    monkeypatch.setattr(supervisor, "_CHUNK", 1)
    for number in range(6):
        place.put(f"{number}.txt", f"word{number}")
    generation = place.engine.stats().generation
    place.index(place.docs, commit_every_s=0.0, jobs=1)
    assert place.engine.stats().generation >= generation + 3
    assert place.engine.stats().files == 6
    place.put("0.txt", "again")
    generation = place.engine.stats().generation
    place.index(rebuild=True, commit_every_s=0.0, jobs=1)
    assert place.engine.stats().generation == generation + 1


def test_ctrl_c_keeps_what_was_committed_and_lets_the_lock_go(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_SMALL", 1)
    monkeypatch.setattr(pool_module, "_RUN", 5000)
    monkeypatch.setattr(supervisor, "_CHUNK", 1)
    for number in range(6):
        place.put(f"{number}.txt", f"word{number}")

    def interrupted(progress: Progress) -> None:
        if place.engine.refresh():
            raise KeyboardInterrupt

    monkeypatch.setattr(pool_module, "_INTERVAL_S", 0)
    options = IndexOptions((str(place.docs),), jobs=1, commit_every_s=0.0)
    with pytest.raises(KeyboardInterrupt):
        update_index(place.engine, place.home, options, interrupted)
    place.engine.refresh()
    done = place.engine.stats().files
    assert 0 < done < 6
    report = place.index(place.docs)
    assert (report.unchanged, report.added) == (done, 6 - done)


def test_progress_ends_at_everything(place: Place) -> None:
    for number in range(3):
        place.put(f"{number}.txt", "words")
    seen: list[Progress] = []
    update_index(place.engine, place.home, IndexOptions((str(place.docs),)), seen.append)
    assert seen[-1] == Progress(3, 3, 15, 15)
    assert len(seen) < 5


# ------------------------------------------------------------------ processes


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Write enough files for two processes. Any work is enough to start them."""
    monkeypatch.setattr(pool_module, "_SMALL", 1)
    place = Place(tmp_path, ReferenceEngine())
    for number in range(40):
        place.put(f"{number:02}.txt", f"unique{number} " + "common words of a text. " * 50)
    return place


def test_processes_and_one_process_give_the_same(large: Place) -> None:
    report = large.index(large.docs, jobs=2)
    assert (report.added, report.bytes_read) == (40, report.bytes_read)
    assert large.found("unique7") == ["docs/07.txt"]
    alone = ReferenceEngine()
    update_index(alone, large.home, IndexOptions((str(large.docs),), jobs=1))
    assert alone.files() == large.engine.files()
    assert alone.stats().passages == large.engine.stats().passages


def test_spawned_processes_do_the_same(large: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    spawn = multiprocessing.get_context("spawn")
    monkeypatch.setattr(supervisor, "_context", lambda: spawn)
    assert large.index(large.docs, jobs=2).added == 40
    assert large.found("unique7") == ["docs/07.txt"]


@pytest.mark.skipif(os.name == "nt", reason="processes are waited for as on Unix")
def test_another_thread_may_have_waited_for_a_process(
    large: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that starts a process waits for those that have ended. `close` may still take them for running."""
    monkeypatch.setattr(BaseProcess, "join", lambda self: os.waitpid(self.pid, 0))
    assert large.index(large.docs, jobs=2).added == 40


def test_beside_another_thread_processes_are_spawned() -> None:
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    try:
        assert supervisor._context().get_start_method() == "spawn"
    finally:
        done.set()
        thread.join()


@pytest.mark.skipif(
    not os.path.isdir("/proc/self/fd"), reason="counts descriptors as Linux has them"
)
def test_processes_leave_nothing_open(large: Place) -> None:
    large.index(large.docs, jobs=2)
    before = descriptors()
    for _ in range(3):
        assert large.index(large.docs, jobs=2, rebuild=True).unchanged == 40
    assert len(descriptors()) <= len(before)


def test_chunks_and_runs_of_any_size_bring_every_file_once(
    large: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = (large.docs / "00.txt").stat().st_size + tasks_module._FILE_COST
    for chunk, run in ((1, 1 << 30), (3 * cost, 4 * cost), (1 << 30, 1)):
        monkeypatch.setattr(supervisor, "_CHUNK", chunk)
        monkeypatch.setattr(pool_module, "_RUN", run)
        engine = ReferenceEngine()
        options = IndexOptions((str(large.docs),), jobs=2, commit_every_s=0.0)
        report = update_index(engine, large.home, options)
        assert (report.added, report.passages) == (40, 40)
        assert sorted(engine.files()) == [f"docs/{number:02}.txt" for number in range(40)]


def test_files_are_found_in_another_order_than_their_stored_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_SMALL", 1)
    inside = tmp_path / "in" / "docs"
    outside = tmp_path / "outside"  # met later, but its stored paths begin with a slash
    home = create_home(str(tmp_path / "in" / ".seedsearch"))
    for folder in (inside, outside):
        folder.mkdir()
        for number in range(20):
            (folder / f"{number:02}.txt").write_text(f"{folder.name} word{number}")
    engine = open_engine(home.folder, create=True)
    options = IndexOptions((str(inside), str(outside)), jobs=2)
    assert update_index(engine, home, options).added == 40
    found = {f"docs/{n:02}.txt" for n in range(20)} | {f"{outside}/{n:02}.txt" for n in range(20)}
    assert set(engine.files()) == found
    hits = engine.search(Exact("word7"), limit=None).passages
    assert {hit.passage.document.path for hit in hits} == {"docs/07.txt", f"{outside}/07.txt"}
    engine.close()


class FullDisk:
    """A builder that cannot write."""

    pending_bytes = 0

    def add(self, state: object, documents: object, *, place: int = 0) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def add_files(self, files: object) -> int:
        return 0

    def finish(self) -> object:
        return ()


def full_disk() -> BatchBuilder:
    return FullDisk()


def test_an_error_in_a_worker_ends_all_of_them(
    large: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reference_engine import ReferenceWriter

    before = children()
    monkeypatch.setattr(ReferenceWriter, "builder_factory", lambda self: full_disk)
    with pytest.raises(IndexFault, match="No space left on device"):
        large.index(large.docs, jobs=2)
    assert not children() - before


def test_workers_that_were_begun_for_nothing_end(
    large: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    before = children()

    def broken(*_: object) -> None:
        begun.append(len(children() - before))
        raise SourceNotFoundError("the folder has gone")

    monkeypatch.setattr(plan_module, "_vanished", broken)
    with pytest.raises(SourceNotFoundError):
        large.index(large.docs, jobs=2)
    assert begun == [2]  # at the end of the walk, before any file is read
    assert not children() - before


class DyingBuilder:
    """A builder whose process is killed while it writes, as for lack of memory."""

    pending_bytes = 0

    def add(self, state: object, documents: object, *, place: int = 0) -> None:
        pass

    def add_files(self, files: object) -> int:
        return 0

    def finish(self) -> object:
        os.kill(os.getpid(), signal.SIGKILL)
        return ()


def dying_builder() -> BatchBuilder:
    return DyingBuilder()


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_workers_that_are_killed_at_no_file_are_one_clear_error(
    large: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reference_engine import ReferenceWriter

    before = children()
    monkeypatch.setattr(ReferenceWriter, "builder_factory", lambda self: dying_builder)
    with pytest.raises(SeedsearchError, match="a worker process died") as caught:
        large.index(large.docs, jobs=2)
    assert "--jobs 1" in caught.value.hint
    assert not children() - before
    monkeypatch.undo()
    assert large.index(large.docs, jobs=1).added == 40


INTERRUPT = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job begins with it ignored
from seedsearch.engine.registry import open_engine
from seedsearch.paths import create_home
from seedsearch.indexing import IndexOptions, update_index

def told(progress):
    print(progress.files_done, flush=True)

home = create_home(sys.argv[1])
engine = open_engine(home.folder, create=True)
print("ready", flush=True)
try:
    update_index(engine, home, IndexOptions((sys.argv[2],), jobs=2), told)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_ctrl_c_ends_the_workers_too(large: Place) -> None:
    large.put("big.txt", "common words of a long text. " * 10_000)
    for number in range(1_500):  # too much to read before the signal, on any machine
        os.link(large.docs / "big.txt", large.docs / f"more{number}.txt")
    run = subprocess.Popen(
        [sys.executable, "-c", INTERRUPT, large.home.folder, str(large.docs)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n"
    run.stdout.readline()  # the first progress: workers are busy
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (130, "")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.killpg(run.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a worker is still there")


def test_the_home_of_an_engine_is_not_asked_for_by_the_memory_engine(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "nowhere"))
    (tmp_path / "a.txt").write_text("words")
    report = update_index(ReferenceEngine(), home, IndexOptions((str(tmp_path / "a.txt"),)))
    assert report.added == 1


def test_a_file_of_many_documents_shows_that_it_makes_progress() -> None:
    data = b"".join(b'{"text": "gannet %d"}\n' % number for number in range(2500))
    beats: list[None] = []
    state = FileState("birds.jsonl", len(data), 0, 0, b"")
    found = documents_of(state, data, beat=lambda: beats.append(None))
    assert (len(found.documents), len(beats)) == (2500, 2)
