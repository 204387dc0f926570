"""Indexes with right checksums that claim huge sizes: refused at once, in little memory.

Each command runs in a separate process, whose processor time and memory are measured.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from trials import LONG, Opened, make_index, seal, segments

from seedsearch.digest import blake2b, digest

MOST_SECONDS = 2.0  # of the processor, with start-up
MOST_KB = 300 << 10

CHECK = ("check",)
COMMANDS = (
    ("query", "coal"),
    ("query", "-l", "*a*"),
    ("terms",),
    ("status",),
    CHECK,
    ("index", "-q", "--jobs", "1"),  # the last, because it may replace what is damaged
)

_MEASURED = """
import sys, time
from seedsearch.cli import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(f"\\n{code} {time.process_time()} {peak}", file=sys.stderr)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index that does not change, with its documents beside it."""
    return make_index(tmp_path_factory.mktemp("whole"))


def with_manifest(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the manifest, with a right checksum."""
    whole = json.loads((folder / "manifest.json").read_text())
    change(whole["index"])
    body = [whole["format"], whole["index"]]
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    whole["checksum"] = digest(canonical)
    (folder / "manifest.json").write_text(json.dumps(whole))


def first(index: dict[str, object]) -> dict[str, object]:
    """Return the entry of the first segment, which has deletions."""
    entries = index["segments"]
    assert isinstance(entries, list)
    found: dict[str, object] = next(entry for entry in entries if entry["deletions"])
    return found


def sparse_deletions(folder: Path) -> None:
    """A gigabyte of deletions, sparse on disk, for as many passages and files."""
    size = 1 << 30
    wanted = blake2b(digest_size=32)
    for _ in range(size >> 20):
        wanted.update(bytes(1 << 20))

    def change(index: dict[str, object]) -> None:
        entry = first(index)
        entry["passages"] = entry["files"] = entry["documents"] = size
        entry["deletions"] = {**entry["deletions"], "bytes": size, "digest": wanted.hexdigest()}  # type: ignore[dict-item]
        os.truncate(folder / str(entry["deletions"]["file"]), size)  # type: ignore[index]

    with_manifest(folder, change)


def long_manifest(folder: Path) -> None:
    """Thirty megabytes of empty lists."""
    with_manifest(folder, lambda index: index.update(roots=[[]] * 7_500_000))


def manifest_below_the_limit(folder: Path) -> None:
    """As many empty lists as the limit allows."""
    with_manifest(folder, lambda index: index.update(roots=[[]] * 2_000_000))


def many_segments(folder: Path) -> None:
    """Twenty thousand missing segments."""

    def change(index: dict[str, object]) -> None:
        entry = first(index)
        index["segments"] = [
            {**entry, "file": f"{n:016x}.seg", "deletions": None} for n in range(20_000)
        ]

    with_manifest(folder, change)


def with_tail(folder: Path, body: int, columns: dict[str, list[object]], pad: bytes) -> None:
    """Return a sparse segment of zero bytes, and a directory with these columns and the padding."""
    path = segments(folder)[0]
    opened = Opened(path)
    opened.directory["columns"].update(columns)
    opened.directory["covered"] = body
    zero = zlib.crc32(bytes(1 << 12))
    table = struct.pack("<I", zero) * (body >> 12)
    directory = json.dumps(opened.directory).encode()[:-1] + b',"x":' + pad + b"}"
    tail = table + directory
    tail += struct.pack("<QII8s", body + len(table), len(directory), 0, opened.magic)
    with path.open("wb") as file:
        file.truncate(body)
        file.seek(body)
        file.write(tail)

    def change(index: dict[str, object]) -> None:
        for entry in index["segments"]:  # type: ignore[attr-defined]
            if entry["file"] == path.name:
                entry.update(bytes=body + len(tail), digest=digest(tail))

    with_manifest(folder, change)


def long_directory(folder: Path) -> None:
    """A directory of blanks."""
    with_tail(folder, 1 << 20, {}, b" " * (30 << 20) + b"0")


def directory_below_the_limit(folder: Path) -> None:
    """As many empty lists as the limit allows."""
    with_tail(folder, 1 << 20, {}, b"[" + b"[]," * 2_700_000 + b"0]")


def sparse_segment(folder: Path) -> None:
    """Four gigabytes of zeros; every column is half of them."""
    body = (1 << 32) - (1 << 24)
    columns: dict[str, list[object]] = {}
    for name, (code, _, length) in Opened(segments(folder)[0]).directory["columns"].items():
        rows = name.split(".")[0] in ("passage", "document", "file") and (
            name.endswith(".end") or code != "B" or "digest" in name
        )
        columns[name] = [code, 0, length if rows else body // 16]
    with_tail(folder, body, columns, b"0")


def sparse_strings(folder: Path) -> None:
    """The strings of a real segment, each one gigabyte long."""
    body = 1 << 31
    names = ("file.path", "file.skipped", "document.title", "text", "group", "term", "postings")
    directory = Opened(segments(folder)[0]).directory
    columns = {**directory["columns"], **{name: ["B", 0, body] for name in names}}
    with_tail(folder, body, columns, b"0")


def bombs(name: str, size: int, count: int) -> Callable[[Path], None]:
    """Blocks that inflate to much more than their size."""

    def change(folder: Path) -> None:
        bomb = zlib.compress(b"b\n" * (size // 2), 9)
        for path in segments(folder):
            segment = Opened(path)
            blocks = max(count, segment.directory["columns"][f"{name}.end"][2])
            segment.put(name, bomb * blocks)
            ends = [len(bomb) * n for n in range(1, blocks + 1)]
            segment.put(f"{name}.end", struct.pack(f"<{blocks}Q", *ends), "Q")
            if name == "text":
                raw = [size * n for n in range(1, blocks + 1)]
                segment.put("text.raw", struct.pack(f"<{blocks}Q", *raw), "Q")
            segment.save()
        seal(folder)

    change.__name__ = f"bombs_of_{name}_of_{size}"
    return change


SHAPES: tuple[Callable[[Path], None], ...] = (
    sparse_deletions,
    long_manifest,
    manifest_below_the_limit,
    many_segments,
    long_directory,
    directory_below_the_limit,
    sparse_segment,
    sparse_strings,
    bombs("group", 1 << 26, 200),
    bombs("group", 1 << 22, 500),
    bombs("term", 1 << 22, 500),
    bombs("text", 1 << 26, 200),
)


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"), reason="the peak of memory is read there"
)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_it_is_refused_soon_and_in_little_memory(
    shape: Callable[[Path], None], whole: Path, tmp_path: Path
) -> None:
    base = tmp_path / "copy"
    shutil.copytree(whole.parent, base)
    shape(base / whole.name)
    environment = {name: value for name, value in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    number = SHAPES.index(shape)
    for command in COMMANDS if LONG else (CHECK, COMMANDS[number % len(COMMANDS)]):
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, *command],
            cwd=base,
            env={**environment, "HOME": str(tmp_path)},
            capture_output=True,
            check=False,
        )
        said = done.stderr.decode()
        code, seconds, most = said.splitlines()[-1].split()
        refused = code == "2" and "the index is damaged" in said
        assert refused or (code == "0" and command != CHECK), (command, said)
        assert float(seconds) < MOST_SECONDS, (command, said)
        assert int(most) < MOST_KB, (command, said)
