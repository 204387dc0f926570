"""The documentation is correct: its commands run, their output matches, and its links have targets.

A ```console block is a session. Each line after `$ ` runs in a scratch folder that holds seeds/ and docs/names.txt,
on a terminal of 80 columns without colours. The blocks of a page run in order. If output is shown, it must match; `…`
or `...` matches anything, and any lines if alone on its line. The stderr of a command with a pipe is ignored, because
its place in the output varies. A command must exit with 0. A block that cannot run here has another language,
followed by the reason: ```sh needs fzf
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pyte
import pytest

from seedsearch.index.manifest import FORMAT

pty = pytest.importorskip("pty", reason="terminals are tested where there are pseudo-terminals")

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("**/*.md")),
    *sorted((ROOT / "benchmarks").glob("*.md")),
]
COLUMNS, LINES = 80, 400
RECORD = 4000  # the screen is wider than the layout, so that records do not wrap
SHELLS = {"sh", "bash", "shell", "zsh", "fish", "powershell"}


class Step(NamedTuple):
    """A command of a page, its line, and the expected output."""

    line: int
    command: str
    shown: list[str]


def fences(page: Path) -> list[tuple[int, str, list[str]]]:
    """Yield every fenced block: the line of its fence, the words after the fence, its lines."""
    found: list[tuple[int, str, list[str]]] = []
    inside: list[str] | None = None
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if inside is None and line.startswith("```"):
            inside = []
            found.append((number, line[3:].strip(), inside))
        elif line.startswith("```"):
            inside = None
        elif inside is not None:
            inside.append(line)
    assert inside is None, f"{page.name}: a block is not closed"
    return found


def steps(page: Path) -> list[Step]:
    """Yield the commands of a page's ```console blocks, in order."""
    found: list[Step] = []
    for start, language, lines in fences(page):
        if language != "console":
            continue
        continued = False
        for number, line in enumerate(lines, start + 1):
            if continued:
                found[-1] = found[-1]._replace(command=found[-1].command + "\n" + line)
            elif line.startswith("$ "):
                found.append(Step(number, line[2:], []))
            else:
                assert found, f"{page.name}:{number}: output before the first command"
                found[-1].shown.append(line)
            continued = line.endswith("\\") and (continued or line.startswith("$ "))
    return found


def on_a_terminal(command: str, folder: Path) -> tuple[int, list[str]]:
    """Run a command on a pseudo-terminal. Return its exit code and the lines on the screen."""
    ours, theirs = pty.openpty()
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(folder),
        "TERM": "dumb",
        "COLUMNS": str(COLUMNS),
        "LINES": "40",
        "LC_ALL": "C.UTF-8",
        "SEEDSEARCH_PAGER": "",
    }
    for name in ("SEEDSEARCH_INDEX", "FORCE_COLOR", "PYTHONWARNINGS"):
        environment.pop(name, None)
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL if " | " in command else theirs,
    )
    os.close(theirs)
    screen = pyte.Screen(RECORD, LINES)
    stream = pyte.ByteStream(screen)
    while data := _read(ours):
        stream.feed(data)
    os.close(ours)
    return process.wait(), _without_blank_ends(_written(screen))


def _written(screen: pyte.Screen) -> list[str]:
    """Return the lines of a screen. `screen.display` measures each blank cell too, which takes seconds."""
    lines = []
    for y in range(max(screen.buffer, default=-1) + 1):
        row = screen.buffer[y]  # a wide character is followed by an empty cell
        lines.append("".join(row[x].data for x in range(max(row, default=-1) + 1)).rstrip())
    return lines


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # on Linux: the other end is closed
        return b""


def _without_blank_ends(lines: list[str]) -> list[str]:
    text = "\n".join(lines).strip("\n")
    return text.split("\n") if text else []


def matches(shown: list[str], seen: list[str]) -> bool:
    """Return whether the output matches the shown text, in which `…` and `...` match anything."""
    pattern = ""
    for line in _without_blank_ends([line.rstrip() for line in shown]):
        if line.strip() in ("…", "..."):
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, re.split(r"…|\.\.\.", line))) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in seen)) is not None


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if steps(page)], ids=named)
def test_commands_do_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copy(ROOT / "docs" / "names.txt", tmp_path)
    for step in steps(page):
        code, seen = on_a_terminal(step.command, tmp_path)
        place = f"{page.name}:{step.line}: $ {step.command}"
        assert code == 0, f"{place}\nexited with {code}\n" + "\n".join(seen)
        if step.shown:
            assert matches(step.shown, seen), f"{place}\nshows\n" + "\n".join(seen)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_cannot_run_says_why(page: Path) -> None:
    for line, language, _ in fences(page):
        words = language.split(maxsplit=1)
        assert words, f"{page.name}:{line}: a block without a language"
        if words[0] in SHELLS:
            assert len(words) == 2, f"{page.name}:{line}: a shell block that does not say why"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_matching_is_strict() -> None:
    seen = ["one 1 ms", "two", "three"]
    assert matches(["one … ms", "two", "three"], seen)
    assert matches(["one 1 ms", "...", "three", ""], seen)
    assert not matches(["one 1 ms", "two"], seen)
    assert not matches(["one 1 ms", "three"], seen)
    assert not matches(["one"], seen)


def test_a_terminal_shows_what_a_person_sees(tmp_path: Path) -> None:
    assert on_a_terminal(r"printf 'ab\rc\n'; test -t 1; exit 3", tmp_path) == (3, ["cb"])


def test_the_page_on_the_index_describes_the_format_that_is_written() -> None:
    page = (ROOT / "docs/index-format.md").read_text(encoding="utf-8")
    assert page.startswith(f"# The index format, version {FORMAT}\n")
    assert f'{{"format": {FORMAT}, ' in page


def test_the_map_of_the_package_names_every_module_and_folder() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    table = page.partition("| layer |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+(?:\.py|/))`", table))
    package = ROOT / "src" / "seedsearch"
    there = {path.name for path in package.glob("*.py") if path.name[0] != "_"}
    there |= {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    assert there - named == set()
