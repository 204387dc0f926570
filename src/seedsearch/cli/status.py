"""`seedsearch status`: print the facts of an index: contents, place, size, age, encodings, languages."""

from __future__ import annotations

import sys
import time
from collections import Counter

import click

from seedsearch.cli.exit import DONE
from seedsearch.cli.options import Command, flag, index_option, is_terminal, open_home, stdout_bytes
from seedsearch.collections import collection_names
from seedsearch.core import compiled
from seedsearch.corpus.formats.registry import name_of
from seedsearch.engine.base import by_count
from seedsearch.render.jsonl import json_line
from seedsearch.render.status import (
    Status,
    encoding_lines,
    encodings_object,
    language_lines,
    languages_object,
    status_lines,
    status_object,
)
from seedsearch.search import Opened


@click.command("status", cls=Command)
@flag("--json", "as_json", help="Print one JSON object, with every skipped file.")
@flag("-v", "--verbose", help="Name every skipped file.")
@flag("--encodings", help="List each encoding with its files, and the least certain guesses.")
@flag("--languages", help="List each language with its number of documents.")
@index_option
def command(
    as_json: bool, verbose: bool, encodings: bool, languages: bool, index_folder: str | None
) -> int:
    """Show what is indexed, where, how big and how old it is, and in which encodings and languages.

    \b
      seedsearch status
      seedsearch status --json | jq .encodings
      seedsearch status --encodings
      seedsearch status --languages
    """
    with open_home(index_folder) as index:
        if encodings or languages:
            return _say_readings(index, encodings=encodings, as_json=as_json)
        status = _status(index)
    stream = stdout_bytes()
    if as_json:
        stream.write(json_line(status_object(status)))
    else:
        lines = status_lines(status, _width(), verbose=verbose)
        stream.write("".join(f"{line}\n" for line in lines).encode())
    stream.flush()
    return DONE


def _width() -> int:
    """Return the width of the terminal, or 0 in a pipe."""
    if not is_terminal(sys.stdout):
        return 0
    from seedsearch.render.cells import terminal_width  # a pipe needs none

    return terminal_width()


def _status(index: Opened) -> Status:
    skipped = sorted(
        (index.shown(state.path), state.skipped)
        for state in index.engine.files().values()
        if state.skipped
    )
    roots = tuple(map(index.shown, index.engine.roots()))
    folder = index.shown(index.home.stored(index.home.folder))
    has_core = compiled is not None
    stats = index.engine.stats()
    names: Counter[str] = Counter()
    for media_type, count in stats.media_types:
        names[name_of(media_type)] += count
    kinds = by_count(names)
    return Status(
        folder,
        index.engine.name,
        has_core,
        roots,
        tuple(skipped),
        kinds,
        stats,
        time.time_ns(),
        tuple(collection_names()),
    )


def _say_readings(index: Opened, *, encodings: bool, as_json: bool) -> int:
    """Print the encodings of the documents, or else their languages. Return the exit code."""
    readings = [r._replace(path=index.shown(r.path)) for r in index.engine.readings()]
    as_object, as_lines = (
        (encodings_object, encoding_lines) if encodings else (languages_object, language_lines)
    )
    stream = stdout_bytes()
    if as_json:
        stream.write(json_line(as_object(readings)))
    else:
        stream.write("".join(f"{line}\n" for line in as_lines(readings)).encode())
    stream.flush()
    return DONE
