"""The fzf recipe in README.md works as printed."""

from __future__ import annotations

import os
import re
import select
import shutil
import sys
import time
from pathlib import Path

import pyte
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
    screen = pyte.Screen(200, 50)
    stream = pyte.ByteStream(screen)
    child, terminal = pty.fork()
    if not child:
        os.chdir(indexed_seeds)
        os.execvpe("bash", ["bash", "-c", f"stty cols 200 rows 50; {recipe}"], env)
    try:
        assert until(terminal, stream, screen, r"\b\d+-\S")  # as `show` prints a line
        os.write(terminal, b"\r")
        assert until(terminal, stream, screen, r"opened /\S+seeds/\d+_\w+\.txt")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def until(terminal: int, stream: pyte.ByteStream, screen: pyte.Screen, pattern: str) -> bool:
    """Return whether the pattern appears on the screen."""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if re.search(pattern, "\n".join(screen.display)):
            return True
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                stream.feed(os.read(terminal, 65536))
            except OSError:
                return False
    return False
