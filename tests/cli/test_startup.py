"""What a piped query imports: start-up is part of every query, so nothing heavy is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import environment

SCRIPT = """
import json, sys
from seedsearch.cli import main
code = main(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""

HEAVY = ["asyncio", "chardet", "concurrent", "dataclasses", "email", "http", "isal", "logging",
         "mcp", "multiprocessing", "numpy", "onnxruntime", "pathlib", "pickle", "pydantic", "rich",
         "seedsearch.meaning", "seedsearch.search.rerank", "subprocess", "tempfile", "textual", "tokenizers",
         "unittest", "urllib", "whoosh", "zipfile"]  # fmt: skip


def loaded_by(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=folder, env=environment(), capture_output=True, check=True,
    )  # fmt: skip
    code, modules = json.loads(ended.stderr.splitlines()[-1])
    return code, {name.split(".")[0] for name in modules} | set(modules)


@pytest.mark.parametrize(
    "form", [[], ["--json"], ["-l"], ["-c"], ["-q"], ["-k0"], ["--color=never"]]
)
def test_a_piped_query_loads_nothing_heavy(indexed_seeds: Path, form: list[str]) -> None:
    code, modules = loaded_by(indexed_seeds, "query", *form, "North", "Korean", "troops")
    assert code == 0
    assert modules.isdisjoint(HEAVY), sorted(modules & set(HEAVY))
    assert "seedsearch.indexing" not in modules
    assert "seedsearch.cli.index" not in modules


@pytest.mark.parametrize("options", [["-g", "*"], ["-k", "5"], ["-l", "-t", "txt"]])
def test_short_options_are_not_compared_with_long_ones(
    indexed_seeds: Path, options: list[str]
) -> None:
    code, modules = loaded_by(indexed_seeds, "query", *options, "troops")
    assert code == 0
    assert "difflib" not in modules


def test_no_command_is_imported_with_a_screen_or_a_server(tmp_path: Path) -> None:
    script = """
import importlib, json, pkgutil, sys
import seedsearch.cli
for module in pkgutil.iter_modules(seedsearch.cli.__path__):
    importlib.import_module(f"seedsearch.cli.{module.name}")
print(json.dumps(sorted(sys.modules)))
"""
    command = [sys.executable, "-c", script]
    out = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(out.stdout)}
    assert loaded.isdisjoint({"rich", "textual", "mcp"})


def test_a_phrase_and_no_hits_neither(indexed_seeds: Path) -> None:
    for query in ('"As he left"', "xyzzy", "沒有留言", "Kore* AND NOT port", "fuzy~"):
        _, modules = loaded_by(indexed_seeds, "query", query)
        assert modules.isdisjoint(HEAVY), (query, sorted(modules & set(HEAVY)))


def test_a_small_run_begins_no_process(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for number in range(5):
        (tmp_path / "docs" / f"{number}.txt").write_text("Some words.\n" * 1000)
        (tmp_path / "docs" / f"{number}.md").write_text("# Title\n\nSome words.\n")
        (tmp_path / "docs" / f"{number}.html").write_text("<title>A</title><p>Some words.")
    for arguments in (["index", "docs"], ["index"], ["query", "--in", "docs", "words"]):
        code, modules = loaded_by(tmp_path, *arguments)
        assert code == 0
        assert modules.isdisjoint({"multiprocessing", "concurrent", "subprocess"}), arguments
    (tmp_path / "docs" / "large.md").write_text("Some words.\n\n" * 10_000)
    assert "multiprocessing" in loaded_by(tmp_path, "index")[1]
