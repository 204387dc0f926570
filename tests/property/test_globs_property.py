"""Patterns mean what they mean to git, which the tests run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedsearch.corpus.globs import deciding, parse_patterns

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is asked")

NAMES = ["a", "b", "ab", "a.txt", "b.md", "-", "a b", "!a", "#a", "a[b]", "A1", "x.txt.md"]
FOLDERS = ("d", "e", "d/e", "d/ab/e", "de")
PATHS = [*NAMES, *(f"{folder}/{name}" for folder in FOLDERS for name in NAMES if name != "ab")]

pieces = st.sampled_from(  # a list would take thirty lines
    "a b ab e de d x 1 .txt .md . - * ** ? / / **/ /** [ab] [!a] [a-z] [[:alpha:]] [^b] []-a] [ ] "  # noqa: SIM905
    "\\ \\* ! # ".split(" ")
)
lines_of_pieces = st.lists(pieces, min_size=1, max_size=5).map("".join)
# A set with a / in it: programs disagree on its meaning.
lines = lines_of_pieces.filter(lambda line: not re.search(r"\[[^\]/]*/", line))
files = st.lists(st.tuples(st.sampled_from(["", "", "!"]), lines).map("".join), max_size=4)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


def ignored_by_git(repository: Path, patterns: list[str]) -> set[str]:
    (repository / ".gitignore").write_text("".join(f"{line}\n" for line in patterns))
    asked = "\0".join(PATHS)
    ended = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        cwd=repository, input=asked.encode(), capture_output=True, check=False,
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )  # fmt: skip
    assert ended.returncode in (0, 1), ended.stderr
    return {path for path in ended.stdout.decode().split("\0") if path}


def ignored_by_us(patterns: list[str]) -> set[str]:
    parsed = parse_patterns(patterns)

    def is_ignored(path: str) -> bool:
        """Decide like a walk: from the top down, without entering ignored folders."""
        steps = path.split("/")
        for count in range(1, len(steps) + 1):
            step = "/".join(steps[:count])
            pattern = deciding(parsed, step, is_folder=count < len(steps))
            if pattern is not None and not pattern.negated:
                return True
        return False

    return {path for path in PATHS if is_ignored(path)}


@pytest.mark.parametrize(
    "patterns",
    [
        ["*", "!*/", "!*.txt"],
        ["d/", "!d/b"],
        ["d/*", "!d/b"],
        ["/a.txt", "e/**"],
        ["d/**/a.txt", "**/b.md"],
        ["**/e/**"],
        ["d/**/"],
        ["ab/e", "e/b"],
        ["a b", "a\\ b", "\\!a", "\\#a"],
        ["a[[]b]", "a\\[b\\]"],
        ["*.txt*", "![xX]*"],
        ["**a", "a**", "a**b", "ab/**a"],
        ["/", "//", "!", "\\", "a\\", "[", "a["],
    ],
)
def test_known_cases(repository: Path, patterns: list[str]) -> None:
    assert ignored_by_us(patterns) == ignored_by_git(repository, patterns)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files)
def test_random_patterns(repository: Path, patterns: list[str]) -> None:
    assert ignored_by_us(patterns) == ignored_by_git(repository, patterns)


def test_no_pattern_takes_long() -> None:
    """A search with backtracking would never end on these."""
    (name,) = parse_patterns(["*a" * 40 + "*b"])
    assert not name.fits("a" * 200)
    (path,) = parse_patterns(["/" + "**/a/" * 30 + "b"])
    assert not path.fits("a/" * 200 + "a")
