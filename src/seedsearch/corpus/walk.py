"""From roots to files: every regular file at or below some paths, in the order of their bytes.

Symbolic links below a root are not followed, hidden names are passed over, and what is neither file
nor folder (a FIFO, a device, a socket) is never opened. What cannot be read is reported, and the
walk goes on.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator

from seedsearch.model import SourceFile

Report = Callable[[str, str], None]
"""Told of a path that could not be read, and why, in words for the user."""


def walk(
    roots: Iterable[str], report: Report, *, leave_out: Iterable[str] = ()
) -> Iterator[SourceFile]:
    """Every regular file at or below `roots` (absolute paths), each once, sorted by path bytes.

    A root may be hidden, or a symbolic link: whoever names it means it. `leave_out` holds absolute
    paths of folders that are not entered. Problems go to `report` as (path, reason).
    """
    named = sorted(set(map(os.path.normpath, roots)), key=os.fsencode)
    walker = _Walker(report, frozenset(named), frozenset(leave_out))
    for root in named:
        yield from walker.from_root(root)


def reason_of(error: OSError) -> str:
    """Why the system refused, in a few words and without the path."""
    return (error.strerror or type(error).__name__).lower()


class _Walker:
    """One walk: remembers which roots were met on the way down from another root."""

    def __init__(self, report: Report, roots: frozenset[str], leave_out: frozenset[str]) -> None:
        self._report = report
        self._roots = roots
        self._leave_out = leave_out
        self._met: set[str] = set()

    def from_root(self, root: str) -> Iterator[SourceFile]:
        """The files of one root, unless another root's walk came by already."""
        if root in self._met:
            return
        self._met.add(root)
        try:
            status = os.stat(root)
        except (OSError, ValueError) as error:
            self._report(root, reason_of(error) if isinstance(error, OSError) else str(error))
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._below(root)
        elif stat.S_ISREG(status.st_mode):
            yield SourceFile(root, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        else:
            self._report(root, "neither a file nor a folder")

    def _below(self, top: str) -> Iterator[SourceFile]:
        # A stack of what is still to be given, last first: no recursion, however deep the tree.
        stack: list[SourceFile | str] = [top]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                stack.extend(reversed(self._listing(item)))
            else:
                yield item

    def _listing(self, folder: str) -> list[SourceFile | str]:
        """What a folder holds: files and the paths of folders, sorted."""
        if folder in self._leave_out:
            return []
        # Below a folder every path goes on with a separator, which decides its place.
        found: dict[str, SourceFile | str] = {}
        roots = self._roots
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name, path = entry.name, entry.path
                    if name[0] == "." and path not in roots:
                        continue
                    if entry.is_file(follow_symlinks=False):
                        file = self._file(entry)
                        if file is not None:
                            found[name] = file
                    elif entry.is_dir(follow_symlinks=False):
                        found[name + os.sep] = path
                    else:
                        continue
                    if path in roots:
                        self._met.add(path)
        except OSError as error:
            self._report(folder, reason_of(error))
        plain = all(map(str.isascii, found))
        return [found[name] for name in sorted(found, key=None if plain else os.fsencode)]

    def _file(self, entry: os.DirEntry[str]) -> SourceFile | None:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._report(entry.path, reason_of(error))
            return None
        return SourceFile(entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
