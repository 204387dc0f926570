"""Code shared by the commands that count matches: their options, and the writing of counts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from seedsearch.cli.below import filters_below
from seedsearch.cli.exit import DONE, NO_HITS, say
from seedsearch.cli.options import is_terminal, paint_level, stdout_bytes, stdout_encoding
from seedsearch.render.messages import error_message
from seedsearch.search.searcher import SearchOptions

if TYPE_CHECKING:
    from seedsearch.render.paint import Paint


def counting_search(
    *,
    all_words: bool,
    literal: bool,
    globs: tuple[str, ...],
    types: tuple[str, ...],
    here: bool,
    below: tuple[str, ...],
) -> SearchOptions:
    """Return the options of the search. Raises UsageError, SourceNotFoundError."""
    filters = filters_below(below, here=here)
    if globs or types:
        from seedsearch.cli.file_filters import filters_of  # start-up time, as in `query`

        filters = (*filters_of(globs, types), *filters)
    return SearchOptions(all_words=all_words, literal=literal, as_written=literal, filters=filters)


def write_spread(
    total: int,
    notes: Iterable[str],
    lines: Callable[[int, Paint], Iterable[str]],
    records: Iterable[bytes],
    *,
    color: str = "auto",
    in_records: bool = False,
    paged: bool = True,
) -> int:
    """Write counts: `lines` on a terminal, given its width and a Paint; else `records`.

    Return the exit code.
    """
    # start-up time: `query` needs these only for a timeline
    from seedsearch.render.facets import WITHOUT_BLOCKS, spread_summary

    if is_terminal(sys.stdout) and not in_records:
        from seedsearch.cli.terminal import write_layout
        from seedsearch.render.cells import terminal_width
        from seedsearch.render.paint import Paint

        rows = list(lines(terminal_width(), Paint(paint_level(color, sys.stdout))))
        if not stdout_encoding().lower().startswith("utf"):
            rows = [row.translate(WITHOUT_BLOCKS) for row in rows]
        write_layout(rows, paged=paged)
    else:
        stream = stdout_bytes()
        stream.writelines(records)
        stream.flush()
    for note in notes:
        say(error_message(note))
    if is_terminal(sys.stdout) and is_terminal(sys.stderr):
        say(spread_summary(total))
    return DONE if total else NO_HITS
