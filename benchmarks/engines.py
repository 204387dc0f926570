"""One interface to seedsearch and its peers: the command that indexes, the object that searches."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from benchmarks import peers

OURS = "seedsearch"
RECOLL = "recoll"
WHOOSH = "whoosh"
ROOT = str(Path(__file__).resolve().parent.parent)


class Command(NamedTuple):
    """A command and its environment."""

    argv: list[str]
    env: dict[str, str]


class Searcher(Protocol):
    """Answers queries in this process."""

    def search(self, kind: str, words: tuple[str, ...]) -> Sequence[object]:
        """Return the ten best as path, line and score. Raises ValueError for an unsupported kind."""


def available() -> list[str]:
    """Return the engines that can be measured here, seedsearch first."""
    found = []
    for name in (OURS, *peers.NAMES):
        try:
            peers.load(name)
        except ImportError:
            continue
        found.append(name)
    if shutil.which("recollindex"):
        found.append(RECOLL)
    return found


def seedsearch(index: str, *words: str) -> Command:
    """Return a command of the shipped command line, on one index."""
    script = Path(sys.executable).with_name("seedsearch")
    if not script.exists():
        argv = [sys.executable, "-m", "seedsearch", *words]
        return Command(argv, _environment(SEEDSEARCH_INDEX=index))
    return Command([str(script), *words], _users() | {"SEEDSEARCH_INDEX": index})


def index_command(
    name: str, folders: list[str], passages: str, out: str, words: str = "english"
) -> Command:
    """Return the process that indexes `folders`, or `passages` of them, into `out`.

    `words` says how a peer cuts text into terms: english or russian stems, or bigrams.
    """
    if name == OURS:
        Path(out).mkdir(parents=True)
        return seedsearch(str(Path(out, ".seedsearch")), "index", *folders)
    if name == RECOLL:
        Path(out).mkdir(parents=True)
        Path(out, "recoll.conf").write_text(f"topdirs = {' '.join(folders)}\n")
        return Command(["recollindex", "-c", out], _environment())
    more = [] if words == "english" else [words]  # not every peer has a choice
    argv = [sys.executable, "-m", "benchmarks.peers", name, passages, out, *more]
    return Command(argv, _environment())


def open_searcher(name: str, out: str) -> Searcher:
    """Open a searcher on the output of `index_command`."""
    searcher: Searcher = peers.load(name).Searcher(out)
    return searcher


def open_shower(name: str, out: str) -> Searcher:
    """Open a searcher whose hits have text and snippet."""
    shower: Searcher = peers.load(name).Shower(out)
    return shower


def _users() -> dict[str, str]:
    """Return the environment of users, in which Python keeps compiled modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _environment(**more: str) -> dict[str, str]:
    """Return an environment that finds the peers."""
    path = os.pathsep.join(filter(None, (ROOT, *(p for p in sys.path if p), os.getcwd())))
    return _users() | {"PYTHONPATH": path} | more
