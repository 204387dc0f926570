"""What the fuzzer calls: each target takes bytes, brings them to the core, and lets no expected error out.

A finding is any other exception, an access outside a buffer, or undefined behaviour. `make fuzz` runs each target for
SECONDS. An input that was a finding is kept in `findings/`, in a folder for its target, and
tests/safety/test_fuzz_findings.py gives each one to its target again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

if "_core" in sys.builtin_module_names:  # compiled into the fuzzer
    import _core  # type: ignore[import-not-found]

    sys.modules["seedsearch.core._core"] = _core

from trials import QUERIES, Opened, ask, make_index, seal, segments

from seedsearch.engine.base import BatchBuilder
from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import IndexDamagedError, IndexVersionError
from seedsearch.indexing.work import documents_of
from seedsearch.model import FileState

REFUSALS = (IndexDamagedError, IndexVersionError)
_MEDIA_TYPES = ("text/plain", "text/markdown", "text/html", "message/rfc822", "application/jsonl")


@cache
def _folder() -> Path:
    """A folder in memory, where the system has one: the targets write many small files."""
    parent = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = tempfile.mkdtemp(dir=parent)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@cache
def _builder() -> BatchBuilder:
    folder = _folder() / "text"
    folder.mkdir()
    return open_engine(str(folder), create=True).writer().builder_factory()()


def text(data: bytes) -> None:
    """A file of any content, from its bytes to the columns of a segment. The first byte chooses how it is read."""
    if not data:
        return
    media_type = _MEDIA_TYPES[data[0] % len(_MEDIA_TYPES)]
    state = FileState("a.txt", len(data) - 1, 0, 0, b"", "")
    documents, _, _ = documents_of(state, data[1:], media_type=media_type)
    _builder().add(state, documents)
    _builder().finish()
    for path in (_folder() / "text").glob("*.seg"):
        path.unlink()


@cache
def _whole_index() -> Path:
    base = _folder() / "whole"
    base.mkdir()
    return make_index(base)


def columns(data: bytes) -> None:
    """An index whose columns hold what the fuzzer says, under right checksums.

    Six bytes are an edit: two choose the column, two the place in it, two what stands there.
    """
    folder = _folder() / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_whole_index(), folder)
    opened = [Opened(path) for path in segments(folder)]
    for at in range(0, len(data) - 5, 6):
        column, place, value = (data[at + i : at + i + 2] for i in (0, 2, 4))
        segment = opened[column[1] % len(opened)]
        names = sorted(segment.directory["columns"])
        name = names[column[0] % len(names)]
        _, offset, _ = segment.directory["columns"][name]
        size = len(segment.values(name))
        where = int.from_bytes(place, "little")
        segment.body[offset + where : offset + min(where + 2, size)] = value[: max(size - where, 0)]
    for segment in opened:
        segment.save()
    seal(folder)
    try:
        engine = open_engine(str(folder))
    except REFUSALS:
        return
    for query in QUERIES:
        with contextlib.suppress(REFUSALS):
            ask(engine, query)
    engine.close()
    with contextlib.suppress(REFUSALS):
        check_index(str(folder))
