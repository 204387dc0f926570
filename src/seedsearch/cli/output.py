"""Print hits: choose the form from the options, tell the search what it needs, and write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seedsearch.citation import file_uri
from seedsearch.cli.exit import say
from seedsearch.cli.options import (
    is_terminal,
    paint_level,
    reject_conflicts,
    stdout_bytes,
)
from seedsearch.errors import UsageError
from seedsearch.model import Hit, SearchResult
from seedsearch.record import Record
from seedsearch.render.forms import RecordOptions, form_named, writer_of
from seedsearch.render.messages import error_message, plural, search_summary
from seedsearch.render.records import LINE, LINE_PART, PASSAGE, WINDOW
from seedsearch.render.sanitize import clean
from seedsearch.search.searcher import WIDTH, SearchOptions, query_of

if TYPE_CHECKING:
    from seedsearch.engine.base import Engine
    from seedsearch.paths import Home
    from seedsearch.query.batch import BatchQuery
    from seedsearch.render.paint import Paint

BY_FILE = ("paths", "counts")
"""The forms that list files."""

TIMELINES = ("timeline", "timeline-json")
"""The forms that count all that matches by date."""

_SUMMARISED = ("hits", "plain", "json", "kwic")
"""The forms after which a terminal gets a summary, or suggestions."""


class Output(Record):
    """How to print. `form` is a name in forms.py, a template, hits, context or nothing.

    With `sort`, hits are printed in the order of their paths and lines, or dates, and the matches of a concordance in
    the order of the words at their left or right. `around` is the number of context lines before and after a match.
    `text` is the text of a record (records.py), `width` the width of the window. `pretty` forces the terminal layout;
    `more`, `scores` and `paged` apply to this layout.
    """

    form: str
    null: bool
    color: str
    sort: str = "score"
    around: tuple[int, int] = (0, 0)
    text: str = WINDOW
    width: int = WIDTH
    line_buffered: bool = False
    pretty: bool = False
    more: bool = False
    scores: bool = False
    paged: bool = True


def text_of_records(text: str | None, columns: int | None) -> tuple[str, int]:
    """Return the text that records show, and the width of the window. 0 columns are no limit."""
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
    kwic: bool = False,
    timeline: bool = False,
) -> str:
    """Return the form that the options name. Raises UsageError if they conflict."""
    as_objects = "-json" if as_json else ""
    given = [
        (flag, form)
        for flag, form, value in (
            ("--json", "json", as_json and not (kwic or timeline)),
            ("--vimgrep", "vimgrep", vimgrep),
            ("-A, -B or -C", "context", context),
            ("--kwic", f"kwic{as_objects}", kwic),
            ("--timeline", f"timeline{as_objects}", timeline),
            ("-l", "paths", files),
            ("-c", "counts", counts),
            (f"--format {output_format}", output_format or "", output_format is not None),
        )
        if value
    ]
    reject_conflicts(*given)
    if output_format is not None:
        form_named(output_format)
    if quiet:
        return "nothing"
    return given[0][1] if given else "hits"


def search_options(output: Output, limit: int, per_file: int, *, explain: bool) -> SearchOptions:
    """Return the options of the search for this output. 0 means no limit.

    Raises UsageError if the output has no room for explanations.
    """
    layout = has_layout(output)
    if explain and output.form != "json" and not layout:
        raise UsageError(
            "--explain does not fit into one-line records",
            "add --json, or --pretty for the terminal layout",
        )
    details, text = _needs(output.form, layout=layout)
    if output.form in ("hits", "plain") and paint_level(output.color, sys.stdout) != "none":
        details = True  # all matches are highlighted
    if output.form in BY_FILE:
        per_file = 0
    elif output.form == "nothing":
        limit, per_file = 1, 0
    return SearchOptions(
        limit=limit or None,
        per_file=per_file or None,
        text=text,
        details=details,
        fragments=False,  # only the window is shown
        window=output.width if text else 0,
        stale=output.form != "nothing",
        explain=explain,
    )


def _needs(form: str, *, layout: bool) -> tuple[bool, bool]:
    """Return whether a form needs ids and all matches, and whether it needs texts."""
    if form in ("nothing", *TIMELINES):
        return False, False
    if form in ("hits", "context"):
        return layout or form == "context", True
    needed = form_named(form)
    return needed.needs_details, needed.needs_text


def has_layout(output: Output) -> bool:
    """Return whether hits get the terminal layout: on a terminal, or if it is forced."""
    return output.form == "hits" and _is_laid_out(output)


def _is_laid_out(output: Output) -> bool:
    return (is_terminal(sys.stdout) or output.pretty) and not output.null


def write_result(result: SearchResult, output: Output, query: BatchQuery | None = None) -> None:
    """Print the hits, notes on stale files, and on a terminal a summary.

    In a batch, `query` is the query of this result. Each record begins with its id; the terminal layout gets
    a heading.
    """
    if output.form == "nothing":
        return
    result = result.replace(hits=_in_order(result, output))
    layout = has_layout(output)
    stream = stdout_bytes()
    terminal = is_watched() and output.form in _SUMMARISED
    said: list[str] = []
    if output.form != "json" or terminal:  # a JSON object has its own `stale`
        said += [clean(note) if terminal else error_message(note) for note in result.notes]
    if terminal:
        said += [""] * bool(layout and result.hits) + [search_summary(result)]
        said += [""] * bool(layout and query)
    if layout or (output.form == "kwic" and _is_laid_out(output)):
        _write_layout(result, output, f"{query.id}: {query.text}" if query else "", said)
        return
    for record in _records(result, output, query):
        stream.write(record)
        if output.line_buffered:
            stream.flush()
    stream.flush()
    for line in said:
        say(line)


def _write_layout(result: SearchResult, output: Output, heading: str, said: list[str]) -> None:
    """Print hits, or the matches of a concordance, as a terminal shows them, and what is `said` about them.

    In a batch, a heading names the query.
    """
    # start-up time: a pipe needs none of these
    from seedsearch.cli.terminal import has_links, write_layout
    from seedsearch.render.cells import terminal_width
    from seedsearch.render.paint import Paint

    level = paint_level(output.color, sys.stdout, as_terminal=output.pretty)
    paint = Paint(level, links=has_links(level))
    if output.form == "kwic":
        from seedsearch.render.kwic import rows

        lines = list(rows(result, output.sort, terminal_width(), paint))
    else:
        from seedsearch.render.answer import Layout, hit_lines
        from seedsearch.search.passage_view import before_on_its_line

        layout = Layout(
            terminal_width(),
            paint,
            scores=output.scores,
            more=output.more,
            uri=_uri,
            indentation=lambda hit: before_on_its_line(hit.path, hit.passage),
        )
        lines = list(hit_lines(result.hits, layout))
    if heading:
        lines[:0] = [f"=== {clean(heading)}", ""]
    write_layout(lines, said, paged=output.paged and not heading)


def _uri(hit: Hit) -> str:
    """Return the link to the file of a hit, or ""."""
    return file_uri(hit.path, hit.passage.page) if os.path.isfile(hit.path) else ""


def check_template(output: Output, engine: Engine) -> None:
    """Raise UsageError if the form is a template with a name that hits do not have."""
    if "{" in output.form:
        from seedsearch.render.template import check  # start-up time: only templates need it

        check(output.form, engine.fields)


def write_hits(result: SearchResult, output: Output, engine: Engine, home: Home, cwd: str) -> None:
    """Print the answer to one question: the header of a table, and the hits or the lines around their matches."""
    write_head(output, is_batch=False)
    if output.form == "context":
        write_context(result, output, engine, home, cwd)
    else:
        write_result(result, output)


def write_context(
    result: SearchResult, output: Output, engine: Engine, home: Home, cwd: str
) -> None:
    """Print the matching lines with the lines around them."""
    # start-up time: only -A, -B and -C need these
    from seedsearch.render.context_lines import SEPARATOR, groups
    from seedsearch.search.passage_view import view_of

    before, after = output.around
    stream, printed, terminal = stdout_bytes(), False, is_terminal(sys.stdout)
    paint = _paint(output)
    for hit in _in_order(result, output):
        lines = view_of(engine, home, hit.passage, cwd, max(before, after)).lines
        for group in groups(
            hit, lines, before, after, null=output.null, terminal=terminal, paint=paint
        ):
            stream.write((SEPARATOR if printed and (before or after) else b"") + group)
            printed = True
    stream.flush()


def write_query_notes(result: SearchResult, output: Output, place: str = "") -> None:
    """Print to stderr which parts of a query were read as text.

    `place` is the file and line of the query in a batch.
    """
    if output.form != "nothing":
        for note in result.query_notes:
            say(error_message(f"{place}: {note}" if place else note))


def write_suggestions(
    engine: Engine, home: Home, result: SearchResult, options: SearchOptions, output: Output
) -> None:
    """Print to stderr which looser query was run. On a terminal, also print why nothing matches, and suggestions."""
    if result.relaxed:
        say(error_message("no passage matches; showing results for", result.relaxed))
    if result.total or output.form not in _SUMMARISED or not is_watched():
        return
    # start-up time: only a query without hits needs these
    from seedsearch.render.suggestions import suggestion_lines
    from seedsearch.search.suggestions import suggest

    query = query_of(engine, home, result.query, options, os.getcwd()).query
    for line in suggestion_lines(suggest(engine, query)):
        say(line)


def is_watched() -> bool:
    """Return whether both streams are a terminal.

    A program that reads a pipe, such as fzf, may draw on the terminal itself.
    """
    return is_terminal(sys.stdout) and is_terminal(sys.stderr)


def _paint(output: Output) -> Paint | None:
    """Return the Paint for records, or None if they have no colours."""
    level = paint_level(output.color, sys.stdout)
    if level == "none":
        return None
    from seedsearch.render.paint import Paint  # start-up time: a pipe rarely has colours

    return Paint(level)


def _in_order(result: SearchResult, output: Output) -> tuple[Hit, ...]:
    if output.sort == "path":
        return tuple(
            sorted(result.hits, key=lambda h: (os.fsencode(h.path), h.passage.line_start, h.rank))
        )
    if output.sort == "date":
        # start-up time: few answers are sorted by date
        from seedsearch.query.dates import date_of
        from seedsearch.rows import row_fields

        def date(hit: Hit) -> str:
            return date_of(row_fields(hit.passage.document.fields, hit.passage.text))

        # The newest first. Documents and rows without a date come last.
        dated = [(date(hit), -hit.rank, hit) for hit in result.hits]
        return tuple(hit for _, _, hit in sorted(dated, key=lambda d: d[:2], reverse=True))
    return result.hits


def write_head(output: Output, *, is_batch: bool) -> None:
    """Print the header, if the form has one."""
    if output.form in ("csv", "tsv"):
        from seedsearch.render.tables import head  # start-up time: only tables have one

        stdout_bytes().write(head(RecordOptions(output.form), is_batch=is_batch))


def _records(result: SearchResult, output: Output, query: BatchQuery | None) -> Iterator[bytes]:
    name = "plain" if output.form == "hits" else output.form
    if name == "vimgrep":
        result = result.replace(hits=_opening(result.hits))
    terminal, paint = is_terminal(sys.stdout), _paint(output)
    options = RecordOptions(
        name, output.text, output.null, terminal, query, paint, output.width, output.sort
    )
    before = f"{clean(query.id)}\t".encode() if query and form_named(name).has_ids else b""
    for record in writer_of(name)(result, options):
        yield before + record


def _opening(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return the hits that an editor opens at their lines, and print the number of the others."""
    from seedsearch.search.passage_view import opens_in_editor  # start-up time: only for editors

    opening = tuple(hit for hit in hits if opens_in_editor(hit.path, hit.passage))
    if left_out := len(hits) - len(opening):
        say(f"seedsearch: {plural(left_out, 'hit')} left out that no editor opens at the line")
    return opening
