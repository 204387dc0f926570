"""Code shared by the commands that count matches: their options, and the writing of counts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING

from seedsearch.cli.exit import DONE, NO_HITS, say
from seedsearch.cli.options import (
    is_terminal,
    paint_level,
    search_choices,
    stdout_bytes,
    stdout_encoding,
)
from seedsearch.query.file_filters import filters_below, filters_of
from seedsearch.record import NamedTuple
from seedsearch.render.messages import error_message
from seedsearch.search.searcher import SearchOptions

if TYPE_CHECKING:
    from seedsearch.render.paint import Paint


class Choices(NamedTuple):
    """The values of `counting_options`: how words match, and which files count."""

    all_words: bool
    literal: bool
    globs: tuple[str, ...]
    types: tuple[str, ...]
    here: bool
    below: tuple[str, ...]

    @property
    def search(self) -> SearchOptions:
        """The options of the search. Raises UsageError, SourceNotFoundError."""
        filters = filters_below(self.below, here=self.here)
        if self.globs or self.types:
            filters = (*filters_of(self.globs, self.types), *filters)
        return SearchOptions(
            all_words=self.all_words,
            literal=self.literal,
            as_written=self.literal,
            filters=filters,
        )


def counting_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say which passages to count. The command gets them as one argument, `choices`."""

    @wraps(command)
    def with_choices(**given: object) -> int:
        choices = Choices._make([given.pop(name) for name in Choices._fields])
        return command(choices=choices, **given)

    return search_choices(with_choices)


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
