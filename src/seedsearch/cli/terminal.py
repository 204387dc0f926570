"""Output that only a terminal gets: links, and a pager for text longer than the screen."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence

from seedsearch.cli.exit import say
from seedsearch.cli.options import is_terminal, rows_of, stdout_bytes, stdout_encoding
from seedsearch.render.cells import display_width
from seedsearch.render.paint import Level

_ESCAPE = re.compile(r"\x1b\]8;;[^\x1b]*\x1b\\|\x1b\[[\d;]*m")


def has_links(level: Level) -> bool:
    """Return whether stdout accepts links: a terminal with escapes that does not print links as text."""
    return (
        level != "none"
        and is_terminal(sys.stdout)
        and os.environ.get("TERM", "dumb") not in ("dumb", "linux", "vt100", "ansi")
    )


def write_layout(lines: Iterable[str], said: Sequence[str] = (), *, paged: bool = True) -> None:
    """Write lines to stdout, and then what is said about them to stderr.

    All go through the pager if a terminal is too small for them: the first line must not leave the screen.
    """
    stream = stdout_bytes()
    stream.flush()
    rows, said = list(lines), [row for line in said for row in rows_of(line, sys.stdout)]
    is_long = paged and is_terminal(sys.stdout) and _are_too_many((*rows, *said))
    if is_long and _page(_encoded((*rows, *said))):
        return
    stream.write(_encoded(rows))
    stream.flush()
    say(*said)


def _encoded(rows: Iterable[str]) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode(stdout_encoding(), "replace")


def _are_too_many(rows: Sequence[str]) -> bool:
    """Return whether the rows do not fit above the next prompt. A row may be wider than the screen."""
    try:
        columns, lines = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        columns, lines = 80, 24
    widths = (display_width(_ESCAPE.sub("", row)) for row in rows)
    return sum(max(1, -(-width // (columns or 80))) for width in widths) > (lines or 24) - 1


def _page(data: bytes) -> bool:
    """Show the bytes with the pager, as in git. Return False if there is none, or if it cannot be run.

    It is SEEDSEARCH_PAGER, else PAGER, else less. An empty value or `cat` means no pager. It runs without a shell.
    Unless LESS is set, less gets the options -FRX: it ends at once if everything fits, shows colours, and leaves the
    text on the screen.
    """
    # start-up time: few answers are that long
    import shlex
    import signal
    import subprocess

    environment = os.environ
    wanted = environment.get("SEEDSEARCH_PAGER", environment.get("PAGER", "less"))
    try:
        command = shlex.split(wanted)
    except ValueError:  # unclosed quotation marks
        return False
    if not command or command == ["cat"]:
        return False
    try:
        pager = subprocess.Popen(
            command, stdin=subprocess.PIPE, env={"LESS": "FRX", "LV": "-c", **environment}
        )
    except OSError:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager
    try:
        pager.communicate(data)
    except BrokenPipeError:  # the pager was closed early
        pager.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return pager.returncode != 127
