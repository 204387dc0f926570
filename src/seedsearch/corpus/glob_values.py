"""What the user gave for files, by globs: encodings, and readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from seedsearch.corpus.globs import deciding, parse_patterns

_Value = TypeVar("_Value")


class GlobValues(Generic[_Value]):
    """Values for files by their stored paths; where several globs fit, the last is right."""

    def __init__(self, pairs: Sequence[tuple[str, _Value]]) -> None:
        self._pairs = [
            (patterns, value)
            for glob, value in reversed(pairs)
            if (patterns := parse_patterns([glob]))
        ]

    def of(self, path: str) -> _Value | None:
        """The value for a file, if there is one. A glob that fits a folder holds for all below it."""
        steps = path.split("/")
        for patterns, value in self._pairs:
            for count in range(len(steps), 0, -1):
                way = "/".join(steps[:count])
                if deciding(patterns, way, is_folder=count < len(steps)):
                    return value
        return None
