"""Read and write the manifest, which names the files of an index, by a safe commit protocol.

A commit writes and syncs the new files, syncs the folder, writes and syncs the manifest under a temporary name,
renames it over the old one, and syncs the folder again. Only then does it remove the files that the manifest no
longer names. At any moment the folder contains one whole state.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from seedsearch.digest import digest
from seedsearch.errors import IndexFault, IndexVersionError, NoIndexError
from seedsearch.index.segment_file import damage, read_regular
from seedsearch.record import NamedTuple

FORMAT = 13
"""The version of the index format that this code reads and writes."""

NAME = "manifest.json"
_TEMPORARY = "manifest.tmp"
MAX_PASSAGES = 1 << 16
"""The most passages in a segment. The number of a passage takes two bytes."""

MAX_FILES = 1 << 20
"""The most files in a segment, including files without text."""

_MOST_BYTES = 1 << 23  # ten thousand segments take about four million
SEGMENT, DELETIONS = ".seg", ".del"
"""The endings of the names of segments and of their deletions."""

_STEM = 16  # hexadecimal digits before the ending


class FileEntry(NamedTuple):
    """A file of the index: its name in the folder, its length in bytes, its digest."""

    file: str
    bytes: int
    digest: str


class SegmentEntry(NamedTuple):
    """A segment in the manifest; `body_length` and `title_length` are sums of positions."""

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

    def names(self) -> set[str]:
        """Return the names of its files."""
        return {self.file} | ({self.deletions.file} if self.deletions else set())


class Manifest(NamedTuple):
    """One state of an index. `generation` counts commits; times are nanoseconds since the epoch.

    `settings` is an opaque text.
    """

    generation: int
    created_ns: int
    committed_ns: int
    roots: tuple[str, ...]
    segments: tuple[SegmentEntry, ...]
    settings: str = ""

    def names(self) -> set[str]:
        """Return the names of all files of the state, except the manifest."""
        return {name for entry in self.segments for name in entry.names()}


def _checksum(body: Any) -> str:
    import json  # start-up time, here and below: an indexing run needs it at the end

    return digest(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def read(folder: str) -> Manifest:
    """Return the manifest of an index folder.

    Raise NoIndexError, IndexVersionError and IndexDamagedError.
    """
    body, checksum, version = _read_whole(folder)
    if type(version) is not int or checksum != _checksum([version, body]):
        raise damage(NAME, "its checksum is wrong")
    if version != FORMAT:
        raise IndexVersionError(
            f"the index in {folder} has format {version}; this version reads format {FORMAT}",
            "run `seedsearch index --rebuild` to build it again",
        )
    try:
        return _from_json(body)
    except (KeyError, TypeError, ValueError):
        raise damage(NAME, "it lacks values that a manifest has") from None


def _read_whole(folder: str) -> tuple[Any, Any, Any]:
    """Return the body of the manifest, its checksum and its format, all unchecked."""
    try:
        data = read_regular(os.path.join(folder, NAME), _MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise _no_index(folder) from None
    import json

    try:
        if data != data.strip():  # JSON allows white space there, but no writer adds it
            raise ValueError
        whole = json.loads(data)
        return whole["index"], whole["checksum"], whole["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damage(NAME, "it cannot be read") from None


def _no_index(folder: str) -> NoIndexError:
    from seedsearch.index.lock import is_being_written  # start-up time: readers do not lock

    if is_being_written(folder):
        return NoIndexError(
            f"the first index in {folder} is being written",
            "try again in a moment",
        )
    with contextlib.suppress(OSError):
        if any(_is_ours(name) for name in os.listdir(folder)):
            return NoIndexError(
                f"no index in {folder}: there are parts of one, but {NAME} is missing",
                "run `seedsearch index FOLDER` to build it again from the documents",
            )
    return NoIndexError(f"no index in {folder}", "create one with seedsearch index FOLDER")


# Types are checked even if the checksum is right: a hostile manifest has a right checksum, too.


def _from_json(body: dict[str, Any]) -> Manifest:
    """Return the manifest of a JSON body. Raise KeyError, TypeError or ValueError if it is invalid."""
    roots = body["roots"]
    if not isinstance(roots, list) or not all(map(_is_path, roots)):
        raise TypeError
    state = Manifest(
        _number(body["generation"]),
        _number(body["created_ns"]),
        _number(body["committed_ns"]),
        tuple(roots),
        tuple(_segment_entry(item) for item in body["segments"]),
        body.get("settings", ""),
    )
    if not isinstance(state.settings, str):
        raise TypeError
    if len(state.names()) != sum(len(entry.names()) for entry in state.segments):
        raise ValueError
    return state


def _segment_entry(item: dict[str, Any]) -> SegmentEntry:
    deletions = item["deletions"]
    known: dict[str, Any] = _file_entry(item, SEGMENT)._asdict()
    known.update((name, _number(item[name])) for name in SegmentEntry._fields[3:-1])
    known["deletions"] = None if deletions is None else _file_entry(deletions, DELETIONS)
    entry = SegmentEntry(**known)
    if not (
        entry.deleted_passages <= entry.passages <= MAX_PASSAGES
        and entry.documents <= entry.passages
        and entry.skipped <= entry.files <= MAX_FILES
    ):
        raise ValueError
    return entry


def _file_entry(item: dict[str, Any], ending: str) -> FileEntry:
    file, known = item["file"], item["digest"]
    if not _is_name(file, ending) or not isinstance(known, str):
        raise ValueError
    return FileEntry(file, _number(item["bytes"]), known)


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError
    return value


def _is_path(value: Any) -> bool:
    """Return whether the system accepts this as a path."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True


def _is_name(name: Any, ending: str) -> bool:
    """Return whether a name is one that this program gives to files. Such a name never leaves the folder."""
    return (
        isinstance(name, str)
        and len(name) == _STEM + len(ending)
        and name.endswith(ending)
        and all(c in "0123456789abcdef" for c in name[:_STEM])
    )


def _is_ours(name: str) -> bool:
    return _is_name(name, SEGMENT) or _is_name(name, DELETIONS)


def _to_json(manifest: Manifest) -> dict[str, Any]:
    body = manifest._asdict()
    body["segments"] = [
        entry._asdict() | {"deletions": entry.deletions._asdict() if entry.deletions else None}
        for entry in manifest.segments
    ]
    return body


def write(folder: str, manifest: Manifest) -> None:
    """Make `manifest` the state of the index. Its files must already be written and synced."""
    import json

    body = _to_json(manifest)
    whole = {"format": FORMAT, "checksum": _checksum([FORMAT, body]), "index": body}
    sync_folder(folder)
    temporary = os.path.join(folder, _TEMPORARY)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)  # a leftover, or a link that somebody put there
    write_file(temporary, json.dumps(whole, indent=1).encode())
    os.replace(temporary, os.path.join(folder, NAME))
    sync_folder(folder)


def salvage_roots(folder: str) -> tuple[tuple[str, ...], str]:
    """Return the roots and settings of an index that cannot be opened, as far as they are readable."""
    try:
        body = _read_whole(folder)[0]
        roots, settings = body["roots"], body.get("settings", "")
    except (IndexFault, KeyError, TypeError, AttributeError):
        return (), ""
    known = tuple(filter(_is_path, roots)) if isinstance(roots, list) else ()
    return known, settings if isinstance(settings, str) else ""


def new_name(ending: str) -> str:
    """Return a new, unique file name; `ending` is SEGMENT or DELETIONS."""
    return os.urandom(_STEM // 2).hex() + ending


def own_files(folder: str) -> set[str]:
    """Return the names of the files that this program made, except the manifest: needed ones and leftovers."""
    return {name for name in os.listdir(folder) if _is_ours(name) or name == _TEMPORARY}


# ---------------------------------------------------------------------- writing that survives a power cut


def sync(descriptor: int) -> None:
    """Wait until the disk has everything that was written to a file.

    On macOS `fsync` only passes it to the disk, which may keep it in its cache. F_FULLFSYNC waits for the medium.
    """
    with contextlib.suppress(ImportError):  # Windows has no fcntl
        import fcntl  # start-up time: queries write nothing

        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is not None:
            with contextlib.suppress(OSError):  # file systems without it, as on a network
                fcntl.fcntl(descriptor, full)
                return
    os.fsync(descriptor)


def sync_folder(folder: str) -> None:
    """Wait until the disk has the entries of a folder, where the system can."""
    if os.name == "nt":  # Windows has no such call: its file system orders renames
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: str, data: bytes) -> None:
    """Write a new file, and wait until the disk has it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        sync(file.fileno())
