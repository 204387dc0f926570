"""Values that the user sets for files by globs, such as encodings and readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from seedsearch.corpus.globs import deciding, parse_patterns

_Value = TypeVar("_Value")


class GlobValues(Generic[_Value]):
    """Values for files, by their stored paths. If several globs match, the last one wins."""

    def __init__(self, pairs: Sequence[tuple[str, _Value]]) -> None:
        self._pairs = [
            (patterns, value)
            for glob, value in reversed(pairs)
            if (patterns := parse_patterns([glob]))
        ]

    def of(self, path: str) -> _Value | None:
        """Return the value for a file, or None. A glob that matches a folder applies to everything below it."""
        steps = path.split("/")
        for patterns, value in self._pairs:
            for count in range(len(steps), 0, -1):
                way = "/".join(steps[:count])
                if deciding(patterns, way, is_folder=count < len(steps)):
                    return value
        return None
