r"""Matches with the lines around them, as ``grep -C`` prints them, for pipes and terminals alike.

A line that holds a match is ``path:line:text``, one around it ``path-line-text``, and ``--`` stands between groups
that do not follow each other. With `null`, NUL ends the path in both. Text is sanitised; tabs stay. A passage that
matches by its title alone is shown by its first line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedsearch.model import Hit, Line
from seedsearch.render.records import path_bytes
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
    """The hit's groups of lines, each as records with their newlines; `lines` are those that there are around."""
    matching = {number for number, _, _ in matching_lines(hit)}
    places = [at for at, line in enumerate(lines) if line.inside and line.number in matching]
    shown = sorted({at for place in places for at in range(place - before, place + after + 1)})
    path = path_bytes(hit.path, raw=null and not terminal)
    group: list[bytes] = []
    last = -1
    for at in shown:
        if not 0 <= at < len(lines):
            continue
        if group and at > last + 1:
            yield b"".join(group)
            group = []
        mark = ":" if at in places else "-"
        head = path + (b"\0" if null else mark.encode())
        text = clean(lines[at].text, keep="\t")
        group.append(head + f"{lines[at].number}{mark}{text}\n".encode())
        last = at
    if group:
        yield b"".join(group)
