"""One compilation of the C serves all versions of Python from 3.11 on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src"
FORMAT = re.compile(r'"[^"\n]*[syzu]\*?#[^"\n]*"')


def test_no_format_needs_to_know_how_sizes_are_passed() -> None:
    """A format with "#", compiled by 3.13, does not set PY_SSIZE_T_CLEAN, so 3.12 refuses it."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(SOURCES.rglob("*.[ch]"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if FORMAT.search(line) and not line.lstrip().startswith(("/*", "*"))
    ]
    assert found == []
    assert FORMAT.search('PyArg_ParseTuple(args, "y#i", &a)')


def test_the_tests_that_run_with_sanitizers_exist() -> None:
    said = subprocess.run(
        ["make", "-n", "sanitize"], cwd=SOURCES.parent, capture_output=True, text=True, check=True
    )
    named = set(re.findall(r"\b[a-z]+/test_\w+\.py", said.stdout))
    assert len(named) > 40
    assert [name for name in named if not (SOURCES.parent / "tests" / name).exists()] == []
