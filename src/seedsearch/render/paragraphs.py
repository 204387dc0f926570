"""Decide which parts of a text a terminal may wrap again, and which keep their lines.

Prose is reflowed. Code, logs, lists, tables and verse keep their lines and their indentation. The text is divided
into *blocks*: a paragraph of prose, whether or not its lines were wrapped, or a single line of anything else.
"""

from __future__ import annotations

import re

from seedsearch.line_ends import line_ranges
from seedsearch.machine_lines import CODE, LOG_FROM, has_records, is_prose
from seedsearch.record import NamedTuple

# lists, quotations, headings
_MARK = re.compile(r"\s*(?:[-*+•·–>|#$%/]|//|\(?\w{1,3}[.)]\s|=+\s|\.\.\s)")
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
_WRAPPED_FROM = 40  # characters; a text with only shorter lines is not wrapped
_LONGEST_WRAPPED = 130
_FULL = 0.6  # share of the longest line; a shorter line ends a paragraph
_SMALL = 0.4  # minimum share of lines that begin in small letters, in wrapped prose
_VERSE = 60  # characters; a text of shorter lines with a full last line may be verse


class Block(NamedTuple):
    """A range of the text: a paragraph of prose, or one line that keeps its form."""

    start: int
    end: int
    prose: bool


def blocks_of(text: str, media_type: str) -> list[Block]:
    """Return the blocks of a text, in order, without blank lines."""
    blocks: list[Block] = []
    run: list[tuple[int, int]] = []
    for start, end in [*line_ranges(text), (len(text), len(text))]:
        if text[start:end].strip():
            run.append((start, end))
        elif run:
            blocks += _of_run(text, run, media_type)
            run = []
    return blocks


def is_machine_made(text: str, block: Block, media_type: str) -> bool:
    """Return whether a block is a machine-written line: a row of a table, a record, a line of a log."""
    if block.prose or media_type == CODE:
        return False
    line = text[block.start : block.end]
    is_log = len(line) >= LOG_FROM and not _MARK.match(line) and not is_prose(line)
    return is_log or has_records(media_type)


def _of_run(text: str, run: list[tuple[int, int]], media_type: str) -> list[Block]:
    """Return the blocks of lines without a blank line between them."""
    if media_type == CODE or has_records(media_type):
        return [Block(start, end, False) for start, end in run]
    lines = [text[start:end] for start, end in run]
    if _are_wrapped(lines):
        return [Block(run[0][0], run[-1][1], True)]
    keep = len(run) > 1 and max(map(len, lines)) <= _LONGEST_WRAPPED
    return [
        Block(start, end, not keep and is_prose(line))
        for (start, end), line in zip(run, lines, strict=True)
    ]


def _are_wrapped(lines: list[str]) -> bool:
    longest = max(map(len, lines))
    wide = any("\u2e80" <= line[-1] < "\U00040000" for line in lines)  # two cells each
    if len(lines) < 2 or not _WRAPPED_FROM // (1 + wide) <= longest <= _LONGEST_WRAPPED:
        return False
    if any(_MARK.match(line) for line in lines) or sum(
        bool(_COLUMNS.search(line)) for line in lines
    ) * 2 > len(lines):
        return False
    if len(lines[-1]) >= _FULL * longest and longest <= _VERSE // (1 + wide):
        return False  # verse; short lines of prose look well as they are
    if len({len(line) - len(line.lstrip()) for line in lines[1:]}) > 1:
        return False  # indented below each other
    full = sum(len(line) >= _FULL * longest for line in lines[:-1])
    small = sum(not line.lstrip()[:1].isupper() for line in lines[1:])
    return (
        full >= _FULL * (len(lines) - 1)
        and small >= _SMALL * (len(lines) - 1)
        and is_prose(" ".join(lines))
    )
