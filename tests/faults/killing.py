"""Documents whose passages all contain their version, indexed by processes that are killed. Run as a program, it
indexes.

All passages of a file must have one version. The versions of the files identify the commit of an answer.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from seedsearch.engine.base import DocumentText, Engine
from seedsearch.engine.registry import open_engine
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.model import Document, FileState, PassageSpan
from seedsearch.paths import Home, create_home
from seedsearch.query.ast import Term

Versions = dict[str, int]


def paragraphs(number: int, version: int, count: int) -> str:
    filler = " ".join(f"w{number}x{i % 97}" for i in range(180))
    return "\n\n".join(
        f"marker file{number} version {version} at{i} {filler}" for i in range(count)
    )


def versions(engine: Engine) -> Versions:
    """Return the version of each file, after checking that all its passages agree."""
    ranking = engine.search(Term("marker"), limit=None)
    found: dict[str, set[str]] = {}
    for hit in ranking.passages:
        match = re.search(r"version (\d+)", hit.passage.text)
        assert match is not None
        found.setdefault(hit.passage.document.path, set()).add(match[1])
    assert all(len(said) == 1 for said in found.values()), found
    return {path: int(said.pop()) for path, said in found.items()}


def commit_markers(engine: Engine, version: int, files: int = 3) -> None:
    """Commit another version of the files once, with no other text in their passages."""
    writer = engine.writer()
    try:
        writer.remove([f"f{number}" for number in range(files)])
        builder = writer.builder_factory()()
        for number in range(files):
            text = paragraphs(number, version, 4)
            cuts = [m.start() for m in re.finditer("marker", text)]
            spans = [
                PassageSpan(a, b, 1, 1) for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)
            ]
            path = f"f{number}"
            document = DocumentText(Document(path, "", "utf-8"), text, spans)
            builder.add(FileState(path, version, 1, 2, b"\0" * 8), [document])
        # And a file that stays and fills most of the segment, so that segments with deletions accumulate.
        path = f"kept{version:06}"
        text = "keeper " * 20
        spans = [PassageSpan(at, at + 6, 1, 1) for at in range(0, len(text), 7)]
        document = DocumentText(Document(path, "", "utf-8"), text, spans)
        builder.add(FileState(path, version, 1, 2, b"\0" * 8), [document])
        writer.adopt(builder.finish())
        writer.commit()
    finally:
        writer.close()


def start(*arguments: str) -> subprocess.Popen[str]:
    """Run this file as a program, in a new session."""
    return subprocess.Popen(
        [sys.executable, __file__, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def living(session: int) -> list[int]:
    """Return the processes of a session that have not ended."""
    return [pid for pid, state, sid in _processes() if sid == session and state not in "ZX"]


def _processes() -> Iterator[tuple[int, str, int]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield int(stat.parent.name), fields[0], int(fields[3])


def _update(base: str, docs: str) -> None:
    home = create_home(base + "/.seedsearch")
    engine = open_engine(home.folder, create=True)
    options = IndexOptions(add_roots=(docs,), jobs=2, memory_mb=64, commit_every_s=0.0)
    print("begin", flush=True)
    update_index(engine, home, options)
    engine.close()


def _commits(base: str, first: str) -> None:
    home: Home = create_home(base + "/.seedsearch")
    engine = open_engine(home.folder, create=True)
    for version in range(int(first), int(first) + 10_000):
        commit_markers(engine, version)
        print(version, flush=True)


if __name__ == "__main__":
    {"update": _update, "commits": _commits}[sys.argv[1]](*sys.argv[2:])
