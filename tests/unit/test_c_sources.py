"""What is in C is compiled once for all versions of Python from 3.11 on, whichever compiles it."""

from __future__ import annotations

import re
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src"
FORMAT = re.compile(r'"[^"\n]*[syzu]\*?#[^"\n]*"')


def test_no_format_needs_to_know_how_sizes_are_passed() -> None:
    """Compiled by 3.13, "s#" says nothing of that any more, and 3.12 refuses what says nothing."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(SOURCES.rglob("*.[ch]"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if FORMAT.search(line) and not line.lstrip().startswith(("/*", "*"))
    ]
    assert found == []
    assert FORMAT.search('PyArg_ParseTuple(args, "y#i", &a)')
