"""Transcripts of `seedsearch index`, `forget` and `status`: their messages, and the effect on queries."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from running import SEEDS, Cli, environment, on_terminal

from seedsearch.core import compiled
from seedsearch.corpus.skip import SCANNED
from seedsearch.digest import digest
from seedsearch.engine.base import IndexStats
from seedsearch.index.lock import WriterLock
from seedsearch.indexing import in_process
from seedsearch.paths import create_home
from seedsearch.render.status import Status, status_lines

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def docs(folder: Path) -> Path:
    """Return a folder of three small documents, not indexed."""
    made = folder / "docs"
    made.mkdir()
    (made / "1.txt").write_text("Coal goes through the port of Najin.\n")
    (made / "2.txt").write_text("The troops came in the autumn.\n")
    (made / "3.txt").write_text("Tea is grown on the hills of Boseong.\n")
    return made


def said(err: str) -> str:
    """Return the summary without its time."""
    return re.sub(r" in (under )?[\d.]+ m?s$", " in TIME", err.rstrip("\n"))


def test_a_first_index_and_a_second(cli: Cli, folder: Path) -> None:
    shutil.copytree(SEEDS, folder / "seeds")
    first = cli("index", "seeds/")
    assert (first.code, first.out) == (0, "")
    assert first.err.startswith("5 added, 0 changed, 0 unchanged, 0 removed; ")
    assert first.err.count("\n") == 1
    again = cli("index", "seeds/")
    assert again.code == 0
    assert again.err.startswith("0 added, 0 changed, 5 unchanged, 0 removed; ")


def test_changed_removed_and_added(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    (docs / "1.txt").write_text("Iron goes through the port of Wonsan.\n")
    (docs / "2.txt").unlink()
    (docs / "4.txt").write_text("Ginseng is dug in the mountains.\n")
    ended = cli("index")
    assert ended.code == 0
    assert ended.err.startswith("1 added, 1 changed, 1 unchanged, 1 removed; 3 passages")
    assert cli("query", "coal").code == 1
    assert cli("query", "troops").code == 1
    assert cli("query", "-l", "Wonsan").out == "docs/1.txt\n"
    assert cli("query", "-l", "ginseng").out == "docs/4.txt\n"
    assert cli("query", "-l", "tea").out == "docs/3.txt\n"


def test_quiet_says_nothing(cli: Cli, docs: Path) -> None:
    assert cli("index", "-q", "docs") == (0, "", "")


def test_a_path_that_does_not_exist_is_named_and_the_others_are_indexed(
    cli: Cli, docs: Path
) -> None:
    ended = cli("index", "nope", "docs", "missing.txt")
    assert ended.code == 2
    assert ended.err.splitlines()[:2] == [
        "seedsearch: no such file or folder: nope",
        "seedsearch: no such file or folder: missing.txt",
    ]
    assert "3 added" in ended.err
    assert cli("query", "-l", "coal").out == "docs/1.txt\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_that_was_named_is_2_and_one_in_a_walk_is_not(
    cli: Cli, docs: Path
) -> None:
    (docs / "2.txt").chmod(0)
    ended = cli("index", "docs")
    assert ended.code == 0
    assert "docs/2.txt" in ended.err
    ended = cli("index", "docs/2.txt")
    assert ended.code == 2
    assert "docs/2.txt" in ended.err


def test_binary_files_are_counted_and_named(cli: Cli, docs: Path) -> None:
    for number in range(5):
        (docs / f"image{number}.bin").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9)
    ended = cli("index", "docs")
    assert ended.code == 0
    lines = ended.err.splitlines()
    assert lines[0].startswith("5 skipped: 5 ")
    assert len([line for line in lines if line.startswith("  docs/image")]) == 3
    assert lines[4] == "  and 2 more (index -v or status -v names them)"
    assert "3 added" in lines[5]
    verbose = cli("status", "-v").out
    assert len(re.findall(r"docs/image\d\.bin: ", verbose)) == 5
    assert "3 read, 5 skipped" in verbose


def test_a_binary_file_that_was_named_could_not_be_read(cli: Cli, docs: Path) -> None:
    (docs / "image.bin").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9)
    ended = cli("index", "docs/image.bin", "docs/1.txt")
    assert ended.code == 2
    assert ended.err.startswith("seedsearch: docs/image.bin: ")


def test_an_empty_folder(cli: Cli, folder: Path) -> None:
    (folder / "empty").mkdir()
    ended = cli("index", "empty")
    assert ended.code == 0
    assert "0 added" in ended.err
    assert cli("query", "anything") == (1, "", "")
    assert cli("status").code == 0


def test_refreshing_from_below_uses_the_nearest_index(
    cli: Cli, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("index", "docs")
    (docs / "4.txt").write_text("Ginseng is dug in the mountains.\n")
    monkeypatch.chdir(docs)
    assert cli("index").err.startswith("1 added, 0 changed, 3 unchanged")
    assert not (docs / ".seedsearch").exists()
    assert cli("query", "-l", "ginseng").out == "4.txt\n"


def test_an_index_elsewhere(cli: Cli, docs: Path, folder: Path) -> None:
    assert cli("index", "--index", "kept/here", "docs").code == 0
    assert not (folder / ".seedsearch").exists()
    assert cli("query", "coal").code == 2
    assert cli("query", "-l", "coal", "--index", "kept/here").out == "docs/1.txt\n"
    assert cli("index", "--index", "kept/here").err.startswith("0 added, 0 changed, 3 unchanged")


def test_rebuild_reads_everything_again(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    ended = cli("index", "--rebuild", "--jobs", "1", "--memory", "100")
    assert ended.code == 0
    assert " read in " in ended.err
    assert cli("query", "-l", "coal").out == "docs/1.txt\n"


def test_a_vanished_root_keeps_its_documents_until_prune(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    shutil.rmtree(docs)
    ended = cli("index")
    assert "docs" in ended.err.splitlines()[0]
    assert "--prune" in ended.err.splitlines()[0]
    assert cli("query", "coal").code == 0
    assert cli("index", "--prune").code == 0
    assert cli("query", "coal").code == 1


def test_forget(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    ended = cli("forget", "docs/1.txt")
    assert (ended.code, ended.err) == (0, "1 file forgotten\n")
    assert cli("query", "coal").code == 1
    assert cli("query", "tea").code == 0
    assert cli("forget", "docs").err == "2 files forgotten\n"
    assert cli("query", "tea").code == 1
    ended = cli("forget", "never-there")
    assert ended.code == 2
    assert ended.err.startswith("seedsearch: ")
    assert docs.joinpath("3.txt").exists()


def test_status_says_what_where_how_big_how_old(seeds: Cli) -> None:
    ended = seeds("status")
    assert (ended.code, ended.err) == (0, "")
    facts = dict(line.split("  ", 1) for line in ended.out.splitlines() if line[0] != " ")
    facts = {name.strip(): fact.strip() for name, fact in facts.items()}
    assert facts["index"].startswith(".seedsearch (")
    assert facts["roots"] == "seeds"
    assert facts["files"] == "5 read, 0 skipped"
    assert facts["documents"].startswith("5, ")
    assert facts["kinds"] == "plain text 5"
    assert facts["encodings"] == "utf-8 5"
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, ", facts["updated"])
    assert ended.out.isascii()


def test_status_says_what_to_type_to_read_more() -> None:
    stats = IndexStats(3, 2, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, (), (), ())
    skipped = (
        ("a.pdf", "needs seedsearch[pdf]"),
        ("b.zip", "in part: 1 left out (b.pdf: needs seedsearch[pdf])"),
        ("c.pdf", f"in part: 2 left out (page 1: {SCANNED})"),
    )
    lines = [
        line.strip() for line in status_lines(Status(".", "x", True, (), skipped, (), stats, 0))
    ]
    assert "to read 2 files: pip install 'seedsearch[pdf]', then seedsearch index" in lines
    assert "to read the scanned pages of 1 file: seedsearch index --ocr" in lines


def test_status_as_json(seeds: Cli, indexed_seeds: Path) -> None:
    status = json.loads(seeds("status", "--json").out)
    assert status["schema"] == "seedsearch.status/1"
    assert status["index"] == {"path": ".seedsearch"}
    assert status["roots"] == [{"path": "seeds"}]
    assert (status["files"], status["documents"], status["skipped"]) == (5, 5, [])
    in_files = sum(file.stat().st_size for file in SEEDS.iterdir())
    assert 0.99 * in_files < status["text_bytes"] <= in_files
    assert status["media_types"] == {"text/plain": 5}
    assert status["encodings"] == {"utf-8": 5}
    assert status["passages"] > 20
    on_disk = sum(f.stat().st_size for f in (indexed_seeds / ".seedsearch").rglob("*"))
    assert 0 < status["index_bytes"] <= on_disk


def test_an_index_of_another_version_is_refused_and_rebuilt(
    cli: Cli, docs: Path, folder: Path
) -> None:
    cli("index", "docs")
    manifest = folder / ".seedsearch" / "manifest.json"
    whole = json.loads(manifest.read_text())
    whole["format"] = 999
    body = json.dumps([999, whole["index"]], sort_keys=True, separators=(",", ":")).encode()
    whole["checksum"] = digest(body)
    manifest.write_text(json.dumps(whole))
    for command in (["query", "coal"], ["status"], ["index"], ["forget", "docs"]):
        ended = cli(*command)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith(
            f"seedsearch: the index in {folder}/.seedsearch has format 999;"
        )
        assert ended.err.count("\n") == 1
    assert cli("index", "--rebuild").err.startswith("3 added")
    assert cli("query", "-l", "coal").out == "docs/1.txt\n"


def test_a_damaged_index_is_refused_and_rebuilt(cli: Cli, docs: Path, folder: Path) -> None:
    cli("index", "docs")
    (folder / ".seedsearch" / "manifest.json").write_bytes(b"\0" * 64)
    ended = cli("query", "coal")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("seedsearch: the index is damaged")
    assert cli("index").code == 2
    ended = cli("index", "--rebuild")
    assert ended.code == 2
    assert "name the folders, as in seedsearch index --rebuild notes/" in ended.err
    assert cli("index", "--rebuild", "docs").code == 0
    assert cli("query", "-l", "coal").out == "docs/1.txt\n"


def test_the_progress_bar_is_shown_and_gone_when_it_is_done(folder: Path, docs: Path) -> None:
    import pyte

    code, out = on_terminal(
        [sys.executable, "-m", "seedsearch", "index", "docs"],
        folder=folder, env=environment(HOME=str(folder), TERM="xterm-256color"),
    )  # fmt: skip
    assert code == 0
    assert b"indexing" in out
    screen = pyte.Screen(100, 50)
    pyte.ByteStream(screen).feed(out)
    shown = [line.rstrip() for line in screen.display if line.strip()]
    assert len(shown) == (1 if compiled else 3)  # without the core, two lines come first
    assert shown[-1].startswith("3 added, 0 changed, 0 unchanged, 0 removed; 3 passages")
    assert not screen.cursor.hidden


def test_a_second_run_names_only_what_it_skips_anew(cli: Cli, docs: Path) -> None:
    for number in range(5):
        (docs / f"image{number}.bin").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9)
    cli("index", "docs")
    lines = cli("index").err.splitlines()
    assert lines[0].startswith("5 skipped: 5 ")
    assert lines[1] == "  all 5 as before (index -v or status -v names them)"
    (docs / "new.bin").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9)
    lines = cli("index").err.splitlines()
    assert lines[0].startswith("6 skipped: 6 ")
    assert lines[1].startswith("  docs/new.bin: ")
    assert lines[2] == "  and 5 more (index -v or status -v names them)"
    assert len(re.findall(r"image\d\.bin: ", cli("index", "-v").err)) == 5


def test_a_missing_library_comes_with_its_command(
    cli: Cli, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "a.pdf").write_bytes(b"%PDF-1.4\n")
    # In this process, because a spawned worker does not see the patched packages.
    monkeypatch.setattr(in_process, "_OURS", in_process._OURS | {"application/pdf"})
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.delitem(sys.modules, "seedsearch.corpus.formats.pdf", raising=False)
    ended = cli("index", "--jobs", "1", "docs")
    assert "1 skipped: 1 needs seedsearch[pdf]\n" in ended.err
    assert "  to read them: pip install 'seedsearch[pdf]'\n" in ended.err


def test_a_query_while_the_first_index_is_made_says_so(cli: Cli, folder: Path) -> None:
    home = create_home(str(folder / ".seedsearch"))
    assert "still being made" not in cli("query", "coal").err
    lock = WriterLock(home.folder, wait=False)
    try:
        ended = cli("query", "coal")
    finally:
        lock.release()
    assert (ended.code, ended.out) == (2, "")
    assert "is being written: try again in a moment" in ended.err


def test_an_interrupted_run_says_what_it_kept(
    cli: Cli, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("index", "--jobs", "1", "docs").code == 0

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seedsearch.cli.index.update_index", interrupted)
    ended = cli("index", "docs")
    assert ended.code == 130
    assert ended.err == (
        "seedsearch: 3 documents are in the index so far: run the command again to continue\n"
        "seedsearch: interrupted\n"
    )


def test_a_first_run_interrupted_before_its_first_commit_says_so(
    cli: Cli, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seedsearch.cli.index.update_index", interrupted)
    assert cli("index", "docs").err == (
        "seedsearch: 0 documents are in the index so far: run the command again to continue\n"
        "seedsearch: interrupted\n"
    )
