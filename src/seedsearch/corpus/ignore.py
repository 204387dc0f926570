"""Apply ignore files (.gitignore, .ignore, .seedsearchignore) to the entries of a folder.

A file's patterns apply to its folder and everything below, and a deeper file overrides a higher one. Every
.seedsearchignore overrides every .ignore, which overrides every .gitignore, which overrides the repository's
info/exclude. The ignore files above a walk's top count too, up to the top of its git repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Self

from seedsearch.corpus.globs import Pattern, deciding, parse_patterns
from seedsearch.corpus.read import read_file
from seedsearch.corpus.skip import Skip
from seedsearch.errors import SourceUnreadableError
from seedsearch.folders import IGNORE_FILES, prefix_of
from seedsearch.record import NamedTuple

_EXCLUDE = os.path.join(".git", "info", "exclude")
_MOST_BYTES = 1 << 20


class _Source(NamedTuple):
    """Patterns, the folder they are relative to (with its separator), and the file that contains them."""

    base: str
    file: str
    patterns: Sequence[Pattern]


class Rules:
    """The ignore files that apply to a folder and to the folders below it."""

    def __init__(self, sources: Sequence[Sequence[_Source]]) -> None:
        # One group for each of IGNORE_FILES, and one for the rest; the strongest source of a group comes first.
        self._sources = sources

    @classmethod
    def of(cls, patterns: Sequence[Pattern], base: str, where: str) -> Self:
        """Make rules of patterns that no ignore file contains. They are weaker than any ignore file."""
        group = [_Source(prefix_of(base), where, patterns)] if patterns else []
        return cls([*([] for _ in IGNORE_FILES), group])

    def below(self, folder: str, names: Iterable[str]) -> Rules:
        """Return the rules for the entries of `folder`. `names` are its ignore files."""
        sources = [list(group) for group in self._sources]
        for name in names:
            source = _read(folder, name)
            if source is not None:
                sources[IGNORE_FILES.index(name)].insert(0, source)
        return Rules(sources)

    def reason(self, path: str, *, is_folder: bool) -> str:
        """Return the pattern that ignores this entry (an absolute path) as `file:line: pattern`, or ""."""
        for group in self._sources:
            for source in group:
                if not path.startswith(source.base):
                    continue
                inner = path[len(source.base) :]
                inner = inner if os.sep == "/" else inner.replace(os.sep, "/")
                pattern = deciding(source.patterns, inner, is_folder=is_folder)
                if pattern is not None:
                    if pattern.negated:
                        return ""
                    line = f":{pattern.line}" if os.path.isabs(source.file) else ""
                    return f"{source.file}{line}: {pattern.text}"
        return ""

    def weakly(self, source: _Source) -> Rules:
        """Return these rules and a source that is weaker than all ignore files."""
        return Rules([*self._sources[:-1], [source, *self._sources[-1]]])

    def __bool__(self) -> bool:
        return any(self._sources)

    def for_named(self, path: str) -> Rules:
        """Return the rules without the patterns that ignore `path` or a folder above it.

        So a home folder under version control, which ignores `*`, can still be searched.
        """
        return Rules([[_for_named(source, path) for source in group] for group in self._sources])


def rules_above(top: str, repository: str, rules: Rules) -> Rules:
    """Return `rules` and the ignore files from `top` up to `repository`, with its info/exclude.

    Patterns that ignore `top` itself do not count: the user asked for it.
    """
    exclude = _read(repository, _EXCLUDE)
    if exclude is not None:
        rules = rules.weakly(exclude)
    folder, steps = repository, top[len(repository) :].strip(os.sep).split(os.sep)
    for step in steps if top != repository else ():
        names = [name for name in IGNORE_FILES if os.path.lexists(os.path.join(folder, name))]
        rules = rules.below(folder, names) if names else rules
        folder = os.path.join(folder, step)
    return rules.for_named(top)


def _for_named(source: _Source, path: str) -> _Source:
    if not path.startswith(source.base):
        return source
    steps = path[len(source.base) :].split(os.sep)
    ways = ["/".join(steps[:count]) for count in range(1, len(steps) + 1)]
    kept = [
        pattern
        for pattern in source.patterns
        if pattern.negated or not any(deciding([pattern], way, is_folder=True) for way in ways)
    ]
    return source._replace(patterns=kept)


def _read(folder: str, name: str) -> _Source | None:
    """Return the patterns of an ignore file, or None if it cannot be read or has none."""
    path = os.path.join(folder, name)
    try:
        _, data = read_file(path, max_bytes=_MOST_BYTES)
    except (Skip, SourceUnreadableError):
        return None
    text = os.fsdecode(data.removeprefix(b"\xef\xbb\xbf"))
    patterns = parse_patterns(text.split("\n"))
    return _Source(prefix_of(folder), path, patterns) if patterns else None
