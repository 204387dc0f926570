"""Records in a pipe: their text, and the messages on stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal

LONG = "\n".join(f"Sentence {n} says nothing at all about anything of interest." for n in range(12))
TEXT = f"{LONG}\nIn the end the harbour of Wonsan froze over.\n{LONG}\n"


@pytest.fixture
def harbour(cli: Cli, folder: Path) -> Cli:
    (folder / "a.txt").write_text(TEXT)
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def record(cli: Cli, *arguments: str) -> tuple[str, str]:
    (line,) = cli("query", *arguments, "harbour").out.splitlines()
    path, number, text = line.split(":", 2)
    assert path == "a.txt"
    return number, text


def test_a_record_has_the_line_and_the_words_of_the_best_match(harbour: Cli) -> None:
    number, text = record(harbour)
    assert number == "13"
    assert "In the end the harbour of Wonsan froze over." in text
    assert len(text) <= 200
    hit = json.loads(harbour("query", "--json", "harbour").out)
    assert (hit["line"], hit["snippet"]) == (13, text)


def test_which_text_and_how_much_of_it(harbour: Cli) -> None:
    line = "In the end the harbour of Wonsan froze over."
    assert record(harbour, "--text", "line") == ("13", line)
    assert record(harbour, "--text", "line", "-M", "20") == ("13", "the harbour of")
    passage = json.loads(harbour("query", "--json", "harbour").out)["text"]
    assert record(harbour, "--text", "passage") == ("13", " ".join(passage.split()))
    assert record(harbour, "-M0") == record(harbour, "--text", "passage")
    for wide in (10, 30, 50, 400):
        text = record(harbour, "-M", str(wide))[1]
        assert "harbour" in text
        assert len(text) <= wide


LOG = "2024-05-0{0} 10:00:0{0} WARN [w-{0}] id=96{0} connection {1} by 10.0.0.{0}"
LOG_LINES = [LOG.format(n, "reset" if n == 4 else "refused") for n in range(8)]


def test_lines_of_logs_code_and_tables_are_not_joined(cli: Cli, folder: Path) -> None:
    (folder / "a.log").write_text("\n".join(LOG_LINES))
    (folder / "b.py").write_text("import os\nimport socket\nimport sys\n\nsocket.close()\n")
    (folder / "c.csv").write_text("city,note\nOslo,a seal\nRome,a walrus\n")
    (folder / "d.txt").write_text("The seal of\nthe city sleeps,\nand so does the walrus.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    assert cli("query", "connection reset").out == f"a.log:5:{LOG_LINES[4]}\n"
    assert cli("query", "-M30", "connection +reset").out == "a.log:5:id=964 connection reset by\n"
    assert cli("query", "import AND socket").out == "b.py:2:import socket\n"
    assert cli("query", "walrus", "-t", "csv").out == "c.csv:3:Rome,a walrus\n"
    assert cli("query", "walrus seal", "-t", "txt").out == (
        "d.txt:1:The seal of the city sleeps, and so does the walrus.\n"
    )
    (line,) = cli("query", "--format", "csv", "connection", "reset").out.splitlines()[1:]
    assert line.endswith(f",5,a.log,{LOG_LINES[4]}")


def test_only_a_terminal_that_shows_the_answer_gets_a_summary(harbour: Cli, folder: Path) -> None:
    command = [sys.executable, "-m", "seedsearch", "query", "harbour"]
    env = environment(TERM="dumb")
    code, out = on_terminal(command, folder=folder, env=env)
    assert code == 0
    assert b"1 of 1 passage" in out
    script = f"{subprocess.list2cmdline(command)} | cat >records"
    code, out = on_terminal(["sh", "-c", script], folder=folder, env=env)
    assert (code, out) == (0, b"")
    assert (folder / "records").read_text().startswith("a.txt:13:")
