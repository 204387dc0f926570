"""A fixture that runs a command line in a temporary folder: `cli("query", "troops")`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from running import SEEDS, Cli, Ended

from seedsearch.cli import main
from seedsearch.render.messages import CORE_MISSING, error_message


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder without an index at or above it, and without an index in the environment."""
    for name in ("SEEDSEARCH_INDEX", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Run the command line in this process, in `folder`. Its streams are no terminals."""

    def run(*arguments: str) -> Ended:
        capfdbinary.readouterr()
        code = main(arguments)
        out, err = capfdbinary.readouterr()
        # Tests also run with the core hidden; test_without_c.py tests the message about that.
        note = error_message(*CORE_MISSING) + "\n"
        text = err.decode("utf-8").removeprefix(note)
        return Ended(code, out.decode("utf-8", "surrogateescape"), text)

    return run


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands report what they did, as if stdout were a terminal."""
    for module in ("exit", "index"):
        name = f"seedsearch.cli.{module}.is_terminal"
        monkeypatch.setattr(name, lambda stream: stream is sys.stdout)


@pytest.fixture(scope="session")
def indexed_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of seeds/ and its index, for tests that only read."""
    folder = tmp_path_factory.mktemp("indexed")
    shutil.copytree(SEEDS, folder / "seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SEEDSEARCH_INDEX", raising=False)
        patch.chdir(folder)
        assert main(["index", "-q", "--jobs", "1", "seeds/"]) == 0
    return folder


@pytest.fixture
def seeds(indexed_seeds: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line in `indexed_seeds`."""
    monkeypatch.chdir(indexed_seeds)
    return cli
