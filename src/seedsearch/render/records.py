r"""Hits as records: ``path:line:text``, one record a line, as grep prints them.

* The text is the whole passage on one line: runs of white space become one space, and the rest is sanitised.
  A record never contains a newline or an escape sequence, so ``| head`` and ``| less -R`` are safe.
* The line is the first line of the passage.
* A path is sanitised: a newline in a name is written as ``␊``.
* With `null`, a NUL follows the path instead of ``:`` or the newline (as in ``grep -Z``), and the path is
  written as its exact bytes, except on a terminal.

Records are UTF-8 in every locale. Each function returns one record with its terminator.
"""

from __future__ import annotations

import os

from seedsearch.model import Hit
from seedsearch.render.sanitize import clean, fold


def hit_record(hit: Hit, *, null: bool = False, terminal: bool = False) -> bytes:
    """Return `path:line:text` and a newline."""
    head = path_field(hit.path, b":", null=null, terminal=terminal)
    return head + f"{hit.passage.line_start}:{fold(hit.passage.text)}\n".encode()


def file_record(path: str, *, null: bool = False, terminal: bool = False) -> bytes:
    """Return the path, and a newline or NUL."""
    return path_field(path, b"\n", null=null, terminal=terminal)


def count_record(path: str, count: int, *, null: bool = False, terminal: bool = False) -> bytes:
    """Return `path:count` and a newline."""
    return path_field(path, b":", null=null, terminal=terminal) + f"{count}\n".encode()


def path_field(path: str, end: bytes, *, null: bool, terminal: bool) -> bytes:
    """Return the path and `end`; with `null`, its exact bytes (except on a terminal) and NUL."""
    written = os.fsencode(path) if null and not terminal else clean(path).encode()
    return written + (b"\0" if null else end)
