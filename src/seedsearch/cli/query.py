"""`seedsearch query`: the passages that match best, as terminal layout, records or JSON Lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from seedsearch.cli.exit import DONE, NO_HITS, say
from seedsearch.cli.options import (
    debug_option,
    file_options,
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
from seedsearch.model import Hit, SearchResult
from seedsearch.query.parse import parse
from seedsearch.record import Record
from seedsearch.render.messages import error_message, search_summary
from seedsearch.render.sanitize import clean
from seedsearch.search.searcher import SearchOptions, query_of, search

if TYPE_CHECKING:
    from seedsearch.engine.base import Engine, Grouping
    from seedsearch.paths import Home
    from seedsearch.query.batch import BatchQuery


_SUMMARISED = ("hits", "plain", "json")
"""The forms after which stderr, for eyes, says how many there are, or why there are none."""


class Output(Record):
    """What to print, checked: `form` is hits, json, trec, vimgrep, context, files, counts or nothing.

    With `by_path`, the best hits come in the order of their paths and lines. `around` are lines of context, before and
    after.
    """

    form: str
    null: bool
    color: str
    by_path: bool = False
    around: tuple[int, int] = (0, 0)


_CONTEXT = click.IntRange(0, 1000)
_AROUND = "The lines that match, as grep prints them, with N lines {}."


@click.command("query", short_help="Search: the passages that match best, best first.")
@click.argument("words", nargs=-1)
@click.option(
    "-f",
    "--file",
    "queries_file",
    metavar="FILE",
    help="Ask the queries of a file (-: standard input), one a line, `id<TAB>query`, or JSON Lines.",
)
@click.option(
    "-k",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="Hits at most (0: all) [default: 10; 1000 for trec]. -l and -c count all.",
)
@click.option(
    "--per-file",
    type=click.IntRange(min=0),
    metavar="N",
    help="Hits at most from one file (0: all) [default: 3; all by document].",
)
@click.option(
    "--by",
    type=click.Choice(["passage", "document"]),
    help="What is ranked and counted; a document comes as its best passage [default: passage].",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one hit a line.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["plain", "json", "trec"]),
    help="plain records, JSON Lines, or a TREC run (which ranks documents).",
)
@click.option(
    "--vimgrep", is_flag=True, help="path:line:column:text, one line for each match, for editors."
)
@click.option(
    "-A", "--after-context", "after", type=_CONTEXT, metavar="N", help=_AROUND.format("after")
)
@click.option(
    "-B", "--before-context", "before", type=_CONTEXT, metavar="N", help=_AROUND.format("before")
)
@click.option("-C", "--context", type=_CONTEXT, metavar="N", help="As -A N -B N.")
@click.option(
    "--sort",
    type=click.Choice(["score", "path"]),
    help="The order in which the best hits are printed [default: score].",
)
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
@click.option("--name", help="What to call what the pipe brings [default: -].")
@click.option(
    "--in",
    "folders",
    multiple=True,
    metavar="FOLDER",
    help="Search a folder (a small one) without an index; may be repeated.",
)
@file_options
@click.option("--fresh", is_flag=True, help="Bring the index up to date before the search.")
@click.option(
    "--verified", is_flag=True, help="Leave out what no longer stands in its file (reads them)."
)
@click.option(
    "--synonyms",
    metavar="FILE",
    help="Words and names that mean the same, in Solr's format [default: query.synonyms].",
)
@click.option("--no-synonyms", is_flag=True, help="Search for the words as they are typed.")
@click.option(
    "--all-copies",
    is_flag=True,
    help="Show passages that are copies of another as well [default: once, with also_in].",
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
    queries_file: str | None,
    limit: int | None,
    per_file: int | None,
    by: Grouping | None,
    as_json: bool,
    output_format: str | None,
    vimgrep: bool,
    after: int | None,
    before: int | None,
    context: int | None,
    sort: str | None,
    files: bool,
    counts: bool,
    quiet: bool,
    null: bool,
    all_words: bool,
    literal: bool,
    color: str | None,
    stdin: bool,
    name: str | None,
    folders: tuple[str, ...],
    fresh: bool,
    verified: bool,
    synonyms: str | None,
    no_synonyms: bool,
    all_copies: bool,
    relax: bool,
    explain: bool,
    index_folder: str | None,
    **choices: Any,
) -> int:
    """Search the index for WORDS and print the passages that match best.

    On a terminal: files, lines, lit words, scores. Through a pipe: path:line:text, one passage a
    line. Files that have changed or vanished since they were indexed are marked as stale. -g and -t choose
    among the files of the index as path: and type: do in a query; with --in, they and --hidden, --no-ignore,
    --follow and --max-size choose what is read.

    \b
    Operators:  "a phrase"  "near words"~5  +must  -not  AND OR NOT ( )
                =exact  pre*  w?ld  spelling~1  counts^2
    Filters:    title:word  path:*.md  type:pdf  lang:ko  encoding:utf-8
                date:2024-05  date:2023..2024-06  date:>2023

    \b
      seedsearch query North Korean troops           any of the words, ranked
      seedsearch query '"as he left" +Kyiv -draft'   a phrase, a must, a not
      seedsearch query 'Najin AND (coal OR port)'
      seedsearch query -- -draft troops              a query that begins with a dash
      seedsearch query -l0 troops | xargs -0 wc -w
      seedsearch query -k0 troops | fzf
      seedsearch query --json troops | jq -r .title
      seedsearch query -C2 --sort path troops
      vim -q <(seedsearch query --vimgrep troops)
      man find | seedsearch query --stdin prune
      seedsearch query --in notes/ -g '*.md' harbour
      seedsearch query -f queries.txt --by document --json
      seedsearch query -t pdf -g '!drafts/' harbour
      seedsearch query --explain 'North Korea*'
      seedsearch query --relax '"troops of Najin" +Pyongyang'
    """
    around = _around(before, after, context)
    form = form_of(
        as_json, files, counts, quiet, output_format, vimgrep=vimgrep, context=around is not None
    )
    _exclude(("--stdin", stdin), ("--in", folders), ("-f -", stdin and queries_file == "-"))
    _exclude(("-f", queries_file), ("WORDS", words))
    _exclude(("-f", queries_file), ("-A, -B or -C", not before is after is context is None))
    if stdin or folders:
        for flag, given in (
            ("--fresh", fresh),
            ("--verified", verified),
            ("--index", index_folder),
        ):
            if given:
                raise UsageError(f"{flag} is about an index, and there is none", "leave it out")
    if name is not None and not stdin:
        raise UsageError("--name is about --stdin", "give that too")
    _exclude(("--format trec", form == "trec"), ("--by passage", by == "passage"))
    asked = _asked(words, queries_file)
    home = None if stdin or folders else index_home(index_folder)
    config = load_config(home.base if home else os.getcwd())
    output = Output(
        form, null, color or config.color or "auto", by_path=sort == "path", around=around or (0, 0)
    )
    if form == "trec":
        by, limit = "document", first_given(limit, 1000)
    if by == "document":
        per_file = first_given(per_file, 0)
    options = search_options(
        output, first_given(limit, config.limit, 10), first_given(per_file, config.per_file, 3)
    ).replace(all_words=all_words, literal=literal, relax=relax, all_copies=all_copies)
    if not no_synonyms:
        options = options.replace(synonyms=synonyms or config.synonyms or "")
    if explain:
        options = explained(options, output)
    if form in ("files", "counts"):
        options = options.replace(by="file")
    elif by:
        options = options.replace(by=by)
    if any(choice not in (None, ()) for choice in choices.values()):
        from seedsearch.cli.file_filters import (
            check_choices,
            filters_of,
        )  # for whom chooses: start-up time

        check_choices(choices, stdin=stdin, folders=bool(folders))
        if home is not None:
            options = options.replace(filters=filters_of(choices["globs"], choices["types"]))
    if home is None:
        source = _Source(folders, name or "-", choices)
        return _without_index(asked, options, output, config, source)
    if verified:
        options = options.replace(verified=True, text=True)
    engine = open_engine(home.folder)
    try:
        if fresh:
            _update(engine, home, config)
        return _answer(asked, engine, home, options, output)
    finally:
        engine.close()


class _Asked(Record):
    """What is asked: a query as typed, or those of a file."""

    text: str
    file: str = ""
    queries: tuple[BatchQuery, ...] = ()


def _asked(words: tuple[str, ...], queries_file: str | None) -> _Asked:
    """The words, or what stands in the file. Raises UsageError, SourceUnreadableError, OSError."""
    if queries_file is None:
        if not words:
            raise UsageError("no words to search for", "seedsearch query WORDS")
        return _Asked(_as_typed(words))
    from seedsearch.cli.batch import read_batch  # only who asks many: start-up time

    return _Asked("", queries_file, tuple(read_batch(queries_file)))


def _answer(
    asked: _Asked, engine: Engine, home: Home, options: SearchOptions, output: Output
) -> int:
    """Search, print, and say how it ended."""
    cwd = os.getcwd()
    if not asked.file:
        result = search(engine, home, asked.text, options, cwd)
        if output.form == "context":
            _write_context(result, output, engine, home, cwd)
        else:
            write_result(result, output)
        _suggest(engine, result, options, output)
        return DONE if result.total else NO_HITS
    from seedsearch.cli.batch import run_batch  # only who asks many: start-up time

    def write(result: SearchResult, query: BatchQuery) -> None:
        write_result(result, output, query)
        _suggest(engine, result, options, output)

    def ask(text: str) -> SearchResult:
        return search(engine, home, text, options, cwd)

    return run_batch(asked.file, asked.queries, ask, write)


def _exclude(*flags: tuple[str, object]) -> None:
    """Raises UsageError where more than one of these is given."""
    given = [flag for flag, value in flags if value]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} exclude each other", "give one of them")


class _Source(Record):
    """What is searched without an index: folders, with the flags that choose files, or a pipe and its name."""

    folders: tuple[str, ...]
    name: str
    choices: dict[str, Any]


def _without_index(
    asked: _Asked, options: SearchOptions, output: Output, config: Config, source: _Source
) -> int:
    """Search folders, or standard input where there are none."""
    # Imported here for start-up time: what reads documents is not for every query.
    from seedsearch.cli.file_selection import selection
    from seedsearch.cli.throwaway import engine_over_folders, engine_over_stdin

    cwd = os.getcwd()
    if not asked.file:  # a mistake is found before anything is read
        parse(asked.text, all_words=options.all_words, literal=options.literal)
    over = (
        engine_over_folders(source.folders, cwd, config, selection(**source.choices))
        if source.folders
        else engine_over_stdin(source.name, cwd, config)
    )
    with over as (engine, home):
        return _answer(asked, engine, home, options.replace(stale=False), output)


def first_given(*values: int | None) -> int:
    """The first that is said."""
    return next(value for value in values if value is not None)


def _update(engine: Engine, home: Home, config: Config) -> None:
    """Bring the index up to date, and say only what has gone wrong."""
    # Imported here for start-up time: what writes is not for every query.
    from seedsearch.cli.index import update_quietly
    from seedsearch.indexing import collect_seldom

    collect_seldom()  # `cli.script` switched it off, for commands that are over at once
    update_quietly(engine, home, config, os.getcwd())


def _as_typed(words: tuple[str, ...]) -> str:
    """The query's text; UTF-8 is taken as such in a locale that knows no better (LC_ALL=C)."""
    text = " ".join(words)
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "surrogateescape")


def _around(before: int | None, after: int | None, both: int | None) -> tuple[int, int] | None:
    """How many lines of context are asked for, before and after; None where none of the flags is given."""
    if before is after is both is None:
        return None
    return first_given(before, both, 0), first_given(after, both, 0)


def form_of(
    as_json: bool,
    files: bool,
    counts: bool,
    quiet: bool,
    output_format: str | None = None,
    *,
    vimgrep: bool = False,
    context: bool = False,
) -> str:
    """The one form that the flags ask for. Raises UsageError when they contradict each other."""
    asked = [
        (flag, form)
        for flag, form, given in (
            ("--json", "json", as_json),
            ("--vimgrep", "vimgrep", vimgrep),
            ("-A, -B or -C", "context", context),
            ("-l", "files", files),
            ("-c", "counts", counts),
            (f"--format {output_format}", output_format or "", output_format),
        )
        if given
    ]
    _exclude(*asked)
    if quiet:
        return "nothing"
    return asked[0][1] if asked else "hits"


def search_options(output: Output, limit: int, per_file: int) -> SearchOptions:
    """How to search for what is to be printed."""
    if output.form in ("files", "counts"):
        return SearchOptions(limit=None, per_file=None, text=False, details=False, stale=False)
    if output.form == "trec":
        return SearchOptions(
            limit or None, per_file or None, text=False, details=False, stale=False
        )
    if output.form == "nothing":
        return SearchOptions(limit=1, per_file=None, text=False, details=False, stale=False)
    details = output.form in ("json", "vimgrep", "context") or _has_layout(output)
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


def write_result(result: SearchResult, output: Output, query: BatchQuery | None = None) -> None:
    """Print the hits, and on stderr, for eyes, what there is to say about them.

    Where several are asked, `query` is the one that they answer: its id stands before each record, and it heads
    what is laid out.
    """
    if output.form == "nothing":
        return
    result = result.replace(hits=_in_order(result, output))
    stream = stdout_bytes()
    if _has_layout(output):
        from seedsearch.render.console import print_hits  # Rich, only for eyes: start-up time

        color = use_color(output.color, sys.stdout)
        if query:
            title = clean(f"{query.id}: {query.text}")
            stream.write(f"=== {title}\n\n".encode(stdout_encoding(), "replace"))
        print_hits(result.hits, stream, encoding=stdout_encoding(), color=color)
    else:
        for record in _records(result, output, query):
            stream.write(record)
    stream.flush()
    if is_terminal(sys.stderr) and output.form in _SUMMARISED:
        for note in result.notes:
            say(clean(note))
        ends = "\n" if query and _has_layout(output) else ""
        say(("\n" if _has_layout(output) and result.hits else "") + search_summary(result) + ends)


def _write_context(
    result: SearchResult, output: Output, engine: Engine, home: Home, cwd: str
) -> None:
    """Print the lines that match with those around them."""
    # Only for whom asks for them: start-up time.
    from seedsearch.render.context_lines import SEPARATOR, groups
    from seedsearch.search.passage_view import surroundings

    before, after = output.around
    stream, printed = stdout_bytes(), False
    for hit in _in_order(result, output):
        lines = surroundings(engine, home, hit.passage, cwd, max(before, after))
        for group in groups(
            hit, lines, before, after, null=output.null, terminal=is_terminal(sys.stdout)
        ):
            stream.write((SEPARATOR if printed and (before or after) else b"") + group)
            printed = True
    stream.flush()


def _in_order(result: SearchResult, output: Output) -> tuple[Hit, ...]:
    """The hits in the order that they are printed in."""
    return tuple(sorted(result.hits, key=_place)) if output.by_path else result.hits


def _suggest(engine: Engine, result: SearchResult, options: SearchOptions, output: Output) -> None:
    """Say, for eyes, why nothing matches and what would; and always, that another query was asked."""
    if result.relaxed:
        say(error_message("no passage matches; these are for", result.relaxed))
    if result.total or output.form not in _SUMMARISED or not is_terminal(sys.stderr):
        return
    # Only where nothing is found: start-up time.
    from seedsearch.render.suggestions import suggestion_lines
    from seedsearch.search.suggestions import suggest

    for line in suggestion_lines(
        suggest(engine, query_of(result.query, options, engine.languages()))
    ):
        say(line)


def _place(hit: Hit) -> tuple[bytes, int, int]:
    return os.fsencode(hit.path), hit.passage.line_start, hit.rank


def _records(result: SearchResult, output: Output, query: BatchQuery | None) -> Iterator[bytes]:
    if output.form == "json":
        from seedsearch.render import jsonl  # one renderer is loaded, not all: start-up time

        yield from (jsonl.hit_record(hit, query) for hit in result.hits)
    elif output.form == "trec":
        from seedsearch.render import trec

        yield from (trec.run_record(query.id if query else "1", hit) for hit in result.hits)
    else:
        before = f"{clean(query.id)}\t".encode() if query else b""
        for record in _line_records(result, output):
            yield before + record


def _line_records(result: SearchResult, output: Output) -> Iterator[bytes]:
    from seedsearch.render import records  # one renderer is loaded, not all: start-up time

    null, terminal = output.null, is_terminal(sys.stdout)
    if output.form in ("hits", "plain"):
        for hit in result.hits:
            yield records.hit_record(hit, null=null, terminal=terminal)
        return
    if output.form == "vimgrep":
        from seedsearch.render import vimgrep

        for hit in result.hits:
            yield from vimgrep.match_records(hit, null=null, terminal=terminal)
        return
    counts: dict[str, int] = {}
    for hit in result.hits:
        counts[hit.path] = counts.get(hit.path, 0) + hit.matching
    for path, count in counts.items():
        if output.form == "files":
            yield records.file_record(path, null=null, terminal=terminal)
        else:
            yield records.count_record(path, count, null=null, terminal=terminal)
