"""Names of special folders and files, and tests of absolute paths."""

from __future__ import annotations

import os
import sys
from typing import Final

INDEX_FOLDER: Final = ".seedsearch"
"""The name of an index folder, unless the user names another."""

NEVER_WALKED: Final = frozenset((".git", ".hg", ".svn", INDEX_FOLDER))
"""Folders of version control and indexes. A walk skips them even if it reads hidden names."""


IGNORE_FILES: Final = (".seedsearchignore", ".ignore", ".gitignore")
"""Names of ignore files. A pattern in an earlier one overrides patterns in later ones."""


SCHEMES: Final = ("opensearch://", "opensearchs://")
"""What the address of an index on a cluster begins with: without TLS, and with it."""


def is_address(index: str) -> bool:
    """Return whether an index is on a cluster, not in a folder."""
    return index.startswith(SCHEMES)


def folder_of_user(variable: str, *usual: str) -> str:
    """Return the user's `seedsearch` folder in the folder that a variable names, else in a usual one below the home."""
    folder = os.environ.get(variable, "")
    if not os.path.isabs(folder):  # the XDG specification says to ignore relative paths
        folder = os.path.join(os.path.expanduser("~"), *usual)
    return os.path.join(folder, "seedsearch")


def prefix_of(folder: str) -> str:
    """Return the prefix of all paths below a folder."""
    return folder if folder.endswith(os.sep) else folder + os.sep


def is_below(path: str, folder: str) -> bool:
    """Return whether a path is `folder` or lies in it."""
    return path == folder or path.startswith(prefix_of(folder))


def as_glob(name: str) -> str:
    """Return the glob that matches exactly this name."""
    return "".join([f"[{char}]" if char in "*?[" else char for char in name])


def is_own(status: os.stat_result) -> bool:
    """Return whether a file belongs to the user, or, for root under sudo, to the user who called sudo."""
    if sys.platform == "win32":
        return True
    user = os.geteuid()
    return status.st_uid == user or (user == 0 and os.environ.get("SUDO_UID") == str(status.st_uid))
