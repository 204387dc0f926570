"""Walk roots and find the files to read, sorted by the bytes of their paths.

Unless a root's Selection says otherwise, the walk skips hidden names (except folders of a Maildir), names in ignore
files (`globs.py`), generated files unless a glob chooses them, and symbolic links below a root. It never opens a FIFO,
device or socket. It reports unreadable entries and goes on.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import groupby
from typing import Any

from seedsearch.core import compiled
from seedsearch.corpus.read import NO_FOLDER, Descent, flags_of
from seedsearch.corpus.selection import Omission, Root, View
from seedsearch.corpus.skip import reason_of
from seedsearch.folders import IGNORE_FILES, NEVER_WALKED, is_below, prefix_of
from seedsearch.model import SourceFile, figures
from seedsearch.record import NamedTuple

Report = Callable[[str, str], None]
"""Called with a path that could not be read, and with the reason in words for the user."""

_FOLDER_FLAGS = os.O_RDONLY | flags_of("O_DIRECTORY", "O_NONBLOCK")
_NO_PATHS: frozenset[str] = frozenset()
# A Maildir is a folder of mail with one file for each message. `cur` and `new` hold delivered mail, `tmp` holds what is
# still being written. Further folders of a mailbox (Maildir++) are hidden folders beside these: `.Sent`.
_UNDELIVERED = "tmp"
_NOT_DELIVERED = "mail that is not delivered yet"
_DELIVERED = ("cur", "new")

# Generated files: caches, installed packages, minified files, lock files.
_FOLDERS = ("node_modules", "bower_components", "__pycache__")
_MARKS = {  # entries that mark such a folder
    "CACHEDIR.TAG": "a cache (CACHEDIR.TAG)",
    "pyvenv.cfg": "a virtual environment",
    "conda-meta" + os.sep: "a virtual environment",
}
_LOCKS = (
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "poetry.lock", "uv.lock",
    "Pipfile.lock", "pdm.lock", "Cargo.lock", "composer.lock", "Gemfile.lock", "Podfile.lock", "pubspec.lock",
    "mix.lock", "flake.lock", "go.sum", "gradle.lockfile", "packages.lock.json",
)  # fmt: skip
_NAMES = {
    **dict.fromkeys(_LOCKS, "a lock file"),
    **dict.fromkeys(_FOLDERS, "installed or compiled packages"),
}
_ENDINGS = (".min.js", ".min.mjs", ".min.css", ".js.map", ".mjs.map", ".css.map", ".ts.map")
_OWNER = "~$"  # Office creates such a file beside an open document


def walk(
    roots: Iterable[str | Root],
    report: Report,
    *,
    leave_out: Iterable[str] = (),
    omitted: Callable[[Omission], None] | None = None,
    patterns: tuple[str, ...] = (),
) -> Iterator[SourceFile]:
    """Yield each file to read at or below `roots` once, sorted by the bytes of its path.

    A root may be hidden, ignored, or a symbolic link: the user asked for them. `leave_out` holds
    absolute paths of folders that are not entered. `report` gets faults as (path, reason), `omitted` the entries
    skipped by choice. `patterns` are further ignore patterns for every root, weaker than any ignore file.
    """
    named = {}
    for root in roots:
        root = Root(root) if isinstance(root, str) else root
        path = os.path.normpath(root.path)
        named[path] = root._replace(path=path)
    walker = _Walker(report, named, frozenset(leave_out), omitted or (lambda _: None), patterns)
    for path in sorted(named, key=os.fsencode):
        for run in walker.from_root(named[path]):
            yield from run


def reaches(root: Root, path: str, patterns: tuple[str, ...] = ()) -> bool:
    """Return whether a walk from `root` visits `path`, a file or folder below it."""
    omitted: set[str] = set()
    walker = _Walker(
        lambda *_: None, {root.path: root}, frozenset(), lambda o: omitted.add(o.path), patterns
    )
    return walker.comes_by(root, path) and path not in omitted


# On Windows the core has no such function.
_list_files: Callable[..., tuple[dict[str, SourceFile | str], bool]] | None = getattr(
    compiled, "list_files", None
)


def _files_of(folder: int, prefix: str, most: int) -> tuple[dict[str, SourceFile | str], bool]:
    """Return the ordinary files of an open folder by name, and whether the folder has no other entries."""
    if _list_files is None:
        return {}, False
    return _list_files(folder, prefix, min(most, sys.maxsize), SourceFile)


@contextmanager
def _entries(path: str, folder: int) -> Iterator[Iterator[os.DirEntry[str]]]:
    """Yield the entries of a folder, read through its descriptor. Their paths may be only their names.

    From an open folder, `stat` of an entry need not descend from the root again, which is a quarter of its time.
    """
    if folder == NO_FOLDER or os.scandir not in os.supports_fd:
        with os.scandir(path) as entries:
            yield entries
        return
    descriptor = os.open(".", _FOLDER_FLAGS, dir_fd=folder)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


def _runs(items: list[SourceFile | _Folder]) -> list[list[SourceFile] | _Folder]:
    """Return the items with each run of neighbouring files as one list."""
    runs: list[list[SourceFile] | _Folder] = []
    for kind, run in groupby(items, type):
        neighbours: list[Any] = list(run)
        runs += neighbours if kind is _Folder else [neighbours]
    return runs


class _Folder(NamedTuple):
    """A folder to walk: its path, and `real`, its path below the start of its view with links resolved."""

    path: str
    view: View
    real: str


class _Walker:
    """One walk. It remembers the roots that it met below another root."""

    def __init__(
        self,
        report: Report,
        roots: dict[str, Root],
        leave_out: frozenset[str],
        omitted: Callable[[Omission], None],
        patterns: tuple[str, ...],
    ) -> None:
        self._report = report
        self._roots = roots
        self._leave_out = leave_out
        self._omitted = omitted
        self._patterns = patterns
        self._roots_in: dict[str, set[str]] = {}  # by their folder
        for path in roots:
            self._roots_in.setdefault(os.path.dirname(path), set()).add(path)
        self._met: set[str] = set()
        self._linked: dict[str, str] = {}  # from links to the folders they lead to
        self._led_to: set[str] = set()
        self._descent = Descent()

    def from_root(self, root: Root) -> Iterator[list[SourceFile]]:
        """Yield the files of one root in runs. Yield nothing if the walk of another root visited it."""
        path = root.path
        if path in self._met:
            return
        self._met.add(path)
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:
            self._report(path, reason_of(error) if isinstance(error, OSError) else str(error))
            return
        if stat.S_ISDIR(status.st_mode):
            try:
                yield from self._below(self._top(root))
            finally:
                self._descent.close()
        elif stat.S_ISREG(status.st_mode):
            yield [SourceFile(path, *figures(status))]
        else:
            self._report(path, "neither a file nor a folder")

    def comes_by(self, root: Root, path: str) -> bool:
        """Return whether the walk of a root comes by a path below it. A folder there is looked into, too."""
        at = root.path
        items: list[SourceFile | _Folder] = [self._top(root)]
        try:
            for step in (*path[len(at) :].strip(os.sep).split(os.sep), ""):
                item = next((item for item in items if item.path == at), None)
                if item is None or at in self._linked:
                    return False
                items = self._listing(item) if isinstance(item, _Folder) else []
                at = prefix_of(at) + step
        finally:
            self._descent.close()
        return True

    def _top(self, root: Root) -> _Folder:
        view = View(root, self._patterns)
        return _Folder(root.path, view, view.start)

    def _below(self, top: _Folder) -> Iterator[list[SourceFile]]:
        # A stack of items still to yield, last first: no recursion, however deep the tree.
        stack: list[list[SourceFile] | _Folder] = [top]
        while stack:
            item = stack.pop()
            if isinstance(item, _Folder):
                stack.extend(reversed(_runs(self._listing(item))))
            else:
                yield item

    def _listing(self, folder: _Folder) -> list[SourceFile | _Folder]:
        """Return the files and folders of a folder that are to be read, sorted."""
        path_of_folder, view, real = folder
        if path_of_folder in self._leave_out:
            return []
        try:
            descriptor = self._descent.folder(view.start, real)
        except OSError as error:
            self._report(path_of_folder, reason_of(error))
            return []
        prefix = prefix_of(path_of_folder)
        roots = self._roots_in.get(path_of_folder, _NO_PATHS)
        hidden, most, has_large = view.root.selection.hidden, view.most, False
        # Names of folders end with a separator, so that their contents sort where the full paths do.
        found: dict[str, SourceFile | str]
        found, is_all = ({}, False) if roots else _files_of(descriptor, prefix, most)
        ignore_files: list[str] = []
        met: list[str] = []
        unseen: list[str] = []
        try:
            with nullcontext(()) if is_all else _entries(path_of_folder, descriptor) as entries:
                for entry in entries:
                    name = entry.name
                    if name in found:
                        continue
                    path = prefix + name
                    if name[0] == ".":
                        if name in IGNORE_FILES:
                            ignore_files.append(name)
                        if (not hidden or name in NEVER_WALKED) and path not in roots:
                            unseen.append(name)
                            continue
                    if entry.is_file(follow_symlinks=False):
                        try:
                            status = entry.stat(follow_symlinks=False)
                        except OSError as error:
                            self._report(path, reason_of(error))
                            continue
                        has_large = has_large or status.st_size > most
                        found[name] = SourceFile(path, *figures(status))
                    elif entry.is_dir(follow_symlinks=False):
                        found[name + os.sep] = path
                    else:
                        self._odd(entry, path, view, found)
                    if roots and path in roots:
                        met.append(path)
        except OSError as error:
            self._report(path_of_folder, reason_of(error))
        if view.root.selection.ignore and self._is_generated(path_of_folder, found, view):
            return []
        cur, new, tmp = (name + os.sep in found for name in (*_DELIVERED, _UNDELIVERED))
        if cur and (new or tmp):  # a Maildir
            self._mail(prefix, unseen, found)
        for name in unseen:
            self._omitted(Omission(prefix + name, "hidden", ""))
        view = view.below(path_of_folder, ignore_files)
        if view.choosy or has_large:
            self._choose(found, view)
        plain = all(map(str.isascii, found))
        items: list[SourceFile | _Folder] = []
        below = prefix_of(real)
        for name in sorted(found, key=None if plain else os.fsencode):
            item = found[name]
            if isinstance(item, str):
                items.append(_Folder(item, view, self._linked.get(item) or below + name[:-1]))
            else:
                items.append(item)
        return self._as_roots(items, met) if met else items

    def _is_generated(self, folder: str, found: dict[str, SourceFile | str], view: View) -> bool:
        """Remove generated entries from `found`. Return whether the whole folder is generated."""
        mark = next((name for name in _MARKS if name in found), "")
        if mark and folder not in self._roots and not view.chooses(folder, is_folder=True):
            self._omitted(Omission(folder, "generated", _MARKS[mark]))
            return True
        prefix = prefix_of(folder)
        for key in list(found):
            name = key.rstrip(os.sep)
            if name.endswith(_ENDINGS):
                reason = "minified, or a map of that"
            elif name in _NAMES:
                reason = _NAMES[name]
            elif name.startswith(_OWNER):
                reason = "the mark of an open document"
            else:
                continue
            path = prefix + name
            if path not in self._roots and not view.chooses(path, is_folder=key != name):
                del found[key]
                self._omitted(Omission(path, "generated", reason))
        return False

    def _mail(self, prefix: str, unseen: list[str], found: dict[str, SourceFile | str]) -> None:
        """Move the hidden mail folders of a Maildir from `unseen` to `found`, and remove undelivered mail from
        `found`.
        """
        for name in list(unseen):
            if name not in NEVER_WALKED and _is_mail_folder(prefix + name):
                unseen.remove(name)
                found[name + os.sep] = prefix + name
        undelivered = found.get(_UNDELIVERED + os.sep)
        if isinstance(undelivered, str) and undelivered not in self._roots:
            del found[_UNDELIVERED + os.sep]
            self._omitted(Omission(prefix + _UNDELIVERED, "special", _NOT_DELIVERED))

    def _choose(self, found: dict[str, SourceFile | str], view: View) -> None:
        """Remove from `found` what the view skips, but no root."""
        for name, item in list(found.items()):
            path = item if isinstance(item, str) else item.path
            if path in self._roots:
                continue
            size = 0 if isinstance(item, str) else item.size
            omission = view.omission(path, is_folder=isinstance(item, str), size=size)
            if omission is not None:
                del found[name]
                self._omitted(omission)

    def _as_roots(
        self, items: list[SourceFile | _Folder], met: list[str]
    ) -> list[SourceFile | _Folder]:
        """Return the items. A root among them is marked as met and gets its own view; one met before is left out."""
        taken: list[SourceFile | _Folder] = []
        for item in items:
            if item.path in met:
                if item.path in self._met:
                    continue
                self._met.add(item.path)
                if isinstance(item, _Folder):
                    item = self._top(self._roots[item.path])
            taken.append(item)
        return taken

    def _odd(
        self, entry: os.DirEntry[str], path: str, view: View, found: dict[str, SourceFile | str]
    ) -> None:
        """Follow a symbolic link if the root says so. Report other special entries as omitted."""
        if not entry.is_symlink():
            self._omitted(Omission(path, "special", "neither a file nor a folder"))
            return
        if not view.root.selection.follow:
            self._omitted(Omission(path, "link", "a symbolic link"))
            return
        try:
            target = os.path.realpath(path, strict=True)
            status = os.stat(target)
        except OSError as error:
            self._omitted(Omission(path, "link", reason_of(error)))
            return
        here = os.path.realpath(os.path.dirname(path))
        if not is_below(target, os.path.realpath(view.root.path)):
            self._omitted(Omission(path, "link", "leads out of the root"))
        elif stat.S_ISREG(status.st_mode):
            found[entry.name] = SourceFile(path, *figures(status))
        elif not stat.S_ISDIR(status.st_mode):
            self._omitted(Omission(path, "special", "neither a file nor a folder"))
        elif target in self._led_to or is_below(here, target):
            self._omitted(Omission(path, "link", "leads to a folder that was already read"))
        else:
            self._linked[path] = target
            self._led_to.add(target)
            found[entry.name + os.sep] = path


def _is_mail_folder(path: str) -> bool:
    """Return whether a hidden folder inside a Maildir is a further mail folder."""
    inside = (os.path.isdir(os.path.join(path, name)) for name in _DELIVERED)
    return not os.path.islink(path) and any(inside)
