"""`seedsearch status`: print the facts of an index: contents, place, size, age, encodings, languages."""

from __future__ import annotations

import time
from collections import Counter

import click

from seedsearch.cli.options import (
    Command,
    flag,
    index_option,
    open_home,
    stdout_bytes,
    write_rows,
)
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
) -> None:
    """Show what is indexed, where, how big and how old it is, and in which encodings and languages.

    \b
      seedsearch status
      seedsearch status --json | jq .encodings
      seedsearch status --encodings
      seedsearch status --languages
    """
    with open_home(index_folder) as index:
        if encodings or languages:
            _write_readings(index, encodings=encodings, as_json=as_json)
            return
        status = _status(index)
    if as_json:
        stdout_bytes().write(json_line(status_object(status)))
    else:
        write_rows(status_lines(status, verbose=verbose))


def _status(index: Opened) -> Status:
    skipped = sorted(
        (index.shown(state.path), state.skipped)
        for state in index.engine.files().values()
        if state.skipped
    )
    roots = tuple(map(index.shown, index.engine.roots()))
    folder = index.shown(index.home.stored(index.home.folder))
    stats = index.engine.stats()
    kinds: Counter[str] = Counter()
    for media_type, count in stats.media_types:
        kinds[name_of(media_type)] += count
    return Status(
        folder,
        index.engine.name,
        compiled is not None,
        roots,
        tuple(skipped),
        by_count(kinds),
        stats,
        time.time_ns(),
        tuple(collection_names()),
    )


def _write_readings(index: Opened, *, encodings: bool, as_json: bool) -> None:
    """Print the encodings of the documents, or else their languages."""
    readings = [r._replace(path=index.shown(r.path)) for r in index.engine.readings()]
    as_object, as_lines = (
        (encodings_object, encoding_lines) if encodings else (languages_object, language_lines)
    )
    if as_json:
        stdout_bytes().write(json_line(as_object(readings)))
    else:
        write_rows(as_lines(readings))
