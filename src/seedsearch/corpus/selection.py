"""Decide which files below a root are read: by the user's choice and by ignore files. State why others are not."""

from __future__ import annotations

import os
import sys
from copy import copy
from typing import TYPE_CHECKING

from seedsearch.record import NamedTuple, Record

if TYPE_CHECKING:
    from seedsearch.corpus.globs import Pattern, Rules
    from seedsearch.query.file_types import TypeSet

MAX_BYTES = 1 << 30
"""The largest file that is read by default, in bytes: a sparse file can have 50 GB of nothing."""


class Selection(Record):
    """Which files below a root are read. The index remembers it.

    `globs` are patterns as in .gitignore, relative to the root, and override ignore files. The last one that matches
    decides: one with `!` excludes a file, another includes it. If any glob has no `!`, a file must match one. `types`
    are names of `file_types.TYPES`; a file must have one of them. `max_bytes` is the only limit on the size of a
    file; 0 means none. `ignore` obeys ignore files.
    """

    hidden: bool = False
    ignore: bool = True
    follow: bool = False
    globs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    max_bytes: int = MAX_BYTES


class Root(NamedTuple):
    """A file or folder (absolute path) to walk.

    If it is a part of a root, `anchor` is the path of that root. Globs are relative to it, and its ignore files
    count.
    """

    path: str
    selection: Selection = Selection()
    anchor: str = ""


class Omission(NamedTuple):
    """An entry that is skipped: `why` is hidden, ignored, generated, glob, type, size, link or special."""

    path: str
    why: str
    detail: str


class View:
    """The rules of one root as they apply to one folder: which of its entries are read."""

    def __init__(self, root: Root, patterns: tuple[str, ...]) -> None:
        self.root = root
        self.top = root.anchor or root.path
        # The descent to each folder starts here. A link is followed by resolving it first.
        self.start = os.path.realpath(root.path) if root.selection.follow else root.path
        selection = root.selection
        self.rules: Rules | None = None
        self._globs: tuple[Pattern, ...] = ()
        self._types: TypeSet | None = None
        # Imported here for start-up time: most walks need neither.
        if selection.globs:
            from seedsearch.corpus.globs import parse_patterns

            self._globs = parse_patterns(selection.globs)
        self._whitelist = any(not pattern.negated for pattern in self._globs)
        if selection.types:
            from seedsearch.query.file_types import TypeSet

            self._types = TypeSet(selection.types)
        repository = _repository_of(self.top) if selection.ignore else ""
        if patterns or repository:
            from seedsearch.corpus.globs import rules_at

            self.rules = rules_at(self.top, repository, patterns)
        self.choosy = bool(self._globs or self._types or self.rules)
        self.most = selection.max_bytes or sys.maxsize

    def below(self, folder: str, ignore_files: list[str]) -> View:
        """Return the view of a folder that contains these ignore files."""
        if not ignore_files or not self.root.selection.ignore:
            return self
        from seedsearch.corpus.globs import Rules  # few folders have one: start-up time

        view = copy(self)
        view.rules = (self.rules or Rules()).below(folder, ignore_files)
        view.choosy = view.choosy or bool(view.rules)
        return view

    def chooses(self, path: str, *, is_folder: bool) -> bool:
        """Return whether a glob of the user chooses an entry."""
        pattern = self._deciding(path, is_folder)
        return pattern is not None and not pattern.negated

    def _deciding(self, path: str, is_folder: bool) -> Pattern | None:
        if not self._globs:
            return None
        from seedsearch.corpus.globs import deciding  # as above

        inner = path[len(self.top) :].lstrip(os.sep).replace(os.sep, "/")
        return deciding(self._globs, inner, is_folder=is_folder)

    def omission(self, path: str, *, is_folder: bool, size: int = 0) -> Omission | None:
        """Return why an entry that is not hidden is skipped, or None if it is read."""
        chosen = False
        if self._globs:
            pattern = self._deciding(path, is_folder)
            if pattern is not None and pattern.negated:
                return Omission(path, "glob", pattern.text)
            chosen = pattern is not None
            if not chosen and self._whitelist and not is_folder:
                return Omission(path, "glob", "no glob matches")
        if self.rules is not None and not chosen:
            reason = self.rules.reason(path, is_folder=is_folder)
            if reason:
                return Omission(path, "ignored", reason)
        if is_folder:
            return None
        if self._types is not None and os.path.basename(path) not in self._types:
            return Omission(path, "type", f"not {', '.join(self.root.selection.types)}")
        if size > self.most:
            return Omission(path, "size", f"larger than {self.most:,} bytes")
        return None


def _repository_of(top: str) -> str:
    """Return the top of the git repository that contains a folder or file, or ""."""
    folder = top
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return folder
