"""Complete a command line for a shell: commands, options, paths, types, languages, terms and indexed files.

The scripts in `completions/` run the program with _SEEDSEARCH_COMPLETE in the environment and the words before the
cursor as arguments. Each line of the answer is a value, and after a tab a description. The lines `:files` and `:dirs`
ask the shell for names of files or folders. After an error there are no completions and no message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, ShellComplete

from seedsearch.cli.exit import DONE
from seedsearch.cli.options import open_home, write_lines
from seedsearch.render.sanitize import clean

if TYPE_CHECKING:
    from seedsearch.search import Opened

_MOST = 200  # values
_TERMS_FROM = 2  # characters; shorter prefixes have too many terms


def answer(group: click.Group, words: list[str]) -> int:
    """Write the completions of the last word. Return the exit code."""
    before, current = words[:-1], words[-1] if words else ""
    name = next((word for word in before if not word.startswith("-")), "")
    if command := group.commands.get(name) or group.get_command(click.Context(group), name):
        for parameter in command.params:
            if kind := _KINDS.get(parameter.name or ""):
                setattr(parameter, "shell_complete", partial(_of_parameter, kind))  # noqa: B010
    lines: list[str] = []
    try:
        for item in ShellComplete(group, {}, "seedsearch", "").get_completions(before, current):
            value = f":{item.type}s" if item.type in ("file", "dir") else item.value
            text = f"{value}\t{item.help}" if item.help else value
            if clean(text, keep="\t") == text:  # names with unsafe characters are left out
                lines.append(text)
    except Exception:  # a message would break the line that the user types
        lines = []
    write_lines(lines[:_MOST])
    return DONE


def _of_parameter(
    values: Callable[[click.Context, str], Iterable[str]], ctx: click.Context, current: str
) -> list[CompletionItem]:
    return [
        CompletionItem("", value[1:-1]) if value in (":files", ":dirs") else CompletionItem(value)
        for value in values(ctx, current)
        if value.startswith((":", current))
    ]


def _files(ctx: click.Context, current: str) -> Iterator[str]:
    yield ":files"


def _folders(ctx: click.Context, current: str) -> Iterator[str]:
    yield ":dirs"


def _types(ctx: click.Context, current: str) -> list[str]:
    from seedsearch.query.file_types import MEDIA_TYPES, TYPES

    return sorted({*TYPES, *MEDIA_TYPES})


def _collections(ctx: click.Context, current: str) -> list[str]:
    from seedsearch.collections import collection_names

    return list(collection_names())


def _opened(ctx: click.Context) -> AbstractContextManager[Opened]:
    return open_home(ctx.params.get("index_folder"))


def _facets(ctx: click.Context, current: str) -> list[str]:
    """Return the names for `facets --by`: those of all documents, and the fields of the index."""
    from seedsearch.search.facets import NAMES

    with _opened(ctx) as index:
        return list(dict.fromkeys((*NAMES, *sorted(index.engine.fields()))))


def _indexed(ctx: click.Context, current: str) -> list[str]:
    """Return the indexed files, folder by folder."""
    with _opened(ctx) as index:
        files = index.engine.files()
    shown = (index.shown(stored) for stored, state in files.items() if state.is_read())
    found = {
        path[: end + 1] if (end := path.find("/", len(current))) >= 0 else path
        for path in shown
        if path.startswith(current)
    }
    return sorted(found)


def _terms(ctx: click.Context, current: str) -> list[str]:
    """Return the terms of the index that begin with a word, the most frequent first."""
    from seedsearch.search.vocabulary import list_terms

    if len(current) < _TERMS_FROM or not current.isalnum():
        return []
    with _opened(ctx) as index:
        return [count.term for count in list_terms(index.engine, current, 50)[0]]


def _query(ctx: click.Context, current: str) -> list[str]:
    """Return completions of a query word: the values of a filter, or fields and terms of the index."""
    field, colon, value = current.partition(":")
    if not colon:
        fields = (f"{name}:" for name in ("lang", "path", "title", "type", "date", "encoding"))
        return [*_terms(ctx, current), *(fields if current else ())]
    values: Iterable[str] = ()
    if field == "type":
        values = _types(ctx, value)
    elif field == "path":
        values = _indexed(ctx, value)
    elif field == "lang":
        with _opened(ctx) as index:
            values = sorted(filter(None, index.engine.languages()))
    elif field == "title":
        values = _terms(ctx, value)
    return [f"{field}:{value}" for value in values]


_KINDS: dict[str, Callable[[click.Context, str], Iterable[str]]] = {  # by the name of a parameter
    "as_name": _collections,
    "collection": _collections,
    "folders": _folders,
    "index_folder": _folders,
    "judgements": _files,
    "names": _facets,
    "passage": _indexed,
    "place": _indexed,
    "paths": _files,
    "prefix": _terms,
    "queries_file": _files,
    "source": _indexed,
    "synonyms": _files,
    "types": _types,
    "words": _query,
}
