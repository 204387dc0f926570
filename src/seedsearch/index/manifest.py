"""The manifest: which files make up an index, and the commit protocol that changes it.

A commit is: new files written and synced, the folder synced, the manifest written under a temporary name and
synced, renamed over the old one, the folder synced; and only then the files that it no longer names removed. At
any moment the folder holds one whole state.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from seedsearch.digest import digest
from seedsearch.errors import IndexFault, IndexVersionError, NoIndexError
from seedsearch.index.durable import sync_folder, write_file
from seedsearch.index.segment_file import damage, read_regular
from seedsearch.record import NamedTuple

FORMAT = 6
"""The version of the index format that this code reads and writes."""

NAME = "manifest.json"
_TEMPORARY = "manifest.tmp"
MAX_PASSAGES = 1 << 16
"""The most passages in a segment, so that a passage's number takes two bytes."""

MAX_FILES = 1 << 20
"""The most files in a segment, those without text too."""

_MOST_BYTES = 1 << 23  # a manifest of ten thousand segments takes some four million
SEGMENT, DELETIONS = ".seg", ".del"
"""How the names of segments end, and of what is deleted in them."""

_STEM = 16  # hexadecimal digits before the ending


class FileEntry(NamedTuple):
    """A file of the index: its name in the folder, its length in bytes, its digest."""

    file: str
    bytes: int
    digest: str


class SegmentEntry(NamedTuple):
    """A segment in the manifest; `body_length` and `title_length` sum positions."""

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
    """One state of an index. `generation` counts commits; times are nanoseconds since the epoch.

    `settings` is a text that means nothing here.
    """

    generation: int
    created_ns: int
    committed_ns: int
    roots: tuple[str, ...]
    segments: tuple[SegmentEntry, ...]
    settings: str = ""

    def names(self) -> set[str]:
        """The names of all files that the state needs, without the manifest's own."""
        names = {entry.file for entry in self.segments}
        return names | {entry.deletions.file for entry in self.segments if entry.deletions}


def _checksum(body: Any) -> str:
    import json  # start-up time, here and below: who begins to index needs it at the end

    return digest(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def read(folder: str) -> Manifest:
    """The manifest of an index folder.

    Raises NoIndexError, IndexVersionError, IndexDamagedError.
    """
    body, checksum, version = _read_whole(folder)
    if type(version) is not int or checksum != _checksum([version, body]):
        raise damage(NAME, "its checksum is wrong")
    if version != FORMAT:
        raise IndexVersionError(
            f"the index is of format {version}, this program reads format {FORMAT}",
            "run `seedsearch index --rebuild` to build it again",
        )
    try:
        return _from_json(body)
    except (KeyError, TypeError, ValueError):
        raise damage(NAME, "it does not say what a manifest says") from None


def _read_whole(folder: str) -> tuple[Any, Any, Any]:
    """What the manifest says, its checksum and its format; nothing is checked yet."""
    try:
        data = read_regular(os.path.join(folder, NAME), _MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise _no_index(folder) from None
    import json

    try:
        if data != data.strip():  # which JSON allows, and nobody wrote
            raise ValueError
        whole = json.loads(data)
        return whole["index"], whole["checksum"], whole["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damage(NAME, "it cannot be read") from None


def _no_index(folder: str) -> NoIndexError:
    from seedsearch.index.lock import is_being_written  # start-up time: nobody reads with a lock

    if is_being_written(folder):
        return NoIndexError(
            f"the first index in {folder} is still being made",
            "ask again when something of it is there",
        )
    with contextlib.suppress(OSError):
        if any(_is_ours(name) for name in os.listdir(folder)):
            return NoIndexError(
                f"no index in {folder}: there are parts of one, but {NAME} is missing",
                "run `seedsearch index FOLDER` to build it again from the documents",
            )
    return NoIndexError(f"no index in {folder}", "make one with `seedsearch index FOLDER`")


# Types are checked even where the checksum is right: a hostile manifest has a right checksum, too.


def _from_json(body: dict[str, Any]) -> Manifest:
    """Raises KeyError, TypeError, ValueError."""
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
    if len(state.names()) != sum(2 if e.deletions else 1 for e in state.segments):
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
    """Whether the system could be asked about a file of that name."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True


def _is_name(name: Any, ending: str) -> bool:
    """Whether a file could be one that this program made: it never leaves the folder."""
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
    """Make `manifest` the state of the index. Its files must be written and synced before."""
    import json

    body = _to_json(manifest)
    whole = {"format": FORMAT, "checksum": _checksum([FORMAT, body]), "index": body}
    sync_folder(folder)
    temporary = os.path.join(folder, _TEMPORARY)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)  # a leftover, or a link that somebody laid there
    write_file(temporary, json.dumps(whole, indent=1).encode())
    os.replace(temporary, os.path.join(folder, NAME))
    sync_folder(folder)


def salvage_roots(folder: str) -> tuple[tuple[str, ...], str]:
    """Roots and settings of an index that cannot be opened, as far as they can still be read."""
    try:
        body = _read_whole(folder)[0]
        roots, settings = body["roots"], body.get("settings", "")
    except (IndexFault, KeyError, TypeError, AttributeError):
        return (), ""
    known = tuple(filter(_is_path, roots)) if isinstance(roots, list) else ()
    return known, settings if isinstance(settings, str) else ""


def new_name(ending: str) -> str:
    """A name for a file that no other has had: the ending is that of segments or of deletions."""
    return os.urandom(_STEM // 2).hex() + ending


def own_files(folder: str) -> set[str]:
    """The names of the files that this program made, without the manifest: needed ones, and leftovers."""
    return {name for name in os.listdir(folder) if _is_ours(name) or name == _TEMPORARY}
