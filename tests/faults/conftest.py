"""One index, made once, and copies of it to harm. `make faults` has the trials counted and written down."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from figures import with_figures
from trials import LONG, all_answers, counted, make_index

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_figures: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def _counts(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test is a trial, or says how many it makes. Signals end a program in the background and under nohup, too."""
    counted["trials"] = 0
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGQUIT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    yield
    request.node.user_properties.append(("trials", counted["trials"] or 1))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown" and report.passed:
        _figures[Path(report.fspath).name] += dict(report.user_properties).get("trials", 0)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the trials of each row, where all were made and none failed."""
    if LONG and exitstatus == 0 and not hasattr(session.config, "workerinput"):
        PAGE.write_text(with_figures(PAGE.read_text("utf-8"), _figures), "utf-8")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that nobody changes; its documents stand beside it."""
    return make_index(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="session")
def answers(whole: Path) -> dict[str, Any]:
    """What the undamaged index answers."""
    return all_answers(whole)


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy of that index, to harm, with its documents beside it."""
    base = tmp_path / "copy"
    shutil.copytree(whole.parent, base)
    return base / whole.name
