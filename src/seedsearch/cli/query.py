"""`seedsearch query`: the passages that match best, as terminal layout, records or JSON Lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from seedsearch.cli.exit import DONE, NO_HITS, say
from seedsearch.cli.options import (
    debug_option,
    index_home,
    index_option,
    is_terminal,
    stdout_bytes,
    stdout_encoding,
    use_color,
)
from seedsearch.config import Config, load_config
from seedsearch.engine.registry import open_engine
from seedsearch.errors import UsageError
from seedsearch.model import SearchResult
from seedsearch.query.parse import parse
from seedsearch.record import Record
from seedsearch.render.messages import error_message, search_summary
from seedsearch.render.sanitize import clean
from seedsearch.searching import SearchOptions, query_of, search

if TYPE_CHECKING:
    from seedsearch.engine.base import Engine
    from seedsearch.home import Home


class Output(Record):
    """What to print, checked: `form` is hits, json, files, counts or nothing."""

    form: str
    null: bool
    color: str


@click.command("query", short_help="Search: the passages that match best, best first.")
@click.argument("words", nargs=-1, required=True)
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
    "-c",
    "--count",
    "counts",
    is_flag=True,
    help="Each file's path and its number of matching passages, best first.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
@click.option("-0", "--null", is_flag=True, help="End each path with a NUL byte, as for xargs -0.")
@click.option("--all", "all_words", is_flag=True, help="Every word must be there, not just any.")
@click.option("-F", "--fixed-strings", "literal", is_flag=True, help="Take operators as words.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    help="Colours, and the terminal's layout with `always` [default: auto].",
)
@click.option("--stdin", is_flag=True, help="Search what a pipe brings, without an index.")
@click.option("--name", default="-", show_default=True, help="What to call what the pipe brings.")
@click.option(
    "--in",
    "folders",
    multiple=True,
    metavar="FOLDER",
    help="Search a folder (a small one) without an index; may be repeated.",
)
@click.option("--fresh", is_flag=True, help="Bring the index up to date before the search.")
@click.option(
    "--verified", is_flag=True, help="Leave out what no longer stands in its file (reads them)."
)
@click.option(
    "--relax",
    is_flag=True,
    help="Where nothing matches, ask for less: any of the words, or like them.",
)
@click.option(
    "--explain", is_flag=True, help="Say of each hit why it scores what it does (or in --json)."
)
@index_option
@debug_option
def command(
    words: tuple[str, ...],
    limit: int | None,
    per_file: int | None,
    as_json: bool,
    files: bool,
    counts: bool,
    quiet: bool,
    null: bool,
    all_words: bool,
    literal: bool,
    color: str | None,
    stdin: bool,
    name: str,
    folders: tuple[str, ...],
    fresh: bool,
    verified: bool,
    relax: bool,
    explain: bool,
    index_folder: str | None,
) -> int:
    """Search the index for WORDS and print the passages that match best.

    On a terminal: files, lines, lit words, scores. Through a pipe: path:line:text, one passage a
    line. Files that have changed or vanished since they were indexed are marked as stale.

    \b
      seedsearch query North Korean troops           any of the words, ranked
      seedsearch query '"as he left" +Kyiv -draft'   a phrase, a must, a not
      seedsearch query 'Najin AND (coal OR port)'
      seedsearch query -- -draft troops              a query that begins with a dash
      seedsearch query -l0 troops | xargs -0 wc -w
      seedsearch query -k0 troops | fzf
      seedsearch query --json troops | jq -r .title
      man find | seedsearch query --stdin prune
      seedsearch query --in notes/ harbour
      seedsearch query --explain 'North Korea*'
      seedsearch query --relax '"troops of Najin" +Pyongyang'
    """
    form = form_of(as_json, files, counts, quiet)
    if stdin and folders:
        raise UsageError("--stdin and --in exclude each other", "give one of them")
    home = None if stdin or folders else index_home(index_folder)
    config = load_config(home.base if home else os.getcwd())
    output = Output(form, null, color or config.color or "auto")
    options = search_options(
        output, first_said(limit, config.limit, 10), first_said(per_file, config.per_file, 3)
    ).replace(all_words=all_words, literal=literal, relax=relax)
    if explain:
        options = explained(options, output)
    text = _as_typed(words)
    if home is None:
        return _without_index(text, options, output, config, folders, name)
    if verified:
        options = options.replace(verified=True, text=True)
    engine = open_engine(home.folder)
    try:
        if fresh:
            _update(engine, home, config)
        result = search(engine, home, text, options, os.getcwd())
        write_result(result, output)
        _advise(engine, result, options, output)
    finally:
        engine.close()
    return DONE if result.total else NO_HITS


def _without_index(
    text: str,
    options: SearchOptions,
    output: Output,
    config: Config,
    folders: tuple[str, ...],
    name: str,
) -> int:
    """Search folders, or standard input where there are none."""
    # Imported here for start-up time: what reads documents is not for every query.
    from seedsearch.cli.throwaway import engine_over_folders, engine_over_stdin

    cwd = os.getcwd()
    parse(text, all_words=options.all_words, literal=options.literal)  # before anything is read
    over = (
        engine_over_folders(folders, cwd, config)
        if folders
        else engine_over_stdin(name, cwd, config)
    )
    with over as (engine, home):
        result = search(engine, home, text, options.replace(stale=False), cwd)
        write_result(result, output)
        _advise(engine, result, options, output)
    return DONE if result.total else NO_HITS


def first_said(*values: int | None) -> int:
    """The first that is said."""
    return next(value for value in values if value is not None)


def _update(engine: Engine, home: Home, config: Config) -> None:
    """Bring the index up to date, and say only what has gone wrong."""
    # Imported here for start-up time: what writes is not for every query.
    import gc

    from seedsearch.cli.index import update_quietly

    gc.enable()  # `cli.script` switched it off, for commands that are over at once
    update_quietly(engine, home, config, os.getcwd())


def _as_typed(words: tuple[str, ...]) -> str:
    """The query's text; UTF-8 is taken as such in a locale that knows no better (LC_ALL=C)."""
    text = " ".join(words)
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "surrogateescape")


def form_of(as_json: bool, files: bool, counts: bool, quiet: bool) -> str:
    """The one form that the flags ask for. Raises UsageError when they contradict each other."""
    asked = [
        (flag, form)
        for flag, form, given in (
            ("--json", "json", as_json),
            ("-l", "files", files),
            ("-c", "counts", counts),
        )
        if given
    ]
    if len(asked) > 1:
        flags = " and ".join(flag for flag, _ in asked)
        raise UsageError(f"{flags} exclude each other", "give one of them")
    if quiet:
        return "nothing"
    return asked[0][1] if asked else "hits"


def search_options(output: Output, limit: int, per_file: int) -> SearchOptions:
    """How to search for what is to be printed."""
    if output.form in ("files", "counts"):
        return SearchOptions(limit=None, per_file=None, text=False, details=False, stale=False)
    if output.form == "nothing":
        return SearchOptions(limit=1, per_file=None, text=False, details=False, stale=False)
    details = output.form == "json" or _has_layout(output)
    return SearchOptions(
        limit=limit or None,
        per_file=per_file or None,
        details=details,
        stale=details or is_terminal(sys.stderr),  # plain records show it on stderr alone
    )


def explained(options: SearchOptions, output: Output) -> SearchOptions:
    """The options with explanations. Raises UsageError where the output has no place for them."""
    if output.form != "json" and not _has_layout(output):
        raise UsageError(
            "--explain has no place in records of one line",
            "add --json, or --color=always for the layout of a terminal",
        )
    return options.replace(explain=True)


def _has_layout(output: Output) -> bool:
    """Whether hits are laid out for eyes: on a terminal, or where colours are forced."""
    eyes = is_terminal(sys.stdout) or output.color == "always"
    return output.form == "hits" and eyes and not output.null


def write_result(result: SearchResult, output: Output) -> None:
    """Print the hits, and on stderr, for eyes, what there is to say about them."""
    if output.form == "nothing":
        return
    stream = stdout_bytes()
    if _has_layout(output):
        from seedsearch.render.console import print_hits  # Rich, only for eyes: start-up time

        color = use_color(output.color, sys.stdout)
        print_hits(result.hits, stream, encoding=stdout_encoding(), color=color)
    else:
        for record in _records(result, output):
            stream.write(record)
    stream.flush()
    if is_terminal(sys.stderr) and output.form in ("hits", "json"):
        for note in result.notes:
            say(clean(note))
        say(("\n" if _has_layout(output) and result.hits else "") + search_summary(result))


def _advise(engine: Engine, result: SearchResult, options: SearchOptions, output: Output) -> None:
    """Say, for eyes, why nothing matches and what would; and always, that another query was asked."""
    if result.relaxed:
        say(error_message("no passage matches; these are for", result.relaxed))
    if result.total or output.form == "nothing" or not is_terminal(sys.stderr):
        return
    # Only where nothing is found: start-up time.
    from seedsearch.relaxing import advise
    from seedsearch.render.advice import advice_lines

    for line in advice_lines(advise(engine, query_of(result.query, options))):
        say(line)


def _records(result: SearchResult, output: Output) -> Iterator[bytes]:
    if output.form == "json":
        from seedsearch.render import jsonl  # one renderer is loaded, not all: start-up time

        yield from map(jsonl.hit_record, result.hits)
        return
    from seedsearch.render import lines

    null, terminal = output.null, is_terminal(sys.stdout)
    if output.form == "hits":
        for hit in result.hits:
            yield lines.hit_record(hit, null=null, terminal=terminal)
        return
    counts: dict[str, int] = {}
    for hit in result.hits:
        counts[hit.path] = counts.get(hit.path, 0) + 1
    for path, count in counts.items():
        if output.form == "files":
            yield lines.file_record(path, null=null, terminal=terminal)
        else:
            yield lines.count_record(path, count, null=null, terminal=terminal)
