"""`seedsearch query`: search, and print the best passages."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from typing import TYPE_CHECKING, Any

import click

from seedsearch.cli import options as cli
from seedsearch.cli import output as printing
from seedsearch.cli.exit import DONE, ERROR, NO_HITS, say
from seedsearch.cli.hit_options import HitChoices, hit_options
from seedsearch.config import Config, load_config
from seedsearch.engine.registry import open_engine
from seedsearch.errors import QuerySyntaxError, QueryTooBroadError, UsageError
from seedsearch.query.parse import parse
from seedsearch.record import Record
from seedsearch.render.messages import caret_lines, error_message
from seedsearch.search import Opened
from seedsearch.search.searcher import DEPTH, SearchOptions, search, with_rerank

if TYPE_CHECKING:
    from seedsearch.query.batch import BatchQuery


@click.command("query", cls=cli.QueryCommand)
@click.argument("words", nargs=-1)
@click.option(
    "-f",
    "--file",
    "queries_file",
    metavar="FILE",
    help="Run the queries in FILE (-: standard input): one a line, `id<TAB>query`, or JSON Lines.",
)
@hit_options
@cli.flag("--timeline", help="Count the matching passages by day, month, year or decade.")
@cli.words_options
@cli.flag("--stdin", help="Search standard input, without an index.")
@click.option("--name", help="Name of standard input in the results [default: -].")
@cli.repeated(
    "--in",
    "folders",
    metavar="FOLDER",
    help="Search a small FOLDER without an index. May be repeated.",
)
@cli.file_options
@cli.place_options
@cli.flag("--fresh", help="Update the index before the search.")
@cli.flag(
    "--verified", help="Compare each hit with its file, and leave out text that is no longer there."
)
@click.option(
    "--synonyms",
    metavar="FILE",
    help="Synonyms file, in Solr's format [default: query.synonyms of the configuration].",
)
@cli.flag("--no-synonyms", help="Do not apply synonyms.")
@cli.flag(
    "--relax", help="If nothing matches, search for any of the words, or for similar spellings."
)
@click.option(
    "--rerank",
    metavar="[=N]",
    help="Order the best N passages by meaning too, with a model [default: 20]. 0 turns this off. auto does it only if "
    "a model can be used.",
)
@cli.number(
    "--rerank-ms",
    least=1,
    metavar="MS",
    help="Time limit of --rerank in milliseconds [default: 2000]. "
    "Passages without a score by then keep their place.",
)
@cli.index_option
def command(
    words: tuple[str, ...],
    queries_file: str | None,
    hits: HitChoices,
    timeline: bool,
    all_words: bool,
    literal: bool,
    stdin: bool,
    name: str | None,
    folders: tuple[str, ...],
    here: bool,
    below: tuple[str, ...],
    fresh: bool,
    verified: bool,
    synonyms: str | None,
    no_synonyms: bool,
    relax: bool,
    rerank: str | None,
    rerank_ms: int | None,
    index_folder: str | None,
    **choices: Any,
) -> int:
    """Search the index for WORDS and print the passages that match best.

    On a terminal, each hit has its place, its title, and the rows around the matches. In a pipe, each hit is one
    line, path:line:snippet: the line of the best match, and the words around it. Hits from files that have changed
    or vanished since they were indexed are marked as stale.
    -g and -t filter the files of the index. With --in, -g, -t, --hidden, --no-ignore, --follow and --max-size
    select the files to read.

    \b
    Operators:  "a phrase"  "near words"~5  +must  -not  AND OR NOT ( )
                =exact  ==Case  pre*  w?ld  spelling~1  boost^2
    Filters:    title:word  path:*.md  type:pdf  lang:ko  encoding:utf-8
                date:2024-05  date:2023..2024-06  date:>2023

    \b
      seedsearch query North Korean troops           any of the words, best first
      seedsearch query '"as he left" +Kyiv -draft'   a phrase, required, excluded
      seedsearch query 'Najin AND (coal OR port)'
      seedsearch query -- -draft troops              begins with a dash
      seedsearch query troops -- seeds/ notes/       only below these folders
      seedsearch query -l0 troops | xargs -0 wc -w
      seedsearch query -k0 troops | fzf
      seedsearch query --json troops | jq -r .title
      seedsearch query -C2 --sort path troops
      vim -q <(seedsearch query --vimgrep troops)
      man find | seedsearch query --stdin prune
      seedsearch query --in notes/ -g '*.md' harbour
      seedsearch query -f queries.txt --by document --json
      seedsearch query -t pdf -g '!drafts/' harbour
      seedsearch query --kwic --sort left troops      a concordance
      seedsearch query --timeline troops              how many in each year
      seedsearch query --explain 'North Korea*'
      seedsearch query --relax '"troops of Najin" +Pyongyang'
      seedsearch query --rerank where are the troops  with a model
    """
    form = hits.form(timeline=timeline)
    cli.reject_conflicts(("-f", queries_file), ("--timeline", timeline))
    cli.reject_conflicts(
        ("--stdin", stdin), ("--in", folders), ("-f -", stdin and queries_file == "-")
    )
    cli.reject_conflicts(("-f", queries_file), ("WORDS", words))
    cli.reject_conflicts(("-f", queries_file), ("-A, -B or -C", hits.around is not None))
    for name_of_flag, given in (
        ("--fresh", fresh),
        ("--verified", verified),
        ("--here", here),
        ("a path after --", below),
        ("--index", index_folder),
    ):
        if given and (stdin or folders):
            raise UsageError(
                f"{name_of_flag} needs an index; --stdin and --in use none", "leave it out"
            )
    if name is not None and not stdin:
        raise UsageError("--name needs --stdin", "add it")
    cli.reject_conflicts(("--synonyms", synonyms), ("--no-synonyms", no_synonyms))
    request = _request(words, queries_file)
    home = None if stdin or folders else cli.index_home(index_folder)
    config = load_config(home.base if home else os.getcwd())
    output = hits.output(form, config)
    options = hits.search(output, config).replace(
        all_words=all_words,
        literal=literal,
        as_written=literal,
        relax=relax,
        synonyms="" if no_synonyms else synonyms or config.synonyms or "",
    )
    options = _with_rerank(options, rerank, rerank_ms, config, form)
    if any(choice not in (None, ()) for choice in choices.values()):
        cli.check_file_choices(choices, stdin=stdin, folders=bool(folders))
    if home is not None and (choices["globs"] or choices["types"] or here or below):
        # start-up time: only options that select files need it
        from seedsearch.query.file_types import chosen_filters

        options = options.replace(
            filters=chosen_filters(choices["globs"], choices["types"], below, here=here)
        )
    if home is None:
        with _without_index(request, options, config, folders, name or "-", choices) as index:
            return _answer(request, index, options.replace(stale=False), output, kept=False)
    if verified:
        options = options.replace(verified=True, text=True)
    with closing(open_engine(home.folder)) as engine:
        if fresh:
            from seedsearch.cli.index import update_quietly  # start-up time: few writes

            update_quietly(engine, home, config)
        return _answer(request, Opened(engine, home, os.getcwd()), options, output)


def _with_rerank(
    options: SearchOptions, given: str | None, milliseconds: int | None, config: Config, form: str
) -> SearchOptions:
    """Return the options with --rerank, or the configuration's. Raises UsageError where no passages are printed."""
    depth: int | str | None = config.rerank
    if given is not None:
        is_number = given.isdecimal() and len(given) < 10
        depth = DEPTH if given == "on" else int(given) if is_number else given[:20]
    if milliseconds is not None and not depth:
        raise UsageError("--rerank-ms has no effect without --rerank", "add --rerank")
    options = with_rerank(options, depth, milliseconds or config.rerank_ms)
    if options.rerank and (form in printing.BY_FILE or not options.text):
        if given is not None:
            raise UsageError("--rerank orders passages, and none are printed", "leave it out")
        return options.replace(rerank=0)
    return options


class _Request(Record):
    """What to search for: one query as typed, or the queries of a file. `path` is its last word if that is a path."""

    text: str
    path: str = ""
    file: str = ""
    queries: tuple[BatchQuery, ...] = ()


def _request(words: tuple[str, ...], queries_file: str | None) -> _Request:
    """Return what to search for. Raises UsageError, SourceUnreadableError, OSError."""
    if queries_file is None:
        if not words:
            raise UsageError("no words to search for", "seedsearch query WORDS")
        last = words[-1] if len(words) > 1 else ""
        return _Request(cli.query_text(words), last if os.path.lexists(last) else "")
    from seedsearch.query.batch import read_batch  # start-up time: only -f needs it

    return _Request("", "", queries_file, tuple(read_batch(queries_file)))


def _answer(
    request: _Request,
    index: Opened,
    options: SearchOptions,
    output: printing.Output,
    *,
    kept: bool = True,
) -> int:
    """Search and print. Return the exit code. Keep the hits of the terminal layout for `show N` and `open N`."""
    printing.check_template(output, index.engine)
    if output.form in printing.TIMELINES:
        from seedsearch.cli.facets import write_timeline  # start-up time: few ask for one

        return write_timeline(index, request.text, options, output)
    if request.file:
        return _answer_all(request, index, options, output)
    result = search(index, request.text, options)
    if kept and result.hits and printing.has_layout(output):
        from seedsearch.cli.last_answer import remember  # start-up time: only for terminals

        result = result.replace(hits=tuple(result.hits))
        remember(index.home, request.text, result.hits)
    more = printing.notes_on(result)
    if request.path and (os.sep in request.path or printing.is_watched()):
        from shlex import quote  # start-up time: few queries need it

        hint = f"to search only there, write -- before it: -- {quote(request.path)}"
        more.append(error_message(f"{request.path} is read as a word", hint))
    printing.write_hits(result, output, index, more)
    printing.write_suggestions(index, result, options, output)
    return DONE if result.total else NO_HITS


def _answer_all(
    request: _Request, index: Opened, options: SearchOptions, output: printing.Output
) -> int:
    """Run and print the queries of a file in order. Return the exit code of the whole batch.

    A malformed query is reported on stderr with its line, and the others still run.
    """
    code = NO_HITS
    printing.write_head(output, is_batch=True)
    for query in request.queries:
        place = f"{request.file}:{query.line}"
        try:
            result = search(index, query.text, options)
        except (QuerySyntaxError, QueryTooBroadError) as error:
            say(error_message(f"{place}: {error.message}", error.hint))
            if isinstance(error, QuerySyntaxError):
                at = caret_lines(error.query, error.column, on_terminal=cli.is_terminal(sys.stderr))
                say("\n".join(at))
            code = ERROR
            continue
        printing.write_result(result, output, query, printing.notes_on(result, place))
        printing.write_suggestions(index, result, options, output)
        if result.total and code == NO_HITS:
            code = DONE
    return code


def _without_index(
    request: _Request,
    options: SearchOptions,
    config: Config,
    folders: tuple[str, ...],
    name: str,
    choices: Mapping[str, Any],
) -> AbstractContextManager[Opened]:
    """Return a context with an engine over the folders, or over standard input if there are none."""
    # start-up time: only --in and --stdin read documents
    from seedsearch.cli.index import selection
    from seedsearch.cli.temporary_index import engine_over_folders, engine_over_stdin

    if not request.file:  # report a syntax error before reading anything
        parse(request.text, all_words=options.all_words, literal=options.literal)
    if folders:
        return engine_over_folders(folders, os.getcwd(), config, selection(choices))
    return engine_over_stdin(name, os.getcwd(), config)
