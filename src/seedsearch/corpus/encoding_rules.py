"""Which encoding the user gave for a file, by globs."""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.corpus.globs import deciding, parse_patterns


class EncodingRules:
    """Encodings for files by their stored paths; where several globs fit, the last is right."""

    def __init__(self, rules: Sequence[tuple[str, str]]) -> None:
        self._rules = [
            (patterns, encoding)
            for glob, encoding in reversed(rules)
            if (patterns := parse_patterns([glob]))
        ]

    def encoding_of(self, path: str) -> str:
        """The encoding that the user gave for this file, or "". A glob that fits a folder holds for all below it."""
        steps = path.split("/")
        for patterns, encoding in self._rules:
            for count in range(len(steps), 0, -1):
                way = "/".join(steps[:count])
                if deciding(patterns, way, is_folder=count < len(steps)):
                    return encoding
        return ""
