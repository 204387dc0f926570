"""What a query is put to: an index, folders without one, or a pipe; and which of the flags go with which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seedsearch.errors import UsageError
from seedsearch.query.ast import Filter, Not, Or, Query
from seedsearch.query.file_types import TYPES

_FLAGS = {"globs": "-g", "types": "-t", "max_size": "--max-size"}
_FILTERING = ("globs", "types")
_WILD = frozenset("*?[")


def check_choices(choices: Mapping[str, Any], *, stdin: bool, folders: bool) -> None:
    """Raises UsageError for flags that choose files where none are read."""
    for name, value in choices.items():
        if value is None or value == ():
            continue
        flag = _FLAGS.get(name) or f"--{'no-' if value is False else ''}{name}"
        if stdin:
            raise UsageError(f"{flag} chooses among files, and --stdin is none", "leave it out")
        if not folders and name not in _FILTERING:
            raise UsageError(
                f"{flag} chooses what is read, and the index has been",
                "give it to seedsearch index, or search a folder with --in",
            )


def filters_of(globs: tuple[str, ...], types: tuple[str, ...]) -> tuple[Query, ...]:
    """What the files of hits must fit: one of the globs and none that begins with `!`, one of the types.

    Globs are those of `path:` in a query; one without `*`, `?` or `[` is the name of a file or of a folder.
    Raises UsageError for an unknown type.
    """
    return tuple(_filters(globs, types))


def _filters(globs: tuple[str, ...], types: tuple[str, ...]) -> Iterator[Query]:
    wanted = [glob for glob in globs if not glob.startswith("!")]
    if wanted:
        yield Or(tuple(fit for glob in wanted for fit in _fits(glob)))
    for glob in globs:
        if glob.startswith("!"):
            yield Not(Or(tuple(_fits(glob[1:]))))
    if types:
        yield Or(tuple(Filter("type", known_type(name)) for name in types))


def _fits(glob: str) -> Iterator[Filter]:
    pattern = glob.removeprefix("**/").lstrip("/")
    name = pattern.rstrip("/")
    if not name:
        raise UsageError(f"a glob that fits nothing: {glob or '-g'}", "as in -g '*.md'")
    if _WILD.isdisjoint(name):
        name = f"[{name[0]}]{name[1:]}"  # a pattern without these would fit anywhere in a path
    if not pattern.endswith("/"):
        yield Filter("path", name)
    yield Filter("path", f"{name}/*")


def known_type(name: str) -> str:
    """The name of a type of files. Raises UsageError, with the name that was meant."""
    if name in TYPES:
        return name
    import difflib  # for a slip only: start-up time

    close = difflib.get_close_matches(name, TYPES, 1)
    hint = f"did you mean {close[0]}?" if close else "seedsearch index --type-list names them"
    raise UsageError(f"no such type of file: {name}", hint)
