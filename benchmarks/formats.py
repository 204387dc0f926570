"""Measure how well each format is read, over a folder of real files.

For each format: how many files there are, how many were read, and how many were named as not read; for the files that
are read, the share of a reference program's words, if one is installed; MB of file for each processor second and the
peak memory of a whole `seedsearch index` run over the files of this format alone. Start-up counts, so few small files
say little.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import describe
from benchmarks.measure import run
from seedsearch.corpus.formats import extract, media_type_of
from seedsearch.corpus.formats.registry import BY_TYPE
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.errors import SeedsearchError
from seedsearch.model import SourceFile

_WORD = re.compile(r"[^\W_]{2,}")
_HYPHENATED = re.compile(r"-\s*\n\s*")
_HEAD = 1 << 20  # bytes: enough to tell a format
_SECONDS = 120  # for a reference program and one file


class Row(NamedTuple):
    """The figures of one format. `words` is the mean share of the reference's words, `least` the lowest of a file."""

    name: str
    files: int
    read: int
    named: int
    words: float | None
    least: float | None
    reference: str
    megabytes: float
    rate: float
    peak_mb: float


def _pandoc(kind: str) -> Callable[[Path], list[str]]:
    return lambda path: ["pandoc", "-f", kind, "-t", "plain", "--wrap=none", os.fspath(path)]


_WORDPROCESSING = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REFERENCES: dict[str, Callable[[Path], list[str]]] = {
    "application/pdf": lambda path: ["pdftotext", "-enc", "UTF-8", os.fspath(path), "-"],
    _WORDPROCESSING: _pandoc("docx"),
    "application/vnd.oasis.opendocument.text": _pandoc("odt"),
    "application/epub+zip": _pandoc("epub"),
    "application/rtf": _pandoc("rtf"),
    "text/html": _pandoc("html"),
    "application/x-ipynb+json": _pandoc("ipynb"),
    "application/x-ole-storage": lambda path: ["antiword", os.fspath(path)],
}


def by_format(folder: Path) -> dict[str, list[Path]]:
    """Return the files below a folder, by media type."""
    found: dict[str, list[Path]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            kind = media_type_of(os.fspath(path), file.read(_HEAD))
        found.setdefault(kind, []).append(path)
    return found


def measure(kind: str, paths: Sequence[Path]) -> Row:
    """Index the files of one format alone, and compare their words with those of the reference program."""
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        files = base / "files"
        for number, path in enumerate(paths):
            place = files / f"{number:06}"
            place.mkdir(parents=True)
            shutil.copyfile(path, place / path.name)
        command = [sys.executable, "-m", "seedsearch", "index", "-q", "files"]
        cost = run(command, cwd=name, memory=True, ok=(0, 2))
        status = [sys.executable, "-m", "seedsearch", "status", "--json"]
        said = subprocess.run(status, cwd=name, capture_output=True, check=True).stdout
    counts = json.loads(said)
    shares, program = _shares(kind, paths)
    return Row(
        BY_TYPE[kind].name if kind in BY_TYPE else kind,
        len(paths),
        counts["files"],
        len(counts["skipped"]),
        statistics.mean(shares) if shares else None,
        min(shares, default=None),
        program,
        megabytes,
        megabytes / max(cost.cpu, 1e-9),
        cost.peak / 1e6,
    )


def _shares(kind: str, paths: Iterable[Path]) -> tuple[list[float], str]:
    """Return for each file the share of the reference's words that our reader finds, and the reference's name."""
    command = REFERENCES.get(kind)
    if command is None or shutil.which(command(Path())[0]) is None:
        return [], ""
    shares = []
    for path in paths:
        theirs = _their_words(command(path))
        ours = _our_words(path)
        if theirs and ours is not None:
            shares.append(len(theirs & ours) / len(theirs))
    return shares, command(Path())[0]


def _their_words(command: Sequence[str]) -> set[str]:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return set()
    return set(_WORD.findall(done.stdout.decode("utf-8", "replace").casefold()))


def _our_words(path: Path) -> set[str] | None:
    """The words that our reader gives; None for a file that is named as not read."""
    status = path.stat()
    file = SourceFile(os.fspath(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    words: set[str] | None = None
    with contextlib.suppress(Skip, SeedsearchError):
        for found in extract(file, path.read_bytes()):
            if not isinstance(found, Problem):
                text = f"{found.document.title} {found.text}".casefold()
                words = words or set()
                words.update(_WORD.findall(text))
                words.update(_WORD.findall(_HYPHENATED.sub("", text)))  # the tokenizer joins them
    return words


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| format | files | MB | read | named | words of the reference: mean, least | MB a processor second | memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        words = "" if row.words is None else f"{row.words:.1%}, {row.least:.1%} ({row.reference})"
        lines.append(
            f"| {row.name} | {row.files:,} | {row.megabytes:.1f} | {row.read:,} | {row.named:,} | {words} "
            f"| {row.rate:.1f} | {row.peak_mb:.0f} MB |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Print the table of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    machine = describe()
    print(f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}\n")
    kinds = by_format(asked.folder)
    print(table(measure(kind, paths) for kind, paths in kinds.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
