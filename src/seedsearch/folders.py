"""Names of folders and files that mean something, and which path lies below which (both absolute)."""

from __future__ import annotations

import os
import sys
from typing import Final

INDEX_FOLDER: Final = ".seedsearch"
"""The name of an index folder, unless the user names another."""

NEVER_WALKED: Final = frozenset((".git", ".hg", ".svn", INDEX_FOLDER))
"""Folders of machinery: they are passed over even where hidden names are read."""


IGNORE_FILES: Final = (".seedsearchignore", ".ignore", ".gitignore")
"""Names of files that say what is passed over, the strongest first."""


def prefix_of(folder: str) -> str:
    """What the paths below a folder begin with."""
    return folder if folder.endswith(os.sep) else folder + os.sep


def is_below(path: str, folder: str) -> bool:
    """Whether a path is `folder` or lies in it."""
    return path == folder or path.startswith(prefix_of(folder))


def is_own(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to the user who runs this; for root under sudo, also to who called sudo."""
    if sys.platform == "win32":
        return True
    user = os.geteuid()
    return status.st_uid == user or (user == 0 and os.environ.get("SUDO_UID") == str(status.st_uid))
