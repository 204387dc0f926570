"""`seedsearch similar`: find passages similar to one, or to a file."""

from __future__ import annotations

import os

import click

from seedsearch.cli import options as cli
from seedsearch.cli.exit import DONE, NO_HITS
from seedsearch.cli.hit_options import HitChoices, hit_options
from seedsearch.cli.last_answer import chosen
from seedsearch.cli.output import check_template, write_hits
from seedsearch.config import Config, load_config
from seedsearch.errors import SourceNotFoundError, UsageError
from seedsearch.query.file_types import chosen_filters
from seedsearch.render.sanitize import clean
from seedsearch.search import Opened
from seedsearch.search.more_like_this import Source, similar, source_of


@click.command("similar", cls=cli.QueryCommand)
@click.argument("named", metavar="N|PLACE|FILE")
@hit_options
@cli.filter_options
@cli.place_options
@cli.index_option
def command(
    named: str,
    hits: HitChoices,
    globs: tuple[str, ...],
    types: tuple[str, ...],
    here: bool,
    below: tuple[str, ...],
    index_folder: str | None,
) -> int:
    """Find the passages that share the most characteristic words of a passage or file.

    N is the rank of a hit in the last answer on a terminal. PLACE is a passage, by FILE:LINE as `query` prints it, or
    by the value of `passage` in `query --json`. FILE is the whole file, in the index or not. The source itself is not
    among the results.
    The output is that of `seedsearch query`.

    \b
      seedsearch similar 3
      seedsearch similar notes/port.txt:12
      seedsearch similar draft.md -k3 --json
      seedsearch similar -l notes/port.txt
      seedsearch similar -t md 3 -- notes/           only Markdown files there
    """
    form = hits.form()
    filters = chosen_filters(globs, types, below, here=here)
    with cli.open_home(index_folder) as index:
        config = load_config(index.home.base)
        output = hits.output(form, config)
        options = hits.search(output, config).replace(filters=filters)
        check_template(output, index.engine)
        source = _source(index, chosen(index.home, named).place, config)
        result = similar(index, source, options)
        write_hits(result, output, index)
    return DONE if result.total else NO_HITS


def _source(index: Opened, place: str, config: Config) -> Source:
    """Return the source that a place names. A file that is not in the index is read."""
    try:
        return source_of(index, place, clean)
    except SourceNotFoundError:
        if not os.path.isfile(place):
            raise
    # start-up time: few files need it
    from seedsearch.cli.temporary_index import engine_over_folders

    with engine_over_folders((place,), index.cwd, config) as own:
        try:
            return source_of(own, place, clean)._replace(path="")
        except (SourceNotFoundError, UsageError):
            raise UsageError(f"{place}: no text can be read from this file") from None
