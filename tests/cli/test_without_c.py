"""An installation without the compiled core makes the same index and gives the same answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from running import SEEDS, environment, process

SCRIPT = """
import sys
sys.modules["seedsearch.core._core"] = None  # cannot be imported
from seedsearch.cli import main
sys.exit(main(sys.argv[1:]))
"""
WITH_ALL = "import sys; from seedsearch.cli import main; sys.exit(main(sys.argv[1:]))"


def run(script: str, folder: Path, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def documents(folder: Path) -> None:
    """Write documents for two segments, in several scripts and languages, with all kinds of lines."""
    seeds = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir()) if path.is_file()]
    german = "Die Häuser der Stadt und das Haus am Fluss, wie es in den Büchern steht. " * 30
    chinese = "北京的春天沒有風，人們在公園裡散步。\n" * 60
    folder.mkdir()
    for number in range(60):
        parts = [f"Report {number}", *seeds, german, chinese, "snake_case and camelCase " * number]
        turned = parts[number % 5 + 1 :] + parts[1 : number % 5 + 1]
        (folder / f"{number:02}.txt").write_text("\n".join([parts[0], *turned]), encoding="utf-8")


def test_the_same_index_and_the_same_answers(tmp_path: Path) -> None:
    pytest.importorskip("seedsearch.core._core")
    answers: list[list[str]] = []
    for name, script in (("with", WITH_ALL), ("without", SCRIPT)):
        folder = tmp_path / name
        folder.mkdir()
        documents(folder / "docs")
        run(script, folder, "index", "docs", "--jobs", "1")
        forms = [
            ["North Korean troops"],
            ['"North Korean"', "--json"],
            ["häuser"],
            ["沒有"],
            ["camel*"],
        ]
        found = [run(script, folder, "query", *form) for form in forms]
        answers.append([text.replace(folder.as_uri(), "") for text in found])
    assert answers[0] == answers[1]
    assert all(answers[0][i] for i in (0, 2, 3, 4))


def test_the_user_is_told_once_and_in_the_status(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A note on North Korean troops.\n", encoding="utf-8")

    def stderr(*arguments: str) -> str:
        ended = process(*arguments, folder=tmp_path, env=environment(SEEDSEARCH_WITHOUT_CORE="1"))
        assert ended.returncode == 0
        return (ended.stderr + ended.stdout).decode()

    message = (
        "the compiled core is missing, so indexing and searching are much slower{} "
        "install a C compiler, then reinstall seedsearch\n"
    )
    assert stderr("index", ".").startswith("seedsearch: " + message.format(":"))
    assert "core" not in stderr("index")
    assert "core        " + message.format(";") in stderr("status")
    assert '"core":"python"' in stderr("status", "--json")


def test_a_core_that_is_required_and_missing_is_an_error(tmp_path: Path) -> None:
    env = environment(SEEDSEARCH_WITHOUT_CORE="1", SEEDSEARCH_REQUIRE_CORE="1")
    ended = process("status", folder=tmp_path, env=env)
    assert ended.returncode != 0
    assert b"ImportError" in ended.stderr


def test_few_documents_too(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A note on North Korean troops.\n", encoding="utf-8")
    run(SCRIPT, tmp_path, "index", "note.txt")
    assert "North Korean troops" in run(SCRIPT, tmp_path, "query", "troops")
