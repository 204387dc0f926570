"""External programs: the user's readers, and tesseract for scanned pages."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest
from pdfs import scanned
from running import Cli

from seedsearch.config import user_file
from seedsearch.corpus.external_programs import run
from seedsearch.corpus.skip import Skip
from seedsearch.model import OutsideReader

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="programs are shell scripts"),
    pytest.mark.usefixtures("watched"),
]


@pytest.fixture
def docs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=os.pathsep)
    (folder / "docs").mkdir()
    return folder / "docs"


def program(folder: Path, name: str, script: str) -> None:
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{script}")
    path.chmod(0o755)


def configure(text: str) -> None:
    path = Path(user_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


UPPER = "import sys; sys.stdout.write(sys.stdin.read().upper())"
LINKED = "import sys; print(f'<h1>Winches</h1><p>{open(sys.argv[1]).read()}')"


def test_a_reader_of_the_users_own(cli: Cli, folder: Path, docs: Path) -> None:
    (docs / "a.foo").write_text("harbour")
    (docs / "b.bar").write_text("lantern")
    (docs / "c.txt").write_text("lantern")
    assert "3 added" in cli("index", "docs").err
    program(folder, "upper", UPPER)
    program(folder, "linked", LINKED)
    configure(
        '[[readers]]\nfiles = "*.foo"\ncommand = ["upper"]\n'
        '[[readers]]\nfiles = "*.bar"\ncommand = ["linked", "{}"]\nwrites = "html"\n'
    )
    # Files with a new or changed reader are read again.
    assert "0 added, 0 changed, 3 unchanged" in cli("index").err
    assert cli("query", "harbour").out == "docs/a.foo:1:HARBOUR\n"
    hit = json.loads(cli("query", "--json", "lantern", "-g", "*.bar").out)
    assert (hit["heading"], hit["fields"], hit["byte_start"]) == (
        "Winches",
        {"reader": "linked"},
        None,
    )
    assert "your linked         read                  *.bar" in cli("formats").out
    configure("")
    cli("index")
    assert cli("query", "harbour").out == "docs/a.foo:1:harbour\n"


def test_a_reader_that_fails_costs_its_file(cli: Cli, folder: Path, docs: Path) -> None:
    program(folder, "fails", "import sys; sys.exit('no such font')")
    for name in ("a.foo", "b.bar", "c.txt"):
        (docs / name).write_text("harbour")
    configure(
        '[[readers]]\nfiles = "*.foo"\ncommand = ["fails"]\n'
        '[[readers]]\nfiles = "*.bar"\ncommand = ["not-there"]\n'
    )
    said = cli("index", "docs").err
    assert "docs/a.foo: fails failed (no such font)" in said
    assert "docs/b.bar: not-there cannot be started: no such file or directory" in said
    assert cli("query", "-l", "harbour").out == "docs/c.txt\n"
    assert "your not-there      needs not-there" in cli("formats").out


def test_only_the_users_file_may_name_programs(cli: Cli, folder: Path, docs: Path) -> None:
    (docs / "a.foo").write_text("harbour")
    (folder / "seedsearch.toml").write_text(
        '[[readers]]\nfiles = "*"\ncommand = ["touch", "owned"]\n'
    )
    ended = cli("index", "docs")
    assert ended.code == 2
    assert "readers are programs, and only your own file may name them" in ended.err
    assert not (folder / "owned").exists()


@pytest.mark.parametrize(
    "table",
    [
        'files = "*.foo"',
        'command = ["x"]',
        'files = "*.foo"\ncommand = "x"',
        'files = "*.foo"\ncommand = [1]',
        'files = "*.foo"\ncommand = ["x"]\nshell = true',
        'files = "*.foo"\ncommand = ["x"]\ntimeout = -1',
    ],
)
def test_a_reader_is_checked(cli: Cli, docs: Path, table: str) -> None:
    configure(f"[[readers]]\n{table}\n")
    ended = cli("index", "docs")
    assert (ended.code, "reader" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import time; time.sleep(60)", "took longer than 1 seconds"),
        ("while True: pass", "took longer than 1 seconds"),
        ("x = bytearray(1 << 30)", "failed"),
        ("import os, time; os.fork(); time.sleep(60)", "took longer"),
    ],
)
def test_the_limits_of_a_program(script: str, reason: str) -> None:
    begin = time.monotonic()
    reader = OutsideReader((sys.executable, "-c", script), seconds=1, megabytes=512)
    with pytest.raises(Skip, match=reason):
        run(reader, b"", lambda: None)
    assert time.monotonic() - begin < 20


TESSERACT = """import sys
width = int(sys.stdin.buffer.read(20).split()[1])
open("asked", "a").write("x")
print("lighthouse" if sys.argv[3:] == ["-l", "eng"] and width > 1000 else "wrong")
"""


def test_scanned_pages_are_read_once(cli: Cli, folder: Path, docs: Path) -> None:
    pytest.importorskip("pypdfium2")
    (docs / "a.pdf").write_bytes(scanned(pages=2))
    assert "scanned, which seedsearch index --ocr reads" in cli("index", "docs").err
    program(folder, "tesseract", TESSERACT)
    assert "1 added" in cli("index", "--ocr").err
    hit = json.loads(cli("query", "--json", "-k1", "lighthouse").out)
    assert (hit["heading"], hit["fields"]["ocr"]) == ("OCR", ["page 1", "page 2"])
    assert "1 unchanged" in cli("index", "--ocr", "--rebuild").err
    assert (folder / "asked").read_text() == "xx"


def test_without_tesseract(cli: Cli, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert cli("index", "--ocr", "docs") == (
        2,
        "",
        "seedsearch: --ocr needs tesseract: install it, for example with apt install tesseract-ocr\n",
    )
