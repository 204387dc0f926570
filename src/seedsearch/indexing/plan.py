"""What an update has to do: walks the roots and compares what is there with what the index knows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from seedsearch.corpus.walk import walk
from seedsearch.errors import SourceNotFoundError, UsageError
from seedsearch.home import INDEX_FOLDER, Home
from seedsearch.indexing.work import Task, must_retry
from seedsearch.model import FileState
from seedsearch.record import Record


class Plan(Record):
    """The files to read (`tasks`, by the bytes of their stored paths), and what is known already.

    `vanished` are stored paths of files to remove; `skipped` holds (stored path, reason).
    """

    roots: tuple[str, ...]
    new_roots: bool
    tasks: tuple[Task, ...]
    unchanged: int
    vanished: tuple[str, ...]
    missing_roots: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


class _Targets(NamedTuple):
    """The absolute paths to walk, and those of roots that have vanished or are empty."""

    walked: list[str]
    missing: list[str]


def is_below(path: str, folder: str) -> bool:
    """Whether an absolute path is `folder` or lies in it."""
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def make_plan(
    home: Home,
    known: Mapping[str, FileState],
    old_roots: Sequence[str],
    add_roots: Sequence[str],
    *,
    prune: bool,
    rebuild: bool,
) -> Plan:
    """Walk `add_roots` (or all roots, if there are none, or to rebuild) and compare.

    Raises SourceNotFoundError for an added root that is not there, UsageError for an index folder.
    """
    added = [os.path.normpath(root) for root in add_roots]
    _check(added, home, old_roots)
    before = [home.absolute(root) for root in old_roots]
    wanted = [*before, *added] if rebuild or not added else added
    targets = _targets(wanted, known, home)
    if prune:
        targets.missing.clear()
        gone = [root for root in wanted if not os.path.lexists(root)]
        before = [root for root in before if root not in gone]

    problems: list[tuple[str, str]] = []
    files = list(walk(targets.walked, lambda *p: problems.append(p), leave_out=(home.folder,)))
    kept = [*targets.missing, *(path for path, _ in problems)]
    tasks: list[Task] = []
    skipped = [(home.stored(path), reason) for path, reason in problems]
    named = frozenset(targets.walked)
    unchanged = 0
    found = set()
    for file in files:
        path, size, mtime, ctime = file.path, file.size, file.mtime_ns, file.ctime_ns
        stored = home.stored(path)
        found.add(stored)
        old = known.get(stored)
        if old is None or rebuild or old[1:4] != (size, mtime, ctime) or must_retry(old):
            tasks.append(Task(path, stored, size, path in named, old))
        elif old.skipped:
            skipped.append((stored, old.skipped))
            unchanged += old.is_read()
        else:
            unchanged += 1
    absent = [path for path in known if path not in found]
    tasks.sort(key=_stored_bytes)
    roots = tuple(map(home.stored, _merged(before, added)))
    return Plan(
        roots=roots,
        new_roots=roots != tuple(old_roots),
        tasks=tuple(tasks),
        unchanged=unchanged,
        vanished=tuple(_vanished(absent, home, wanted, [*kept, *_nested(before, wanted)])),
        missing_roots=tuple(map(home.stored, targets.missing)),
        skipped=tuple(skipped),
    )


def _stored_bytes(task: Task) -> bytes:
    return os.fsencode(task.stored)


def _check(added: Iterable[str], home: Home, old_roots: Sequence[str]) -> None:
    for root in added:
        if is_below(root, home.folder) or os.path.basename(root) == INDEX_FOLDER:
            raise UsageError(f"{root} is an index, not a folder of documents")
        if not os.path.exists(root) and home.stored(root) not in old_roots:
            raise SourceNotFoundError(f"no such file or folder: {root}")


def _targets(wanted: Sequence[str], known: Mapping[str, FileState], home: Home) -> _Targets:
    """A root that is not there, or is empty where it had files, may be an unmounted disk."""
    targets = _Targets([], [])
    for root in wanted:
        if not os.path.exists(root) or (
            _is_empty(root) and any(is_below(home.absolute(path), root) for path in known)
        ):
            if root not in targets.missing:
                targets.missing.append(root)
        else:
            targets.walked.append(root)
    return targets


def _is_empty(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return False  # no folder, or one that cannot be read: the walk will tell


def _nested(before: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Roots that lie inside the wanted ones, but are none of them: they are not looked at now."""
    return [
        root
        for root in before
        if root not in wanted
        and any(is_below(root, other) and not _reaches(other, root) for other in wanted)
    ]


def _vanished(
    absent: Iterable[str], home: Home, wanted: Sequence[str], kept: Sequence[str]
) -> Iterable[str]:
    """Known files that were looked for and are not there, and whose folder could be read."""
    for stored in absent:
        path = home.absolute(stored)
        if any(is_below(path, root) for root in wanted) and not any(
            is_below(path, folder) for folder in kept
        ):
            yield stored


def _merged(before: Sequence[str], added: Sequence[str]) -> list[str]:
    """All roots, without those that the walk of another one reaches anyway."""
    roots = list(dict.fromkeys((*before, *added)))
    return [root for root in roots if not any(_reaches(other, root) for other in roots)]


def _reaches(folder: str, path: str) -> bool:
    if path == folder or not is_below(path, folder):
        return False
    while path != folder:
        if os.path.basename(path).startswith(".") or os.path.islink(path):
            return False
        path = os.path.dirname(path)
    return True
