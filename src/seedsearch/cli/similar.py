"""`seedsearch similar`: find passages similar to one, or to a file."""

from __future__ import annotations

import click

from seedsearch.cli.exit import DONE, NO_HITS
from seedsearch.cli.hit_options import HitChoices, hit_options
from seedsearch.cli.last_answer import chosen
from seedsearch.cli.options import (
    QueryCommand,
    filter_options,
    index_option,
    open_home,
    place_options,
)
from seedsearch.cli.output import check_template, write_hits
from seedsearch.config import load_config
from seedsearch.query.file_filters import chosen_filters
from seedsearch.render.sanitize import clean
from seedsearch.search.more_like_this import similar


@click.command("similar", cls=QueryCommand)
@click.argument("source", metavar="N|PLACE|FILE")
@hit_options
@filter_options
@place_options
@index_option
def command(
    source: str,
    hits: HitChoices,
    globs: tuple[str, ...],
    types: tuple[str, ...],
    here: bool,
    below: tuple[str, ...],
    index_folder: str | None,
) -> int:
    """Find the passages that share the most characteristic words of a passage or file.

    N is the rank of a hit in the last answer on a terminal. PLACE is a passage, by FILE:LINE as `query` prints it, or
    by the value of `passage` in `query --json`. FILE is the whole file. The source itself is not among the results.
    The output is that of `seedsearch query`.

    \b
      seedsearch similar 3
      seedsearch similar notes/port.txt:12
      seedsearch similar draft.md -k3 --json
      seedsearch similar -l notes/port.txt
      seedsearch similar -t md 3 -- notes/           only Markdown below this folder
    """
    form = hits.form()
    filters = chosen_filters(globs, types, below, here=here)
    with open_home(index_folder) as index:
        config = load_config(index.home.base)
        output = hits.output(form, config)
        options = hits.search(output, config).replace(filters=filters)
        check_template(output, index.engine)
        place = chosen(index.home, source).place
        result = similar(index, place, options, clean)
        write_hits(result, output, index)
    return DONE if result.total else NO_HITS
