"""Checks of where the options that select files apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seedsearch.errors import UsageError

_FLAGS = {"globs": "-g", "types": "-t", "max_size": "--max-size"}
_FILTERS = ("globs", "types")


def check_choices(choices: Mapping[str, Any], *, stdin: bool, folders: bool) -> None:
    """Raise UsageError for options that do not apply to a search of standard input, or of an index."""
    for name, value in choices.items():
        if value is None or value == ():
            continue
        flag = _FLAGS.get(name) or f"--{'no-' if value is False else ''}{name}"
        if stdin:
            raise UsageError(f"{flag} selects files, and --stdin reads none", "leave it out")
        if not folders and name not in _FILTERS:
            raise UsageError(
                f"{flag} selects the files to read, and a search of the index reads none",
                "use it with seedsearch index, or with --in",
            )
