"""The options that filter the files of an index (`query -g`, `query -t`), and checks of where options apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seedsearch.errors import UsageError, closest
from seedsearch.query.ast import Filter, Not, Or, Query
from seedsearch.query.file_types import TYPES

_FLAGS = {"globs": "-g", "types": "-t", "max_size": "--max-size"}
_FILTERS = ("globs", "types")
_WILDCARDS = frozenset("*?[")


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


def filters_of(globs: tuple[str, ...], types: tuple[str, ...]) -> tuple[Query, ...]:
    """Return filters for the files of hits: any of the globs, none of the globs after `!`, any of the types.

    Globs match as in `path:`. A glob without `*`, `?` or `[` is the name of a file or folder. Raises UsageError for
    an unknown type or an empty glob.
    """
    return tuple(_filters(globs, types))


def _filters(globs: tuple[str, ...], types: tuple[str, ...]) -> Iterator[Query]:
    for glob in globs:
        check_glob(glob)
    wanted = [glob for glob in globs if not glob.startswith("!")]
    if wanted:
        yield Or(tuple(fit for glob in wanted for fit in _path_filters(glob)))
    for glob in globs:
        if glob.startswith("!"):
            yield Not(Or(tuple(_path_filters(glob[1:]))))
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


def _path_filters(glob: str) -> Iterator[Filter]:
    if glob.startswith(("./", "../")):
        yield Filter("path", glob)
        return
    pattern = glob.removeprefix("**/").lstrip("/")
    name = pattern.rstrip("/")
    if not name:
        raise UsageError(f"this glob matches nothing: {glob or '-g'}", "write it like -g '*.md'")
    if _WILDCARDS.isdisjoint(name):
        # a set makes it a glob; `path:` would find a plain text anywhere in the path
        name = f"[{name[0]}]{name[1:]}"
    if not pattern.endswith("/"):
        yield Filter("path", name)
    yield Filter("path", f"{name}/*")


def known_type(name: str) -> str:
    """Return the name if it is a file type. Raises UsageError, with the closest type as a hint."""
    if name in TYPES:
        return name
    close = closest(name, TYPES)
    hint = f"did you mean {close}?" if close else "seedsearch index --type-list lists them"
    raise UsageError(f"no such file type: {name}", hint)
