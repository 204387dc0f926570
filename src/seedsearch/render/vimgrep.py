"""Matches as editors read them: ``path:line:column:text``, one record for each match.

Columns are 1-based and count the bytes of the line in UTF-8. The text is the line of the match, folded and sanitised
as in `records.py`. A passage that matches only by its title gives one record, with its first line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from seedsearch.line_ends import LINE_END
from seedsearch.model import Hit
from seedsearch.render.records import path_field
from seedsearch.render.sanitize import fold


def match_records(
    hit: Hit, before: str, *, null: bool = False, terminal: bool = False
) -> Iterator[bytes]:
    """Yield a record with its newline for each match, in text order.

    `before` stands before the passage on its first line: it counts for the columns there.
    """
    head = path_field(hit.path, b":", null=null, terminal=terminal)
    indentation = len(before.encode("utf-8", "replace"))
    for number, column, line in matching_lines(hit):
        if number == hit.passage.line_start:
            column += indentation
        yield head + f"{number}:{column}:{fold(line)}\n".encode()


def matching_lines(hit: Hit) -> Iterator[tuple[int, int, str]]:
    """Yield line number, column and line of each match; the first line if no match is in the text."""
    passage = hit.passage
    text = passage.text
    ends = [match.start() for match in LINE_END.finditer(text)]
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    for at in [span.start for span in hit.snippet.highlights] or [0]:
        number = bisect_right(starts, at) - 1
        begin = starts[number]
        line = text[begin : ends[number] if number < len(ends) else len(text)]
        column = len(text[begin:at].encode("utf-8", "replace")) + 1
        # The text may have more lines than the file (HTML, PDF): the last line is the nearest then.
        yield min(passage.line_start + number, passage.line_end), column, line
