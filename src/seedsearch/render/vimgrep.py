"""Hits as editors take them: ``path:line:column:text``, one record for each match, as of ``grep --vimgrep``.

Columns count the bytes of the line in UTF-8, from 1. The text is the match's line, folded and sanitised as in
`records.py`. A passage that matches by its title alone is one record, of its first line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from seedsearch.model import Hit
from seedsearch.render.records import path_bytes
from seedsearch.render.sanitize import fold

_LINE_END = re.compile(r"\r\n|\r|\n")


def match_records(hit: Hit, *, null: bool = False, terminal: bool = False) -> Iterator[bytes]:
    """A record and a newline for each match, in the order of the text."""
    head = path_bytes(hit.path, raw=null and not terminal) + (b"\0" if null else b":")
    for number, column, line in matching_lines(hit):
        yield head + f"{number}:{column}:{fold(line)}\n".encode()


def matching_lines(hit: Hit) -> Iterator[tuple[int, int, str]]:
    """The number, the column and the text of the line of each match; the first line where none is in the text."""
    passage = hit.passage
    text = passage.text
    ends = [match.start() for match in _LINE_END.finditer(text)]
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    for at in [span.start for span in hit.snippet.highlights] or [0]:
        number = bisect_right(starts, at) - 1
        begin = starts[number]
        line = text[begin : ends[number] if number < len(ends) else len(text)]
        column = len(text[begin:at].encode("utf-8", "replace")) + 1
        # Where lines of the text are not lines of the file, the passage's last one is as near as it gets.
        yield min(passage.line_start + number, passage.line_end), column, line
