"""Every command on terminals of five sizes: no line is wider than the terminal."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path

import pytest
from running import SEEDS, environment, typed_on_terminal
from wcwidth import wcswidth

from seedsearch.cli.app import COMMANDS

SIZES = [(20, 15), (40, 20), (80, 24), (120, 40), (200, 50)]
LONG = "the_longest_word_of_all_" * 9
NAMES = [
    "harbour.txt",
    "a-name-that-is-far-wider-than-any-narrow-terminal-" * 3 + ".md",
    "a name with many spaces in it, wider than a narrow terminal.html",
    "報告/東京の港についてのとても長い名前の文書、その一、その二、その三、その四、その五、その六.txt",
    "cafe\u0301 e\u0301te\u0301 an\u0303os/u\u0308ber.txt",
]

ASKED: list[list[str]] = [
    ["index", "-v", "."],
    ["index", "--type-list"],
    ["index"],
    ["status"],
    ["status", "-v"],
    ["status", "--encodings"],
    ["status", "--languages"],
    ["check"],
    ["formats"],
    ["model"],
    ["query", "harbour"],
    ["query", "-k1", "harbour"],
    ["query", "-k0", "--scores", "harbour OR troops OR 東京 OR longest"],
    ["query", "-v", "--scores", "harbour coal"],
    ["query", "--explain", "the harbour coal* +troops~1"],
    ["query", "--explain", '"special military operation"~5 東京の港'],
    ["query", "--by", "document", LONG[:40] + "*"],
    ["query", "--all-copies", "title:harbour"],
    ["query", "--kwic", "harbour"],
    ["query", "--kwic", "--sort", "left", "港 OR longest"],
    ["query", "--timeline", "harbour"],
    ["query", "-f", "queries.tsv"],
    ["query", "--relax", "+harbour +nowhere_" + LONG],
    ["query", "harbor troopz nothng"],
    ["query", "+zzzzz +qqqqq harbour coal", "nowhere"],
    ["query", "(harbour OR coal OR 東京の港についてのとても長い OR ships OR cranes AND"],
    ["query", "harbour", "harbour.txt"],
    ["query", "--verified", "harbour"],
    ["query", "--in", ".", "harbour"],
    ["query", "type:foo"],
    ["query", "lang:english harbour"],
    ["query", "nofield:harbour"],
    ["query", "-x", "harbour"],
    ["query", "--formt", "csv", "harbour"],
    ["query", "--index", "no/such/folder", "harbour"],
    ["query"],
    ["similar", "harbour.txt"],
    ["similar", "--explain", "-k2", "harbour.txt"],
    ["similar", "no such file"],
    ["show", "1"],
    ["show", "-C3", "harbour.txt:1"],
    ["show", "--query", "港", "報告"],
    ["show", "code.py:1"],
    ["show", "run.log:3"],
    ["show", "papers.zip:1"],
    ["show", "harbour.txt:9999"],
    ["facets"],
    ["facets", "--by", "author", "--by", "from"],
    ["facets", "--by", "nothing"],
    ["keywords", "harbour"],
    ["keywords", "."],
    ["terms"],
    ["terms", "-k0", "--sort", "word"],
    ["terms", "two words"],
    ["fields"],
    ["fields", "author"],
    ["fields", "no_such_field"],
    ["forget", "--dry-run", "page.md"],
    ["forget", "nothing here"],
    ["copy", ".seedsearch", "there"],
    ["watch", "no such folder"],
    ["open", "999"],
    ["browse", "--index", "no/such/folder"],
    ["mcp", "--index", "no/such/folder"],
    ["completions", "tcsh"],
    ["help"],
    ["help", "query-language"],
    ["help", "nothing"],
    ["serch", "harbour"],
    ["-h"],
    ["--help"],
    ["--version"],
    [],
    *([name, option] for name in COMMANDS for option in ("-h", "--help")),
]
"""What is printed for people. Forms for programs have whole lines: records (also of `eval`), JSON, paths (also of
`--dry-run`), the command line of `open --print`, the script of `completions`. `test_browse.py` looks at the screen of
`browse`.
"""

DRIVER = """
import json, sys
from seedsearch.cli import main
for arguments in json.load(open(sys.argv[1])):
    main(arguments)
    sys.stdout.write(sys.argv[2])
    sys.stdout.flush()
"""
END = "\x1b]9;end\x07"
ESCAPE = re.compile(r"\x1b\]8;;[^\x1b]*\x1b\\|\x1b\[[?\d;]*[A-Za-z]")


def filled(folder: Path) -> None:
    """Write documents with all that is wide: names, titles, words, values, lines."""
    prose = "The harbour of Najin lies on the coast, and coal is what most ships carry away. " * 6
    marks = "e\u0301" + "n\u0303" * 90
    wide = "東京の港は石炭を積んだ船でいっぱいだった。" * 9
    for number, name in enumerate(NAMES):
        (folder / name).parent.mkdir(exist_ok=True)
        title = f"The harbour, {number}: {'a title without an end, ' * 9}"
        head = f"<title>{title}</title>" if name.endswith("html") else f"# {title}"
        text = (
            f"{head}\n\n{number} {prose}\n\n{LONG} harbour {LONG}\n\n{number} {wide}\n\n{marks}\n"
        )
        (folder / name).write_text(text, encoding="utf-8")
    value = f"{LONG[:60]}: {LONG}"
    (folder / "page.md").write_text(
        f"---\nauthor: {'Ann of the very long name ' * 5}\ndate: 2024-05-01\n{value}\n---\n# Harbour\n\n{prose}\n"
    )
    (folder / "mail.eml").write_text(
        f"From: {'Ann ' * 30}<{LONG[:50]}@example.org>\nSubject: Harbour {wide}\n"
        f"Date: Fri, 3 May 2024 09:00:00 +0000\n\n{prose}\n"
    )
    (folder / "code.py").write_text(f"def port(ship):\n\treturn harbour(ship, {LONG})\n\n\n" * 9)
    (folder / "run.log").write_text(
        "".join(f"2024-05-0{n}T09:00:00 ERROR harbour[{n}]: {prose}\n" for n in range(1, 9))
    )
    (folder / "ports.csv").write_text(
        f"city,coal,{LONG}\n" + "".join(f"Najin harbour {n},{n},{wide}\n" for n in range(20))
    )
    with zipfile.ZipFile(folder / "papers.zip", "w") as archive:
        archive.writestr(f"in/{'member-' * 20}.txt", prose)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "image.bin").write_bytes(b"\0\1\2" * 99)
    (folder / ".seedsearchignore").write_text("queries.tsv\n")
    (folder / "queries.tsv").write_text(f"q1\tharbour\nq2\t{prose[:70]} AND\nq3\t{wide}\n")
    for path in SEEDS.glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes())


def is_whole(line: str, asked: list[str], columns: int) -> bool:
    """Return whether a line may be too wide, because cutting would make it useless: it is copied.

    That is a place with nothing beside it but the rank of the hit, a single word, a code line of a page, and, on
    terminals of less than 80 columns, an example in a help text.
    """
    if {"help", "-h", "--help"}.intersection(asked) and line.startswith("    "):
        return asked[1:] == ["query-language"] or ("seedsearch " in line and columns < 80)
    name = re.sub(r"^ *\d+  ", "", line).strip()
    return " " not in name or any(re.match(re.escape(own) + r"(:\d+)?$", name) for own in NAMES)


@pytest.mark.parametrize("size", SIZES)
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    filled(tmp_path)
    script = tmp_path.parent / f"{tmp_path.name}.json"
    script.write_text(json.dumps(ASKED))
    env = environment(
        TERM="xterm-256color", HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path / ".state")
    )
    command = [sys.executable, "-c", DRIVER, str(script), END]
    _, out = typed_on_terminal(command, [], folder=tmp_path, env=env, size=size)
    answers = out.decode().split(END)[:-1]
    assert len(answers) == len(ASKED)
    wide = {}
    for asked, answer in zip(ASKED, answers, strict=True):
        assert answer.strip(), asked
        assert "internal error" not in answer, (asked, answer)
        lines = re.split(r"[\r\n]+", ESCAPE.sub("", answer).expandtabs())
        assert all(wcswidth(line) >= 0 for line in lines), asked
        found = [line for line in lines if wcswidth(line) > size[0]]
        if cut := [line for line in found if not is_whole(line, asked, size[0])]:
            wide[" ".join(asked)] = cut
    assert not wide, wide
