"""What the tests of faults share: a small index of real files, questions to it, ways to harm it, and counts of trials.

`make faults` sets SEEDSEARCH_LONG: the same tests, with as many trials as make a promise.
"""

from __future__ import annotations

import json
import os
import random
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seedsearch.analysis import Analyzer
from seedsearch.digest import digest
from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import create_home
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse

LONG = bool(os.environ.get("SEEDSEARCH_LONG"))

QUERIES = (
    "coal",
    "harbour ships",
    "+coal +ships -grain",
    '"iron ore"',
    '"coal ships"~4',
    "har*",
    "sh?ps",
    "coul~1",
    "=ships",
    "title:report",
    "grain NOT coal",
    "electricite",
    "(coal OR grain) AND harbour",
    "coal^3 grain",
    "path:*1* coal",
    "東京",
    "größe",
    "nothingofthekind",
)

_TEXT = """
coal ships ship shipping harbour grain iron ore wagon signal north river bridge winter report crane dock sailor
letter captain store engine light morning street 東京の港 größe F-35 U.N. snake_case camelCase the of and to in
was that it
"""
_WORDS = _TEXT.split()


counted = {"trials": 0}
"""The trials of the test that runs now: see conftest.py."""


def trials(quick: int, long: int) -> int:
    """How many trials a test makes, which are counted."""
    wanted = long if LONG else quick
    counted["trials"] += wanted
    return wanted


def write_files(folder: Path, numbers: Iterator[int] | range, rng: random.Random) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        paragraphs = [f"# Report {number} of the harbour"]
        for _ in range(rng.randrange(1, 6)):
            words = rng.choices(_WORDS, k=rng.randrange(20, 150))
            rare = [f"word{rng.randrange(9000)}" for _ in range(90)]
            paragraphs.append(" ".join(words + rare) + ".")
        file = folder / f"{number:03}.md"
        file.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
        os.utime(file, (1_600_000_000, 1_600_000_000))  # old enough to be read only once


FRENCH = "Les mines de fer sont dans le pays. L'électricité est chère, et il a été décidé de les fermer.\n"
"""Has words of other stems without their accents."""


def make_index(base: Path, seed: int = 1) -> Path:
    """An index of several segments, with deletions; returns its folder."""
    rng = random.Random(seed)
    home = create_home(str(base / ".seedsearch"))
    docs = base / "docs"
    for first in range(0, 60, 20):
        write_files(docs, range(first, first + 20), rng)
        page = f"<p>iron ore {first}</p>\n\n<script>\nx\n</script>\n<p>of the mine</p>\n"
        (docs / f"page{first}.html").write_text(page)  # its lines are not lines of the text
        (docs / f"fr{first}.txt").write_text(FRENCH, encoding="utf-8")
        if first == 40:
            write_files(docs, range(3, 7), rng)
            (docs / "021.md").unlink()
        engine = open_engine(home.folder, create=True)
        update_index(engine, home, IndexOptions(add_roots=(str(docs),), jobs=1))
        engine.close()
    return Path(home.folder)


def ask(engine: Engine, text: str) -> tuple[Any, ...]:
    """Everything that an answer says."""
    ranking = engine.search(analyse(parse(text), Analyzer()), limit=20)
    return (ranking.total, *((round(hit.score, 9), hit.passage) for hit in ranking.passages))


def questions(engine: Engine) -> Iterator[tuple[str, Any]]:
    """Name each question, and call what answers it."""
    for text in QUERIES:
        yield text, lambda text=text: ask(engine, text)
    yield "files", lambda: sorted(engine.files().items())
    yield "stats", engine.stats


def all_answers(folder: Path) -> dict[str, Any]:
    engine = open_engine(str(folder))
    try:
        return {name: answer() for name, answer in questions(engine)}
    finally:
        engine.close()


SANITIZED = "ASAN_OPTIONS" in os.environ
MOST_SECONDS = 20.0 if SANITIZED else 2.0  # of the processor, for all questions together
MOST_KB = 300 << 10


@contextmanager
def bounded(what: object) -> Iterator[None]:
    """Fail if the process takes much time or memory for something. Only Linux says how much memory it took."""
    measured = Path("/proc/self/clear_refs").exists()
    if measured:
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = memory("VmRSS") if measured else 0
    begin = time.process_time()
    yield
    assert time.process_time() - begin < MOST_SECONDS, what
    assert not measured or memory("VmHWM") - before < MOST_KB, what


def memory(name: str) -> int:
    """Return a figure of this process's memory in kilobytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


# ------------------------------------------------------------------------ hostile folders

_FOOTER = struct.Struct("<QII8s")
_BLOCK = 1 << 12


class Opened:
    """A segment file taken apart, to be changed and put together with right checksums."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = path.read_bytes()
        at, size, _, self.magic = _FOOTER.unpack(data[-_FOOTER.size :])
        self.directory: dict[str, Any] = json.loads(data[at : at + size])
        self.body = bytearray(data[: self.directory["covered"]])

    def values(self, name: str) -> bytearray:
        code, offset, length = self.directory["columns"][name]
        return self.body[offset : offset + length * struct.calcsize(code)]

    def put(self, name: str, data: bytes, code: str = "B") -> None:
        """Another content for a column: it goes to the end."""
        offset = len(self.body)
        self.body += data + bytes(-len(data) % 8)
        self.directory["columns"][name] = [code, offset, len(data) // struct.calcsize(code)]
        self.directory["covered"] = len(self.body)

    def save(self) -> None:
        covered = len(self.body)
        blocks = (self.body[at : at + _BLOCK] for at in range(0, covered, _BLOCK))
        table = b"".join(struct.pack("<I", zlib.crc32(block)) for block in blocks)
        directory = json.dumps(self.directory).encode()
        footer = _FOOTER.pack(covered + len(table), len(directory), 0, self.magic)
        self.path.write_bytes(self.body + table + directory + footer)


def seal(folder: Path, whole: dict[str, Any] | None = None, **changes: Any) -> None:
    """A manifest with right checksums for what now stands in the folder."""
    path = folder / "manifest.json"
    whole = whole or json.loads(path.read_text())
    for entry in whole["index"]["segments"]:
        for item in (entry, entry["deletions"]):
            file = folder / str(item["file"]) if item else None
            if item and file and file.is_file():
                data = file.read_bytes()
                start = 0
                if file.suffix == ".seg" and len(data) > _FOOTER.size:
                    start = min(Opened(file).directory["covered"], len(data))
                item["bytes"] = len(data)
                item["digest"] = digest(data[start:])
    whole.update(changes)
    body = [whole["format"], whole["index"]]
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    whole["checksum"] = digest(canonical)
    path.write_text(json.dumps(whole))


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.seg"))
