"""Draws the pictures of the documentation, in docs/images, from what the program shows.

`make screenshots` runs it, after the layout on terminals or the screen of `browse` has changed.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from seedsearch.browse.app import Browser
from seedsearch.browse.session import Session
from seedsearch.engine.registry import open_engine
from seedsearch.paths import find_home

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
COLUMNS = 86
QUERY = ["query", "-k", "4", "North Korean troops"]


def main() -> None:
    """Index the seeds in a scratch folder, ask, and write the pictures."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(ROOT / "seeds", Path(scratch, "seeds"))
        _seedsearch(scratch, "index", "seeds/")
        write("query", answer(scratch))
        write("browse", asyncio.run(screen(scratch)))


def answer(folder: str) -> str:
    """Return a picture of an answer on a terminal."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ seedsearch query -k 4 North Korean troops", style="bold"))
    console.print(Text.from_ansi(_seedsearch(folder, *QUERY, "--pretty").rstrip()))
    return console.export_svg(title="seedsearch", theme=MONOKAI, unique_id="seedsearch")


async def screen(folder: str) -> str:
    """Return a picture of the screen of `browse`."""
    home = find_home(folder)
    engine = open_engine(home.folder)
    browser = Browser(Session(engine, home, folder), "North Korean troops", (), lambda *_: "")
    async with browser.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await browser.workers.wait_for_complete()
        await pilot.press("down")
        await browser.workers.wait_for_complete()
        await pilot.pause()
        picture = browser.export_screenshot(title="seedsearch browse")
    engine.close()
    return re.sub(r"terminal-\d+", "seedsearch", picture)  # the same name at each run


def write(name: str, picture: str) -> None:
    """Write a picture. Fonts from elsewhere would be fetched by whoever looks at it."""
    for unwanted in (r"@font-face \{.*?\}\s*", r"<!--.*?-->\s*"):
        picture = re.sub(unwanted, "", picture, flags=re.DOTALL)
    picture = re.sub(r"[ \t]+$", "", picture, flags=re.MULTILINE)
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{name}.svg").write_text(picture.rstrip() + "\n", "utf-8")


def _seedsearch(folder: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "seedsearch", *words],
        cwd=folder,
        env=os.environ | {"COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    return done.stdout


if __name__ == "__main__":
    main()
