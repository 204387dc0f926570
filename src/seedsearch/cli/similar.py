"""`seedsearch similar`: find passages similar to one, or to a file."""

from __future__ import annotations

import os

import click

from seedsearch.cli.exit import DONE, NO_HITS
from seedsearch.cli.last_answer import chosen
from seedsearch.cli.options import (
    Command,
    debug_option,
    hit_limits,
    index_option,
    open_home,
    output_options,
)
from seedsearch.cli.output import Output, form_of, search_options, write_result
from seedsearch.config import load_config
from seedsearch.render.sanitize import clean
from seedsearch.search.more_like_this import similar


@click.command("similar", cls=Command, short_help="Find passages similar to one, or to a file.")
@click.argument("source", metavar="N|PLACE|FILE")
@click.option(
    "-k",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="At most N passages (0: all, from every file) [default: 10]. -l and -c have no limit.",
)
@click.option(
    "--per-file",
    type=click.IntRange(min=0),
    metavar="N",
    help="At most N passages from one file (0: no limit) [default: 3].",
)
@output_options
@index_option
@debug_option
def command(
    source: str,
    limit: int | None,
    per_file: int | None,
    as_json: bool,
    files: bool,
    counts: bool,
    quiet: bool,
    null: bool,
    color: str | None,
    pretty: bool,
    verbose: bool,
    scores: bool,
    no_pager: bool,
    explain: bool,
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
    """
    form = form_of(as_json, files, counts, quiet)
    with open_home(index_folder) as (engine, home):
        config = load_config(home.base)
        output = Output(
            form,
            null,
            color or config.color or "auto",
            pretty=pretty,
            more=verbose,
            scores=scores,
            paged=not no_pager,
        )
        options = search_options(output, *hit_limits(limit, per_file, config), explain=explain)
        place = chosen(home, source).place
        result = similar(engine, home, place, options, os.getcwd(), clean)
        write_result(result, output)
    return DONE if result.total else NO_HITS
