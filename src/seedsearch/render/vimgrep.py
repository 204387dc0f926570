"""Lines with matches: as editors read them, ``path:line:column:text``; and with lines around them, as ``grep -C``.

For editors, there is one record for each match. Columns are 1-based and count bytes of the line in UTF-8. The text is
the line of the match, on one line and sanitised as in `records.py`.

With lines around it, a matching line is ``path:line:text`` and a context line ``path-line-text``. ``--`` separates
groups of lines. With `null`, NUL ends the path. Text is sanitised, but tabs stay.

A passage that matches only by its title gives its first line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from seedsearch.line_ends import line_ranges
from seedsearch.model import Hit, Line, SearchResult
from seedsearch.record import NamedTuple
from seedsearch.render.records import RecordOptions, path_field, place_field
from seedsearch.search.passage_view import before_on_its_line

SEPARATOR = b"--\n"


class MatchingLine(NamedTuple):
    """A line with matches: its number, its text, its offset in the passage, and its matches as ranges of the text."""

    number: int
    text: str
    start: int
    matches: tuple[tuple[int, int], ...]


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a record for each match."""
    paint = options.paint
    for hit in result.hits:
        head = path_field(hit.path, b":", options)
        before = before_on_its_line(hit.path, hit.passage)
        for line in matching_lines(hit):
            text = paint.lit_and_folded(line.text, line.matches)
            number = paint("line", str(line.number))
            indentation = before if line.number == hit.passage.line_start else ""
            for at, _ in line.matches or ((0, 0),):
                column = len((indentation + line.text[:at]).encode("utf-8", "replace")) + 1
                yield head + f"{number}:{column}:{text}\n".encode()


def matching_lines(hit: Hit) -> Iterator[MatchingLine]:
    """Yield the lines with matches in text order, or the first line if only the title matches."""
    passage = hit.passage
    text = passage.text
    lines = line_ranges(text)
    starts = [start for start, _ in lines]
    found: dict[int, list[tuple[int, int]]] = {}
    for low, high in hit.snippet.highlights:
        found.setdefault(bisect_right(starts, low) - 1, []).append((low, high))
    for number, spans in (found or {0: []}).items():
        begin, end = lines[number]
        inside = tuple((low - begin, min(high, end) - begin) for low, high in spans)
        yield MatchingLine(passage.line_after(number), text[begin:end], begin, inside)


def groups(
    hit: Hit, lines: Sequence[Line], before: int, after: int, options: RecordOptions
) -> Iterator[bytes]:
    """Yield the groups of lines of a hit. `lines` are the lines of the passage and of the passages around it."""
    matching = {line.number: line for line in matching_lines(hit)}
    places = [at for at, line in enumerate(lines) if line.inside and line.number in matching]
    shown = sorted({at for place in places for at in range(place - before, place + after + 1)})
    group: list[bytes] = []
    last = -1
    for at in shown:
        if not 0 <= at < len(lines):
            continue
        if group and at > last + 1:
            yield b"".join(group)
            group = []
        mark = ":" if at in places else "-"
        number, text, _, _ = lines[at]
        lit = _lit(text, matching[number]) if at in places else []
        painted = options.paint("line", str(number)), options.paint.lit_and_clean(text, lit)
        group.append(place_field(hit, mark.encode(), options) + mark.join(painted).encode() + b"\n")
        last = at
    if group:
        yield b"".join(group)


def _lit(text: str, line: MatchingLine) -> list[tuple[int, int]]:
    """Return the matches in a line of the file. `line` is the part of it in the passage."""
    before = max(text.find(line.text), 0)
    return [(low + before, high + before) for low, high in line.matches]
