"""`seedsearch similar`: passages like one, printed as `query` prints its hits."""

from __future__ import annotations

import os

import click

from seedsearch.cli.exit import DONE, NO_HITS
from seedsearch.cli.options import debug_option, index_home, index_option
from seedsearch.cli.query import (
    Output,
    explained,
    first_given,
    form_of,
    search_options,
    write_result,
)
from seedsearch.config import load_config
from seedsearch.engine.registry import open_engine
from seedsearch.search.more_like_this import similar


@click.command("similar", short_help="Find passages like one, or like a file.")
@click.argument("source", metavar="FILE[:LINE]|PASSAGE")
@click.option(
    "-k",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="Passages at most (0: all) [default: 10]. -l and -c count all.",
)
@click.option(
    "--per-file",
    type=click.IntRange(min=0),
    metavar="N",
    help="Passages at most from one file (0: all) [default: 3].",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one hit a line.")
@click.option(
    "-l", "--files-with-matches", "files", is_flag=True, help="Only the files' paths, best first."
)
@click.option(
    "-c", "--count", "counts", is_flag=True, help="Each file's path and how many passages it has."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
@click.option("-0", "--null", is_flag=True, help="End each path with a NUL byte, as for xargs -0.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    help="Colours, and the terminal's layout with `always` [default: auto].",
)
@click.option(
    "--explain", is_flag=True, help="Say of each hit why it scores what it does (or in --json)."
)
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
    explain: bool,
    index_folder: str | None,
) -> int:
    """Find the passages that are most like one: that share the words which tell most about it.

    FILE:LINE means the passage there, FILE alone all of the file. A `passage` of `query --json` will do as
    well. What is asked about is not among the answers. Output is that of `seedsearch query`.

    \b
      seedsearch similar notes/port.txt:12
      seedsearch similar draft.md -k3 --json
      seedsearch similar -l notes/port.txt
    """
    output_form = form_of(as_json, files, counts, quiet)
    home = index_home(index_folder)
    config = load_config(home.base)
    output = Output(output_form, null, color or config.color or "auto")
    options = search_options(
        output,
        first_given(limit, config.limit, 10),
        first_given(per_file, config.per_file, 3),
    )
    if explain:
        options = explained(options, output)
    engine = open_engine(home.folder)
    try:
        result = similar(engine, home, source, options, os.getcwd())
        write_result(result, output)
    finally:
        engine.close()
    return DONE if result.total else NO_HITS
