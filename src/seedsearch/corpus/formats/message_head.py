"""The fields at the head of a message.

The rules stand here. Where the compiled core is installed it does the same work (core/c/mail.c).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from seedsearch.core import compiled

MAX_CHARS = 10_000
"""A field is read up to here; a message to two hundred people is shorter."""

Fields: TypeAlias = Mapping[str, tuple[int, str]]
"""The first field of each name, in small letters: the number of its line, counted from 1, and what it says."""

# The lines of a head: fields, their further lines, and lines of an envelope, which do not end it.
_HEAD = re.compile(
    rb"(?:From [^\n]*+(?:\n|\Z))?+"
    rb"(?:(?:[!-9;-~]*+:|[ \t])[^\n]*+(?:\n|\Z)|From [^\n]*+\n(?=[!-9;-~]*+:|[ \t]))*+"
)
_BLANK = re.compile(rb"\r?\n")


def head_of(data: bytes, at: int, end: int) -> tuple[int, Fields]:
    """Where the body of a message begins that lies between two places, and the fields of its head.

    Their text is as it was sent, without white space at its ends, and with surrogates for bytes above 127.
    """
    if compiled is not None:
        return compiled.message_head(data, at, end, MAX_CHARS)
    return plain_head_of(data, at, end)


def plain_head_of(data: bytes, at: int, end: int) -> tuple[int, Fields]:
    """The same without the compiled core."""
    found = _HEAD.match(data, at, end)
    head_end = found.end() if found else at
    blank = _BLANK.match(data, head_end, end)
    begin = blank.end() if blank else head_end
    fields: dict[str, tuple[int, list[str]]] = {}
    lines: list[str] = []
    head = data[at:head_end].decode("ascii", "surrogateescape")
    for number, line in enumerate(head.split("\n"), 1):
        if line[:1] in (" ", "\t"):
            lines.append(line)
            continue
        name, _, value = line.partition(":")
        lines = [value]
        if name and " " not in name:  # as it is in the envelope's line
            fields.setdefault(name.lower(), (number, lines))
    return begin, {
        name: (number, "\n".join(lines).strip(" \t\r")[:MAX_CHARS])
        for name, (number, lines) in fields.items()
    }
