"""The recipe with fzf in README.md works as it is printed."""

from __future__ import annotations

import os
import re
import select
import shutil
import sys
import time
from pathlib import Path

import pytest
from running import environment

pty = pytest.importorskip("pty", reason="fzf is tested where there are pseudo-terminals")

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.skipif(shutil.which("fzf") is None, reason="fzf is not installed")
def test_the_recipe_previews_and_opens(indexed_seeds: Path, tmp_path: Path) -> None:
    (recipe,) = re.findall(r"^seedsearch query .*\| fzf .*$", README.read_text("utf-8"), re.M)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = environment(PATH=path, TERM="xterm", COLUMNS="200", LINES="50", EDITOR="echo opened",
                      HOME=str(tmp_path), SHELL="/bin/bash")  # fmt: skip
    child, terminal = pty.fork()
    if not child:
        os.chdir(indexed_seeds)
        os.execvpe("bash", ["bash", "-c", f"stty cols 200 rows 50; {recipe}"], env)
    try:
        preview = r"\b\d+-\S"  # a line around the passage, as `show` prints it
        assert re.search(preview, until(terminal, preview))
        os.write(terminal, b"\r")
        shown = until(terminal, "opened ")
        assert re.search(r"opened /\S+seeds/\d+_\w+\.txt", shown)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def until(terminal: int, pattern: str) -> str:
    seen, end = "", time.monotonic() + 30
    while time.monotonic() < end and not re.search(pattern, seen):
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                piece = os.read(terminal, 65536).decode("utf-8", "replace")
                seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", piece)
            except OSError:
                break
    return seen
