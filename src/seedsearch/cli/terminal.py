"""Output that only a terminal gets: links, and a pager for text longer than the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from seedsearch.cli.options import is_terminal, stdout_bytes, stdout_encoding

if TYPE_CHECKING:
    from seedsearch.render.paint import Level


def has_links(level: Level) -> bool:
    """Return whether stdout accepts links: a terminal with escapes that does not print links as text."""
    return (
        level != "none"
        and is_terminal(sys.stdout)
        and os.environ.get("TERM", "dumb") not in ("dumb", "linux", "vt100", "ansi")
    )


def write_layout(lines: Iterable[str], *, paged: bool = True) -> None:
    """Write lines to stdout, through the pager if they do not fit on the screen of a terminal."""
    rows = list(lines)
    data = "".join(f"{row}\n" for row in rows).encode(stdout_encoding(), "replace")
    stream = stdout_bytes()
    stream.flush()
    if paged and is_terminal(sys.stdout) and len(rows) > _screen_lines() - 2:
        from seedsearch.cli.pager import page  # start-up time: few answers are that long

        if page(data):
            return
    stream.write(data)
    stream.flush()


def _screen_lines() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines or 24
    except (OSError, ValueError):
        return 24
