r"""Matching lines with the lines around them, as ``grep -C`` prints them.

A matching line is ``path:line:text`` and a context line ``path-line-text``. ``--`` separates groups of lines. With
`null`, NUL ends the path. Text is sanitised, but tabs stay. A passage that matches only by its title shows its first
line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedsearch.model import Hit, Line
from seedsearch.render.forms import RecordOptions
from seedsearch.render.records import place_field
from seedsearch.render.vimgrep import MatchingLine, matching_lines

SEPARATOR = b"--\n"


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
