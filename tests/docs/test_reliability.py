"""docs/reliability.md names every test of faults, and no other; `make faults` changes nothing of it but the figures."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")


def named(page: str) -> list[str]:
    return re.findall(r"`(test_\w+\.py)`", page)


def test_each_test_of_faults_holds_one_promise() -> None:
    there = {path.name for path in (ROOT / "tests" / "faults").glob("test_*.py")}
    assert set(named(PAGE)) == there
    assert not [name for name, times in Counter(named(PAGE)).items() if times > 1]


def test_each_row_has_figures() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and named(line)]
    assert len(rows) >= 14
    for row in rows:
        assert re.fullmatch(r"\|([^|]+\|){3} ([\d,]+|–) \|", row), row


def test_figures_are_written_into_the_last_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "faults"))
    from figures import with_figures

    page = "| a | b | `test_a.py`, `test_b.py` | – |\n| c | d | `test_c.py` | 7 |\n"
    assert with_figures(page, Counter({"test_a.py": 1200, "test_b.py": 34})) == (
        "| a | b | `test_a.py`, `test_b.py` | 1,234 |\n| c | d | `test_c.py` | 7 |\n"
    )
    assert with_figures(page, Counter({"test_a.py": 1200})) == page  # a part of a row


def test_development_dependencies_are_locked_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [
        *project["dependencies"],
        *extras["dev"],
        *extras["pdf"],
        *extras["watch"],
        *extras["eval"],
    ]
    names = {re.split(r"[\[<>=;! ]", wish)[0].lower() for wish in wanted} - {"seedsearch"}
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements-dev.txt").read_text("utf-8"))[1:]
    locked = {entry.partition("==")[0].lower(): entry for entry in entries}
    assert names <= set(locked), names - set(locked)
    assert all("--hash=sha256:" in entry for entry in entries)
