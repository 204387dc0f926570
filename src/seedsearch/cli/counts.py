"""Write lists of items with counts: a table on a terminal, else one record or object a line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from seedsearch.cli.exit import say
from seedsearch.cli.options import is_terminal, paint_level, stdout_bytes, stdout_encoding

_Item = TypeVar("_Item")


def write_counts(
    items: Sequence[_Item],
    headings: Sequence[str],
    row: Callable[[_Item], Sequence[str]],
    line: Callable[[_Item], bytes],
    summary: str,
    *,
    as_lines: bool,
) -> None:
    """Write a table, or lines if `as_lines` or stdout is no terminal.

    Print the summary to stderr if both streams are terminals.
    """
    stream = stdout_bytes()
    terminal = is_terminal(sys.stdout) and not as_lines
    if terminal and items:
        # start-up time: a pipe needs none of these
        from seedsearch.render.cells import terminal_width
        from seedsearch.render.columns import table_lines
        from seedsearch.render.paint import Paint

        paint = Paint(paint_level("auto", sys.stdout))
        lines = table_lines(headings, list(map(row, items)), terminal_width(), paint)
        stream.writelines(f"{each}\n".encode(stdout_encoding(), "replace") for each in lines)
    elif not terminal:
        stream.writelines(map(line, items))
    stream.flush()
    if is_terminal(sys.stdout) and is_terminal(sys.stderr):
        say(("\n" if terminal and items else "") + summary)
