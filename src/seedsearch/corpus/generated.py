"""Recognise generated files by their names: caches, installed packages, minified files, lock files.

They are skipped where ignore files are obeyed, unless the user names them or a glob chooses them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import Final

_FOLDERS: Final = ("node_modules", "bower_components", "__pycache__")
_MARKS: Final = {  # entries that mark such a folder
    "CACHEDIR.TAG": "a cache (CACHEDIR.TAG)",
    "pyvenv.cfg": "a virtual environment",
    "conda-meta" + os.sep: "a virtual environment",
}
_LOCKS: Final = (
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "poetry.lock", "uv.lock",
    "Pipfile.lock", "pdm.lock", "Cargo.lock", "composer.lock", "Gemfile.lock", "Podfile.lock", "pubspec.lock",
    "mix.lock", "flake.lock", "go.sum", "gradle.lockfile", "packages.lock.json",
)  # fmt: skip
_NAMES: Final = {
    **dict.fromkeys(_LOCKS, "a lock file"),
    **dict.fromkeys(_FOLDERS, "installed or compiled packages"),
}
_ENDINGS: Final = (".min.js", ".min.mjs", ".min.css", ".js.map", ".mjs.map", ".css.map", ".ts.map")
_OWNER: Final = "~$"  # Office creates such a file beside an open document


def generated(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each generated name of a folder's files and folders, with the reason."""
    for name in names:
        if name.endswith(_ENDINGS):
            yield name, "minified, or a map of that"
        elif name in _NAMES:
            yield name, _NAMES[name]
        elif name.startswith(_OWNER):
            yield name, "the mark of an open document"


def why_generated(names: Collection[str]) -> str:
    """Return why a folder with these entries is generated, or "". Names of folders end with a separator."""
    return next((reason for name, reason in _MARKS.items() if name in names), "")
