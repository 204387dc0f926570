"""Print hits: choose the form from the options, tell the search what it needs, and write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from seedsearch.citation import file_uri
from seedsearch.cli.exit import say
from seedsearch.cli.options import is_terminal, paint_level, stdout_bytes
from seedsearch.model import SearchResult
from seedsearch.render.messages import error_message, plural, search_summary
from seedsearch.render.paint import Paint
from seedsearch.render.records import RecordOptions, form_named, writer_of
from seedsearch.render.sanitize import clean
from seedsearch.search.searcher import SearchOptions, query_of

if TYPE_CHECKING:
    from seedsearch.engine.base import Engine
    from seedsearch.query.batch import BatchQuery
    from seedsearch.search import Opened

BY_FILE = ("paths", "counts")
"""The forms that list files."""

TIMELINES = ("timeline", "timeline-json")
"""The forms that count all that matches by date."""

_SUMMARISED = ("hits", "plain", "json", "kwic")
"""The forms after which a terminal gets a summary, or suggestions."""


class Output(RecordOptions):
    """How to print. `form` is a name in FORMS, a template, hits, context or nothing.

    With `sort`, hits are printed in the order of their paths and lines, or dates, and the matches of a concordance in
    the order of the words at their left or right. `around` is the number of context lines before and after a match.
    `pretty` forces the terminal layout; `more`, `scores` and `paged` apply to this layout.
    """

    color: str = "auto"
    around: tuple[int, int] = (0, 0)
    line_buffered: bool = False
    pretty: bool = False
    more: bool = False
    scores: bool = False
    paged: bool = True


def needs(output: Output) -> tuple[bool, bool]:
    """Return whether an output needs ids and all matches, and whether it needs texts."""
    form = output.form
    if form in ("nothing", *TIMELINES):
        return False, False
    # Where there are colours, all matches are highlighted.
    lit = form in ("hits", "plain") and paint_level(output.color, sys.stdout) != "none"
    if form in ("hits", "context"):
        return lit or has_layout(output) or form == "context", True
    needed = form_named(form)
    return lit or needed.needs_details, needed.needs_text


def has_layout(output: Output) -> bool:
    """Return whether hits get the terminal layout: on a terminal, or if it is forced."""
    return output.form == "hits" and is_laid_out(pretty=output.pretty, null=output.null)


def is_laid_out(*, pretty: bool, null: bool) -> bool:
    """Return whether a form with a layout for terminals is printed in it."""
    return (is_terminal(sys.stdout) or pretty) and not null


def write_result(
    result: SearchResult, output: Output, query: BatchQuery | None = None, more: Sequence[str] = ()
) -> None:
    """Print the hits, notes on stale files, on a terminal a summary, and `more` lines about the answer.

    In a batch, `query` is the query of this result. Each record begins with its id; the terminal layout gets
    a heading.
    """
    if output.form == "nothing":
        return
    layout = has_layout(output)
    stream = stdout_bytes()
    terminal = is_watched() and output.form in _SUMMARISED
    if terminal or layout:  # the summary and the layout look at all hits first
        result = result.replace(hits=tuple(result.hits))
    said: list[str] = []
    if output.form != "json" or terminal:  # a JSON object has its own `stale`
        said += [clean(note) if terminal else error_message(note) for note in result.notes]
    if terminal:
        said += [""] * bool(layout and result.hits) + [search_summary(result)]
    said += more
    if terminal:
        said += [""] * bool(layout and query)
    if layout or (output.form == "kwic" and is_laid_out(pretty=output.pretty, null=output.null)):
        _write_layout(result, output, f"{query.id}: {query.text}" if query else "", said)
        return
    for record in _records(result, output, query):
        stream.write(record)
        if output.line_buffered:
            stream.flush()
    stream.flush()
    say(*said)


def _write_layout(result: SearchResult, output: Output, heading: str, said: list[str]) -> None:
    """Print hits, or the matches of a concordance, as a terminal shows them, and what is `said` about them.

    In a batch, a heading names the query.
    """
    # start-up time: a pipe needs none of these
    from seedsearch.cli.terminal import has_links, write_layout
    from seedsearch.render.cells import cut, terminal_width

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
            uri=lambda hit: (
                file_uri(hit.path, hit.passage.page) if os.path.isfile(hit.path) else ""
            ),
            indentation=lambda hit: before_on_its_line(hit.path, hit.passage),
        )
        lines = list(hit_lines(result.hits, layout))
    if heading:
        lines[:0] = [cut(f"=== {clean(heading)}", terminal_width()), ""]
    write_layout(lines, said, paged=output.paged and not heading)


def check_template(output: Output, engine: Engine) -> None:
    """Raise UsageError if the form is a template with a name that hits do not have."""
    if "{" in output.form:
        from seedsearch.render.template import check  # start-up time: only templates need it

        check(output.form, engine.fields)


def write_hits(
    result: SearchResult, output: Output, index: Opened, more: Sequence[str] = ()
) -> None:
    """Print the answer to one question: the header of a table, and the hits or the lines around their matches.

    `more` lines about the answer follow on stderr.
    """
    write_head(output, is_batch=False)
    if output.form == "context":
        write_context(result, output, index)
        say(*more)
    else:
        write_result(result, output, more=more)


def write_context(result: SearchResult, output: Output, index: Opened) -> None:
    """Print the matching lines with the lines around them."""
    # start-up time: only -A, -B and -C need these
    from seedsearch.render.vimgrep import SEPARATOR, groups
    from seedsearch.search.passage_view import view_of

    before, after = output.around
    stream, printed, options = stdout_bytes(), False, _painted(output)
    for hit in result.hits:
        lines = view_of(index, hit.passage, max(before, after)).lines
        for group in groups(hit, lines, before, after, options):
            stream.write((SEPARATOR if printed and (before or after) else b"") + group)
            printed = True
    stream.flush()


def notes_on(result: SearchResult, place: str = "") -> list[str]:
    """Return which parts of a query were read as text, and which looser query was run.

    `place` is the file and line of the query in a batch.
    """
    notes = [error_message(f"{place}: {note}" if place else note) for note in result.query_notes]
    if result.relaxed:
        notes.append(error_message("no passage matches; showing results for", result.relaxed))
    return notes


def write_suggestions(
    index: Opened, result: SearchResult, options: SearchOptions, output: Output
) -> None:
    """Print to stderr, on a terminal, why nothing matches, and suggestions."""
    if result.total or output.form not in _SUMMARISED or not is_watched():
        return
    # start-up time: only a query without hits needs these
    from seedsearch.render.suggestions import suggestion_lines
    from seedsearch.search.suggestions import suggest

    query = query_of(index, result.query, options).query
    say(*suggestion_lines(suggest(index.engine, query), "--relax would find"))


def is_watched() -> bool:
    """Return whether both streams are a terminal.

    A program that reads a pipe, such as fzf, may draw on the terminal itself.
    """
    return is_terminal(sys.stdout) and is_terminal(sys.stderr)


def write_head(output: Output, *, is_batch: bool) -> None:
    """Print the header, if the form has one."""
    if output.form in ("csv", "tsv"):
        from seedsearch.render.tables import head  # start-up time: only tables have one

        stdout_bytes().write(head(output, is_batch=is_batch))


def _records(result: SearchResult, output: Output, query: BatchQuery | None) -> Iterator[bytes]:
    name = "plain" if output.form == "hits" else output.form
    before = f"{clean(query.id)}\t".encode() if query and form_named(name).has_ids else b""
    write, options = writer_of(name), _painted(output).replace(form=name, query=query)
    for own in _opening(result) if name == "vimgrep" else (result,):
        for record in write(own, options):
            yield before + record


def _painted(output: Output) -> Output:
    """Return the output with what it knows of the terminal."""
    paint = Paint(paint_level(output.color, sys.stdout))
    return output.replace(terminal=is_terminal(sys.stdout), paint=paint)


def _opening(result: SearchResult) -> Iterator[SearchResult]:
    """Yield the hits that an editor opens at their lines, one at a time, and print the number of the others."""
    from seedsearch.search.passage_view import opens_in_editor  # start-up time: only for editors

    left_out = 0
    for hit in result.hits:
        if opens_in_editor(hit.path, hit.passage):
            yield result.replace(hits=(hit,))
        else:
            left_out += 1
    if left_out:
        say(
            f"seedsearch: {plural(left_out, 'hit')} left out, because no editor can open them at a line"
        )
