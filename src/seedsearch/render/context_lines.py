r"""Matching lines with the lines around them, as ``grep -C`` prints them.

A matching line is ``path:line:text`` and a context line ``path-line-text``. ``--`` separates groups of lines. With
`null`, NUL ends the path. Text is sanitised, but tabs stay. A passage that matches only by its title is represented
by its first line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedsearch.model import Hit, Line
from seedsearch.render.records import place_field
from seedsearch.render.sanitize import clean
from seedsearch.render.vimgrep import matching_lines

SEPARATOR = b"--\n"


def groups(
    hit: Hit,
    lines: Sequence[Line],
    before: int,
    after: int,
    *,
    null: bool = False,
    terminal: bool = False,
) -> Iterator[bytes]:
    """Yield the groups of lines of a hit. `lines` are the lines of the passage and of those around it."""
    matching = {line.number for line in matching_lines(hit)}
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
        head = place_field(hit, mark.encode(), null=null, terminal=terminal)
        text = clean(lines[at].text, keep="\t")
        group.append(head + f"{lines[at].number}{mark}{text}\n".encode())
        last = at
    if group:
        yield b"".join(group)
