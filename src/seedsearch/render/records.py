r"""Hits as record lines: ``path:line:text``, one record a line, for pipes and for grep's habits.

* The text is the whole passage, its white space folded to one line, sanitised: a record never holds
  a newline or an escape code, so ``| head`` and ``| less -R`` on a terminal are safe.
* The line is where the passage starts.
* A path is written as its bytes are if these are plain readable UTF-8. Else it is sanitised for
  eyes (a newline in a name shows as ``␊``).
* With `null`, the byte after the path is NUL instead of ``:`` (as ``grep -Z``), ends the path in a
  list of files, and the path's bytes are exact, whatever they are. Only a terminal never gets them raw.

Records are UTF-8 whatever the locale, and every function gives one record with its end as bytes.
"""

from __future__ import annotations

import os

from seedsearch.model import Hit
from seedsearch.render.sanitize import clean, fold


def hit_record(hit: Hit, *, null: bool = False, terminal: bool = False) -> bytes:
    """`path:line:text` and a newline."""
    head = path_bytes(hit.path, raw=null and not terminal) + (b"\0" if null else b":")
    return head + f"{hit.passage.line_start}:{fold(hit.passage.text)}\n".encode()


def file_record(path: str, *, null: bool = False, terminal: bool = False) -> bytes:
    """The path alone, and a newline (a NUL with `null`)."""
    return path_bytes(path, raw=null and not terminal) + (b"\0" if null else b"\n")


def count_record(path: str, count: int, *, null: bool = False, terminal: bool = False) -> bytes:
    """`path:count` and a newline."""
    head = path_bytes(path, raw=null and not terminal) + (b"\0" if null else b":")
    return head + f"{count}\n".encode()


def path_bytes(path: str, *, raw: bool) -> bytes:
    """The path's own bytes if `raw`, else what may be shown of it."""
    return os.fsencode(path) if raw else clean(path).encode()
