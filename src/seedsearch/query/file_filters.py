"""Filters for the files of hits: by glob, by type, and by folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from seedsearch.errors import SourceNotFoundError, UsageError
from seedsearch.query.ast import Filter, Not, Or, Query
from seedsearch.query.file_types import TYPES
from seedsearch.spelling import did_you_mean


def chosen_filters(
    globs: tuple[str, ...], types: tuple[str, ...], paths: Sequence[str], *, here: bool
) -> tuple[Query, ...]:
    """Return the filters of the options -g, -t and --here, and of the paths that follow `--`.

    Raises UsageError, SourceNotFoundError.
    """
    return (*filters_of(globs, types), *_filters_below(paths, here=here))


def filters_of(globs: tuple[str, ...], types: tuple[str, ...]) -> Iterator[Query]:
    """Yield filters for the files of hits: any of the globs, none of the globs after `!`, any of the types.

    Globs match as in `path:`. A glob without `*`, `?` or `[` is the name of a file or folder. Raises UsageError for
    an unknown type or an empty glob.
    """
    for glob in globs:
        check_glob(glob)
    wanted = [glob for glob in globs if not glob.startswith("!")]
    if wanted:
        yield Or(tuple(map(_path_filter, wanted)))
    for glob in globs:
        if glob.startswith("!"):
            yield Not(_path_filter(glob[1:]))
    if types:
        yield Or(tuple(Filter("type", known_type(name)) for name in types))


def check_glob(glob: str) -> None:
    """Raise UsageError for a glob with a `[` that is not closed."""
    at = glob.find("[")
    while at >= 0:
        end = glob.find("]", at + 2 + glob.startswith("!", at + 1))
        if end < 0:
            raise UsageError(f"this glob has a [ without its ]: {glob}", "write [[] to match a [")
        at = glob.find("[", end)


def _path_filter(glob: str) -> Filter:
    if glob.startswith(("./", "../")):
        return Filter("path", glob)
    pattern = glob.removeprefix("**/").lstrip("/")
    if not pattern.rstrip("/"):
        raise UsageError(f"this glob matches nothing: {glob or '-g'}", "write it like -g '*.md'")
    return Filter("path", f"**/{pattern}")


def known_type(name: str) -> str:
    """Return the name if it is a file type. Raises UsageError, with the closest type as a hint."""
    if name in TYPES:
        return name
    hint = did_you_mean(name, TYPES, "seedsearch index --type-list lists them")
    raise UsageError(f"no such file type: {name}", hint)


def _filters_below(paths: Sequence[str], *, here: bool) -> Iterator[Query]:
    """Yield the filters `below` for the current folder if `here`, and for any of the paths.

    The search replaces them by filters of `path:` for exactly these paths.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise SourceNotFoundError(
                f"no such file or folder: {path}", "paths follow --; words come before it"
            )
    if here:
        yield Filter("below", ".")
    if paths:
        yield Or(tuple(Filter("below", path) for path in paths))
