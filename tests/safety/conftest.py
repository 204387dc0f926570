"""One index, made once, and copies of it to harm."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from trials import all_answers, make_index


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
