"""`seedsearch status`: print the facts of an index: contents, place, size, age, encodings, languages."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

import click

from seedsearch.cli.options import Command, flag, index_option, open_home, write_records, write_rows
from seedsearch.collections import collection_names
from seedsearch.core import compiled
from seedsearch.corpus.formats.registry import name_of
from seedsearch.engine.base import by_count
from seedsearch.render import status as rendered
from seedsearch.render.jsonl import json_line
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
    lines: Iterable[str]
    with open_home(index_folder) as index:
        readings = index.engine.readings() if encodings or languages else ()
        found = [reading._replace(path=index.shown(reading.path)) for reading in readings]
        if encodings:
            values, lines = rendered.encodings_object(found), rendered.encoding_lines(found)
        elif languages:
            values, lines = rendered.languages_object(found), rendered.language_lines(found)
        else:
            status = _status(index)
            values, lines = rendered.status_object(status), rendered.status_lines(status, verbose)
    if as_json:
        write_records([json_line(values)])
    else:
        write_rows(lines)


def _status(index: Opened) -> rendered.Status:
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
    return rendered.Status(
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
