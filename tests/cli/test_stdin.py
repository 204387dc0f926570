"""Standard input and folders: searched without an index, or added to one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import SEEDS, Cli, environment

NOTES = "The harbour of Wonsan.\n\nTroops came in the autumn, and left by the harbour.\n"


def piped(folder: Path, text: str | bytes, *arguments: str) -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "seedsearch", *arguments],
        cwd=folder, env=environment(HOME=str(folder)), capture_output=True,
        input=text.encode() if isinstance(text, str) else text, check=False,
    )  # fmt: skip
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def test_a_pipe_is_searched_without_an_index(folder: Path) -> None:
    code, out, err = piped(folder, NOTES, "query", "--stdin", "troops")
    assert (code, err) == (0, "")
    assert out.startswith("-:3:The harbour of Wonsan. Troops came")
    _, out, _ = piped(folder, NOTES, "query", "--stdin", "--name", "notes.txt", "--json", "troops")
    hit = json.loads(out)
    assert (hit["path"], hit["stale"]) == ("notes.txt", False)
    text = NOTES.encode()[hit["byte_start"] : hit["byte_end"]].decode()
    assert text == hit["text"]
    assert piped(folder, NOTES, "query", "--stdin", "xyzzy") == (1, "", "")
    assert os.listdir(folder) == []


def test_a_long_pipe_too(folder: Path) -> None:
    text = "".join(f"Ship {n} lies in the harbour of number{n}.\n\n" for n in range(9000))
    code, out, _ = piped(folder, text, "query", "--stdin", "-c", "harbour")
    assert code == 0
    assert out.startswith("-:")
    assert "number8123" in piped(folder, text, "query", "--stdin", "number8123")[1]
    assert os.listdir(folder) == []


def test_a_pipe_that_is_no_text_is_an_error(folder: Path) -> None:
    code, out, err = piped(folder, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "query", "--stdin", "x")
    assert (code, out) == (2, "")
    assert err == "seedsearch: -: binary (image)\n"
    assert piped(folder, "", "query", "--stdin", "x")[2] == "seedsearch: -: empty\n"
    assert "nothing after" in piped(folder, NOTES, "query", "--stdin", "x AND")[2]
    assert piped(folder, NOTES, "query", "--stdin", "--in", ".", "x")[0] == 2


def test_a_pipe_goes_into_an_index_and_stays(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("Another harbour.\n")
    cli("index", ".")
    assert piped(folder, NOTES, "index", "--stdin", "--name", "report.txt")[0] == 0
    assert sorted(cli("query", "-l", "harbour").out.split()) == ["a.txt", "report.txt"]
    for arguments in ((), (".",), ("--rebuild",), ("--prune",)):
        assert cli("index", *arguments).code == 0
        assert sorted(cli("query", "-l", "harbour").out.split()) == ["a.txt", "report.txt"]
    hit = json.loads(cli("query", "--json", "--verified", "troops").out)
    assert (hit["path"], hit["stale"]) == ("report.txt", False)
    piped(folder, "Nothing but tea.\n", "index", "--stdin", "--name", "report.txt", "-q")
    assert cli("query", "troops").code == 1
    assert cli("query", "-l", "tea").out == "report.txt\n"
    assert cli("query", "-l", "tea", "path:report.txt").out == "report.txt\n"
    assert cli("forget", "report.txt").code == 0
    assert cli("query", "tea").code == 1


def test_a_file_of_the_same_name_is_another_thing(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("Another harbour.\n")
    cli("index", ".")
    piped(folder, NOTES, "index", "--stdin", "--name", "a.txt", "-q")
    assert len(cli("query", "harbour").out.splitlines()) >= 2
    cli("forget", "a.txt")  # the file is indexed first
    assert cli("query", "troops").code == 0
    cli("forget", "a.txt")
    assert cli("query", "harbour").code == 1


def test_json_lines_are_documents(cli: Cli, folder: Path) -> None:
    records = [{"id": f"r{n}", "title": f"Title {n}", "text": f"harbour number{n}"} for n in (1, 2)]
    text = "".join(json.dumps(record) + "\n" for record in records)
    code, _, err = piped(
        folder, text + "no json\n", "index", "--stdin", "--jsonl", "--name", "recs"
    )
    assert code == 2
    assert "recs: 1 left out (line 3: not JSON)" in err
    hit = json.loads(cli("query", "--json", "number2").out)
    assert (hit["path"], hit["id"], hit["title"]) == ("recs", "r2", "Title 2")
    assert "1 segment" in cli("status").out


def test_what_does_not_go_together_is_said(folder: Path) -> None:
    assert "takes no paths" in piped(folder, NOTES, "index", "--stdin", ".")[2]
    assert "needs --stdin" in piped(folder, NOTES, "index", "--name", "x", ".")[2]


@pytest.mark.parametrize("name", ["-", "päper/ñ.txt", "../../etc/passwd", "/abs/x.md", "a b"])
def test_a_name_is_only_a_name(cli: Cli, folder: Path, name: str) -> None:
    assert piped(folder, NOTES, "index", "--stdin", "--name", name, "-q")[0] == 0
    assert cli("query", "-l", "troops").out == f"{name}\n"
    assert cli("index", "-q").code == 0
    assert cli("query", "-l", "troops").out == f"{name}\n"
    assert cli("forget", "--", name).code == 0


def test_a_folder_is_searched_without_an_index(cli: Cli, folder: Path) -> None:
    os.symlink(SEEDS, folder / "seeds")
    ended = cli("query", "--in", "seeds", "-l", "Najin")
    assert ended == (0, "seeds/002_ac06186fe94f9196.txt\n", "")
    assert os.listdir(folder) == ["seeds"]
    ended = cli("query", "--in", "nowhere", "x")
    assert (ended.code, ended.err) == (2, "seedsearch: no such file or folder: nowhere\n")


def test_a_large_folder_is_said_to_be_large(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "docs").mkdir()
    for name in "ab":
        (folder / f"docs/{name}.txt").write_text(f"harbour {name} " * 2000)
    monkeypatch.setattr("seedsearch.cli.temporary_index._LARGE", 10_000)
    ended = cli("query", "--in", "docs", "-l", "harbour")
    assert ended.out.split() == ["docs/a.txt", "docs/b.txt"]
    assert ended.err.startswith("seedsearch: reading 2 files, 40 kB: seedsearch index docs once")
