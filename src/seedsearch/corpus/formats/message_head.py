"""Parse the fields at the head of a message.

The rules are specified here. The compiled core does the same work for usual messages (core/c/message.c).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

MAX_CHARS = 10_000
"""The most characters that are read of a field; a message to two hundred people has fewer."""

Fields: TypeAlias = Mapping[str, tuple[int, str]]
"""The first field of each lower-case name: its line, counted from 1, and its value."""

# The lines of a head: fields, their continuation lines, and lines of an envelope, which do not end the head.
_HEAD = re.compile(
    rb"(?:From [^\n]*+(?:\n|\Z))?+"
    rb"(?:(?:[!-9;-~]*+:|[ \t])[^\n]*+(?:\n|\Z)|From [^\n]*+\n(?=[!-9;-~]*+:|[ \t]))*+"
)
_BLANK = re.compile(rb"\r?\n")


def head_of(data: bytes, at: int, end: int) -> tuple[int, Fields]:
    """Return where the body of the message in `data[at:end]` begins, and the fields of its head.

    Values are as sent, without white space at their ends, and with surrogates for bytes above 127.
    """
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
        if name and " " not in name:  # a name with a space is in an envelope's line
            fields.setdefault(name.lower(), (number, lines))
    return begin, {
        name: (number, "\n".join(lines).strip(" \t\r")[:MAX_CHARS])
        for name, (number, lines) in fields.items()
    }
