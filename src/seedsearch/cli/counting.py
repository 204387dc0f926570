"""What the commands that count share: their options, and rows on a terminal, else one record or object a line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from seedsearch.cli import options as cli
from seedsearch.cli.exit import DONE, NO_HITS, say
from seedsearch.cli.terminal import write_layout
from seedsearch.record import NamedTuple
from seedsearch.render.cells import terminal_width
from seedsearch.render.counts import WITHOUT_BLOCKS
from seedsearch.render.messages import error_message
from seedsearch.render.paint import Paint

if TYPE_CHECKING:
    from seedsearch.search.searcher import SearchOptions


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
        # start-up time: `terms` and `fields` need none of these
        from seedsearch.query.file_types import chosen_filters
        from seedsearch.search.searcher import SearchOptions

        return SearchOptions(
            all_words=self.all_words,
            literal=self.literal,
            as_written=self.literal,
            filters=chosen_filters(self.globs, self.types, self.below, here=self.here),
        )


counting_options = cli.as_one(
    "choices", Choices, cli.words_options, cli.filter_options, cli.place_options
)
"""The options that say which passages to count."""


def write_counts(
    total: int,
    lines: Callable[[int, Paint], Iterable[str]],
    records: Iterable[bytes],
    summary: str,
    *,
    notes: Iterable[str] = (),
    color: str = "auto",
    in_records: bool = False,
    paged: bool = False,
) -> int:
    """Write `lines` on a terminal, given its width and a Paint; else `records`. Return the exit code for this total.

    Print the notes to stderr, and the summary if both streams are terminals.
    """
    said = list(map(error_message, notes))
    is_laid_out = cli.is_terminal(sys.stdout) and not in_records
    if cli.is_terminal(sys.stdout) and cli.is_terminal(sys.stderr):
        said += [""] * bool(is_laid_out and total) + [summary]
    if is_laid_out:
        rows = list(lines(terminal_width(), Paint(cli.paint_level(color, sys.stdout))))
        if not cli.stdout_encoding().lower().startswith("utf"):
            rows = [row.translate(WITHOUT_BLOCKS) for row in rows]
        write_layout(rows, said, paged=paged)
    else:
        cli.write_records(records)
        say(*said)
    return DONE if total else NO_HITS
