"""Printing hits: which form the options ask for, what it needs from the search, and the writing itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seedsearch.cli.exit import say
from seedsearch.cli.options import (
    is_terminal,
    reject_conflicts,
    stdout_bytes,
    stdout_encoding,
    use_color,
)
from seedsearch.errors import UsageError
from seedsearch.model import Hit, SearchResult
from seedsearch.record import Record
from seedsearch.render.messages import error_message, plural, search_summary
from seedsearch.render.records import LINE, LINE_PART, PASSAGE, WINDOW
from seedsearch.render.sanitize import clean
from seedsearch.search.searcher import WIDTH, SearchOptions, query_of

if TYPE_CHECKING:
    from seedsearch.engine.base import Engine
    from seedsearch.paths import Home
    from seedsearch.query.batch import BatchQuery

_SUMMARISED = ("hits", "plain", "json")
"""The forms after which a terminal gets a summary, or suggestions."""


class Output(Record):
    """How to print. `form` is hits, plain, json, trec, vimgrep, context, files, counts or nothing.

    With `by_path`, hits are printed in the order of their paths and lines. `around` is the number of context
    lines before and after a match. `text` is the text of a record (records.py), `width` that of the window.
    """

    form: str
    null: bool
    color: str
    by_path: bool = False
    around: tuple[int, int] = (0, 0)
    text: str = WINDOW
    width: int = WIDTH


def text_of_records(text: str | None, columns: int | None) -> tuple[str, int]:
    """Return which text the records show, and the width of the window. 0 columns are no limit."""
    text = text or WINDOW
    if columns is None:
        return text, WIDTH
    if columns == 0:
        return PASSAGE if text == WINDOW else text, WIDTH
    return LINE_PART if text == LINE else WINDOW, columns


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
    """Return the one form that the options ask for. Raises UsageError if they conflict."""
    given = [
        (flag, form)
        for flag, form, value in (
            ("--json", "json", as_json),
            ("--vimgrep", "vimgrep", vimgrep),
            ("-A, -B or -C", "context", context),
            ("-l", "files", files),
            ("-c", "counts", counts),
            (f"--format {output_format}", output_format or "", output_format),
        )
        if value
    ]
    reject_conflicts(*given)
    if quiet:
        return "nothing"
    return given[0][1] if given else "hits"


def search_options(output: Output, limit: int, per_file: int, *, explain: bool) -> SearchOptions:
    """Return the options of the search for this output. 0 means no limit.

    Raises UsageError if the output has no room for explanations.
    """
    layout = _has_layout(output)
    if explain and output.form != "json" and not layout:
        raise UsageError(
            "--explain does not fit into one-line records",
            "add --json, or --color=always for the terminal layout",
        )
    if output.form in ("files", "counts"):
        limit = per_file = 0
    elif output.form == "nothing":
        limit, per_file = 1, 0
    details = output.form in ("json", "vimgrep", "context") or layout
    text = details or output.form in ("hits", "plain")
    return SearchOptions(
        limit=limit or None,
        per_file=per_file or None,
        text=text,
        details=details,
        fragments=layout,  # only the layout shows several parts of the text
        window=output.width if text else 0,
        stale=output.form != "nothing",
        explain=explain,
    )


def _has_layout(output: Output) -> bool:
    """Return whether hits get the terminal layout: on a terminal, or if colours are forced."""
    terminal = is_terminal(sys.stdout) or output.color == "always"
    return output.form == "hits" and terminal and not output.null


def write_result(result: SearchResult, output: Output, query: BatchQuery | None = None) -> None:
    """Print the hits, notes on stale files, and on a terminal a summary.

    In a batch, `query` is the query of this result. Each record begins with its id; the terminal layout gets
    a heading.
    """
    if output.form == "nothing":
        return
    result = result.replace(hits=_in_order(result, output))
    layout = _has_layout(output)
    stream = stdout_bytes()
    if layout:
        from seedsearch.render.console import print_hits  # start-up time: imports Rich

        color = use_color(output.color, sys.stdout)
        if query:
            title = clean(f"{query.id}: {query.text}")
            stream.write(f"=== {title}\n\n".encode(stdout_encoding(), "replace"))
        print_hits(result.hits, stream, encoding=stdout_encoding(), color=color)
    else:
        stream.writelines(_records(result, output, query))
    stream.flush()
    terminal = _is_watched() and output.form in _SUMMARISED
    if output.form != "json" or terminal:  # each object says by itself that it is stale
        for note in result.notes:
            say(clean(note) if terminal else error_message(note))
    if terminal:
        before = "\n" if layout and result.hits else ""
        say(before + search_summary(result) + ("\n" if query and layout else ""))


def write_context(
    result: SearchResult, output: Output, engine: Engine, home: Home, cwd: str
) -> None:
    """Print the matching lines with the lines around them."""
    # start-up time: only -A, -B and -C need these
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


def write_query_notes(result: SearchResult, output: Output, place: str = "") -> None:
    """Say on stderr what of a query was taken as text. `place` is its file and line in a batch."""
    if output.form != "nothing":
        for note in result.query_notes:
            say(error_message(f"{place}: {note}" if place else note))


def write_suggestions(
    engine: Engine, home: Home, result: SearchResult, options: SearchOptions, output: Output
) -> None:
    """Say on stderr which looser query was run; on a terminal also why nothing matches, and what would."""
    if result.relaxed:
        say(error_message("no passage matches; showing results for", result.relaxed))
    if result.total or output.form not in _SUMMARISED or not _is_watched():
        return
    # start-up time: only a query without hits needs these
    from seedsearch.render.suggestions import suggestion_lines
    from seedsearch.search.suggestions import suggest

    query = query_of(engine, home, result.query, options, os.getcwd()).query
    for line in suggestion_lines(suggest(engine, query)):
        say(line)


def _is_watched() -> bool:
    """Return whether somebody sees both streams: what reads a pipe draws on the terminal itself, as fzf does."""
    return is_terminal(sys.stdout) and is_terminal(sys.stderr)


def _in_order(result: SearchResult, output: Output) -> tuple[Hit, ...]:
    if not output.by_path:
        return result.hits
    return tuple(
        sorted(result.hits, key=lambda h: (os.fsencode(h.path), h.passage.line_start, h.rank))
    )


# start-up time: each form imports its own renderer
def _records(result: SearchResult, output: Output, query: BatchQuery | None) -> Iterator[bytes]:
    if output.form == "json":
        from seedsearch.render import jsonl

        yield from (jsonl.hit_record(hit, query) for hit in result.hits)
    elif output.form == "trec":
        from seedsearch.render import trec

        yield from (trec.run_record(query.id if query else "1", hit) for hit in result.hits)
    else:
        before = f"{clean(query.id)}\t".encode() if query else b""
        for record in _line_records(result, output):
            yield before + record


def _line_records(result: SearchResult, output: Output) -> Iterator[bytes]:
    from seedsearch.render import records

    null, terminal = output.null, is_terminal(sys.stdout)
    if output.form in ("hits", "plain"):
        for hit in result.hits:
            yield records.hit_record(hit, text=output.text, null=null, terminal=terminal)
        return
    if output.form == "vimgrep":
        from seedsearch.render import vimgrep
        from seedsearch.search.passage_view import before_on_its_line, opens_in_editor

        opening = [hit for hit in result.hits if opens_in_editor(hit.path, hit.passage)]
        if left_out := len(result.hits) - len(opening):
            say(f"seedsearch: {plural(left_out, 'hit')} left out that no editor opens at the line")
        for hit in opening:
            before = before_on_its_line(hit.path, hit.passage)
            yield from vimgrep.match_records(hit, before, null=null, terminal=terminal)
        return
    counts: dict[str, int] = {}
    for hit in result.hits:
        counts[hit.path] = counts.get(hit.path, 0) + hit.matching
    for path, count in counts.items():
        if output.form == "files":
            yield records.file_record(path, null=null, terminal=terminal)
        else:
            yield records.count_record(path, count, null=null, terminal=terminal)
