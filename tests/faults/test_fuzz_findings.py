"""Inputs from `make fuzz` that once broke the core: each runs again on its target."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parents[1] / "fuzz"
MAKEFILE = (Path(__file__).parents[2] / "Makefile").read_text()
TARGETS = MAKEFILE.split("FUZZ_TARGETS := ")[1].split("\n")[0].split()
FINDINGS = sorted((FUZZ / "findings").glob("*/*"))


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_finding_breaks_nothing_any_more(finding: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(FUZZ), *sys.path])
    import targets  # the path to it is set above

    getattr(targets, finding.parent.name)(finding.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_takes_bytes(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(FUZZ), *sys.path])
    import targets  # the path to it is set above

    for data in (b"", b"\0coal and ships", bytes(range(48))):
        getattr(targets, target)(data)
