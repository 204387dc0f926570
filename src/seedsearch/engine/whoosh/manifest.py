"""The manifest: which files make up an index, and the commit protocol that changes it.

A commit is: new files written and synced, the folder synced, the manifest written under a temporary name and
synced, renamed over the old one, the folder synced; and only then the files that it no longer names removed. At
any moment the folder holds one whole state.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from seedsearch.engine.whoosh.format import SegmentFile
from seedsearch.engine.whoosh.segment import Deletions, Segment
from seedsearch.errors import IndexDamagedError, IndexVersionError, NoIndexError

FORMAT = 1
"""The version of the index format that this code reads and writes."""

NAME = "manifest.json"
_TEMPORARY = "manifest.tmp"


class FileEntry(NamedTuple):
    """A file of the index: its name in the folder, its length in bytes, its SHA-256."""

    file: str
    bytes: int
    digest: str


class SegmentEntry(NamedTuple):
    """A segment in the manifest; the numbers are those of `build.SegmentInfo`."""

    file: str
    bytes: int
    digest: str
    files: int
    skipped: int
    documents: int
    passages: int
    body_length: int
    title_length: int
    text_bytes: int
    deleted_passages: int = 0
    deletions: FileEntry | None = None


class Manifest(NamedTuple):
    """One state of an index. `generation` counts commits; times are nanoseconds since the epoch."""

    generation: int
    created_ns: int
    committed_ns: int
    roots: tuple[str, ...]
    segments: tuple[SegmentEntry, ...]

    def names(self) -> set[str]:
        """The names of all files that the state needs, without the manifest's own."""
        names = {entry.file for entry in self.segments}
        return names | {entry.deletions.file for entry in self.segments if entry.deletions}


def _damaged(what: str) -> IndexDamagedError:
    return IndexDamagedError(
        f"the index is damaged: {what}",
        "run `seedsearch index --rebuild` to make it anew from the documents",
    )


def _checksum(body: Any) -> str:
    data = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(data).hexdigest()


def read(folder: str) -> Manifest:
    """The manifest of an index folder.

    Raises NoIndexError, IndexVersionError, IndexDamagedError.
    """
    path = os.path.join(folder, NAME)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        raise NoIndexError(
            f"no index in {folder}", "make one with `seedsearch index FOLDER`"
        ) from None
    try:
        whole = json.loads(data)
        body, checksum, version = whole["index"], whole["checksum"], whole["format"]
    except (ValueError, KeyError, TypeError):
        raise _damaged(f"{NAME} cannot be read") from None
    if version != FORMAT and checksum == _checksum([version, body]):
        raise IndexVersionError(
            f"the index is of format {version}, this program reads format {FORMAT}",
            "run `seedsearch index --rebuild` to make it anew",
        )
    if checksum != _checksum([version, body]):
        raise _damaged(f"the checksum of {NAME} is wrong")
    return _from_json(body)


def _from_json(body: dict[str, Any]) -> Manifest:
    segments = []
    for item in body["segments"]:
        deletions = item.pop("deletions")
        segments.append(
            SegmentEntry(**item, deletions=FileEntry(**deletions) if deletions else None)
        )
    return Manifest(
        body["generation"],
        body["created_ns"],
        body["committed_ns"],
        tuple(body["roots"]),
        tuple(segments),
    )


def _to_json(manifest: Manifest) -> dict[str, Any]:
    body = manifest._asdict()
    body["segments"] = [
        entry._asdict() | {"deletions": entry.deletions._asdict() if entry.deletions else None}
        for entry in manifest.segments
    ]
    return body


def write(folder: str, manifest: Manifest) -> None:
    """Make `manifest` the state of the index. Its files must be written and synced before."""
    body = _to_json(manifest)
    whole = {"format": FORMAT, "checksum": _checksum([FORMAT, body]), "index": body}
    sync_folder(folder)
    temporary = os.path.join(folder, _TEMPORARY)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)  # a leftover, or a link that somebody laid there
    write_file(temporary, json.dumps(whole, indent=1).encode())
    os.replace(temporary, os.path.join(folder, NAME))
    sync_folder(folder)


def salvage_roots(folder: str) -> tuple[str, ...]:
    """The roots of an index that cannot be opened, as far as they can still be read."""
    try:
        with open(os.path.join(folder, NAME), "rb") as file:
            roots = json.loads(file.read())["index"]["roots"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(root for root in roots if isinstance(root, str)) if isinstance(roots, list) else ()


def discard(folder: str) -> None:
    """Give up the state of an index, so that the folder counts as one without."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(folder, NAME))


def write_file(path: str, data: bytes) -> None:
    """Write a new file and see it onto the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def digest(data: bytes) -> str:
    """The SHA-256 of a small file, as the manifest has it."""
    return hashlib.sha256(data).hexdigest()


def sync_folder(folder: str) -> None:
    """See a folder's entries onto the disk, where the system can."""
    if os.name == "nt":  # Windows has no such call: renames there are ordered by the file system
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def remove_leftovers(folder: str, keep: Iterable[str]) -> None:
    """Remove the files of this format that no state needs: of earlier commits, of killed runs."""
    kept = set(keep)
    for name in os.listdir(folder):
        if name.endswith((".seg", ".del")) and name not in kept:
            with contextlib.suppress(OSError):  # Windows: a reader still has it open
                os.unlink(os.path.join(folder, name))


def open_segment(folder: str, entry: SegmentEntry) -> Segment:
    """Open a segment with its deletions. Raises FileNotFoundError, IndexDamagedError."""
    file = SegmentFile(os.path.join(folder, entry.file), entry.bytes, entry.digest)
    return Segment(file, entry.passages, _read_deletions(folder, entry))


def _read_deletions(folder: str, entry: SegmentEntry) -> Deletions | None:
    import zlib  # most indexes have no deletions

    if entry.deletions is None:
        return None
    name, size, wanted = entry.deletions
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read(size + 1)
    if len(data) != size or digest(data) != wanted:
        raise _damaged(f"the checksum of {name} is wrong")
    flags = zlib.decompress(data)
    return Deletions(flags[: entry.passages], flags[entry.passages :])
