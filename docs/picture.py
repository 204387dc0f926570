"""Draw docs/console.svg: the terminal output of the README's first query.

Run `make screenshots` after a change of the terminal layout.
"""

from __future__ import annotations

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

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = 86
QUERY = ["query", "-k", "4", "North Korean troops"]


def main() -> None:
    """Run the query with colours, and write the picture."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(ROOT / "seeds", Path(scratch, "seeds"))
        _seedsearch(scratch, "index", "seeds/")
        shown = _seedsearch(scratch, *QUERY, "--pretty")
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ seedsearch query -k 4 North Korean troops", style="bold"))
    console.print(Text.from_ansi(shown.rstrip()))
    picture = console.export_svg(title="seedsearch", theme=MONOKAI, unique_id="seedsearch")
    # Without external fonts, which viewers would download.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    picture = re.sub(r"<!--.*?-->\s*", "", picture, flags=re.DOTALL)
    picture = re.sub(r"[ \t]+$", "", picture, flags=re.MULTILINE)
    (ROOT / "docs" / "console.svg").write_text(picture.rstrip() + "\n", "utf-8")


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
